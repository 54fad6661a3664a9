"""Edits a column in many rows: what it would do is counted and shown before it is staged."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

import polars as pl
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Checkbox
from textual.worker import Worker

from screens.dialogs.dialog import Dialog
from screens.dialogs.edit_form import Form, edit_of, forms_of, transforms_of
from screens.widgets.line_input import LineInput
from screens.widgets.text_line import Part, TextBlock, TextLine
from workbench.customers.fields import FIELDS, Kind
from workbench.errors import WorkbenchError
from workbench.shown.text import count, revealed
from workbench.stage.edits import Edit

if TYPE_CHECKING:
    from screens.app import WorkbenchApp
    from workbench.results import Staged
    from workbench.workbench import Workbench

_AT_REST = 0.08
_HINTS = 8


class Tick(Checkbox, inherit_bindings=False):
    """A checkbox that leaves Enter to its dialog."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("space", "toggle_button", "Tick", show=False, id="tick.toggle")]


class EditColumn(Dialog[Edit]):
    """Answers the edit that was looked at and accepted with Enter. `hidden` of the rows are outside the filter."""

    DEFAULT_CSS = """
    EditColumn LineInput { margin: 1 0 0 0; }
    EditColumn #second, EditColumn #regex { margin: 0; display: none; }
    EditColumn Checkbox { border: none; height: 1; padding: 0 1; background: transparent; }
    EditColumn #counts { margin: 1 0 0 0; text-style: bold; }
    EditColumn #examples { height: 5; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "kind(-1)", "Previous kind of edit", id="edit.previous_kind"),
        Binding("down", "kind(1)", "Next kind of edit", id="edit.next_kind"),
        Binding("enter", "stage", "Stage", priority=True, id="edit.stage"),
    ]

    def __init__(self, bench: Workbench, table: str, name: str, rows: pl.Series, hidden: int = 0) -> None:
        super().__init__()
        self._bench, self._table, self._rows, self._hidden = bench, table, rows, hidden
        self._field = FIELDS[table][name]
        self._forms = forms_of(self._field)
        self._form: Form = self._forms[0]
        self._counted: tuple[Edit, Staged | WorkbenchError] | None = None
        self._to_stage: Edit | None = None
        self._heard: Widget | None = None
        self._used: list[str] = []
        self._resting: Timer | None = None

    def compose(self) -> ComposeResult:
        """The kinds of edit, what the chosen one asks for, and what it would do."""
        hidden = f", {self._hidden:,} of them hidden by the filter" if self._hidden else ""
        with Vertical(id="frame"):
            yield TextLine(f"{self._field.name} of {count(self._rows.len(), 'row')}{hidden}", classes="title")
            yield TextLine(id="kinds")
            yield LineInput(id="first")
            yield LineInput(id="second")
            yield Tick("regular expression", id="regex")
            yield TextLine(id="hint", classes="quiet")
            yield TextLine(id="counts")
            yield TextBlock(id="examples")
            yield TextLine("Enter stages   up, down another kind of edit   Esc leaves", classes="quiet")

    def on_mount(self) -> None:
        """The first kind of edit is chosen; values in use are looked up for a hint."""
        self._choose(self._form)
        if self._field.kind is Kind.CHOICE:
            column = self._bench.snapshot.current[self._table][self._field.name]
            self._desk.look(lambda: _commonest(column), self._use, group="values")

    def action_kind(self, step: int) -> None:
        """Chooses the next kind of edit, or the previous."""
        place = self._forms.index(self._form) + step
        self._choose(self._forms[place % len(self._forms)])

    def action_stage(self) -> None:
        """Answers the edit if what it does has been shown; otherwise when it has been counted, deaf until then."""
        edit = self._edit()
        if self._to_stage is not None:
            return
        if edit is None:
            self._ask()
        elif self._counted is None or self._counted[0] != edit:
            self._stage_when_counted(edit)
        elif not isinstance(self._counted[1], WorkbenchError) and self._counted[1].changed:
            self.dismiss(edit)

    def on_input_changed(self) -> None:
        """Counts again when the typing rests."""
        if self._to_stage is not None:
            return
        self._hint()
        self._rest()
        if self._counted is not None and self._counted[0] == self._edit():
            self._say_counted()
            return
        self.query_one("#counts", TextLine).say("counting ..")
        self._resting = self.set_timer(_AT_REST, self._recount)

    def on_checkbox_changed(self) -> None:
        """Counts again."""
        self._recount()

    @property
    def _desk(self) -> WorkbenchApp:
        return cast("WorkbenchApp", self.app)

    def _choose(self, form: Form) -> None:
        self._form = form
        kinds: list[Part] = []
        for one in self._forms:
            kinds += [(f" {one.label} ", "reverse bold" if one is form else ""), " "]
        self.query_one("#kinds", TextLine).say(*kinds)
        for name, wanted in (("first", form.first), ("second", form.second)):
            field = self.query_one(f"#{name}", LineInput)
            field.display, field.placeholder = bool(wanted), wanted
        self.query_one("#regex").display = form.regex
        if form.first:
            self.set_focus(self.query_one("#first"))
        else:
            self.set_focus(None)
        self._hint()
        self._recount()

    def _edit(self) -> Edit | None:
        first, second = self.query_one("#first", LineInput).value, self.query_one("#second", LineInput).value
        return edit_of(self._form, self._field, first, second, self.query_one("#regex", Checkbox).value)

    def _rest(self) -> None:
        """Forgets the count that a rest in the typing would have begun."""
        if self._resting is not None:
            self._resting.stop()

    def _recount(self) -> None:
        """Counts what is typed now, unless what it comes to is shown already."""
        if self.gone or self._to_stage is not None:
            return
        edit = self._edit()
        if edit is None:
            self._ask()
        elif self._counted is None or self._counted[0] != edit:
            self._count(edit)

    def _ask(self) -> None:
        self._counted = None
        self._say(self._form.first and f"type {self._form.first}", [])

    def _stage_when_counted(self, edit: Edit) -> None:
        self._rest()
        self._to_stage, self._heard = edit, self.focused
        self.set_focus(None)
        self.query_one("#frame").disabled = True
        self._say("counting, then staging ..", [])
        self._desk.hold_keys(self._count(edit))

    def _hear_again(self) -> str:
        """Takes keys again if the edit was to be staged, without those typed meanwhile; what to say of that."""
        if self._to_stage is None:
            return ""
        self._to_stage = None
        self._desk.forget_keys()
        self.query_one("#frame").disabled = False
        self.set_focus(self._heard)
        return "not staged: "

    def _count(self, edit: Edit) -> Worker[None]:
        def counted(staged: Staged) -> None:
            if self.gone:
                return
            if self._to_stage == edit and staged.changed:
                self.dismiss(edit)
            elif edit in (self._to_stage, self._edit()):
                self._counted = edit, staged
                self._say_counted(self._hear_again())

        def wrong(error: WorkbenchError) -> None:
            if not self.gone and edit in (self._to_stage, self._edit()):
                self._counted = edit, error
                self._say_counted(self._hear_again())

        table, rows = self._table, self._rows
        return self._desk.look(
            lambda: self._bench.stage([edit], table=table, rows=rows, dry_run=True), counted, wrong, group="count"
        )

    def _say_counted(self, before: str = "") -> None:
        """Says what the edit that was counted last comes to."""
        if self._counted is None:
            return
        staged = self._counted[1]
        if isinstance(staged, WorkbenchError):
            self._say(before + str(staged), [])
            return
        invalid = f", {staged.invalid:,} would not be valid" if staged.invalid else ""
        said = f"{staged.matched:,} match, {staged.changed:,} change, {staged.unchanged:,} stay{invalid}"
        lines: list[tuple[Part, ...]] = [
            ((f"  {revealed(one.before)}", "dim"), " → ", (revealed(one.after) or "(empty)", "bold"))
            for one in staged.examples
        ]
        self._say(before + said, lines)

    def _say(self, said: str, examples: list[tuple[Part, ...]]) -> None:
        self.query_one("#counts", TextLine).say(said)
        self.query_one("#examples", TextBlock).say_lines(examples)

    def _use(self, values: list[str]) -> None:
        self._used = values
        if not self.gone:
            self._hint()

    def _hint(self) -> None:
        """What could be typed here: transforms, names, values in use."""
        part = self.query_one("#first", LineInput).value.casefold()
        names = {"sales rep": "sales_reps", "price list": "price_lists"}.get(self._field.names)
        if self._form.kind == "apply":
            found = transforms_of(self._field, part)
        elif names and self._form.kind != "clear":
            known = getattr(self._bench.snapshot.current, names).names.values()
            found = [name for name in known if part in name.casefold()]
        else:
            found = [value for value in self._used if part in value.casefold()] if self._form.kind == "set" else []
        more = f", and {len(found) - _HINTS:,} more" if len(found) > _HINTS else ""
        self.query_one("#hint", TextLine).say(", ".join(found[:_HINTS]) + more)


def _commonest(column: pl.Series) -> list[str]:
    """The values in use, the commonest first."""
    counted = column.drop_nulls().value_counts(sort=True).head(200)
    return [value for value in counted[:, 0].to_list() if value]
