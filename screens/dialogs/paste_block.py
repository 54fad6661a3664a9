"""What was pasted from a spreadsheet, looked at before it is staged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Checkbox, Input

from screens.dialogs.counted import Counted, Tick, example_line, why_lines
from screens.lines import Part
from screens.widgets.labelled import note
from screens.widgets.line_input import LineInput
from screens.widgets.text_line import TextBlock, TextLine
from workbench.results import StagedSheet
from workbench.shown.examples import readable
from workbench.shown.rows import called
from workbench.shown.text import ELLIPSIS, count
from workbench.stage.pasting import Landed
from workbench.stage.staging import Example

if TYPE_CHECKING:
    from workbench.results import Staged
    from workbench.workbench import Workbench

_NAME = 24
"""So much of a row's name is shown."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is pasted: the rows `below` (row numbers of `table`) and the `columns`, both from the cursor on, and the
    `marked` rows; `label` is what people call the first row, `called` any of them; those in `seen` are on the screen."""

    table: str
    columns: Sequence[str]
    below: pl.Series
    marked: pl.Series
    label: str
    seen: pl.Series
    called: Callable[[int], str]


@dataclass(frozen=True, slots=True)
class Pasted:
    """A block that was accepted, what its empty cells do (keep or clear), and why (a note, which may be empty)."""

    block: Landed
    empty: str
    note: str


class PasteBlock(Counted[Pasted]):
    """Answers the block when it was looked at and accepted. Enter counts only once it is shown what the block does."""

    DEFAULT_CSS = """
    PasteBlock #examples { height: 7; }
    PasteBlock Labelled { margin: 1 0 0 0; }
    PasteBlock.-tiny Labelled, PasteBlock.-low Labelled { margin: 0; }
    """

    def __init__(self, bench: Workbench, text: str, place: Place) -> None:
        super().__init__()
        self._bench, self._text, self._place = bench, text, place
        self._block: Landed | None = None

    def compose(self) -> ComposeResult:
        """How large it is, where it goes, what is left out, and what it does."""
        with Vertical(id="frame"):
            yield TextLine("Reading what was pasted ..", classes="title")
            yield TextBlock(id="reach")
            yield note()
            yield Tick("empty cells clear (else they change nothing)", id="clear")
            yield TextLine(id="counts")
            yield TextBlock(id="examples")
            yield TextLine("Enter stages   Tab, space: empty cells clear   Esc leaves", classes="quiet")

    def on_mount(self) -> None:
        """Reads it and counts."""
        self.query_one(LineInput).focus()
        bench, text, place = self._bench, self._text, self._place

        def read() -> Landed:
            return bench.land(text, table=place.table, columns=place.columns, below=place.below, marked=place.marked)

        self.desk.look(read, self._know, group="paste", within=self)

    def action_stage(self) -> None:
        """Accepts what is shown, and nothing sooner."""
        if self._counted is not None and self._counted[0] == self.asked():
            super().action_stage()

    def on_checkbox_changed(self) -> None:
        """Counts again."""
        self.recount()

    def on_input_changed(self, event: Input.Changed) -> None:
        """A note changes nothing."""
        event.stop()

    def asked(self) -> str | None:
        """What empty cells do; None until it has been read."""
        if self._block is None:
            return None
        return "clear" if self.query_one(Checkbox).value else "keep"

    def missing(self) -> str:
        """It is still read."""
        return "reading .."

    def count(self, asked: str) -> Staged:
        """What the block would do."""
        staged = self._bench.stage_landed(self._landed, empty=asked, dry_run=True)
        return replace(staged, examples=readable(self._bench.snapshot.current, self._place.table, staged.examples))

    def accept(self, asked: str) -> None:
        """Answers the block."""
        self.dismiss(Pasted(self._landed, asked, self.query_one(LineInput).value.strip()))

    def lines(self, staged: Staged) -> list[tuple[Part, ...]]:
        """Why some are not valid, and what is taken as text."""
        formulas = staged.formulas if isinstance(staged, StagedSheet) else 0
        taken = f"{count(formulas, 'value')} like a formula: taken as text"
        return [*why_lines(staged), *([(taken,)] if formulas else [])]

    def examples(self, staged: Staged) -> list[tuple[int, tuple[Part, ...]]]:
        """An example of each column before a second one of any, each with whose it is."""
        columns: dict[str, int] = {}
        ranked = []
        for one in staged.examples:
            field = one.path.rpartition(".")[2]
            columns[field] = columns.get(field, 0) + 1
            ranked.append((columns[field], one))
        ranked.sort(key=lambda pair: pair[0])
        return [(1, example_line(one, self._of(one))) for _, one in ranked]

    def _of(self, one: Example) -> str:
        """Whose cell an example is, and which column."""
        tables = self._bench.snapshot.current
        row = pl.Series([tables.customers["id"].index_of(one.id)], dtype=pl.UInt32)
        return f"{_short(called(tables, row)[0])}  {one.path.rpartition('.')[2]}"

    @property
    def _landed(self) -> Landed:
        assert self._block is not None, "asked before it was read"
        return self._block

    def _know(self, block: Landed) -> None:
        if self.gone:
            return
        self._block = block
        size = f"{count(block.lines, 'line')} of {count(block.columns, 'column')}"
        where = f"into {count(block.rows.len(), 'marked row')}" if block.filled else f"from {self._place.label} down"
        self.query_one(".title", TextLine).say(f"Paste {size} {where}")
        self.query_one("#reach", TextBlock).say_lines(_reach(block, self._place))
        self.recount()


def _reach(block: Landed, place: Place) -> list[tuple[Part, ...]]:
    """Which columns and how many rows it goes to, which of them nobody sees behind the dialog, and what is left out."""
    lines: list[tuple[Part, ...]] = [("goes to  ", (", ".join(block.sheet.columns) or "no column", "bold"))]
    if block.heading:
        lines.append(_heading(block, place))
    if block.passed_over:
        passed = count(block.passed_over, "marked row")
        lines.append((f"{passed} passed over: only one line goes to all marked rows",))
    unseen = block.rows.filter(~block.rows.is_in(place.seen.implode())).to_list()
    if unseen:
        names = [_short(place.called(row)) for row in dict.fromkeys((unseen[0], unseen[-1]))]
        told = (f"{len(unseen):,} not on screen", "bold")
        lines.append((f"in {count(block.rows.len(), 'row')}, ", told, f": {' .. '.join(names)}"))
    if block.read_only:
        lines.append(
            ("left out: ", f"{', '.join(block.read_only)} ({'is' if len(block.read_only) == 1 else 'are'} read-only)")
        )
    outside = [
        (block.lines_outside, "line", "below the last row"),
        (block.columns_outside, "column", "right of the last column"),
    ]
    lines += [(f"left out: {count(number, noun)} {where}",) for number, noun, where in outside if number]
    return lines


def _heading(block: Landed, place: Place) -> tuple[Part, ...]:
    """That the first line is left out, and what it names if the cells go elsewhere."""
    if block.heading == tuple(place.columns[: len(block.heading)]):
        return ("left out: the first line, which names these columns",)
    others = ("but the cells go by their place", "bold")
    return (f"left out: the first line, which names {', '.join(block.heading)}; ", others)


def _short(name: str) -> str:
    return name if len(name) <= _NAME else name[: _NAME - 1] + ELLIPSIS
