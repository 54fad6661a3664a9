"""What the checks of single values find and suggest, with the edge cases of the libraries that know about them."""

from __future__ import annotations

from typing import Any

import phonenumbers
import pytest

from workbench.problems.cases import MAIL_DOMAINS, MISTYPED_MAIL_DOMAINS, ZIP_FORMS

FINE = (False, None)

CASES: list[tuple[str, str, str | None, tuple[bool, str | None]]] = [
    ("email.invalid", "a@acme.com", None, FINE),
    ("email.invalid", "ann@bücher.example", None, FINE),
    ("email.invalid", "Ann Lee <ann@acme.com>", None, (True, None)),
    ("email.invalid", "<mailto:ann@acme.com>", None, (True, "ann@acme.com")),
    ("email.invalid", "ann@acme.com ", None, (True, "ann@acme.com")),
    ("email.invalid", "ann@acme", None, (True, None)),
    ("email.invalid", "a@b.com; c@d.com", None, (True, None)),
    ("email.domain", "ann@gmial.com", None, (True, "ann@gmail.com")),
    ("email.domain", "Ann@GMAIL.CON", None, (True, "Ann@gmail.com")),
    ("email.domain", "ann@hotmaik.com", None, (True, None)),
    ("email.domain", "ann@ymail.com", None, FINE),
    ("email.domain", "ann@mail.com", None, FINE),
    ("email.domain", "ann@gmail.com", None, FINE),
    ("email.domain", "ann@gmail.com.acme.com", None, FINE),
    ("email.domain", "no at sign gmial.com", None, FINE),
    ("email.placeholder", "NoEmail@acme.com", None, (True, None)),
    ("email.placeholder", "ann@example.com", None, (True, None)),
    ("email.placeholder", "ann@acme.com", None, FINE),
    ("email.placeholder", "none", None, FINE),
    ("phone.invalid", "+14155552671", "US", FINE),
    ("phone.invalid", "(415) 555-2671", "US", (True, "+14155552671")),
    ("phone.invalid", "030 123456", "DE", (True, "+4930123456")),
    ("phone.invalid", "030 123456", "US", (True, None)),
    ("phone.invalid", "0039 06 698 1234", "DE", (True, "+39066981234")),
    ("phone.invalid", "1-800-FLOWERS", "US", (True, None)),
    ("phone.invalid", "415-555-2671 x12", "US", (True, None)),
    ("phone.invalid", "\u202a+1 (415) 555\u20112671\u202c", "US", (True, "+14155552671")),
    ("phone.invalid", "000-000-0000", "US", (True, None)),
    ("phone.unassigned", "+14155552671", None, FINE),
    ("phone.unassigned", "+11234567890", None, (True, None)),
    ("phone.unassigned", "+9991234567", None, (True, None)),
    ("phone.unassigned", "+442079460000", None, FINE),
    ("phone.unassigned", "+80012345678", None, FINE),
    ("phone.unassigned", "555-2671", None, FINE),
    ("country.invalid", "US", None, FINE),
    ("country.invalid", "us", None, (True, "US")),
    ("country.invalid", "U.S.A.", None, (True, "US")),
    ("country.invalid", "Deutschland", None, (True, "DE")),
    ("country.invalid", "Türkei", None, (True, None)),
    ("country.invalid", "Korea", None, (True, None)),
    ("state.unknown", "TX", "US", FINE),
    ("state.unknown", "Texas", "US", FINE),
    ("state.unknown", "Tex.", "US", FINE),
    ("state.unknown", "Ontario", "US", (True, None)),
    ("state.unknown", "Texass", "US", (True, None)),
    ("state.unknown", "Bavaria", "DE", FINE),
    ("state.unknown", "Bayern", "DE", FINE),
    ("state.unknown", "Texas", "DE", (True, None)),
    ("state.unknown", "Texas", None, FINE),
    ("state.unknown", "Québec", "CA", FINE),
    ("state.unknown", "SP", "BR", FINE),
    ("state.spelling", "Texas", "US", (True, "TX")),
    ("state.spelling", "n.y.", "US", (True, "NY")),
    ("state.spelling", "TX", "US", FINE),
    ("state.spelling", "Bayern", "DE", FINE),
    ("zip.invalid", "75201", "US", FINE),
    ("zip.invalid", "75201-1234", "US", FINE),
    ("zip.invalid", "2134", "US", (True, "02134")),
    ("zip.invalid", "021341234", "US", (True, "02134-1234")),
    ("zip.invalid", "00000", "US", (True, None)),
    ("zip.invalid", "EC1A 1BB", "GB", FINE),
    ("zip.invalid", "ec1a1bb", "GB", FINE),
    ("zip.invalid", "75201", "GB", (True, None)),
    ("zip.invalid", "D-10115", "DE", (True, None)),
    ("zip.invalid", "K1A 0B1", "CA", FINE),
    ("zip.invalid", "12345", "CA", (True, None)),
    ("zip.invalid", "anything", "HK", FINE),
    ("zip.invalid", "75201 1", None, FINE),
    ("text.mojibake", "CafÃ© MÃ¼ller", None, (True, "Café Müller")),
    ("text.mojibake", "River &amp; Rye", None, (True, "River & Rye")),
    ("text.mojibake", "ãƒ¤ãƒžãƒˆå®¶å…·", None, (True, "ヤマト家具")),
    ("text.mojibake", "Café Müller", None, FINE),
    ("text.mojibake", "IKEA® – Größe ½ “M”", None, FINE),
    ("text.mojibake", "AT&T", None, FINE),
    ("text.mojibake", "Caf\ufffd", None, (True, None)),
    ("text.mojibake", "ﬁne", None, FINE),
    ("text.spaces", " Acme", None, (True, "Acme")),
    ("text.spaces", "Acme\u00a0Inc", None, (True, "Acme Inc")),
    ("text.spaces", "Acme  Inc", None, (True, "Acme Inc")),
    ("text.spaces", "Acme\tInc", None, (True, "Acme Inc")),
    ("text.spaces", "Acme Inc", None, FINE),
    ("text.spaces", "   ", None, (True, "")),
    ("text.invisible", "Acme\u200b", None, (True, "Acme")),
    ("text.invisible", "Ac\u00adme", None, (True, None)),
    ("text.invisible", "می\u200cخواهم", None, FINE),
    ("text.invisible", "👩\u200d🌾", None, FINE),
    ("text.placeholder", "N/A", None, (True, "")),
    ("text.placeholder", " - ", None, (True, "")),
    ("text.placeholder", "TEST CUSTOMER", None, (True, None)),
    ("text.placeholder", "Testa", None, FINE),
    ("text.placeholder", "Na Li", None, FINE),
    ("limit.exceeded", "x" * 256, None, (True, None)),
    ("limit.exceeded", "x" * 255, None, FINE),
    ("limit.exceeded", "Acme\tInc\n", None, (True, "Acme Inc")),
    ("name.shouting", "MARIA", None, (True, "Maria")),
    ("name.shouting", "MCDONALD", None, (True, "McDonald")),
    ("name.shouting", "O'BRIEN", None, (True, "O'Brien")),
    ("name.shouting", "Maria", None, FINE),
    ("name.shouting", "JJ", None, FINE),
    ("name.shouting", "JKLM", None, (True, None)),
    ("name.shouting", "TEST", None, FINE),
    ("name.shouting", "王小明", None, FINE),
    ("name.legal_form", "Acme Inc", None, FINE),
    ("name.legal_form", "Acme LLC LLC", None, (True, "Acme LLC")),
    ("name.legal_form", "Acme, Inc., Inc.", None, (True, "Acme, Inc.")),
    ("name.legal_form", "Acme GmbH & Co. KG", None, FINE),
    ("name.legal_form", "Acme Co., Ltd.", None, FINE),
    ("name.legal_form", "Acme Pty Ltd", None, FINE),
    ("name.legal_form", "Acme Inc LLC", None, (True, None)),
    ("name.legal_form", "Acme LLC Tools LLC", None, (True, None)),
    ("name.legal_form", "Inc Magazine LLC", None, FINE),
    ("name.legal_form", "COOP AMBA", None, FINE),
]  # fmt: skip

COLUMNS = {
    "text.placeholder": "customers.first_name",
    "limit.exceeded": "customers.reference_id",
    "name.legal_form": "customers.company_name",
}


@pytest.mark.parametrize(("rule", "value", "place", "expected"), CASES)
def test_a_check_finds_and_suggests(
    rule: str, value: str, place: str | None, expected: tuple[bool, str | None], help: Any
) -> None:
    assert help.judged(rule, value, place, COLUMNS.get(rule, "")) == expected


def test_a_companys_name_in_capitals_is_told_and_nothing_is_suggested(help: Any) -> None:
    assert help.judged("name.shouting", "ACME FURNITURE LLC", None, "customers.company_name") == (True, None)


def test_a_companys_placeholder_is_not_cleared(help: Any) -> None:
    assert help.judged("text.placeholder", "n/a", None, "customers.company_name") == (True, None)
    assert ("customers", "reference_id") not in help.check("text.placeholder").on


def test_an_address_type_that_is_none_breaks_a_limit(help: Any) -> None:
    assert help.judged("limit.exceeded", "home", None, "addresses.type") == (True, None)
    assert help.judged("limit.exceeded", "billing", None, "addresses.type") == FINE


def test_a_suggestion_over_a_limit_is_none(help: Any) -> None:
    assert help.judged("text.spaces", "x" * 60 + " ", None, "customers.first_name") == (True, None)


def test_no_provider_is_taken_for_a_mistake(help: Any) -> None:
    for domain in MAIL_DOMAINS:
        assert help.judged("email.domain", f"ann@{domain}") == FINE
    assert not MAIL_DOMAINS & MISTYPED_MAIL_DOMAINS.keys()
    assert set(MISTYPED_MAIL_DOMAINS.values()) <= MAIL_DOMAINS


@pytest.mark.parametrize("region", sorted(phonenumbers.SUPPORTED_REGIONS))
def test_an_example_number_of_every_country_is_understood(region: str, help: Any) -> None:
    number = phonenumbers.example_number(region)
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    assert help.judged("phone.unassigned", written) == FINE
    abroad = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    assert help.judged("phone.invalid", abroad, "US") in ((True, written), FINE)


def test_postal_codes_of_every_form_are_of_one_country_each(help: Any) -> None:
    examples = {"US": "75201", "CA": "K1A 0B1", "GB": "SW1A 2AA", "DE": "10115", "NL": "1012 AB", "JP": "100-0001",
                "PL": "00-950", "PT": "1000-260", "IE": "D02 X285", "BR": "01310-100", "SE": "111 22"}  # fmt: skip
    assert examples.keys() <= ZIP_FORMS.keys()
    for country, code in examples.items():
        assert help.judged("zip.invalid", code, country) == FINE
