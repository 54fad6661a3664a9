"""Which part of a line is seen in a field that is too narrow for it: found from where the cursor stands, however long the line is.

A field of `width` cells shows the characters from `start` up to `stop`; where more stands before or after them, a cell there says
so, and behind the end is a cell for the cursor. No more than a few characters a cell are looked at: some have no width at all.
"""

from __future__ import annotations

from typing import Final

from rich.cells import cell_len

from workbench.shown.text import glyphs

_A_CELL: Final = 4
"""Characters that are shown for each cell at most."""


def stop_of(text: str, start: int, width: int) -> int:
    """Up to where a text is seen that is seen from `start` on."""
    left = max(width - (start > 0) - 1, 1)
    stop, most = start, min(len(text), start + _A_CELL * max(width, 1))
    while stop < most and (left := left - cells(text[stop])) >= 0:
        stop += 1
    return max(stop, min(start + 1, len(text)))


def start_of(text: str, cursor: int, start: int, width: int) -> int:
    """From where on a text is seen so that its cursor is: from `start` as before if it can be, and never past what fills the field
    up to the end."""
    start = min(start, cursor, _back_from(text, len(text), width))
    if cursor < stop_of(text, start, width) or cursor == len(text) == stop_of(text, start, width):
        return start
    return _back_from(text, cursor, width)


def _back_from(text: str, cursor: int, width: int) -> int:
    """The first of the characters that are seen with the cursor at the right edge."""
    left = width - 2 - (cells(text[cursor]) if cursor < len(text) else 0)
    start, most = cursor, max(cursor - _A_CELL * max(width, 1) + 1, 0)
    while start > most and (left := left - cells(text[start - 1])) >= 0:
        start -= 1
    return start


def lines_of(text: str, width: int) -> list[range]:
    """The characters of each line of a text in a field of `width` cells, broken behind spaces where it has any; each leaves a cell
    for the cursor behind it."""
    most = max(width - 1, 2)
    lines: list[range] = []
    start, left, blank = 0, most, 0
    for place, character in enumerate(text):
        left -= cells(character)
        if left < 0:
            stop = blank if blank > start else place
            lines.append(range(start, stop))
            start, left = stop, most - sum(map(cells, text[stop : place + 1]))
        if character == " ":
            blank = place + 1
    return [*lines, range(start, len(text))]


def cells(character: str) -> int:
    """How many cells what is shown for a character takes."""
    return cell_len(glyphs(character))
