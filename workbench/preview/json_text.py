"""Columns of values as columns of JSON text, without a Python loop over what is plain."""

from __future__ import annotations

from typing import Final

import orjson
import polars as pl

_ODD: Final = r'["\\\x00-\x1f]'


def json_text(values: pl.Series, *, null: str | None = "null") -> pl.Series:
    """Each value as JSON text (String); a null becomes `null`'s text, or stays null if that is None.

    Text is written as it is, UTF-8, with only what JSON demands escaped.
    """
    if isinstance(values.dtype, pl.List):
        made = _lists(values)
    elif values.dtype == pl.Boolean:
        made = values.replace_strict({True: "true", False: "false"}, default=None, return_dtype=pl.String)
    else:
        made = _texts(values)
    return made if null is None else made.fill_null(null)


def json_object(texts: pl.DataFrame) -> pl.Series:
    """Each row of columns of texts as a JSON object (String) without its nulls."""
    pairs = []
    for number, column in enumerate(texts):
        value = json_text(column, null=None)
        key = pl.lit(orjson.dumps(column.name).decode() + ":")
        pairs.append(value.to_frame("v").select((key + pl.col("v")).alias(str(number))).to_series())
    inside = pl.concat_str(pl.all(), separator=",", ignore_nulls=True)
    return pl.DataFrame(pairs).select(o=pl.lit("{") + inside + pl.lit("}"))["o"]


def exported_object(texts: pl.DataFrame) -> pl.Series:
    """`json_object` for a sheet. XML, and so a workbook, has no place for two code points: they are escaped."""
    found = json_object(texts)
    for point in ("fffe", "ffff"):
        found = found.str.replace_all(chr(int(point, 16)), f"\\u{point}", literal=True)
    return found


def _texts(values: pl.Series) -> pl.Series:
    frame = values.rename("v").to_frame()
    plain = frame.select(t=pl.concat_str(pl.lit('"'), "v", pl.lit('"')))["t"]
    odd = values.str.contains(_ODD).fill_null(False)
    if not odd.any():
        return plain
    rows = odd.arg_true()
    escaped = pl.Series([orjson.dumps(value).decode() for value in values.gather(rows)], dtype=pl.String)
    return plain.scatter(rows, escaped)


def _lists(values: pl.Series) -> pl.Series:
    frame = pl.DataFrame({"v": values})
    texts = frame.select(pl.col("v").explode(empty_as_null=False, keep_nulls=False))["v"]
    if texts.null_count() or texts.str.contains(_ODD).any():
        made = [None if value is None else orjson.dumps(value.to_list()).decode() for value in values]
        return pl.Series(made, dtype=pl.String)
    joined = pl.lit('["') + pl.col("v").list.join('","') + pl.lit('"]')
    return frame.select(t=pl.when(pl.col("v").list.len() == 0).then(pl.lit("[]")).otherwise(joined))["t"]
