"""Values as the text of one cell of a sheet: a list of ids separated by commas, a flag as true or false, text as it is.

A sheet that we wrote has one last column, `EXPORTED`: the values as they were written, so that a sheet that comes back tells
what its owner changed. In a workbook it is as many columns as its longest text needs, `_exported 1` and so on: what has these was
a workbook of ours, whatever it was saved as since.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import polars as pl

from workbench.customers.fields import FIELDS, Field, Kind

EXPORTED: Final = "_exported"
"""The column of a sheet that holds, as a JSON object of texts, what each row held when it was written."""

_PART: Final = re.compile(rf"{EXPORTED} \d+")


def is_part(heading: str) -> bool:
    """Whether a column is one of those over which a workbook spreads the exported values."""
    return _PART.fullmatch(heading) is not None


def part(number: int) -> str:
    """The heading of the first such column (1), the second .."""
    return f"{EXPORTED} {number}"


def flat(values: pl.Series) -> pl.Series:
    """Each value as the text of a cell (String); null where there is none."""
    if isinstance(values.dtype, pl.List):
        return values.list.join(",")
    return values.cast(pl.String)


def guarded(table: str) -> Iterable[Field]:
    """The fields of a table whose exported value is kept: what a sheet can change, what names the row, and its status."""
    return [field for field in FIELDS[table].values() if field.editable or field.name in ("id", "status")]


def form(field: Field) -> str:
    """How a field's value stands in JSON: `text`, `flag` or `ids`."""
    return {Kind.FLAG: "flag", Kind.IDS: "ids"}.get(field.kind, "text")
