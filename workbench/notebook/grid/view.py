"""What the grid shows of one table: the rows that a query finds, in an order, their marks, and windows of their cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import orjson
import polars as pl

from workbench.errors import UsageError, WorkbenchError
from workbench.notebook.page import LONGEST
from workbench.shown.cells import Cell, Column
from workbench.shown.layout import ARROW, Fit, laid_out, measured
from workbench.shown.marks import Marks
from workbench.shown.rows import SnapshotRows, columns_of
from workbench.shown.text import revealed, safe

if TYPE_CHECKING:
    from workbench.customers.tables import Tables
    from workbench.stage.snapshot import Snapshot
    from workbench.workbench import Workbench

HEAVIEST: Final = 90_000
"""So many bytes a window has at most; one with more has fewer rows than were asked for."""
MOST_ROWS: Final = 200
"""So many rows a window has at most."""
STAGED, INVALID = 1, 2
_WIDEST: Final = 46


class View:
    """One table of a bench. `query` and `sort` are what was asked last and could be answered; `version` is another whenever what
    a window shows may be another."""

    def __init__(self, bench: Workbench, table: str) -> None:
        self.table, self.query, self.sort, self.version = table, "", "", 0
        self.marks = Marks()
        self.missing: tuple[str, ...] = ()
        self.moved = False
        self._bench = bench
        self._snapshot: Snapshot | None = None
        self._found = pl.Series([], dtype=pl.UInt32)

    def find(self, query: str, sort: str) -> None:
        """Shows what a query finds, sorted. Raises `QueryError` and `UsageError`; then it shows what it showed."""
        result = self._bench.search(query, self.table, sort)
        self._took(result.snapshot)
        self.query, self.sort, self._found, self.missing = query, sort, result.rows, result.missing
        self._snapshot = result.snapshot
        self.version += 1

    def fresh(self) -> Snapshot:
        """The session as it stands; if it is another than was shown, what the query finds there is shown."""
        snapshot = self._bench.snapshot
        if snapshot is not self._snapshot:
            try:
                self.find(self.query, self.sort)
            except UsageError:  # a list in a file that is gone, say
                self.find("", "")
            snapshot = self._snapshot or snapshot
        return snapshot

    @property
    def found(self) -> pl.Series:
        """The row numbers that are shown, in their order."""
        return self._found

    @property
    def rows(self) -> SnapshotRows:
        """What is shown, as rows of a grid."""
        return SnapshotRows(self.fresh(), self.table, self._found)

    def reach(self, which: str) -> pl.Series:
        """The rows that a bulk edit reaches: the `marked` ones, or all `found`."""
        self.fresh()
        if which not in ("marked", "found"):
            raise UsageError("a bulk edit reaches the marked rows, or all that are found")
        return self.marks.rows.cast(pl.UInt32) if which == "marked" else self._found

    def mark(self, how: str, first: int, last: int) -> None:
        """Marks rows by position: `toggle` one, `range` from one to another, all `found`; or takes all marks (`clear`), and
        brings those back that were taken last (`restore`)."""
        self.fresh()
        if how == "found":
            self.marks.add(self._found)
        elif how == "clear":
            self.marks.clear()
        elif how == "restore":
            self.marks.restore()
        elif how not in ("toggle", "range") or max(first, last) >= self._found.len():
            raise UsageError("there is no such row to mark any more")
        elif how == "toggle":
            self.marks.toggle(int(self._found[first]))
        else:
            first, last = sorted((first, last))
            self.marks.add(self._found.slice(first, last - first + 1))

    def window(self, start: int, count: int) -> dict[str, Any]:
        """The rows at some positions: `start`, `version`, and for each row its number, whether it is marked, and its cells, in the
        order of `columns`. A cell is its text; if it is staged, its text, what it was, and `STAGED` with `INVALID` added."""
        rows = self.rows
        stop = min(start + min(count, MOST_ROWS), rows.height)
        cells = rows.window(start, stop, [column.name for column in self._columns()]) if start < stop else []
        numbers = rows.rows_between(start, stop - 1).to_list() if cells else []
        lines: list[list[Any]] = []
        size = 0
        for number, line in zip(numbers, cells, strict=True):
            made = [number, number in self.marks, [_cell(cell) for cell in line]]
            size += len(orjson.dumps(made))
            if lines and size > HEAVIEST:
                break
            lines.append(made)
        return {"start": start, "version": self.version, "rows": lines}

    def columns(self) -> dict[str, Any]:
        """The columns that are shown, as they were arranged in the app: their names, whether they can be edited, widths in letters;
        and how many of them stand still."""
        rows = SnapshotRows(self.fresh(), self.table, self._found)
        arrangement, fits = self._bench.arrangement(self.table), measured(rows)
        layout = laid_out(rows.columns, arrangement, fits)
        columns = [
            {"name": column.name, "label": safe(column.label), "kind": str(column.kind), "edit": column.editable,
             "wide": wide if column.name in arrangement.widths else _room(wide, fits[column.name], column.name in rows.staged)}
            for column, wide in zip(layout.columns, layout.widths, strict=True)
        ]  # fmt: skip
        return {"columns": columns, "still": layout.pinned}

    @property
    def staged(self) -> list[str]:
        """The columns in which something is staged: they are wider."""
        return sorted(name for table, name in self.fresh().columns if table == self.table)

    def place_of(self, row: int) -> int | None:
        """The position of a row number among those that are shown."""
        return self.rows.position_of(row)

    def key(self, row: int) -> str:
        """What tells a row from every other, whatever its number: its ids."""
        frame = self.fresh().current[self.table]
        if row >= frame.height:
            raise WorkbenchError("that row is not in this session any more; nothing was staged")
        names = ("id",) if self.table == "customers" else ("customer_id", "id")
        return " ".join(str(frame[name][row]) for name in names)

    def _columns(self) -> Sequence[Column]:
        known = {column.name: column for column in columns_of(self.table)}
        return [known[name] for name in self._bench.arrangement(self.table).shown]

    def _took(self, snapshot: Snapshot) -> None:
        """Marks are of row numbers: they are kept only while those name the same rows."""
        before = self._snapshot
        if (
            before is not None
            and before.base is not snapshot.base
            and not _same(before.current, snapshot.current, self.table)
        ):
            self.marks, self.moved = Marks(), True
        self.marks.grow(snapshot.current[self.table].height)


def _same(before: Tables, now: Tables, table: str) -> bool:
    """Whether the rows of before stand where they stood (new ones come after them)."""
    name = "id" if table == "customers" else "customer_id"
    was, is_ = before[table][name], now[table][name]
    return was.len() <= is_.len() and bool((was == is_.head(was.len())).fill_null(True).all())


def _room(wide: int, fit: Fit, staged: bool) -> int:
    """How wide a column is: where something is staged both values are to be seen."""
    return min(max(wide, 2 * fit.usual + len(ARROW) + 4), _WIDEST) if staged else wide


def _cell(cell: Cell) -> str | list[Any]:
    text = shown(cell.text)
    if not cell.staged:
        return text
    return [text, shown(cell.before), STAGED | (INVALID if cell.invalid else 0)]


def shown(text: str | None, longest: int = LONGEST) -> str:
    """A text as the grid shows it: what cannot be seen is, what would be obeyed is not, and what is long is cut."""
    text = text or ""
    return revealed(text if len(text) <= longest else f"{text[: longest - 1]}…")


def plain(example: Mapping[str, Any]) -> dict[str, Any]:
    """The texts of a mapping as the grid shows them."""
    return {name: shown(value) if isinstance(value, str) else value for name, value in example.items()}
