"""Columns of values as columns of JSON text, without a Python loop.

What is plain (most texts) is told as it is, between quotes; where something must be escaped, polars' own writing of JSON does it,
which escapes as orjson does.
"""

from __future__ import annotations

from typing import Final

import orjson
import polars as pl

from workbench.preview.spliced import Piece, spliced

_QUOTE, _BACKSLASH, _SPACE = b'"\\ '
_ENCODED: Final = pl.struct("v").struct.json_encode()
_BEFORE: Final = len('{"v":')


def json_text(values: pl.Series, *, null: str | None = "null") -> pl.Series:
    """Each value (String, Boolean or List of String) as JSON text (String); a null becomes `null`'s text, or stays null if that is
    None.

    Text is written as it is, UTF-8, with only what JSON demands escaped.
    """
    if values.dtype == pl.Boolean:
        made = values.cast(pl.String)
    elif values.dtype == pl.String and _is_plain(values):
        made = spliced(['"', values, '"'], values.len())
    else:
        made = _encoded(values)
    return made if null is None else made.fill_null(null)


def json_pieces(values: pl.Series, null: str = "null") -> list[Piece]:
    """The same as pieces that are JSON text when they stand one after the other (see `preview.spliced`): where it goes into a
    longer text anyhow, plain texts are not copied before, and a value that all have is one text. None of the series has a null."""
    if values.null_count() == values.len():
        return [null]
    if values.dtype in (pl.String, pl.Boolean) and not values.null_count():
        if (values == values[0]).all():
            return [orjson.dumps(values[0]).decode()]
        if values.dtype == pl.String and _is_plain(values):
            return ['"', values, '"']
    return [json_text(values, null=null)]


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


def _is_plain(texts: pl.Series) -> bool:
    """Whether nothing in them must be escaped. All bytes are looked at together: a fifth of what a search in each text takes."""
    codes = texts.cast(pl.Binary).cast(pl.List(pl.UInt8)).explode(empty_as_null=False, keep_nulls=False)
    return not ((codes == _QUOTE) | (codes == _BACKSLASH) | (codes < _SPACE)).any()


def _encoded(values: pl.Series) -> pl.Series:
    frame = values.rename("v").to_frame()
    text = _ENCODED.str.slice(_BEFORE).str.head(-1)
    return frame.select(t=pl.when(pl.col("v").is_not_null()).then(text))["t"]
