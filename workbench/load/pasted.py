"""What was pasted from a spreadsheet: lines of cells with tabs between them, read as texts."""

from __future__ import annotations

import csv
from io import StringIO
from typing import Final

import polars as pl

from workbench.errors import UsageError

_LONGEST: Final = 2**30
"""Characters in a cell: more than any clipboard holds."""


def read_block(text: str) -> pl.DataFrame:
    """The cells of a pasted text: String columns `0`, `1` .., as many as the longest line has; null where a line is shorter.

    A spreadsheet quotes a cell that holds a tab, a line break or a quotation mark. A text that is not quoted as spreadsheets
    do (a name that just begins with a quotation mark) is taken as it stands. Terminals make carriage returns of line
    breaks. The line break at the very end is none of a further line. Raises `UsageError` for half a character.
    """
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise UsageError("what was pasted holds half a character (a lone surrogate); copy it again")
    text = text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n")
    lines = _unquoted(text) if '"' in text else _plain(text)
    width = max(map(len, lines))
    columns = {str(place): pl.String for place in range(width)}
    return pl.DataFrame([line + [None] * (width - len(line)) for line in lines], schema=columns, orient="row")


def _plain(text: str) -> list[list[str | None]]:
    return [list(line.split("\t")) for line in text.split("\n")]


def _unquoted(text: str) -> list[list[str | None]]:
    before = csv.field_size_limit(_LONGEST)
    try:
        lines = [list(line) or [""] for line in csv.reader(StringIO(text, newline=""), delimiter="\t", strict=True)]
    except csv.Error:
        return _plain(text)
    finally:
        csv.field_size_limit(before)
    return [[*line] for line in lines]
