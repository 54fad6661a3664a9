"""Adds an address, a contact or an attribute to a customer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

import polars as pl
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from screens.dialogs.counted import why_lines
from screens.dialogs.edit_form import offer_of
from screens.dialogs.suggesting import Suggesting
from screens.lines import Part
from screens.widgets.labelled import Labelled
from screens.widgets.line_input import FormInput
from screens.widgets.suggestions import Suggestions
from screens.widgets.text_line import TextBlock, TextLine
from workbench.errors import WorkbenchError
from workbench.search.choices import Choice
from workbench.shown.addable import Addable
from workbench.shown.text import count
from workbench.stage.edits import Edit

if TYPE_CHECKING:
    from workbench.results import Staged
    from workbench.workbench import Workbench


_KEYS: Final = "Enter stages  Tab next  ↑↓ suggestions  ctrl+n another kind  Esc leaves"


@dataclass(frozen=True, slots=True)
class Added:
    """An item that was accepted, and what it is to hold."""

    what: Addable
    edits: tuple[Edit, ...]


class FieldInput(FormInput):
    """The input of one field."""

    def __init__(self, field: str, value: str, if_empty: str) -> None:
        super().__init__(value, placeholder=if_empty, id=f"field-{field}")
        self.field = field


class NewItem(Suggesting[Added]):
    """Answers the item that was typed. `addable` are the things that can be added, the first one chosen; `label` is whose."""

    DEFAULT_CSS = """
    NewItem #fields { height: auto; }
    NewItem #fields TextLine { width: 17; }
    NewItem #counts { margin: 0; }
    NewItem #examples { height: 1; }
    NewItem.-tiny #fields, NewItem.-snug #fields { max-height: 3; overflow-y: auto; scrollbar-size: 1 1; }
    NewItem.-low #fields { max-height: 8; overflow-y: auto; scrollbar-size: 1 1; }
    NewItem Suggestions, NewItem.-snug Suggestions, NewItem.-low Suggestions { height: 2; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,ctrl+n", "what(1)", "Next kind of item", id="new.next_kind"),
        Binding("left", "what(-1)", "Previous kind of item", id="new.previous_kind"),
    ]

    def __init__(self, bench: Workbench, label: str, addable: Sequence[Addable]) -> None:
        super().__init__()
        self._bench, self._label, self._addable = bench, label, list(addable)
        self._what = self._addable[0]
        self._kept: dict[str, str] = {}
        self._warned: tuple[Edit, ...] | None = None
        self._choices: dict[tuple[str, str], list[Choice]] = {}

    def compose(self) -> ComposeResult:
        """The kinds, and a line for each field of the chosen one."""
        with Vertical(id="frame"):
            yield TextLine(f"Add to {self._label}", classes="title")
            yield TextLine(id="kinds")
            yield Vertical(id="fields")
            yield Suggestions(id="hint")
            yield TextLine(id="counts")
            yield TextBlock(id="examples")
            yield TextLine(_KEYS, classes="quiet")

    async def on_mount(self) -> None:
        """The first kind is chosen."""
        await self._choose(self._what)
        self.watch(self.query_one("#fields"), "scroll_y", self._say_kinds, init=False)

    def on_resize(self) -> None:
        """More fields have room, or fewer."""
        self.call_after_refresh(self._say_kinds)

    async def action_what(self, step: int) -> None:
        """Chooses the next kind of item, or the previous."""
        if not self.is_deaf:
            place = self._addable.index(self._what) + step
            await self._choose(self._addable[place % len(self._addable)])

    def on_descendant_focus(self) -> None:
        """Suggests for the field that has the keys now."""
        field, what = self.typed_into, self._what
        if field is None:
            return
        name = field.field
        self._offer()
        if (what.table, name) not in self._choices:
            bench, lately = self._bench, self.desk.recent.values(what.table, name)
            self.desk.look(
                lambda: bench.choices(name, table=what.table, lately=lately),
                lambda found: self._know(what, name, found),
                group="choices",
                within=self,
            )

    def asked(self) -> tuple[Edit, ...] | None:
        """What the item is to hold as it is typed so far."""
        return self._what.edits({field.field: field.value for field in self.query(FieldInput)})

    def missing(self) -> str:
        """What the item needs at least."""
        return self._what.missing

    def count(self, asked: tuple[Edit, ...]) -> Staged:
        """What adding it would do."""
        rows = pl.Series([self._what.row], dtype=pl.UInt32)
        return self._bench.stage(asked, table=self._what.table, rows=rows, new=True, dry_run=True)

    def accept(self, asked: tuple[Edit, ...]) -> None:
        """Answers the item; one that is not valid only when Enter is pressed once more, since its customer will be held."""
        staged = self._counted[1] if self._counted is not None else None
        if staged is not None and not isinstance(staged, WorkbenchError) and staged.invalid and self._warned != asked:
            self._warned = asked
            self.say("not valid: Enter again adds it none the less, and its customer is held", self.lines(staged))
            return
        self.dismiss(Added(self._what, asked))

    def told(self, staged: Staged) -> str:
        """Whether it can be added."""
        return self._what.told(self.asked() or (), skipped=staged.skipped, changed=staged.changed)

    def lines(self, staged: Staged) -> list[tuple[Part, ...]]:
        """Why it would not be valid."""
        return why_lines(staged)

    def examples(self, staged: Staged) -> list[tuple[int, tuple[Part, ...]]]:
        """What is typed is all there is."""
        return []

    @property
    def typed_into(self) -> FieldInput | None:
        """The field that has the keys."""
        focused = self.focused
        return focused if isinstance(focused, FieldInput) else None

    async def _choose(self, what: Addable) -> None:
        """Shows the fields of this kind; what was typed before into fields of the same name stands there again."""
        self._kept |= {field.field: field.value for field in self.query(FieldInput)}
        self._what, self._counted = what, None
        self._say_kinds()
        fields = self.query_one("#fields")
        await fields.remove_children()
        lines = [
            Labelled(name, FieldInput(name, self._kept.get(name, ""), what.if_empty(name))) for name in what.fields
        ]
        await fields.mount_all(lines)
        self.desk.arranged_anew()
        self.query(FieldInput).first().focus()
        self.recount()
        self.call_after_refresh(self._say_kinds)

    def _say_kinds(self) -> None:
        """The kinds, the chosen one reversed, and how many fields have no room below those that are seen."""
        kinds: list[Part] = []
        for one in self._addable:
            kinds += [(f" {one.label} ", "reverse bold" if one is self._what else ""), " "]
        fields = self.query_one("#fields")
        below = round(fields.max_scroll_y - fields.scroll_y)
        self.query_one("#kinds", TextLine).say(*kinds, f" {count(below, 'field')} more below" if below > 0 else "")

    def _know(self, what: Addable, name: str, choices: list[Choice]) -> None:
        self._choices[what.table, name] = choices
        if not self.gone:
            self._offer()

    def _offer(self) -> None:
        field = self.typed_into
        if field is not None:
            found = self._choices.get((self._what.table, field.field), [])
            self.query_one(Suggestions).offer(offer_of(found), field.value)
