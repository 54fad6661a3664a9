"""What all jobs of the list of duplicates share: which list is shown, asking for it, and the lines that say what it holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from screens.lines import Part
from screens.screen import WorkbenchScreen
from screens.widgets.difference import differing
from screens.widgets.grid import Grid
from screens.widgets.listed_rows import ListedRows
from screens.widgets.text_line import TextBlock, TextLine
from screens.widgets.titles import Titled, title
from workbench.errors import QueryError, WorkbenchError
from workbench.shown.arrangement import Arrangement
from workbench.shown.text import count

if TYPE_CHECKING:
    from workbench.problems.duplicates import Duplicates, Group
    from workbench.problems.duplicates_apart import Said
    from workbench.shown.side_by_side import SideBySide

_NAMES: Final = ("score", "customers", "stays", "because", "done")
_FIGURES: Final = ("score", "customers")
_SAID: Final = ("customer", "and", "because", "by", "at")
LOOKING: Final = "comparing customers .. Esc leaves"
NOTHING: Final = ListedRows(_NAMES, 0, lambda number: (), figures=_FIGURES)
"""The list before it is read."""
THRESHOLD: Final = 0.7
_SIGN: Final = 4
_EDGES: Final = 4
_WIDE: Final = 60
_NARROW: Final = 16
"""Terminal cells: what a field's name has before and behind it, the gutter and the scroll bar, a customer's column."""


@dataclass(frozen=True, slots=True)
class Found:
    """The groups, each as the texts of its line, and what was said of pairs that are none."""

    duplicates: Duplicates
    texts: tuple[tuple[str, ...], ...]
    apart: tuple[Said, ...]


class ShowingDuplicates(WorkbenchScreen):
    """Asks in a thread and paints. Shown are the groups, one of them `beside` each other, or what is known to be `none`."""

    def __init__(self) -> None:
        super().__init__()
        self.where: str | None = None
        self.threshold = THRESHOLD
        self.found: Found | None = None
        self.beside: SideBySide | None = None
        self.group: Group | None = None
        self.none = False
        self.done: dict[str, int] = {}
        self._compared = -1
        self._names: dict[str, str] = {}

    @property
    def grid(self) -> Grid:
        """The list."""
        return self.query_one("#duplicates", Grid)

    @property
    def groups(self) -> tuple[Group, ...]:
        """The groups that are listed."""
        return self.found.duplicates.groups if self.found is not None else ()

    @property
    def listed(self) -> Group | None:
        """The group under the cursor of the list."""
        row = self.grid.row
        here = self.found is not None and self.beside is None and not self.none and row is not None
        return self.groups[row] if here and row is not None and row < len(self.groups) else None

    @property
    def place(self) -> int | None:
        """The place of the customer in whose column the cursor is; None in the column of fields."""
        column = self.grid.column
        return int(column.name) if self.beside is not None and column is not None and column.name.isdigit() else None

    def look_at(self, where: str) -> None:
        """Compares the customers that a query finds; what is shown of them already stays while nothing was staged."""
        if where == self.where and self.found is not None and self._compared == self.bench.snapshot.generation:
            return
        self.where = where
        if self.is_mounted:
            self.ask()

    def changed(self) -> None:
        """What is staged has changed: the groups are not compared anew under the cursor, but what is stale is said."""
        if self.found is not None:
            self.grid.repaint()
            self.say_status()

    @property
    def is_stale(self) -> bool:
        """Whether something was changed after the groups were compared, or the one that is shown was opened."""
        now = self.bench.snapshot
        return self._compared != now.generation if self.beside is None else self.beside.snapshot is not now

    def ask(self) -> None:
        """Compares anew, from the list on. Keys wait for it: they go where it leads."""
        bench, where, threshold = self.bench, self.where, self.threshold
        if where is None:
            return
        self.found, self.beside, self.group, self.none, self.done = None, None, None, False, {}
        self.grid.empty = LOOKING
        self.grid.show(NOTHING, measure=True)
        self._compared = bench.snapshot.generation

        def read() -> Found:
            from workbench.shown.side_by_side import group_texts

            found, tables = bench.duplicates(where, threshold=threshold), bench.snapshot.current
            return Found(found, tuple(group_texts(tables, group) for group in found.groups), tuple(bench.apart))

        self.desk.hold_keys(self.desk.look(read, self._know, self._wrong, group="duplicates"))

    def _know(self, found: Found) -> None:
        self.found = found
        self.show_list()

    def _wrong(self, error: WorkbenchError) -> None:
        """A query that finds no customers of its own (one of another table) hides nothing: all are compared, and that is said."""
        self.desk.say_wrong(error)
        if isinstance(error, QueryError) and self.where:
            self.desk.say("this search does not lead to customers: these are all", "warning")
            self.where = ""
            self.ask()

    def show_list(self, at: int = 0) -> None:
        """The groups, then a line for what is known to be none."""
        found = self.found
        if found is None:
            return
        self.beside, self.group, self.none = None, None, False
        self.grid.empty = (
            f"no two customers are alike by {self.threshold:g} or more; t takes another score, Esc goes back"
        )
        rows = ListedRows(_NAMES, len(self.groups) + bool(found.apart), self._line, figures=_FIGURES)
        self._show(rows, at)

    def show_none(self) -> None:
        """The pairs of whom somebody said that they are none."""
        if self.found is None:
            return
        from workbench.shown.side_by_side import by_id

        self.beside, self.group, self.none = None, None, True
        said = self.found.apart
        self._names = by_id(self.bench.snapshot.current, {id_ for one in said for id_ in (one.a, one.b)})
        self.grid.empty = "nothing of this is left; Esc goes back"
        self._show(ListedRows(_SAID, len(said), lambda row: self._said(said[row])), 0)

    def show_group(self, group: Group) -> None:
        """A group side by side, as its customers are now."""
        bench = self.bench

        def read() -> SideBySide:
            from workbench.shown.side_by_side import SideBySide

            return SideBySide(bench.snapshot, group.ids)

        def show(beside: SideBySide) -> None:
            self.beside, self.group, self.none = beside, group, False
            self._show(beside, 0, column=1)

        self.desk.hold_keys(self.desk.look(read, show, group="duplicates"))

    def _show(self, rows: ListedRows | SideBySide, at: int, column: int = 0) -> None:
        self.grid.show(rows, measure=True, arrangement=Arrangement.of([one.name for one in rows.columns], 1))
        self.share_room()
        self.grid.go_to(position=at, column=column)
        self.say_status()
        self.on_grid_moved()

    def share_room(self) -> None:
        """Customers side by side get what the fields' names leave of the room, as many as fit into it."""
        beside = self.beside
        if beside is None:
            return
        names = max(len(line.name) for line in beside.lines) + _SIGN
        room = self.grid.size.width - names - _EDGES
        width = max(room // len(beside.ids), min(room // 2, _WIDE), _NARROW)
        arrangement = self.grid.arrangement.widen(beside.columns[0].name, names)
        for column in beside.columns[1:]:
            arrangement = arrangement.widen(column.name, width)
        self.grid.arrange_columns(arrangement, tell=False)

    def on_resize(self) -> None:
        """Shares the room anew, once the panes have theirs."""
        self.share_room()
        self.call_after_refresh(self.on_grid_moved)

    def _line(self, number: int) -> tuple[str, ...]:
        assert self.found is not None
        if number == len(self.groups):
            return (
                "",
                f"{len(self.found.apart):,}",
                "no duplicates",
                "pairs of whom that was said; N there takes it back",
                "",
            )
        return (*self.found.texts[number], self._what_was_done(self.groups[number]))

    def _said(self, one: Said) -> tuple[str, ...]:
        return (*(self._names.get(id_, id_) for id_ in (one.a, one.b)), one.note, one.by, one.at[:16].replace("T", " "))

    def _what_was_done(self, group: Group) -> str:
        """What the operation that was staged for a group (0: it only put customers on hold) came to since."""
        operation = self.done.get(group.id)
        if operation is None:
            return ""
        return "held" if not operation else "staged" if self.bench.steps_to(operation) else "taken back"

    # What is said

    def on_grid_moved(self) -> None:
        """Says all there is to say of the line under the cursor."""
        self.query_one("#why", TextBlock).say_what_fits(self._why())
        self.keys_changed()

    def _why(self) -> list[tuple[Part, ...]]:
        row, beside = self.grid.row, self.beside
        if beside is not None and row is not None and self.group is not None:
            from workbench.shown.side_by_side import because, letter

            line, own = beside.lines[row], beside.survivor
            takes = beside.taken(line) if line.choosable else own
            place = self.place if self.place is not None else takes
            letters = {id_: letter(at) for at, id_ in enumerate(beside.ids)}
            told: list[Part] = [(f"{line.name}  {letter(place)}  ", "bold")]
            told += differing(line.texts[place], line.texts[own] if place != own else line.texts[takes], "bold reverse")
            pairs = (f"{letters[one.a]} {letters[one.b]} {one.score:.2f}: {because(one)}" for one in self.group.pairs)
            return [tuple(told), *((pair,) for pair in pairs)]
        if self.none and self.found is not None and row is not None and row < len(self.found.apart):
            said = self.found.apart[row]
            pair: list[tuple[Part, ...]] = [((f"{self._names.get(id_, '')} ", "bold"), id_) for id_ in (said.a, said.b)]
            return [*pair, (said.note,)] if said.note else pair
        group = self.listed
        if group is None or self.found is None:
            return []
        texts = self.found.texts[self.groups.index(group)]
        return [((f"{texts[2]} ", "bold"), f"and {len(group.ids) - 1} more: {texts[3]}")]

    def say_status(self) -> None:
        """What is listed, or what staging would do."""
        if self.found is None:
            return
        self._say_titles()
        found = self.found.duplicates
        if self.beside is not None:
            parts: list[Part] = self._say_group(self.beside)
        elif self.none:
            parts = [(" no duplicates ", "bold"), count(len(self.found.apart), "pair")]
        else:
            parts = [(f" {count(len(found.groups), 'group')} ", "bold")]
            parts += [f"of {found.threshold:g} and more among {count(found.customers, 'customer')}"]
            parts += [f"; {found.cut:,} pairs make no group"] if found.cut else []
            parts += [f"  in / {self.where}"] if self.where else []
        if self.is_stale and not self.none:
            how = "Esc, then Enter shows it anew" if self.beside is not None else "r compares again"
            parts.insert(1, (f" as of before your last change: {how} ", "reverse"))
        self.query_one("#status", TextLine).say(*parts)

    def _say_titles(self) -> None:
        """What the lines of the list are, and what one does with them."""
        keys = "n says that they are not"
        if self.group is not None:
            place = f"Group {self.groups.index(self.group) + 1:,} of {len(self.groups):,}"
            title(self.query_one(Titled), place, "space takes a value, S who stays, s stages")
            keys = f"{keys}, Esc to the groups"
        elif self.none:
            title(self.query_one(Titled), "No duplicates", "N takes it back, Esc to the groups")
        else:
            title(self.query_one(Titled), "Groups, the surest first", "⏎ side by side, t another score")
        title(self.query_one("#why"), "Why they are one", "" if self.none else keys)

    def _say_group(self, beside: SideBySide) -> list[Part]:
        """What staging would do to this group."""
        from workbench.shown.side_by_side import letter

        moved = len(beside.moved())
        gets = f"and gets {count(moved, 'field')}" if moved else "as it is"
        return [(f" {letter(beside.survivor)} stays ", "bold"), gets]
