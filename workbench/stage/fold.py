"""The fold: what the active operations make of the base, column by column.

A fold lays recorded values over base, in the order of the operations' numbers; it never computes an edit again. A cell that
a run has settled is not changed again by the operation whose value it brought, nor by an older one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import polars as pl

from workbench.customers.equality import differs
from workbench.customers.tables import Tables, laid_over
from workbench.onlooker import step, stepwise
from workbench.session.rows import Change, Operation
from workbench.stage.snapshot import WRITERS, Column

SETTLED = {"row": pl.UInt32, "horizon": pl.UInt32}
"""What is kept of a settled cell: its row, and the operation whose value the run brought; it and older ones are done."""


class Fold:
    """All changes of a session by column, kept in memory; answers what a set of active operations makes of a base."""

    def __init__(self, operations: Iterable[Operation] = ()) -> None:
        self._changes: dict[Column, list[tuple[int, str, str, Change]]] = {}
        self._settled: dict[Column, pl.DataFrame] = {}
        self._brought: dict[Column, list[pl.DataFrame]] = {}
        self._folded: dict[Column, tuple[list[int], pl.DataFrame]] = {}
        self._counted: dict[Column, tuple[pl.DataFrame, dict[int, tuple[int, int]]]] = {}
        for operation in operations:
            self.add(operation)

    @property
    def columns(self) -> Collection[Column]:
        """The columns that any operation touches."""
        return self._changes.keys()

    def add(self, operation: Operation) -> None:
        """Takes in an operation (its number is final)."""
        for change in operation.changes:
            column = (change.table, change.field)
            self._changes.setdefault(column, []).append((operation.id, operation.kind, operation.at, change))

    def settle(self, settled: Mapping[Column, pl.DataFrame]) -> None:
        """Takes in cells that a run brought to the server (frames of `SETTLED`)."""
        for column, cells in settled.items():
            known = self._settled.get(column, pl.DataFrame(schema=SETTLED))
            both = pl.concat([known, cells.cast(SETTLED)])  # type: ignore[arg-type]
            self._settled[column] = both.group_by("row").agg(pl.col("horizon").max())
            self._folded.pop(column, None)

    def brought(self, column: Column, cells: pl.DataFrame) -> None:
        """Takes in that a run made base hold `after` instead of `before` in these cells, and when (`row`, `before`, `after`, `at`).

        What was staged there until then was staged on `before`: that base moved was our own doing, and no conflict.
        """
        if cells.height:
            self._brought.setdefault(column, []).append(cells.select("row", "before", "after", "at"))
            self._folded.pop(column, None)

    def last_to_write(self, column: Column, cells: pl.DataFrame, newest: int) -> pl.DataFrame:
        """For cells of a run's plan (`row`, `after`, `operation`) the operation whose value it sent, as a frame of `SETTLED`:
        what one wrote that was undone then stays open. Where the plan does not tell it (that a new item comes to be) it is the
        newest operation up to `newest` that recorded this value there."""
        if "operation" in cells.columns:
            return cells.select("row", horizon="operation")
        parts = [cells.select("row", horizon=pl.lit(0, dtype=pl.UInt32))]
        for number, _, _, change in self._changes.get(column, ()):
            if number <= newest:
                both = cells.join(change.cells.select("row", wrote="after"), on="row", how="inner")
                ours = both.filter(~differs(both["after"], both["wrote"]))
                parts.append(ours.select("row", horizon=pl.lit(number, dtype=pl.UInt32)))
        return pl.concat(parts).group_by("row").agg(pl.col("horizon").max())

    def open_cells(self, number: int, change: Change) -> pl.DataFrame:
        """The cells of an operation's change that no run has settled."""
        still = self.counted(number, change)[0]
        if still in (0, change.cells.height):
            return change.cells if still else change.cells.clear()
        settled = self.settled((change.table, change.field))
        done = settled.filter(pl.col("horizon") >= number).select("row")
        return change.cells.join(done, on="row", how="anti", maintain_order="left")

    def counted(self, number: int, change: Change) -> tuple[int, int]:
        """How many cells of an operation's change no run has settled, and of how many a run brought that very value to the server
        last. Kept until a run settles more of the column: who looks at thousands of operations asks of all of them."""
        column = (change.table, change.field)
        settled = self._settled.get(column)
        if settled is None or not settled.height:
            return change.cells.height, 0
        of, known = self._counted.get(column, (None, {}))
        if of is not settled:
            self._counted[column] = settled, (known := {})
        if number not in known:
            horizon = change.cells.select("row").join(settled, on="row", how="left", maintain_order="left")["horizon"]
            known[number] = change.cells.height - int((horizon >= number).sum()), int((horizon == number).sum())
        return known[number]

    def settled(self, column: Column) -> pl.DataFrame:
        """The cells of a column that runs have settled, as a frame of `SETTLED`."""
        return self._settled.get(column, pl.DataFrame(schema=SETTLED))

    def sent(self, number: int, change: Change) -> pl.DataFrame:
        """The cells of an operation's change whose very value a run has brought to the server last."""
        settled = self.settled((change.table, change.field))
        return change.cells.join(settled.filter(pl.col("horizon") == number), on="row", how="semi")

    def writers(self, column: Column, active: Collection[int]) -> pl.DataFrame:
        """The last word on each touched cell of a column: `WRITERS`, `loaded` and `after`, sorted by row."""
        last = self._last(column, [one for one in self._changes.get(column, ()) if one[0] in active])
        if last is None:
            return pl.DataFrame(schema=WRITERS)
        kept = last.filter(~pl.col("removed")) if last["removed"].any() else last
        return (kept if kept["row"].is_sorted() else kept.sort("row")).drop("removed")

    def _last(self, column: Column, changes: Sequence[tuple[int, str, str, Change]]) -> pl.DataFrame | None:
        """The last word of these changes on each cell, what was removed included; None of no changes.

        What the first of them came to is kept, for most often there is one more at the end: a thousand edits of a column by
        hand must not cost a thousand times a thousand.
        """
        numbers = [number for number, *_ in changes]
        known, last = self._folded.get(column, ([], None))
        if not numbers or numbers[: len(known)] != known:
            known, last = [], None
        parts = [] if last is None else [last]
        parts += [self._part(column, *one) for one in stepwise(changes[len(known) :])]
        step()
        if len(parts) > 1:
            last = pl.concat(parts).unique("row", keep="last", maintain_order=True)
        elif parts:
            last = parts[0]
        if last is not None:
            self._folded[column] = numbers, last
        return last

    def _part(self, column: Column, number: int, kind: str, at: str, change: Change) -> pl.DataFrame:
        """What one change says of its cells that no run has settled."""
        open_ = self.open_cells(number, change)
        return open_.select(
            "row",
            operation=pl.lit(number, dtype=pl.UInt32),
            server=pl.lit(kind == "revert"),
            over=pl.lit(kind == "resolve"),
            loaded=self._loaded(column, open_, at),
            after="after",
            removed=pl.lit(kind == "unstage"),
        )

    def _loaded(self, column: Column, cells: pl.DataFrame, at: str) -> pl.Series:
        """What base held when these cells were staged, or what a run of ours has made of that since."""
        loaded = cells["base"]
        for moved in self._brought.get(column, ()) if cells.height else ():
            known = cells.select("row").join(
                moved.filter(pl.col("at") > at), on="row", how="left", maintain_order="left"
            )
            ours = known["at"].is_not_null() & ~differs(loaded, known["before"])
            loaded = pl.select(v=pl.when(pl.lit(ours)).then(pl.lit(known["after"])).otherwise(pl.lit(loaded)))["v"]
        return loaded

    def column(self, base: Tables, column: Column, active: Collection[int]) -> tuple[pl.Series, pl.DataFrame]:
        """A column of current, and the writers of its touched cells (without their values)."""
        writers = self.writers(column, active)
        values = base[column[0]][column[1]]
        if not writers.height:
            return values, writers
        step()
        return laid_over(values, writers["row"], writers["after"]), writers.drop("after")
