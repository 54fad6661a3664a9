"""Edits a column in many rows: what it would do is counted and shown before it is staged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Final

import polars as pl
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Checkbox, Input

from screens.dialogs.counted import Tick
from screens.dialogs.edit_form import split_of, suggested
from screens.dialogs.suggesting import Suggesting
from screens.lines import Part
from screens.widgets.labelled import Labelled, note
from screens.widgets.line_input import FormInput, LineInput
from screens.widgets.suggestions import Suggestions
from screens.widgets.text_line import TextBlock, TextLine
from workbench.customers.fields import FIELDS
from workbench.search.choices import Choice
from workbench.shown.edit_forms import Form, edit_of, forms_of, missing
from workbench.shown.examples import readable
from workbench.shown.standing import inactive_named
from workbench.shown.text import count
from workbench.stage.edits import Edit

if TYPE_CHECKING:
    from workbench.results import Staged
    from workbench.workbench import Workbench

_KEYS: Final = "Enter stages  Tab next  ↑↓ suggestions  ctrl+n another kind  Esc leaves"


@dataclass(frozen=True, slots=True)
class Reach:
    """What an edit of a column reaches: `rows` (row numbers) of a table, of which `hidden` are outside the filter; values are
    suggested from the rows `among`, and first those put there `lately`."""

    table: str
    field: str
    rows: pl.Series
    hidden: int
    among: pl.Series
    lately: Sequence[str]


@dataclass(frozen=True, slots=True)
class Meant:
    """An edit that was accepted, and why (a note, which may be empty)."""

    edit: Edit
    note: str


class EditColumn(Suggesting[Meant]):
    """Answers the edit that was looked at and accepted with Enter. `filled` is one that it begins with."""

    DEFAULT_CSS = """
    EditColumn #first-line { margin: 1 0 0 0; }
    EditColumn.-tiny #first-line, EditColumn.-snug #first-line, EditColumn.-low #first-line { margin: 0; }
    EditColumn #second-line, EditColumn #regex { display: none; }
    EditColumn #examples { height: 5; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,ctrl+n", "kind(1)", "Next kind of edit", id="edit.next_kind"),
        Binding("left", "kind(-1)", "Previous kind of edit", id="edit.previous_kind"),
    ]

    def __init__(self, bench: Workbench, reach: Reach, filled: Edit | None = None) -> None:
        super().__init__()
        self._bench, self._reach, self._filled = bench, reach, filled
        self._field = FIELDS[reach.table][reach.field]
        self._forms = forms_of(self._field)
        kinds = [form.kind for form in self._forms]
        self._form: Form = self._forms[kinds.index(filled.kind) if filled and filled.kind in kinds else 0]
        self._choices: list[Choice] = []
        self._inactive: list[str] = []
        self._kept: dict[str, str] = {}

    def compose(self) -> ComposeResult:
        """The kinds of edit, what the chosen one asks for, and what it would do."""
        hidden = f", {self._reach.hidden:,} of them hidden by the filter" if self._reach.hidden else ""
        rows, filled = count(self._reach.rows.len(), "row"), self._filled or Edit("set", "")
        with Vertical(id="frame"):
            yield TextLine(f"{self._field.name} of {rows}{hidden}", classes="title")
            yield TextLine(id="kinds")
            yield Labelled(self._form.first, FormInput(filled.value, id="first"), id="first-line")
            yield Labelled("", FormInput(filled.text, id="second"), id="second-line")
            yield Tick("regular expression", filled.regex, id="regex")
            yield Suggestions(id="hint")
            yield note()
            yield TextLine(id="counts")
            yield TextBlock(id="examples")
            yield TextBlock(_KEYS, classes="quiet")

    def on_mount(self) -> None:
        """The first kind of edit is chosen, or that of the edit it begins with; values in use are looked up."""
        self._choose(self._form)
        bench, reach = self._bench, self._reach
        self.desk.look(
            lambda: bench.choices(reach.field, table=reach.table, rows=reach.among, lately=reach.lately),
            self._know,
            group="choices",
            within=self,
        )

    def action_kind(self, step: int) -> None:
        """Chooses the next kind of edit, or the previous."""
        if not self.is_deaf:
            place = self._forms.index(self._form) + step
            self._choose(self._forms[place % len(self._forms)])

    def on_input_changed(self, event: Input.Changed) -> None:
        """A note changes nothing."""
        if event.input.id == "note":
            event.prevent_default()

    def on_descendant_focus(self) -> None:
        """Suggests for the field that has the keys now."""
        self._offer()

    def on_checkbox_changed(self) -> None:
        """Counts again."""
        self.recount()

    def asked(self) -> Edit | None:
        """The edit that is typed so far."""
        return edit_of(self._form, self._field, *self._typed, self.query_one("#regex", Checkbox).value)

    def missing(self) -> str:
        """What the kind of edit asks for, or why what is typed is no edit."""
        return missing(self._form, self._field, *self._typed)

    def count(self, asked: Edit) -> Staged:
        """What the edit would do."""
        table = self._reach.table
        staged = self._bench.stage([asked], table=table, rows=self._reach.rows, dry_run=True)
        means = {"set": asked.value, "add": asked.value, "swap": asked.text}.get(asked.kind, "")
        self._inactive = inactive_named(self._bench.snapshot.current, self._field, means) if means else []
        return replace(staged, examples=readable(self._bench.snapshot.current, table, staged.examples))

    def lines(self, staged: Staged) -> list[tuple[Part, ...]]:
        """Also whether somebody who is put there is not active any more."""
        off = f"  {', '.join(self._inactive)} {'is' if len(self._inactive) == 1 else 'are'} inactive"
        return [*([((off, "bold"),)] if self._inactive else []), *super().lines(staged)]

    def accept(self, asked: Edit) -> None:
        """Answers the edit with its note."""
        self.dismiss(Meant(asked, self.query_one("#note", LineInput).value.strip()))

    def _choose(self, form: Form) -> None:
        first = self.query_one("#first", LineInput)
        if form.speaks != self._form.speaks:
            self._kept[self._form.speaks] = first.value
            first.value = self._kept.get(form.speaks, "")
            first.cursor_position = len(first.value)
        self._form = form
        kinds: list[Part] = []
        for one in self._forms:
            kinds += [(f" {one.label} ", "reverse bold" if one is form else ""), " "]
        self.query_one("#kinds", TextLine).say(*kinds)
        self.query_one("#first-line", Labelled).call(form.first)
        self.query_one("#second-line", Labelled).call(form.second)
        first.placeholder = form.example
        self.query_one("#regex").display = form.regex
        self.desk.arranged_anew()
        self.set_focus(first if form.first else None)
        self._offer()
        self.recount()

    def _know(self, choices: list[Choice]) -> None:
        self._choices = choices
        if not self.gone:
            self._offer()

    @property
    def _typed(self) -> tuple[str, str]:
        return self.query_one("#first", LineInput).value, self.query_one("#second", LineInput).value

    @property
    def typed_into(self) -> LineInput:
        """The field that suggestions are for."""
        second = self.query_one("#second", LineInput)
        return second if second.has_focus else self.query_one("#first", LineInput)

    def _offer(self) -> None:
        field = self.typed_into
        found = suggested(self._form, self._field, field.id == "second", self._choices)
        self.query_one(Suggestions).offer(found, field.value, split_of(self._form, self._field))
