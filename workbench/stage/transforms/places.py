"""Places: countries, states and ZIP codes as an address should hold them."""

from __future__ import annotations

from functools import cache
from typing import Final

import polars as pl
import pycountry

from workbench.customers.countries import alpha2_codes, plain
from workbench.stage.transforms.distinct import over_pairs

_STATES_BY_POST: Final = ("US", "CA", "AU", "BR", "IT")
"""Countries whose post writes the ISO 3166-2 code; elsewhere (Germany, France, Mexico) people write the name."""

_NO_PROVINCES: Final = ("Region", "Autonomous region")

_ALSO: Final[dict[str, dict[str, str]]] = {
    "US": {
        "AL": "Ala",
        "AZ": "Ariz",
        "AR": "Ark",
        "CA": "Calif, Cal",
        "CO": "Colo",
        "CT": "Conn",
        "DC": "Washington DC",
        "DE": "Del",
        "FL": "Fla",
        "IL": "Ill",
        "IN": "Ind",
        "KS": "Kans",
        "MA": "Mass",
        "MI": "Mich",
        "MN": "Minn",
        "MO": "Mo",
        "NE": "Nebr, Neb",
        "NV": "Nev",
        "NM": "N Mex",
        "NY": "New York State",
        "ND": "N Dak",
        "OK": "Okla",
        "OR": "Ore, Oreg",
        "PA": "Penn, Penna",
        "SD": "S Dak",
        "TN": "Tenn",
        "TX": "Tex",
        "VI": "US Virgin Islands, Virgin Islands",
        "WA": "Wash, Washington State",
        "WV": "W Va",
        "WI": "Wis, Wisc",
        "WY": "Wyo",
    },
    "CA": {"NL": "Newfoundland, Labrador", "PE": "PEI", "QC": "Que", "ON": "Ont", "BC": "B C", "AB": "Alta"},
}


def country(values: pl.Series, regions: pl.Series) -> pl.Series:
    """The ISO alpha-2 code of a country written as a name or a code; what is none stays as it is."""
    return alpha2_codes(values).fill_null(values).alias(values.name)


def state(values: pl.Series, regions: pl.Series) -> pl.Series:
    """The code of a state or province written as a name, in countries whose post writes codes (US, CA, AU, BR, IT)."""
    return over_pairs(values, regions, lambda text, region: states_of(region or "").get(plain(text), text))


def zip_code(values: pl.Series, regions: pl.Series) -> pl.Series:
    """A US ZIP code as 12345 or 12345-6789; four digits get back the zero that a spreadsheet took.

    Only where the row's country is the US; what has another form stays as it is. A row without a country of its own is
    read as the default region's: choose rows with a country where foreign addresses are among them.
    """
    value = pl.col("value")
    bare = value.str.strip_chars()
    made = (
        pl.when(bare.str.contains(r"^[0-9]{5}$"))
        .then(bare)
        .when(bare.str.contains(r"^[0-9]{4}$"))
        .then("0" + bare)
        .when(bare.str.contains(r"^[0-9]{5}[-–\s]?[0-9]{4}$"))
        .then(bare.str.replace(r"^([0-9]{5})[-–\s]?([0-9]{4})$", "${1}-${2}"))
        .otherwise(value)
    )
    kept = pl.when(pl.col("region") == "US").then(made).otherwise(value)
    return pl.DataFrame({"value": values, "region": regions}).select(kept.alias(values.name))[values.name]


@cache
def states_of(region: str) -> dict[str, str]:
    """What people write -> the code, for one country; empty where the post does not write codes."""
    names: dict[str, str] = {}
    if region not in _STATES_BY_POST:
        return names
    for subdivision in pycountry.subdivisions:
        if subdivision.country_code != region or subdivision.type in _NO_PROVINCES:
            continue
        code = subdivision.code.removeprefix(f"{region}-")
        names.update({plain(text): code for text in (subdivision.name, code, subdivision.code)})
    for code, also in _ALSO.get(region, {}).items():
        names.update({plain(text): code for text in also.split(", ")})
    return names
