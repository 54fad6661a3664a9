"""Renames values of a facet in all their rows: what it would do is counted and shown before it is staged."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from textual.app import ComposeResult
from textual.containers import Vertical

from screens.dialogs.edit_form import offer_of
from screens.dialogs.suggesting import Suggesting
from screens.lines import Part
from screens.widgets.labelled import Labelled, note
from screens.widgets.line_input import LineInput, ValueInput
from screens.widgets.suggestions import Suggestions
from screens.widgets.text_line import TextBlock, TextLine
from workbench.customers.fields import Kind
from workbench.search.choices import Choice
from workbench.search.facets import facet_field
from workbench.shown.examples import readable
from workbench.shown.standing import held_by
from workbench.shown.text import count, glimpse, revealed

if TYPE_CHECKING:
    from workbench.results import Staged
    from workbench.search.picks import Value
    from workbench.workbench import Workbench

_KEYS: Final = "Enter stages it for all its rows  ↑↓ suggestions  Tab note  Esc leaves"
_NEW: Final = "new: nobody has it yet"
_NAME: Final = 24
"""Characters of a value in a line that names two."""
_ONE_OF: Final = {"customers": "customer", "addresses": "address", "contacts": "contact", "attributes": "attribute"}
_NAMED: Final = 12
"""So many of several values are named."""


@dataclass(frozen=True, slots=True)
class Renamed:
    """Values of a facet that become one: its field (as the facet of `table` names it), the values (None: empty) and beside them
    their labels, what people read for them, the commonest first; in how many rows they stand (None: not known), and the query
    within whose rows. `beside` is the label of the value under the cursor if that is none of them."""

    table: str
    field: str
    values: tuple[Value, ...]
    labels: tuple[str, ...]
    rows: int | None
    query: str
    beside: str = ""

    @property
    def several(self) -> bool:
        """Whether it is more than one."""
        return len(self.values) > 1

    @property
    def called(self) -> str:
        """What becomes another one, in a few words."""
        label = "" if self.values[0] is None else self.labels[0]
        return f"{len(self.values):,} values" if self.several else f'"{label}"' if label else "(empty)"


class RenameValue(Suggesting[tuple[str, str]]):
    """Answers the new value (empty: clears) and a note, which may be empty, when Enter accepts what was shown. Several values are
    to be called as the commonest of them, unless another one is typed."""

    DEFAULT_CSS = """
    RenameValue #value-line { margin: 1 0 0 0; }
    RenameValue.-snug #value-line, RenameValue.-low #value-line { margin: 0; }
    RenameValue #examples { height: 4; }
    RenameValue.-low #examples { height: 2; }
    """

    def __init__(self, bench: Workbench, meant: Renamed) -> None:
        super().__init__()
        self._bench, self._meant = bench, meant
        self._of = facet_field(meant.table, meant.field)
        said = [label for value, label in zip(meant.values, meant.labels, strict=True) if value is not None]
        self._start = said[0] if said else ""
        self._held: tuple[str, int | None] = "", None

    def compose(self) -> ComposeResult:
        """The value, a note, and what it would do."""
        with Vertical(id="frame"):
            yield TextLine(*self._title(), classes="title")
            if self._meant.several:
                yield TextBlock(*self._which(), id="which")
            yield Labelled(
                "the new value", ValueInput(self._start, placeholder="empty: clears", id="value"), id="value-line"
            )
            yield Suggestions(id="hint")
            yield note()
            yield TextLine(id="counts")
            yield TextBlock(id="examples")
            yield TextBlock(_KEYS, classes="quiet")

    def on_mount(self) -> None:
        """What is typed replaces the value, as in a cell; an arrow keeps it."""
        self.query_one("#value", LineInput).focus()
        self.recount()
        of, lately = self._of, self.desk.recent.values(self._of.table, self._of.name)
        self.desk.look(
            lambda: self._bench.choices(of.name, table=of.table, lately=lately),
            self._know,
            group="choices",
            within=self,
        )

    @property
    def typed_into(self) -> LineInput:
        """Suggestions are for the value."""
        return self.query_one("#value", LineInput)

    def asked(self) -> str | None:
        """What is typed; None as long as it is the one value that is there."""
        typed = self.typed_into.value
        return None if typed == self._start and not self._meant.several else typed

    def missing(self) -> str:
        """Another value is."""
        return "type what it is to be called"

    def count(self, asked: str) -> Staged:
        """What it would do."""
        meant = self._meant
        staged = self._bench.rename_value(
            meant.field, meant.values, asked, query=meant.query, table=meant.table, dry_run=True
        )
        current = self._bench.snapshot.current
        self._held = asked, held_by(current, self._of, asked)
        return replace(staged, examples=readable(current, self._of.table, staged.examples))

    def told(self, staged: Staged) -> str:
        """Also whether the value is a new one: a slip of the typing most often is."""
        return super().told(staged) + ("" if staged.invalid or not self._is_new else f"; {_NEW}")

    def lines(self, staged: Staged) -> list[tuple[Part, ...]]:
        """Where the line of the counts is long already, it is said here; and of a value that is there already that both will be
        one."""
        said = _NEW if staged.invalid and self._is_new else self._becomes_one(staged.changed)
        first: list[tuple[Part, ...]] = [((f"  {said}", "bold"),)] if said else []
        return [*first, *super().lines(staged)]

    def _title(self) -> list[Part]:
        meant = self._meant
        if not meant.several:
            return [
                ("Rename ", "bold"),
                (revealed(meant.labels[0][:60]), "bold"),
                f"  of {meant.field}",
                self._beside(),
            ]
        within = "" if meant.rows is None else f"  in {count(meant.rows, _ONE_OF[self._of.table], self._of.table)}"
        return [(f"Make {meant.called} of {meant.field} one", "bold"), within]

    def _which(self) -> list[Part]:
        meant = self._meant
        named = ", ".join(glimpse(label, _NAME) for label in meant.labels[:_NAMED])
        more = len(meant.labels) - _NAMED
        return [(named, "bold"), f" and {more:,} more" if more > 0 else "", self._beside()]

    def _beside(self) -> str:
        beside = self._meant.beside
        return f"; not {glimpse(beside, _NAME)}, where the cursor is" if beside else ""

    def _becomes_one(self, rows: int) -> str:
        """That the value is there already, and how many rows hold each."""
        meant, (asked, held) = self._meant, self._held
        if not held or not rows or asked != self.asked() or None in meant.values or asked in meant.labels:
            return ""
        old, new = (glimpse(text, _NAME) for text in (meant.called if meant.several else meant.labels[0], asked))
        return f"{'all' if meant.several else 'both'} will be one: {count(rows, 'row')} of {old}, {held:,} of {new}"

    @property
    def _is_new(self) -> bool:
        """Whether nobody has it; what is picked by name or is no text is never called new."""
        named = bool(self._of.names) or self._of.kind is Kind.FLAG
        return self._held == (self.asked(), 0) and not named

    def accept(self, asked: str) -> None:
        """Answers the value and the note."""
        self.dismiss((asked, self.query_one("#note", LineInput).value.strip()))

    def _know(self, choices: list[Choice]) -> None:
        if not self.gone:
            typed = self.typed_into.value
            others = offer_of([one for one in choices if self._meant.several or one.text != self._start])
            self.query_one(Suggestions).offer(others, typed, all_first=typed == self._start)
