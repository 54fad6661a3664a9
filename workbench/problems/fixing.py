"""Fixing: the suggestions of checks as changes, round after round until none is left, so that one operation holds them all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

import polars as pl

from workbench.customers.fields import FIELDS
from workbench.customers.tables import Tables, laid_over
from workbench.problems.inspector import Hits
from workbench.session.rows import Column
from workbench.stage.snapshot import Snapshot
from workbench.stage.staging import Evaluated, locked, recorded, rows_in, summed, unread

ROUNDS: Final = 5
"""Most suggestions lead to a value without any; a text that is damaged, padded and in capitals takes three."""

Inspect = Callable[[Tables], Sequence[Hits]]
"""Tables -> what the checks that are meant find in the cells that are meant."""


def fixes(snapshot: Snapshot, inspect: Inspect) -> Evaluated:
    """What the suggestions for the cells of `inspect` come to, as edits do.

    Where two checks suggest something for one cell the worse one's comes first, and the other is asked again about that.
    """
    tables, found = snapshot.current, tuple(inspect(snapshot.current))
    matched = rows_in((hits.column, hits.frame["row"]) for hits in found)
    looked_at = _cells(found)
    touched: dict[Column, pl.Series] = {}
    skipped = 0
    for turn in range(ROUNDS):
        wanted, left = _suggested(snapshot, found)
        skipped = left if not turn else skipped
        if not wanted:
            break
        tables = _with(tables, wanted)
        for column, cells in wanted.items():
            touched[column] = pl.concat([touched.get(column, _NO_ROWS), cells["row"]]).unique().sort()
        found = tuple(inspect(tables))
    changes = [
        recorded(snapshot, *column, rows, _values(snapshot.current, column, rows), _values(tables, column, rows))
        for column, rows in touched.items()
    ]
    summary = summed(snapshot, changes, matched=matched, cells=looked_at)
    return replace(summary, skipped=skipped)


def _suggested(snapshot: Snapshot, found: Sequence[Hits]) -> tuple[dict[Column, pl.DataFrame], int]:
    """The suggestions by column (`row`, `suggestion`, each row once), and how many are for cells that cannot be edited."""
    parts: dict[Column, list[pl.DataFrame]] = {}
    for hits in found:
        certain = hits.frame.filter(pl.col("suggestion").is_not_null())
        certain = certain.select("row", pl.col("suggestion").cast(pl.String))
        if certain.height and FIELDS[hits.column[0]][hits.column[1]].editable:
            parts.setdefault(hits.column, []).append(certain)
    wanted, skipped = {}, 0
    for (table, name), some in parts.items():
        every = pl.concat(some).unique("row", keep="first", maintain_order=True)
        shut = (locked(snapshot, table, {name}) | unread(snapshot, table, {name})).gather(every["row"])
        skipped += int(shut.sum())
        if not shut.all():
            wanted[table, name] = every.filter(~shut)
    return wanted, skipped


def _with(tables: Tables, wanted: dict[Column, pl.DataFrame]) -> Tables:
    frames: dict[str, pl.DataFrame] = {}
    for (table, name), cells in wanted.items():
        frame = frames.get(table, tables[table])
        after = pl.select(pl.lit(cells["suggestion"]).replace("", None)).to_series()
        frames[table] = frame.with_columns(laid_over(frame[name], cells["row"], after).alias(name))
    return tables.with_frames(frames)


def _values(tables: Tables, column: Column, rows: pl.Series) -> pl.Series:
    return tables[column[0]][column[1]].gather(rows)


def _cells(found: Sequence[Hits]) -> int:
    """How many different cells have a problem."""
    columns: dict[Column, list[pl.Series]] = {}
    for hits in found:
        columns.setdefault(hits.column, []).append(hits.frame["row"])
    return sum(pl.concat(rows).n_unique() for rows in columns.values())


_NO_ROWS: Final = pl.Series("row", [], dtype=pl.UInt32)
