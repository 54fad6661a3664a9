"""What all jobs of the list of problems share: which list is shown, asking for it, and the lines that say what it holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from screens.lines import Part
from screens.screen import WorkbenchScreen
from screens.widgets.listed_rows import ListedRows
from screens.widgets.marked_grid import MarkedGrid
from screens.widgets.text_line import TextBlock, TextLine
from screens.widgets.titles import Titled, title
from workbench.errors import QueryError, WorkbenchError
from workbench.shown.marks import Marks
from workbench.shown.problems import CellLines, ProblemRows, RuleLine, WaiverRows, rule_lines
from workbench.shown.text import count

if TYPE_CHECKING:
    from workbench.problems.book import Which

_NAMES: Final = ("rule", "severity", "count", "suggested", "what is wrong")
_FIGURES: Final = ("count", "suggested")
_WAIVED: Final = "what may stay, and why; W there takes it back"
LOOKING: Final = "looking for problems .. Esc leaves"
NOTHING: Final = ListedRows(_NAMES, 0, lambda number: (), figures=_FIGURES)
"""The list before it is read."""


@dataclass(frozen=True, slots=True)
class Place:
    """A list: of all `rules`, the `problems` of one rule, or the `waivers`."""

    kind: str = "rules"
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """What a list shows. Of rules: `rules`, then a line for the waivers if there are any. Of problems and waivers: `cells`."""

    place: Place
    rules: tuple[RuleLine, ...] = ()
    waivers: int = 0
    failed: tuple[str, ...] = ()
    cells: CellLines | None = None

    @property
    def rows(self) -> ListedRows | CellLines:
        """The lines, for a grid."""
        return self.cells or ListedRows(_NAMES, len(self.rules) + bool(self.waivers), self._line, figures=_FIGURES)

    def _line(self, number: int) -> tuple[str, ...]:
        if number == len(self.rules):
            return "waived", "", f"{self.waivers:,}", "", _WAIVED
        one = self.rules[number]
        return one.rule, one.severity, f"{one.count:,}", f"{one.suggested:,}" if one.suggested else "", one.message


class ShowingProblems(WorkbenchScreen):
    """Asks for a list in a thread and paints it. `where` is the query whose customers are looked at (None: not opened yet), `field`
    the only one whose problems are listed (empty: all)."""

    def __init__(self) -> None:
        super().__init__()
        self.where: str | None = None
        self.field = ""
        self.place = Place()
        self.list: Listed | None = None

    @property
    def grid(self) -> MarkedGrid:
        """The list."""
        return self.query_one("#problems", MarkedGrid)

    @property
    def rule(self) -> RuleLine | None:
        """The rule under the cursor of the list of rules."""
        number = self.grid.row
        if self.list is None or number is None or number >= len(self.list.rules):
            return None
        return self.list.rules[number]

    @property
    def cells(self) -> CellLines | None:
        """The problems or waivers that are shown, if any are."""
        return self.list.cells if self.list is not None and self.list.rows.height else None

    def look_at(self, where: str, field: str = "") -> None:
        """Shows the problems of the customers that a query finds, or those of a field; what is shown already of the same stays."""
        if (where, field) == (self.where, self.field) and self.list is not None:
            return
        self.where, self.field, self.place, self.list, self.generation = where, field, Place(), None, -1
        if self.is_mounted:
            self.grid.empty = LOOKING
            self.grid.show(NOTHING)
            self.catch_up()

    def changed(self) -> None:
        """Asks for the list of the new snapshot."""
        self.ask(self.place)

    def ask(self, place: Place) -> None:
        """Shows a list. Keys wait for it: they go where it leads."""
        bench, where = self.bench, self.where
        if where is None:
            return

        def read() -> Listed:
            waivers = bench.waivers()
            if place.kind == "waivers":
                return Listed(place, cells=WaiverRows(bench.snapshot.current, waivers))
            found = bench.problems(where, **self.chosen([place.rule] if place.rule else []))
            if place.kind == "problems":
                return Listed(place, failed=found.failed, cells=ProblemRows(found.tables, found.frame()))
            return Listed(place, rule_lines(found), waivers.height, found.failed)

        self.desk.hold_keys(self.desk.look(read, self._show, self._wrong, group="problems"))

    def chosen(self, rules: list[str]) -> Which:
        """These rules, or all if there are none, in the field that is looked at."""
        which: Which = {"rules": rules} if rules else {}
        return {**which, "fields": [self.field]} if self.field else which

    def _wrong(self, error: WorkbenchError) -> None:
        """A query that finds no customers of its own (one of another table) hides nothing: all are looked at, and that is said."""
        self.desk.say_wrong(error)
        if isinstance(error, QueryError) and self.where:
            self.desk.say("this search does not lead to customers: these are the problems of all", "warning")
            self.where = ""
            self.ask(self.place)

    def _show(self, found: Listed) -> None:
        same, kept = found.place == self.place and self.list is not None, self._position_in(found)
        self.list, self.place = found, found.place
        self.grid.empty = (
            "nothing of this is left; Esc goes back" if found.cells else "no problem is found; Esc goes back"
        )
        rows = found.rows
        self.grid.marks = Marks(rows.height)
        self.grid.show(rows, measure=True)
        if kept is not None or not same:
            self.grid.go_to(position=kept or 0, column=None if same else 0)
        self._say_status()
        self.on_grid_moved()

    def _position_in(self, found: Listed) -> int | None:
        """Where the rule is that the cursor was on, or that was looked into."""
        here = self.rule
        name = self.place.rule or (here.rule if here else "")
        places = (place for place, one in enumerate(found.rules) if one.rule == name)
        return next(places, len(found.rules) if self.place.kind == "waivers" and found.waivers else None)

    # What is said

    def on_grid_moved(self) -> None:
        """Says all there is to say of the line under the cursor."""
        self.query_one("#why", TextBlock).say_lines(self._why())
        self.keys_changed()

    def on_marked_grid_marked(self) -> None:
        """Says what the keys are about."""
        self._say_status()

    def _say_titles(self, place: Place) -> None:
        """What the lines of the list are, and what one does with them."""
        name, keys, lines = {
            "rules": ("Problems, the worst first", "⏎ looks into a rule", "f stages what is suggested, w waives"),
            "problems": (
                f"Problems of {place.rule}",
                "space marks, f stages, w waives",
                "⏎ to its cell, / all in Browse",
            ),
            "waivers": ("Waived", "W takes it back", "⏎ to its cell"),
        }[place.kind]
        title(self.query_one(Titled), name, keys)
        title(self.query_one("#why"), "Why it may stay" if place.kind == "waivers" else "What is wrong", lines)

    def _why(self) -> list[tuple[Part, ...]]:
        number, cells = self.grid.row, self.cells
        if self.rule is not None:
            return [((f"{self.rule.rule}  ", "bold"), self.rule.explanation)]
        if cells is None or number is None:
            return [(_WAIVED,)] if number is not None and self.list is not None and self.list.waivers else []
        line = cells.line(number)
        first: tuple[Part, ...] = (
            (f"{cells.label(number)}  {line['path']}  ", "bold"),
            cells.value(number) or "(empty)",
        )
        if self.place.kind == "waivers":
            return [first, (f"waived by {line['by']} at {cells.value(number, 'at')} (UTC): {line['reason']}",)]
        goes = cells.value(number, "suggestion")
        return [(*first, *((" → ", (goes, "bold")) if goes else ())), (line["message"],)]

    def _say_status(self) -> None:
        if self.list is None:
            return
        self._say_titles(self.place)
        found, height, marked = self.list, self.list.rows.height, self.grid.marks.count
        self.grid.say_marked(marked)
        if self.place.kind == "rules":
            total = sum(one.count for one in found.rules)
            parts: list[Part] = [(f" {count(total, 'problem')} ", "bold"), f"of {count(len(found.rules), 'rule')}"]
        elif self.place.kind == "problems":
            parts = [(f" {self.place.rule} ", "bold"), count(height, "problem")]
        else:
            parts = [(" waived ", "bold"), count(height, "problem")]
        parts += [(f"  ● {marked:,} marked: the keys are for these", "bold")] if marked else []
        if self.field and self.place.kind != "waivers":
            parts += [(f"  only in {self.field}", "bold"), ": x shows all columns"]
        parts += [f"  in / {self.where}"] if self.where and self.place.kind != "waivers" else []
        parts += [(f"  check failed: {found.failed[0]}", "bold")] if found.failed else []
        self.query_one("#status", TextLine).say(*parts)
