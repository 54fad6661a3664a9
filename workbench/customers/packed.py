"""Values put into texts, where they stand: `"credit": 1.50` becomes `"credit": "1.50"`, whatever object it is in.

So polars decodes numbers as they were written, and objects and arrays without a type of their own. The places are found
by the keys' names: in JSON, an unescaped quote, a name and `":` can only be a key. So a known key must not have one of
these names. Each value is checked to be JSON, and compacted; null stays null.
"""

from __future__ import annotations

import re
from typing import Final

import polars as pl

from workbench.customers.odd import Unfit, compact

_STRING: Final = r'"(?:[^"\\]|\\.)*"'
_DEEPEST: Final = 5


def _nested(depth: int) -> str:
    inner = f"|{_nested(depth - 1)}" if depth > 1 else ""
    return rf'[\[{{](?:[^"\[\]{{}}]|{_STRING}{inner})*[\]}}]'


_VALUE: Final = rf'(?:{_STRING}|{_nested(_DEEPEST)}|[^n"\s\[\]{{}}][^,\s\[\]{{}}]*|["\[{{])'
"""Any value but null; of one that is cut off or nested deeper only the first character."""

_PLAIN: Final = r'^(?:"[^"\\\x00-\x1f]*"|true|false|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)$'
"""A value that is JSON as it stands and is written in one way only."""

_SPELT: Final = r'\\u00[2-7][0-9a-fA-F][^"]*":'
"""A key with an escaped letter, which may be a name that is looked for."""


def packed(frame: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    """The rows of `frame` with the values of the keys `names` in `_line` as texts, without those where that fails.

    `_line` is a record without line breaks; `_at` tells the rows apart.
    """
    if not names:
        return frame
    key = rf'"(?:{"|".join(re.escape(name) for name in names)})":'
    line, place = pl.col("_line"), rf"{key}[ \t\r]*{_VALUE}"
    frame = frame.filter(~line.str.contains(_SPELT) & ~line.str.contains(rf"\\{key}"))
    fit = _joined(frame, _cut_at(frame["_line"], names, place))
    if fit.height == frame.height:
        return fit
    rest = frame.join(fit.select("_at"), on="_at", how="anti")
    return pl.concat([fit, _joined(rest, _cut_around(rest["_line"], place))]).sort("_at")


def _cut_at(lines: pl.Series, names: list[str], place: str) -> pl.DataFrame:
    """The lines in pieces that start with each of the names: quick, but a value is cut where a name stands in it."""
    keys = [f'"{name}":' for name in names]
    pieces = lines.str.replace_many(keys, [f"\n{key}" for key in keys]).str.split("\n")
    frame = pl.DataFrame({"row": _rows(lines), "piece": pieces}).explode("piece")
    frame = frame.with_columns(after=pl.col("piece").str.replace("^" + place, ""))
    return frame.select("row", found=pl.col("piece").str.strip_suffix(pl.col("after")), after="after")


def _cut_around(lines: pl.Series, place: str) -> pl.DataFrame:
    """The lines in pieces that start with each place."""
    found = lines.str.extract_all(place)
    after = lines.str.replace_all(place, "\n").str.split("\n")
    frame = pl.DataFrame({"row": _rows(lines), "found": found, "after": after})
    return frame.with_columns(found=pl.concat_list(pl.lit(""), "found")).explode("found", "after")


def _rows(lines: pl.Series) -> pl.Series:
    return pl.int_range(len(lines), dtype=pl.UInt32, eager=True)


def _joined(frame: pl.DataFrame, pieces: pl.DataFrame) -> pl.DataFrame:
    """The lines of `frame` put together from their pieces (`row`, `found`, `after`), with what was found as text."""
    found = _as_text(pieces["found"])
    pieces = pieces.select("row", fit=found.is_not_null(), piece=pl.concat_str(pl.lit(found), "after"))
    lines = pieces.group_by("row", maintain_order=True).agg("piece", pl.col("fit").all())
    return frame.with_columns(lines["piece"].list.join("").alias("_line")).filter(lines["fit"])


def _as_text(found: pl.Series) -> pl.Series:
    """`"key": value` with the value as a text that holds it, without quotes and backslashes; null if it is no JSON."""
    both = found.str.splitn('":', 2).struct
    values = both.field("field_1").str.strip_chars_start(" \t\r")
    values = _compacted(values).str.replace_many(['"', "\\"], ["\\u0022", "\\u005c"])
    text = pl.concat_str(both.field("field_0"), pl.lit('": "'), values, pl.lit('"'))
    return pl.select(pl.when(pl.lit(found) == "").then(pl.lit("")).otherwise(text)).to_series()


def _compacted(values: pl.Series) -> pl.Series:
    """JSON values as `customers.odd` writes them, null for what is no JSON."""
    loose = values.filter(~values.str.contains(_PLAIN)).unique()
    if loose.is_empty():
        return values
    return values.replace(loose, pl.Series([_compact(one) for one in loose], dtype=pl.String))


def _compact(value: str) -> str | None:
    try:
        return compact(value)
    except Unfit:
        return None
