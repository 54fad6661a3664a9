"""The snapshot that follows from another one: the columns that were touched are folded anew, all else is taken over."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import polars as pl

from workbench.customers.fields import NESTED, TABLES
from workbench.customers.tables import Mark, Tables
from workbench.onlooker import step, stepwise
from workbench.session.settings import Settings
from workbench.stage.accepted import Accepted
from workbench.stage.fold import Fold
from workbench.stage.pointing import resolved
from workbench.stage.snapshot import Column, Snapshot


def following(
    old: Snapshot,
    touched: Iterable[Column],
    *,
    base: Tables,
    fold: Fold,
    active: Collection[int],
    settings: Settings,
    on_hold: pl.DataFrame,
    accepted: Accepted,
) -> Snapshot:
    """What comes after `old` once these columns are touched, or all that any operation touches if `base` is another one, by the
    `active` operations of the `fold`. A step before each column; nothing is changed here."""
    moved = old.base is not base
    columns = {*touched, *(fold.columns if moved else ())}
    writers = {column: frame for column, frame in old.writers.items() if column not in columns}
    marks: dict[Mark, object] = {} if moved else dict(old.current.marks)
    marks.update(base.sources)
    marks |= {column: object() for column in columns}
    start = base if moved else old.current
    frames = dict(start.sources)
    for table in TABLES:
        new = []
        for column in stepwise(sorted(c for c in columns if c[0] == table)):
            if start is base and table in NESTED and not fold.writers(column, active).height:
                continue  # base says it already: nothing has to be unpacked for it
            values, wrote = fold.column(base, column, active)
            values = resolved(values, base, column)
            new.append(values.rename(column[1]))
            if wrote.height:
                writers[column] = wrote
        if new:
            frames[table] = start[table].with_columns(new)
    step()
    return Snapshot(
        old.generation + 1,
        base,
        base.with_frames(frames).with_marks(marks),
        writers,
        on_hold,
        settings.nested,
        accepted,
        settings.review,
        {} if moved else old.known_after(columns),
    )
