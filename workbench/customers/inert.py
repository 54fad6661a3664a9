"""Texts that no spreadsheet computes when it opens a CSV file, and back.

A cell that begins as a formula does is written with one apostrophe before it, which shows, and so does one that begins with
apostrophes before such a beginning: by this nothing that is read back is ever taken for protection that is none. The
beginnings are OWASP's ("CSV Injection"), with the full-width signs that East Asian versions of Excel take for the same.
In XLSX a text is a text by its type; nothing is put before it there. JSON, NDJSON and Parquet are for programs: exact as well.
A CSV file may come back as a workbook, and a workbook of ours as CSV: the headings tell which it was (`protected`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import polars as pl

from workbench.customers.flat import is_part

_FORMULA: Final = r"^'*[=+\-@\t\r\n＝＋－＠]"
_COMPUTED: Final = r"^(?:[=＝]|[+\-@＋－＠].*(?:[A-Za-z]\(|[|!]))"
_SIGNED: Final = r"^[+\-][0-9]+$"
_PROTECTED: Final = r"^''*[=+\-@\t\r\n＝＋－＠]"


def inert(name: str, *, numbers: bool = True) -> pl.Expr:
    """The texts of a String column, each with one apostrophe before it if it could be taken for a formula. With `numbers` also
    before a whole number with its sign: no spreadsheet computes that, but it writes a phone without its plus."""
    text = pl.col(name)
    formula = text.str.contains(_FORMULA)
    formula = formula if numbers else formula & ~text.str.contains(_SIGNED)
    return pl.when(formula).then(pl.lit("'") + text).otherwise(text).alias(name)


def computed(texts: pl.Series) -> pl.Series:
    """A Boolean for each text: it looks like what somebody meant a spreadsheet to compute (`=A1+B1`, `+SUM(A1)`, `@cmd|..`),
    and not merely like a phone or a handle; false for null."""
    return texts.str.contains(_COMPUTED).fill_null(False)


def inert_text(text: str) -> str:
    """`inert`, of one text."""
    return f"'{text}" if _FORMULA_TEXT.match(text) else text


def original(name: str) -> pl.Expr:
    """The texts of a String column as they were before `inert`. Text that a person typed stays, unless an apostrophe stands
    before what would be a formula without it: that is what people and other programs put there for the same reason."""
    text = pl.col(name)
    return pl.when(text.str.contains(_PROTECTED)).then(text.str.slice(1)).otherwise(text).alias(name)


def protected(headings: Iterable[str]) -> bool:
    """Whether what stands under these headings, in a CSV file or a workbook, is to be taken as it was before `inert`: always, but
    in what was a workbook of ours."""
    return not any(map(is_part, headings))


def inert_frame(frame: pl.DataFrame, *, numbers: bool = True) -> pl.DataFrame:
    """A frame whose String columns are `inert`."""
    return frame.with_columns(inert(name, numbers=numbers) for name, kind in frame.schema.items() if kind == pl.String)


def original_frame(frame: pl.DataFrame) -> pl.DataFrame:
    """The String columns of a frame as they were before `inert_frame`."""
    return frame.with_columns(original(name) for name, kind in frame.schema.items() if kind == pl.String)


def original_text(text: str) -> str:
    """`original`, of one text."""
    return text[1:] if text.startswith("'") and _PROTECTED_TEXT.match(text) else text


_PROTECTED_TEXT: Final = re.compile(_PROTECTED)
_FORMULA_TEXT: Final = re.compile(_FORMULA)
