"""Addresses whose country, state or postal code cannot be."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final

import polars as pl
import pycountry

from workbench.customers.countries import plain
from workbench.customers.validity import reasons
from workbench.problems.cases import ZIP_FORMS
from workbench.problems.check import Asked, row_check, value_check
from workbench.problems.columns import COUNTRIES
from workbench.stage.transforms.places import states_of

_LINES: Final = ("address_line_1", "city", "zip_code", "state")


@row_check("country.missing", "warning", COUNTRIES, reads=_LINES)
def missing(asked: Asked) -> pl.DataFrame:
    """The address has no country, so neither its postal code nor its phone can be judged."""
    says = pl.any_horizontal(pl.col(name).fill_null("") != "" for name in _LINES)
    return asked.frame.filter((pl.col("value").fill_null("") == "") & says)


@value_check("country.invalid", "error", COUNTRIES, fix=("country",))
def country(asked: Asked) -> pl.DataFrame:
    """The country is no ISO 3166-1 alpha-2 code. Names and other codes of a country have one."""
    return asked.frame.with_columns(message=reasons(asked.field, asked.frame["value"])).drop_nulls("message")


@value_check("state.unknown", "warning", ["addresses.state"], place="country")
def state(asked: Asked) -> pl.DataFrame:
    """The country has no such state. Where people write the state's code (US, CA, AU, BR, IT) this is said of whatever is none;
    elsewhere, where states have many names, of the states of the US and Canada only."""
    pairs = asked.frame.drop_nulls("country")
    wrong = [not _is_state(value, country) for value, country in pairs.select("value", "country").iter_rows()]
    message = pl.format("{} has no state {}", "country", "value")
    return pairs.filter(pl.Series(wrong, dtype=pl.Boolean)).select("row", message=message)


@value_check("state.spelling", "hint", ["addresses.state"], place="country", fix=("state",))
def spelling(asked: Asked) -> pl.DataFrame:
    """The state is not written as its code, which is how the country's post writes it (US, CA, AU, BR, IT)."""
    pairs = asked.frame.drop_nulls("country")
    other = [
        states_of(country).get(plain(value), value) != value
        for value, country in pairs.select("value", "country").iter_rows()
    ]
    return pairs.filter(pl.Series(other, dtype=pl.Boolean))


@value_check("zip.invalid", "warning", ["addresses.zip_code"], place="country", fix=("zip",))
def zip_code(asked: Asked) -> pl.DataFrame:
    """The postal code is not of the country's form. A US code of four digits lost its zero to a spreadsheet."""
    code = pl.col("value").str.strip_chars().str.to_uppercase()
    said = pl.when(code.str.contains(_NOTHING)).then(pl.lit("stands for no postal code"))
    wrong = [
        part.filter(code.str.contains(_NOTHING) | ~code.str.contains(f"^(?:{ZIP_FORMS.get(one, _ANY)})$"))
        for (one,), part in asked.frame.partition_by("country", as_dict=True).items()
    ]
    found = pl.concat([asked.frame.head(0), *wrong])
    return found.select("row", message=said.otherwise(pl.format("not of the form of {}", "country")))


@cache
def _subdivisions() -> Mapping[str, Sequence[tuple[str, str]]]:
    """Country -> the name and the code of each of its parts."""
    found: dict[str, list[tuple[str, str]]] = {}
    for one in pycountry.subdivisions:
        found.setdefault(one.country_code, []).append((one.name, one.code))
    return found


@cache
def _written(country: str) -> frozenset[str]:
    """The states of a country as people write them, as `plain` makes them: names, codes, and what else is known."""
    found = set(states_of(country))
    for name, code in _subdivisions().get(country, ()):
        found |= {plain(part) for part in (*re.split(r"[\[\]/,;]", name), name)}
        found |= {plain(code), plain(code.partition("-")[2])}
    return frozenset(found)


def _is_state(value: str, country: str) -> bool:
    text = plain(value)
    if not text or text in _written(country):
        return True
    if country in _CODED:
        return False
    return not any(text in _written(other) for other in _ABROAD)


_CODED: Final = ("US", "CA", "AU", "BR", "IT")
_ABROAD: Final = ("US", "CA")
_ANY: Final = "(?s:.*)"
_NOTHING: Final = "^(?:0+|9{5,}|1234?5?|X+|N/?A)$"
