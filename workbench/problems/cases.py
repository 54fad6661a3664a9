"""What checks know by heart: placeholders, mail domains, the forms of postal codes. Lists of our own."""

from __future__ import annotations

from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


EMPTY_WORDS: Final = _words(
    "n/a na n.a. n.a none null nil - -- --- . .. ... ? ?? ??? _ / // x xx xxx xxxx tbd tba unknown undefined"
)
"""What people type where there is nothing to say; in small letters."""

SAMPLE_WORDS: Final = frozenset(
    [
        "test",
        "tests",
        "testing",
        "test test",
        "test customer",
        "test company",
        "test account",
        "test user",
        "test123",
        "customer test",
        "asdf",
        "asdfasdf",
        "qwerty",
        "dummy",
        "sample",
        "example",
        "placeholder",
        "fake",
        "foo",
        "bar",
        "foobar",
        "lorem ipsum",
        "do not use",
        "dont use",
        "don't use",
        "delete",
        "delete me",
        "to be deleted",
        "duplicate",
        "temp",
        "temporary",
        "no name",
        "noname",
        "no email",
        "noemail",
        "not provided",
        "not applicable",
        "not available",
        "not known",
        "first name",
        "last name",
        "company name",
        "your name",
        "your company",
        "unknown customer",
        "john doe",
        "jane doe",
        "max mustermann",
        "erika mustermann",
    ]
)
"""What people type to try something out, or in the place of a customer; in small letters."""

SAMPLE_MAILBOXES: Final = _words(
    "noemail no-email no.email none nomail no-mail nobody noreply no-reply donotreply test testing fake unknown na asdf none"
)
SAMPLE_MAIL_DOMAINS: Final = _words(
    "example.com example.org example.net example.edu test.com test.de test.test none.com noemail.com nomail.com email.invalid "
    "localhost.localdomain invalid.com asdf.com domain.com mail.invalid"
)
"""Where no mail arrives (RFC 2606 keeps the first ones for examples)."""

MAIL_DOMAINS: Final = _words(
    "gmail.com yahoo.com outlook.com hotmail.com aol.com icloud.com comcast.net live.com msn.com me.com mac.com verizon.net "
    "att.net sbcglobal.net bellsouth.net cox.net charter.net earthlink.net ymail.com mail.com gmx.com gmx.de gmx.net web.de "
    "t-online.de freenet.de protonmail.com proton.me googlemail.com hotmail.co.uk yahoo.co.uk btinternet.com hotmail.fr orange.fr "
    "wanadoo.fr free.fr laposte.net libero.it yahoo.ca rogers.com shaw.ca bell.net sympatico.ca telus.net rocketmail.com "
    "yahoo.fr yahoo.de yahoo.es yahoo.it live.ca live.co.uk outlook.de outlook.fr hotmail.de hotmail.es hotmail.it "
    "zoho.com fastmail.com hey.com qq.com yandex.ru mail.ru bigpond.com optusnet.com.au email.com gmx.at gmx.ch bluewin.ch"
)
"""Where many people have their mail: what a domain that is nearly one of these was meant to be. All of these exist."""

MISTYPED_MAIL_DOMAINS: Final[dict[str, str]] = {
    typed: meant
    for meant, all_typed in {
        "gmail.com": "gmial.com gmail.con gamil.com gmai.com gmal.com gmil.com gnail.com gmaill.com ggmail.com gmail.cm gmail.cmo "
        "gmail.comm gmail.vom gmail.xom gmail.ocm gmali.com gmaik.com gmsil.com gmailcom gmail.coom",
        "yahoo.com": "yaho.com yahooo.com yhoo.com yahoo.con yaoo.com yhaoo.com yahoo.cm yahoo.comm yahoo.cmo yahho.com",
        "hotmail.com": "hotmial.com hotmai.com hotmal.com hotmil.com hotamil.com hotmail.con hotmail.cm hotmaill.com homail.com "
        "hotmail.cmo hotmali.com htomail.com",
        "outlook.com": "outlok.com outloo.com outlook.con outlock.com outllok.com oulook.com outlook.cm outlool.com",
        "icloud.com": "iclod.com icloud.con icoud.com iclound.com icluod.com icloud.cm",
        "aol.com": "aol.con aol.cm aol.comm",
        "comcast.net": "comcast.ne comcast.nett comast.net comcsat.net",
        "live.com": "live.con live.cm",
        "msn.com": "msn.con msn.cm",
    }.items()
    for typed in all_typed.split()
}
"""Mistyped domains of which there is no doubt: they are parked, or cannot be."""

ZIP_FORMS: Final[dict[str, str]] = {
    "US": r"[0-9]{5}(?:-[0-9]{4})?",
    "CA": r"[ABCEGHJ-NPRSTVXY][0-9][ABCEGHJ-NPRSTV-Z] ?[0-9][ABCEGHJ-NPRSTV-Z][0-9]",
    "GB": r"(?:GIR ?0AA|[A-PR-UWYZ][A-HK-Y]?[0-9][0-9A-HJKMNPR-Y]? ?[0-9][ABD-HJLNP-UW-Z]{2}|BFPO ?[0-9]{1,4})",
    "IE": r"[AC-FHKNPRTV-Y][0-9][0-9W] ?[0-9AC-FHKNPRTV-Y]{4}",
    "NL": r"[1-9][0-9]{3} ?[A-Z]{2}",
    "JP": r"[0-9]{3}-?[0-9]{4}",
    "BR": r"[0-9]{5}-?[0-9]{3}",
    "PT": r"[0-9]{4}-[0-9]{3}",
    "PL": r"[0-9]{2}-[0-9]{3}",
    "SE": r"[0-9]{3} ?[0-9]{2}",
    "CZ": r"[0-9]{3} ?[0-9]{2}",
    "SK": r"[0-9]{3} ?[0-9]{2}",
    "GR": r"[0-9]{3} ?[0-9]{2}",
    "IN": r"[1-9][0-9]{2} ?[0-9]{3}",
    "LU": r"(?:L-)?[0-9]{4}",
    "LV": r"LV-[0-9]{4}",
    "LT": r"(?:LT-)?[0-9]{5}",
    "SG": r"[0-9]{6}",
    "CN": r"[0-9]{6}",
    "RU": r"[0-9]{6}",
    "RO": r"[0-9]{6}",
    "IL": r"[0-9]{5}(?:[0-9]{2})?",
    "KR": r"[0-9]{5}",
    "TW": r"[0-9]{3}(?:-?[0-9]{2,3})?",
    "IS": r"[0-9]{3}",
    **dict.fromkeys(
        [
            "DE",
            "FR",
            "IT",
            "ES",
            "FI",
            "EE",
            "HR",
            "MX",
            "TR",
            "UA",
            "MY",
            "TH",
            "ID",
            "MA",
            "RS",
            "VN",
            "KW",
            "SA",
            "PR",
        ],
        r"[0-9]{5}",
    ),
    **dict.fromkeys(["AT", "CH", "BE", "DK", "NO", "AU", "NZ", "HU", "SI", "BG", "ZA", "LI", "CY", "PH"], r"[0-9]{4}"),
}
"""Country -> the form of its postal codes in capitals (after the Universal Postal Union's and CLDR's descriptions); of a
country that is not here nothing is said."""
