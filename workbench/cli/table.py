"""Rows as an aligned table of safe text on stdout."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from workbench.cli.common import put, shown

WIDEST: Final = 40
"""Characters of a cell that are shown, unless told otherwise."""


def put_table(names: Sequence[str], rows: Iterable[Sequence[Any]], *, last: int = WIDEST) -> None:
    """Prints a line of names, then the rows; a longer cell ends in `…`. The last column may be `last` wide."""
    for line in table_lines(names, rows, last=last):
        put(line)


def table_lines(names: Sequence[str], rows: Iterable[Sequence[Any]], *, last: int = WIDEST) -> Iterator[str]:
    """The lines that `put_table` prints."""
    widest = [*[WIDEST] * (len(names) - 1), last]
    cells = [[_cell(value, most) for value, most in zip(row, widest, strict=True)] for row in rows]
    widths = [max([len(name), *(len(line[place]) for line in cells)]) for place, name in enumerate(names)]
    for line in [names, *cells]:
        yield "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip()


def _cell(value: Any, most: int) -> str:
    text = shown(value)
    return text if len(text) <= most else text[: most - 1] + "…"
