"""Words whose capitals no rule gives: legal forms, initials, particles of names."""

from __future__ import annotations

from typing import Final


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


def _by_small(*lists: str) -> dict[str, str]:
    return {word.casefold(): word for words in lists for word in words.split()}


FIXED: Final = _by_small(
    "LLC LLP PLLC PLC GmbH gGmbH mbH KGaA OHG SARL EURL SpA SRL SNC ApS OYJ BVBA SPRL",
    "USA UK UAE EU NYC DC UPS USPS DHL FedEx IBM BMW TV DJ BBQ DIY ATM RV HVAC PVC LED YMCA PO HQ",
    "CEO CFO COO CTO CIO VP SVP EVP HR PhD",
    "II III IV VI VII VIII IX XII XIII XIV",
)
"""Written like this wherever they stand. XI is missing because it is a name; so is US, because us is a word."""

ENDINGS: Final = _by_small("LP PC PA AG KG UG SE SA SAS NV BV AB AS ASA OY KK SC CV CPA DDS MD DVM ESQ")
"""Written like this after another word only: "Ag Supply" is about farming."""

ENDINGS["esq"] = "Esq"

ABBREVIATED: Final = _by_small("e.V. S.p.A. S.r.l. S.à.r.l. Ph.D. d/b/a f/k/a a/k/a c/o A/S")
"""Abbreviations with dots or slashes that are not all capitals, or that no dots tell from words."""

ENGLISH: Final = _set("and or of the at by for in on to upon an")
"""English words that are small between others."""

PARTICLES: Final = _set("de del della dei di da das des dos du van von vom zu zum zur ter und et sur sous aux ibn bint")
"""Words of names that are small between others; in a mixed value they may be small at its start too."""

AFTER_PARTICLE: Final = _set("la las le los lo der den dem het")
"""Small after a small word, as in de la Cruz and van der Berg; La Crosse has none before it."""

SMALL_IN: Final[dict[str, frozenset[str]]] = {
    **dict.fromkeys(("DE", "AT", "CH", "LI"), _set("am im an bei auf in")),
    **dict.fromkeys(("BR", "PT", "AO", "MZ"), frozenset(("do", "e"))),
    **dict.fromkeys(("ES", "MX", "AR", "CO", "CL", "PE"), frozenset("y")),
    **dict.fromkeys(("NL", "BE"), _set("op aan ten te")),
}
"""Small in the languages of these countries only: elsewhere they are words or initials."""

MACS: Final = _by_small(
    "MacArthur MacAulay MacDonald MacDonell MacDougall MacFarlane MacGregor MacInnes MacIntosh MacIntyre MacIsaac",
    "MacKay MacKinnon MacLachlan MacLaren MacLean MacLellan MacLeod MacMahon MacMillan MacNeil MacNeill MacPhail",
    "MacPherson MacQueen MacRae MacTavish",
)
"""Mac names with a second capital; a rule would make MacHine and MacIas."""

BEFORE_APOSTROPHE: Final = _set("dell dall nell sant all")
"""Beside single letters (O', D', L', N'), what an apostrophe ties to a name: Dell'Acqua, but Ka'anapali."""

AFTER_APOSTROPHE: Final = _set("s t d m i ll re ve")
"""What stays small after an apostrophe: Joe's, Don't, Hawai'i."""

DOMAINS: Final = _set("com net org edu gov co de uk io biz info")
"""What stays small after a dot within a word: Amazon.com."""
