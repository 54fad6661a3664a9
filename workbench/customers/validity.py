"""Validity: which values the API documents as wrong, and what a person typed as a field's value.

Only documented limits count (`update-customer.txt`, `api/README.md`): the form of a phone number, not the numbering
plan; the form of an email address, not whether it exists.
"""

from __future__ import annotations

import re
from typing import Final

import polars as pl

from workbench.customers.countries import CODES
from workbench.customers.fields import ADDRESS_TYPES, Field, Kind
from workbench.errors import UsageError

E164: Final = r"^\+[1-9][0-9]{6,14}$"
"""The form of an E.164 number, for polars' regex."""

EMAIL: Final = r"^[^@\s\p{Cc}]+@[^@\s\p{Cc}]+\.[^@\s\p{Cc}]+$"
"""The form of an email address: one @, a dot in the domain, no white space, no control characters."""

_HALF: Final = re.compile("[\ud800-\udfff]")
_CONTROLS: Final = r"[\x00-\x1F]"
_WITHOUT_CONTROLS: Final = (Kind.PHONE, Kind.EMAIL, Kind.COUNTRY)
"""What is of these kinds' form holds no control characters."""
_FLAGS: Final = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def reasons(field: Field, values: pl.Series) -> pl.Series:
    """Why each value breaks `field`'s documented limits: a String series beside `values`, null where the value is fine.

    Null and "" are always fine, and so are flags and lists of ids, whose type is their check. Limits are in characters.
    """
    if values.dtype != pl.String:
        return pl.repeat(None, values.len(), dtype=pl.String, eager=True).alias("reason")
    value = pl.col("value")
    controls = value.str.contains(_CONTROLS)
    wrong, sentence = _form(field)
    long = pl.lit(False) if field.limit is None else value.str.len_bytes() > field.limit
    frame = values.to_frame("value").with_row_index()
    # each test once over all, the sentences only for those that fail one: nearly no value does
    suspect = frame.filter(
        (value != "") & (wrong | long if field.kind in _WITHOUT_CONTROLS else controls | wrong | long)
    )
    why = pl.when(controls).then(pl.lit("holds control characters")).when(wrong).then(pl.lit(sentence))
    if field.limit is not None:
        why = why.when(value.str.len_chars() > field.limit).then(pl.lit(f"longer than {field.limit} characters"))
    said = suspect.select("index", reason=why.otherwise(None).cast(pl.String))
    nothing = pl.repeat(None, values.len(), dtype=pl.String, eager=True).alias("reason")
    return nothing.scatter(said["index"], said["reason"]) if said.height else nothing


def has_halves(text: str) -> bool:
    """Whether a text holds half a character (a lone surrogate), as no file could."""
    return _HALF.search(text) is not None


def coerce(field: Field, text: str) -> object:
    """What a person typed as a value of `field`: str, bool for a flag, list of str for a list of ids, None for "".

    Text is kept as typed; around ids and flags spaces do not count, and of a repeated id the first stays. Raises
    `UsageError` for a read-only field, a flag that is none or is cleared, and text that no file could hold.
    """
    name = f"{field.table}.{field.name}"
    if not field.editable:
        raise UsageError(f"{name} is read-only: the API has no way to change it")
    if has_halves(text):
        raise UsageError(f"{name}: the value holds half a character (a lone surrogate); type it again")
    if field.kind is Kind.FLAG:
        return _flag(name, text)
    if field.kind is Kind.IDS:
        return list(dict.fromkeys(part.strip() for part in text.split(",") if part.strip())) or None
    return (text.strip() if field.kind is Kind.ID else text) or None


def _form(field: Field) -> tuple[pl.Expr, str]:
    value = pl.col("value")
    if field.kind is Kind.PHONE:
        return ~value.str.contains(E164), "not E.164, for example +14155552671"
    if field.kind is Kind.EMAIL:
        return ~value.str.contains(EMAIL), "not an email address"
    if field.kind is Kind.COUNTRY:
        return ~value.is_in(sorted(CODES)), "not an ISO 3166-1 alpha-2 country code"
    if (field.table, field.name) == ("addresses", "type"):
        return ~value.is_in(ADDRESS_TYPES), f"not {' or '.join(ADDRESS_TYPES)}"
    return pl.lit(False), ""


def _flag(name: str, text: str) -> bool:
    word = text.strip().casefold()
    if not word:
        raise UsageError(f"{name}: a flag cannot be cleared; give true or false")
    if word not in _FLAGS:
        raise UsageError(f"{name} is a flag: {text!r} is not one of {', '.join(_FLAGS)}")
    return _FLAGS[word]
