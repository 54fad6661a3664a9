"""The cells of an operation, before and after, with what it did and its notes above them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from textual.app import ComposeResult
from textual.containers import Vertical

from screens.lines import Part
from screens.widgets.grid import Grid
from screens.widgets.text_line import TextBlock
from workbench.customers.tables import Tables
from workbench.session.rows import Operation
from workbench.shown.changes import ChangeRows
from workbench.shown.text import count
from workbench.stage.notes import Note
from workbench.stage.snapshot import Snapshot

_YIELDS: Final = ("customer", "before", "after")
"""These become narrower, that which cell it is and both values are seen."""
_LATER: Final = 3
"""So many lines tell what was done on top of an operation."""
_NOTHING: Final = Snapshot(0, Tables.empty(), Tables.empty())


class ChangesPane(Vertical):
    """Paints an operation. It is opened and closed; its grid takes the keys when it has the focus."""

    DEFAULT_CSS = """
    ChangesPane { display: none; }
    ChangesPane.-open { display: block; }
    ChangesPane TextBlock { padding: 0 1; max-height: 6; }
    ChangesPane Grid { height: 1fr; }
    """

    _lines: list[tuple[Part, ...]]

    def compose(self) -> ComposeResult:
        """The words and the cells."""
        yield TextBlock(id="did")
        yield Grid(ChangeRows(_NOTHING, ()), pinned=1, yields=_YIELDS, id="cells")

    @property
    def is_open(self) -> bool:
        """Whether it can be seen."""
        return self.has_class("-open")

    def open(self) -> None:
        """Shows the pane."""
        self.add_class("-open")

    def close(self) -> None:
        """Hides the pane."""
        self.remove_class("-open")

    def say(self, text: str) -> None:
        """Shows a sentence and no cells."""
        self.query_one(TextBlock).say(text)
        self.query_one(Grid).show(ChangeRows(_NOTHING, ()), measure=True)

    def show_later(self, lines: Sequence[str]) -> None:
        """Adds what was done on top of the operation that is shown."""
        if lines:
            more = [f"and {len(lines) - _LATER:,} more"] if len(lines) > _LATER else []
            self._lines = [*self._lines, *((line,) for line in [*lines[:_LATER], *more])]
            self.query_one(TextBlock).say_lines(self._lines)

    def show(self, snapshot: Snapshot, operation: Operation, did: str, notes: Sequence[Note], fate: str = "") -> None:
        """Shows an operation: what it `did`, what its `fate` on the server was if that is worth a line, the `notes` that were
        written later, its cells."""
        rows = ChangeRows(snapshot, operation.changes)
        lines: list[tuple[Part, ...]] = [((did, "bold"),)]
        lines.append((f"{count(rows.height, 'cell')}, by {operation.by}, {operation.at[:19].replace('T', ' ')}",))
        if fate:
            lines.append(((fate, "bold"),))
        if operation.note and operation.note != did:
            lines.append((("note: ", "bold"), operation.note))
        if notes:
            newest, times = notes[-1], count(len(notes), "time")
            lines.append((f"the note was rewritten {times}, last by {newest.by}, {newest.at[:19].replace('T', ' ')}",))
        self._lines = lines
        self.query_one(TextBlock).say_lines(lines)
        self.query_one(Grid).show(rows, measure=True)
        self.query_one(Grid).go_to(0, 0)
