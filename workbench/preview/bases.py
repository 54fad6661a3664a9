"""What moved between two bases of one session: the older one and the newer one that was laid over it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import polars as pl

from workbench.customers.equality import differs
from workbench.customers.fields import DETAILS, FIELDS, TABLES
from workbench.customers.flat import flat
from workbench.customers.paths import cell_paths
from workbench.customers.tables import Tables
from workbench.preview.export import ending, write_frame, write_whole
from workbench.stage.snapshot import Snapshot

COLUMNS: Final = ("id", "path", "loaded", "theirs", "ours")
"""The columns of a row: the customer's id, the cell's path, what base held, what the server holds, and what is staged (or null)."""

FORMATS: Final = (".csv", ".parquet", ".ndjson", ".jsonl")

_CELLS: Final = {"customer": pl.UInt32, "table": pl.String, "field": pl.String, "row": pl.UInt32,
                 **dict.fromkeys(COLUMNS, pl.String)}  # fmt: skip
_NO_NEWS: Final = ("updated_at",)
"""What moves with every change and tells nothing of it."""


@dataclass(frozen=True, slots=True)
class Differences:
    """What moved: how many customers changed, are new, or are gone, and the cells of those that changed.

    `cells` has `customer` and `row` (row numbers), `table` and `field`, and `COLUMNS` (values as the text of a cell), customer by
    customer. That an item came or went is a cell too: its `field` is `id`.
    """

    changed: int = 0
    new: int = 0
    gone: int = 0
    cells: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=_CELLS), repr=False)

    @property
    def fields(self) -> list[tuple[str, int]]:
        """How many cells moved in each field (`payment_term`, `addresses.city`), the most first."""
        named = pl.when(pl.col("table") == "customers").then("field").otherwise(pl.format("{}.{}", "table", "field"))
        counts = self.cells.group_by(named.alias("name")).len().sort(["len", "name"], descending=[True, False])
        return list(counts.iter_rows())

    def write(self, target: Path | str) -> None:
        """Writes the cells as a sheet with `COLUMNS`, by the file's ending (`FORMATS`), whole or not at all.

        Raises `UsageError` for another ending, `WorkbenchError` if it cannot be written.
        """
        target = Path(target)
        suffix, frame = ending(target, FORMATS), self.cells.select(COLUMNS)
        write_whole(target, lambda name: write_frame(frame, name, suffix))


def differences(old: Tables, snapshot: Snapshot) -> Differences:
    """What moved from `old` to the base of `snapshot`: the same rows, some changed, more after them.

    What a summary did not tell before and details tell now has not moved.
    """
    before, after = old.customers, snapshot.base.customers
    was = ~before["_gone"]
    is_, new = ~after["_gone"].head(before.height), ~after["_gone"].slice(before.height)
    stayed = was & is_
    cells = pl.concat([pl.DataFrame(schema=_CELLS), *_cells(old, snapshot, stayed)])
    stamped = before["updated_at"].ne_missing(after["updated_at"].head(before.height)) & stayed
    changed = pl.concat([cells["customer"], stamped.arg_true().cast(pl.UInt32)]).n_unique()
    back = int((is_ & ~was).sum())
    return Differences(
        changed, int(new.sum()) + back, int((was & ~is_).sum()), cells.sort("customer", maintain_order=True)
    )


def _cells(old: Tables, snapshot: Snapshot, stayed: pl.Series) -> Iterator[pl.DataFrame]:
    """The cells that moved of the customers that were there before and are now (a flag each), column by column."""
    told = (stayed & old.customers["detailed"]).arg_true().cast(pl.UInt32)
    for table in TABLES:
        before, after = old[table], snapshot.base[table]
        rows = stayed.arg_true().cast(pl.UInt32)
        if table != "customers":
            mine = after["_customer"].is_in(told.implode())
            was = (~before["_gone"]).extend_constant(False, after.height - before.height)
            rows = (mine & was & ~after["_gone"]).arg_true().cast(pl.UInt32)
            yield _items(table, snapshot, (mine & (was != ~after["_gone"])).arg_true().cast(pl.UInt32))
        for name in FIELDS[table]:
            if name not in _NO_NEWS:
                both = told if name in DETAILS and table == "customers" else rows
                odd = both.filter(differs(before[name].gather(both), after[name].gather(both)))
                if odd.len():
                    yield _told(table, name, snapshot, odd, flat(before[name].gather(odd)))


def _items(table: str, snapshot: Snapshot, rows: pl.Series) -> pl.DataFrame:
    """Items that came or went, as cells of their `id`."""
    there = snapshot.base[table].select("id", "_gone")[rows]
    named = there.select(
        loaded=pl.when("_gone").then("id"), theirs=pl.when(~pl.col("_gone")).then("id"), ours=pl.lit(None, pl.String)
    )
    return _framed(table, "id", snapshot, rows, named)


def _told(table: str, name: str, snapshot: Snapshot, rows: pl.Series, loaded: pl.Series) -> pl.DataFrame:
    theirs = flat(snapshot.base[table][name].gather(rows))
    ours = flat(snapshot.current[table][name].gather(rows))
    staged = snapshot.changed(table, name).gather(rows)
    values = pl.DataFrame({"loaded": loaded, "theirs": theirs, "ours": ours}).with_columns(
        ours=pl.when(pl.lit(staged)).then("ours")
    )
    return _framed(table, name, snapshot, rows, values)


def _framed(table: str, name: str, snapshot: Snapshot, rows: pl.Series, values: pl.DataFrame) -> pl.DataFrame:
    customers = snapshot.customers_of(table, rows)
    return values.select(
        pl.lit(customers).alias("customer").cast(pl.UInt32),
        pl.lit(table).alias("table"),
        pl.lit(name).alias("field"),
        pl.lit(rows).alias("row").cast(pl.UInt32),
        pl.lit(snapshot.base.customers["id"].gather(customers)).alias("id"),
        pl.lit(cell_paths(snapshot.base, table, name, rows)).alias("path"),
        "loaded", "theirs", "ours",
    )  # fmt: skip
