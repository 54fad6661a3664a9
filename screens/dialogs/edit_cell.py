"""Edits one cell, and then the next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

import polars as pl
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from screens.dialogs.edit_form import offer_of
from screens.dialogs.suggesting import Suggesting
from screens.lines import Part
from screens.widgets.line_input import LineInput, ValueInput
from screens.widgets.suggestions import Suggestions, after_comma, whole
from screens.widgets.text_line import TextBlock, TextLine
from workbench.customers.fields import FIELDS, Kind
from workbench.search.choices import Choice
from workbench.stage.edits import Edit

if TYPE_CHECKING:
    from workbench.results import Staged
    from workbench.workbench import Workbench


_LONG: Final = 300


@dataclass(frozen=True, slots=True)
class CellAt:
    """A cell that is edited: its table, its row number and field, whose it is (`label`), and what stands there, as typed.

    `among` are the rows (row numbers) whose values are suggested first.
    """

    table: str
    row: int
    field: str
    label: str
    value: str
    among: pl.Series


Staging = Callable[[CellAt, str], None]
"""Stages a text for a cell."""
Neighbour = Callable[[CellAt, int], CellAt | None]
"""The next cell that can be edited in the row (1), or the previous (-1)."""


class EditCell(Suggesting[None]):
    """Gives what was typed for a cell to `staging`. Tab goes on to the next cell of the row, which `neighbour` knows.

    It stays itself while it goes from cell to cell, so that no key falls in between.
    """

    DEFAULT_CSS = """
    EditCell #examples { height: 1; }
    EditCell #counts { margin: 0; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "go_on(1)", "Accept, next cell", priority=True, id="cell.next"),
        Binding("shift+tab", "go_on(-1)", "Accept, previous cell", priority=True, id="cell.previous"),
    ]

    def __init__(self, bench: Workbench, cell: CellAt, staging: Staging, neighbour: Neighbour) -> None:
        super().__init__()
        self._bench, self._staging, self._neighbour = bench, staging, neighbour
        self._cell, self._step = cell, 0
        self._choices: list[Choice] = []

    def compose(self) -> ComposeResult:
        """The field with its value in it."""
        with Vertical(id="frame"):
            yield TextLine(classes="title")
            yield ValueInput(id="value")
            yield Suggestions(id="hint")
            yield TextLine(id="counts")
            yield TextBlock(id="examples")
            yield TextLine("Enter stages  Tab and the next cell  ↑↓ suggest  → keeps it  Esc leaves", classes="quiet")

    def on_mount(self) -> None:
        """What is typed takes the value's place, as in a spreadsheet; an arrow keeps it and goes into it."""
        self._show(self._cell)

    def action_stage(self) -> None:
        """Enter accepts and leaves."""
        self._take(0)

    def action_go_on(self, step: int) -> None:
        """Accepts and goes on to the next cell, or the previous."""
        self._take(step)

    @property
    def typed_into(self) -> LineInput:
        """There is one field."""
        return self.query_one(LineInput)

    def typing(self) -> None:
        """Says whether it is valid when the typing rests; of what stands there already there is nothing to say."""
        if self.asked() == self._cell.value and not self.is_deaf:
            self._rest()
            self.say(_length(self._cell.value), [])
        else:
            super().typing()

    def asked(self) -> str:
        """What is typed so far."""
        return self.query_one(LineInput).value

    def count(self, asked: str) -> Staged:
        """What setting it would do."""
        one = pl.Series([self._cell.row], dtype=pl.UInt32)
        return self._bench.stage([Edit("set", self._cell.field, asked)], table=self._cell.table, rows=one, dry_run=True)

    def accept(self, asked: str) -> None:
        """Stages it if it is another value, and leaves or goes on."""
        if asked != self._cell.value:
            self._staging(self._cell, asked)
        onward = self._neighbour(self._cell, self._step) if self._step else None
        if onward is None:
            self.dismiss(None)
        else:
            self._show(onward)

    def told(self, staged: Staged) -> str:
        """Whether it would be valid, and whether it changes anything."""
        if staged.skipped:
            return "this cell cannot be edited: its item has no id or name of its own, or only a summary was loaded"
        if staged.invalid:
            return f"not valid: {'; '.join(staged.reasons)}"
        return "" if staged.changed else "nothing changes"

    def lines(self, staged: Staged) -> list[tuple[Part, ...]]:
        """What becomes of a value that is not valid."""
        return (
            [(("it can be staged all the same; the customer is held until it is mended", "dim"),)]
            if staged.invalid
            else []
        )

    def examples(self, staged: Staged) -> list[tuple[int, tuple[Part, ...]]]:
        """What is typed is all there is."""
        return []

    def would(self, staged: Staged) -> bool:
        """Whatever can be set is taken, if only to go on."""
        return not staged.skipped

    def _take(self, step: int) -> None:
        if self.is_deaf:
            return
        self._step = step
        if self.asked() == self._cell.value:
            self.accept(self._cell.value)
        else:
            super().action_stage()

    def _show(self, cell: CellAt) -> None:
        """Edits this cell."""
        self._cell, self._counted = cell, None
        self.query_one(".title", TextLine).say(f"{cell.field} of {cell.label}")
        field, kind = self.query_one(LineInput), FIELDS[cell.table][cell.field].kind
        field.placeholder = "true or false" if kind is Kind.FLAG else "empty: clears"
        with field.prevent(Input.Changed):
            field.value = cell.value
        field.select_all()
        field.focus()
        self.say(_length(cell.value), [])
        self._know(cell, [])
        bench, one = self._bench, pl.Series([cell.row], dtype=pl.UInt32)
        lately = self.desk.recent.values(cell.table, cell.field)
        among = one if FIELDS[cell.table][cell.field].pointer else cell.among
        self.desk.look(
            lambda: bench.choices(cell.field, table=cell.table, rows=among, lately=lately),
            lambda choices: self._know(cell, choices),
            group="choices",
            within=self,
        )

    def _know(self, cell: CellAt, choices: list[Choice]) -> None:
        """Suggests what could stand in this cell, if it is still the one that is edited."""
        if self.gone or cell is not self._cell:
            return
        found = offer_of(choices)
        split = after_comma if FIELDS[cell.table][cell.field].kind is Kind.IDS else whole
        untouched = self.asked() == cell.value
        self.query_one(Suggestions).offer(found, self.asked(), split, all_first=untouched)


def _length(value: str) -> str:
    """What is said of a value that is surely not seen as a whole."""
    return f"{len(value):,} characters: … stands for what is out of sight" if len(value) > _LONG else ""
