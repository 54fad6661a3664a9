"""What the steward did, in a session file: operations with their changes, acts on them, holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import polars as pl

from workbench.session.database import Database, parquet
from workbench.session.file import translated
from workbench.session.rows import Act, Change, Hold, Operation


class Operations(Database):
    """The verbs of operations, acts and holds: all are only ever appended."""

    def add_operation(
        self, operation: Operation, rows: Mapping[str, pl.DataFrame] | None = None, *, generation: int = 0
    ) -> int:
        """Appends an operation with its changes in one transaction; its number comes back (`operation.id` is not used).

        `rows` are what it lays over the base of this generation by table, as in `write_overlay`: the items that it makes.
        """
        laid_over = [(name, frame.height, parquet(frame)) for name, frame in (rows or {}).items() if frame.height]
        parts = [(f"{c.table}.{c.field}", c.cells.height, parquet(c.cells)) for c in operation.changes]
        o = operation
        with self._transaction():
            number = self._next("operations")
            self._append("operations", [(number, o.at, o.by, o.kind, o.note, o.recipe, o.matched, o.changed)])
            for name, count, data in laid_over:
                self._put("base", "overlay", name, generation, count, data)
            for name, count, data in parts:
                self._put("change", "change", name, number, count, data)
        return number

    def operations(self) -> list[Operation]:
        """All operations, oldest first, with their changes."""
        changes: dict[int, list[Change]] = {}
        for part in self._parts("change"):
            table, _, field = part.name.partition(".")
            changes.setdefault(part.generation, []).append(Change(table, field, self._frame(part)))
        rows = self._read("operations")
        return [replace(Operation(*row), changes=tuple(changes.get(row[0], ()))) for row in rows]

    def add_acts(self, at: str, acts: Sequence[tuple[str, int]]) -> list[Act]:
        """Appends acts (`undo`, `redo`, `drop`, ..; the operation's number) in one transaction."""
        with self._transaction():
            first, newest = self._next("acts"), self._next("operations") - 1
            rows = [(first + place, at, act, number, newest) for place, (act, number) in enumerate(acts)]
            self._append("acts", rows)
        return [Act(*row) for row in rows]

    def acts(self) -> list[Act]:
        """All acts on operations, oldest first."""
        return [Act(*row) for row in self._read("acts")]

    def add_hold(self, hold: Hold) -> None:
        """Appends a hold, or a release, of customers in one transaction."""
        data = parquet(hold.rows.rename("row").to_frame())
        with self._transaction():
            number = self._next("holds")
            self._append("holds", [(number, hold.at, hold.by, int(hold.held), hold.note)])
            self._put("hold", "hold", "", number, hold.rows.len(), data)

    def in_order(self) -> dict[tuple[str, int], int]:
        """The places of operations, holds and runs (their kind and number) in the order in which they were kept, whatever the
        clock said then. It is read off their parts; what has none is not in it."""
        kinds = {"change": "operation", "hold": "hold", "planned": "run"}
        sql = "SELECT kind, generation, min(id) FROM parts WHERE kind IN ('change', 'hold', 'planned') GROUP BY 1, 2"
        with self._lock, translated(self.path):
            return {(kinds[kind], number): place for kind, number, place in self._connection.execute(sql)}

    def holds(self) -> list[Hold]:
        """All holds and releases, oldest first."""
        rows = {part.generation: self._frame(part)["row"] for part in self._parts("hold")}
        found = self._read("holds")
        return [Hold(at, by, bool(held), note, rows[number]) for number, at, by, held, note in found]
