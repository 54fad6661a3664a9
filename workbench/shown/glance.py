"""The picture of a session's first screen as a value that the session file keeps, so that it can be painted at once.

It holds cells as `safe` text, not terminal codes: what paints it makes them safe again, since a file may come from anywhere.
This module needs nothing but the standard library; `snapshot` makes a glance of a snapshot.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import astuple, dataclass, field
from typing import Any, Final

from workbench.shown.cells import Cell, Column
from workbench.shown.layout import Layout

_FORMAT: Final = 4
"""Another one when other columns or cells are shown: the first paint is to be what the app paints."""
_LARGEST: Final = 16 * 2**20


@dataclass(frozen=True, slots=True)
class Glance:
    """The customers' grid as it is when a session is opened: its `layout`, rows around the cursor as `cells` (one list a row, a
    cell a column), how many rows are `found` of how many in `total`, how many cells are `staged` and in which columns
    of this table; of the cells' rows, by their place among them, those whose customers are on hold (`held`), and of whose items
    something is staged (`within`). The first of them stands at the position `first`; the cursor is at a `position` and in
    a `column` (by its place): why that cell is not valid (`reason`, empty if it is), and why its customer is on hold (`note`, None
    if it is not)."""

    layout: Layout
    cells: list[list[Cell]]
    found: int
    total: int
    staged: int
    staged_columns: frozenset[str]
    reason: str = ""
    invalid: Mapping[str, int] = field(default_factory=dict)
    hidden: int = 0
    held: frozenset[int] = frozenset()
    within: frozenset[int] = frozenset()
    first: int = 0
    position: int = 0
    column: int = 0
    note: str | None = None

    def row(self, position: int) -> list[Cell]:
        """The cells of the row at a position; empty if it is not among those that are kept."""
        place = position - self.first
        return self.cells[place] if 0 <= place < len(self.cells) else []

    def dumped(self) -> bytes:
        """This glance as bytes for `loaded`."""
        data = {
            "format": _FORMAT,
            "columns": [astuple(column) for column in self.layout.columns],
            "widths": self.layout.widths,
            "pinned": self.layout.pinned,
            "cells": [[cell.text if cell == Cell(cell.text) else list(cell) for cell in row] for row in self.cells],
            "counts": [self.found, self.total, self.staged],
            "staged_columns": sorted(self.staged_columns),
            "reason": self.reason,
            "invalid": self.invalid,
            "hidden": self.hidden,
            "edges": [sorted(self.held), sorted(self.within)],
            "cursor": [self.first, self.position, self.column],
            "note": self.note,
        }
        return zlib.compress(json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode(), 1)

    @staticmethod
    def loaded(data: bytes) -> Glance:
        """The glance in `data`; raises `ValueError` for what is none of this format."""
        try:
            return _glance(json.loads(_unpacked(data)))
        except (KeyError, TypeError, IndexError, AttributeError, RecursionError, zlib.error) as error:
            raise ValueError(f"no glance: {error}") from error


def _unpacked(data: bytes) -> bytes:
    """What was compressed, unless it is more than any glance is."""
    unpacking = zlib.decompressobj()
    found = unpacking.decompress(data, _LARGEST)
    if unpacking.unconsumed_tail or not unpacking.eof:
        raise ValueError("no glance: it is too long, or cut off")
    return found


def _glance(data: dict[str, Any]) -> Glance:
    if data["format"] != _FORMAT:
        raise ValueError("no glance of this format")
    columns = tuple(Column(str(name), str(label), str(kind), bool(edit)) for name, label, kind, edit in data["columns"])
    widths = tuple(int(width) for width in data["widths"])
    cells = [[_cell(cell) for cell in row] for row in data["cells"]]
    found, total, staged = (int(count) for count in data["counts"])
    if len(widths) != len(columns) or any(len(row) != len(columns) for row in cells):
        raise ValueError("no glance: its rows are not as long as its columns")
    if not all(0 < width <= 1000 for width in widths) or not 0 <= int(data["pinned"]) <= len(columns):
        raise ValueError("no glance: its columns have no width")
    layout = Layout(columns, widths, int(data["pinned"]))
    invalid = {str(name): int(count) for name, count in data["invalid"].items()}
    staged_columns = frozenset(map(str, data["staged_columns"]))
    held, within = (frozenset(map(int, places)) for places in data["edges"])
    reason, hidden, note = str(data["reason"]), int(data["hidden"]), data["note"]
    first, position, column = map(int, data["cursor"])
    if cells and not (0 <= first <= position < first + len(cells) and 0 <= column < len(columns)):
        raise ValueError("no glance: its cursor is on none of its cells")
    return Glance(
        layout, cells, found, total, staged, staged_columns, reason, invalid, hidden, held, within,
        first, position, column, None if note is None else str(note),
    )  # fmt: skip


def _cell(data: Any) -> Cell:
    if isinstance(data, str):
        return Cell(data)
    text, before, staged, invalid = data
    return Cell(str(text), None if before is None else str(before), bool(staged), bool(invalid))
