"""A page as plain text, for IPython in a terminal, for `print`, and beside the HTML: columns that fit, no colours, no escapes."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from typing import Final

from workbench.notebook.page import Bar, Bit, Block, Body, Cell, Fold, Head, Line, Page, Plot, Table
from workbench.notebook.plots import lines as plotted
from workbench.shown.text import breadth, count, fit, revealed, safe

_WIDEST: Final = 36
_NARROWEST: Final = 60
_GAP: Final = "  "


def text(page: Page, width: int = 0) -> str:
    """The page in lines of at most `width` cells (0: as the terminal is); only a body may be longer."""
    across = max(width or shutil.get_terminal_size((100, 24)).columns, _NARROWEST)
    lines = [_cell(page.title)]
    for block in page.blocks:
        lines += [f"{_GAP}{line}" for line in _block(block, across - len(_GAP))]
    return "\n".join(lines)


def _block(block: Block, width: int) -> list[str]:
    if isinstance(block, Table):
        return _table(block, width)
    if isinstance(block, Line):
        return [_cell(block.bits)]
    if isinstance(block, Body):
        return [safe(line) for line in block.shown.split("\n")]
    if isinstance(block, Bar):
        told = ", ".join(f"{number:,} {name}" for name, number, _ in block.parts if number)
        return [f"{told or '0'} of {block.total:,}"]
    if isinstance(block, Plot):
        return plotted(block)
    return [f"{safe(block.title)}{f': {block.hint}' if block.hint else ''}"] if isinstance(block, Fold) else []


def _table(table: Table, width: int) -> list[str]:
    if not table.rows:
        return []
    cells = [[_cell(cell) for cell in row] for row in table.rows]
    heads = [safe(head.text) for head in table.heads]
    wide = [min(max(map(breadth, column)), _WIDEST) for column in zip(heads, *cells, strict=True)]
    shown = _fitting(wide, width)
    lines = [_row(heads, table.heads, wide, shown), *(_row(row, table.heads, wide, shown) for row in cells)]
    more = []
    if table.total > len(table.rows):
        more.append(f"{count(table.total - len(table.rows), table.noun, table.several)} more")
    if shown < len(heads):
        more.append(f"{count(len(heads) - shown, 'column')} more")
    return [*lines, f"and {' and '.join(more)}"] if more else lines


def _fitting(wide: Sequence[int], width: int) -> int:
    """How many columns fit beside each other; the first always does."""
    used, number = 0, 0
    for one in wide:
        used += one + len(_GAP)
        if number and used - len(_GAP) > width:
            break
        number += 1
    return number


def _row(texts: Sequence[str], heads: Sequence[Head], wide: Sequence[int], shown: int) -> str:
    pairs = zip(texts[:shown], heads, wide, strict=False)
    cells = [_right(one, size) if head.number else fit(one, size) for one, head, size in pairs]
    return _GAP.join(cells).rstrip()


def _right(one: str, size: int) -> str:
    return " " * max(size - breadth(one), 0) + one if breadth(one) <= size else fit(one, size)


def _cell(cell: Cell | Sequence[Cell]) -> str:
    if isinstance(cell, str):
        return safe(cell)
    if isinstance(cell, Bit):
        return _bit(cell)
    return "".join(_cell(one) for one in cell)


def _bit(bit: Bit) -> str:
    shown = revealed(bit.text) if bit.value else safe(bit.text)
    mark = {"staged": "● ", "invalid": "✗ "}.get(bit.look, "")
    return mark + shown
