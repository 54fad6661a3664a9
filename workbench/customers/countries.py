"""Countries: the codes of ISO 3166-1 alpha-2, and the ways in which people write a country.

Names and codes are pycountry's (the Debian iso-codes). To these come a country's name in its own language and what
people write in practice. What could mean two countries (Korea, Congo, America) means none here, and so do numeric
codes: 352 is Iceland to ISO and Luxembourg to a telephone.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Final

import polars as pl
import pycountry

CODES: Final[frozenset[str]] = frozenset(country.alpha_2 for country in pycountry.countries)
"""Every code of ISO 3166-1 alpha-2, upper-case."""

_AMBIGUOUS: Final = ("Congo", "Guyane", "Virgin Islands", "Saint Martin")

_ALSO: Final[dict[str, str]] = {
    "AE": "UAE, Emirates, الإمارات العربية المتحدة, الإمارات",
    "AL": "Shqipëria",
    "AM": "Հայաստան",
    "AT": "Österreich, Oesterreich",
    "BA": "Bosnia, Bosna i Hercegovina",
    "BE": "België, Belgique, Belgien",
    "BG": "България",
    "BR": "Brasil",
    "BN": "Brunei",
    "BY": "Беларусь",
    "CD": "DR Congo, DRC, Democratic Republic of the Congo",
    "CH": "Schweiz, Suisse, Svizzera",
    "CI": "Ivory Coast",
    "CN": "中国, PRC, Mainland China",
    "CV": "Cape Verde",
    "CZ": "Česko, Česká republika, Czech Rep",
    "DE": "Deutschland, GER, Allemagne, Bundesrepublik Deutschland",
    "DK": "Danmark",
    "DO": "República Dominicana, Dominican Rep",
    "DZ": "الجزائر",
    "EE": "Eesti",
    "EG": "مصر",
    "ES": "España, Espana, Espagne",
    "FI": "Suomi",
    "FK": "Falkland Islands",
    "FM": "Micronesia",
    "FR": "Frankreich",
    "GB": "UK, Great Britain, Britain, England, Scotland, Wales, Northern Ireland, Cymru",
    "GE": "საქართველო",
    "GR": "Ελλάδα, Ελλάς, Hellas",
    "HK": "香港, Hong Kong SAR",
    "HR": "Hrvatska",
    "HU": "Magyarország",
    "IE": "Éire, Republic of Ireland",
    "IL": "ישראל",
    "IN": "भारत, Bharat",
    "IR": "ایران",
    "IS": "Ísland",
    "IT": "Italia",
    "JP": "日本, Nippon",
    "KP": "조선민주주의인민공화국, DPRK",
    "KR": "대한민국, 한국, Republic of Korea, Korea South",
    "KZ": "Қазақстан",
    "LT": "Lietuva",
    "LV": "Latvija",
    "MA": "Maroc, المغرب",
    "MK": "Macedonia, Северна Македонија",
    "MM": "Burma",
    "MO": "Macau",
    "MX": "México",
    "NL": "Nederland, Holland, The Netherlands, NED",
    "NO": "Norge, Noreg",
    "NZ": "Aotearoa",
    "PE": "Perú",
    "PH": "Pilipinas",
    "PL": "Polska",
    "PS": "Palestine",
    "RO": "România",
    "RS": "Србија, Srbija",
    "RU": "Russia, Россия",
    "SA": "KSA, السعودية, المملكة العربية السعودية",
    "SE": "Sverige",
    "SI": "Slovenija",
    "SK": "Slovensko",
    "SZ": "Swaziland",
    "TH": "ประเทศไทย, ไทย",
    "TL": "East Timor",
    "TR": "Turkey",
    "TW": "台灣, 臺灣, 台湾",
    "UA": "Україна",
    "US": "U.S., United States America, Estados Unidos, EE.UU., États-Unis, Vereinigte Staaten",
    "VA": "Vatican, Vatican City, Holy See",
    "VG": "British Virgin Islands",
    "VI": "US Virgin Islands",
    "ZA": "RSA, Suid-Afrika",
}


def alpha2(text: str) -> str | None:
    """The ISO alpha-2 code that `text` means (a code, a name, in any case and with or without dots), else None."""
    code = text.strip().upper()
    return code if code in CODES else _names().get(plain(text))


def alpha2_codes(values: pl.Series) -> pl.Series:
    """For a String series the code that each value means, null where it means none; costs its distinct values."""
    distinct = values.drop_nulls().unique()
    codes = pl.Series([alpha2(value) for value in distinct], dtype=pl.String)
    return values.replace_strict(distinct, codes, default=None, return_dtype=pl.String)


def plain(text: str) -> str:
    """`text` as names are compared: without case, accents, dots, invisible marks; other signs are spaces, & is and."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if unicodedata.category(c) not in ("Mn", "Cf"))
    words = re.sub(r"[\W_]+", " ", re.sub(r"[.'’]", "", bare.casefold().replace("&", " and "))).strip()
    initials = re.sub(r"(?<=\b\w) (?=\w\b)", "", words)
    return re.sub(r"^st ", "saint ", re.sub(r"^the ", "", initials))


@cache
def _names() -> dict[str, str]:
    names: dict[str, str] = {}
    for country in pycountry.countries:
        for key in ("name", "common_name", "official_name", "alpha_3"):
            if hasattr(country, key):
                names.setdefault(plain(getattr(country, key)), country.alpha_2)
    for name in _AMBIGUOUS:
        names.pop(plain(name), None)
    names.update({plain(name): code for code, also in _ALSO.items() for name in also.split(", ")})
    return names
