"""Patches: each customer's staged cells as one PATCH body, with what is told beside it, for all customers at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import polars as pl

from workbench.preview.bodies import Bodies
from workbench.preview.habits import Habits
from workbench.preview.spliced import spliced
from workbench.stage.pointing import sendable
from workbench.stage.snapshot import Snapshot

_MOST: Final = 200_000
"""The patches of so many customers are made at once: all of a million hold 0.4 GB."""

_PLAN: Final[dict[str, pl.DataType]] = {
    "row": pl.UInt32(),
    **dict.fromkeys(("id", "body", "cells", "held", "shapes"), pl.String()),
}
_NOBODY: Final = pl.Series([], dtype=pl.UInt32)


def patches(snapshot: Snapshot, habits: Habits, customers: pl.Series | None = None) -> pl.DataFrame:
    """The patches of all customers with staged cells, or of those among `customers` (row numbers), in the rows' order.

    Columns: `row`, `id`, `body` (JSON text: the bytes that a commit sends), `cells` (JSON text of
    `[{"path","before","after","operation"}]`, with `"new":true` at the end where the item is yet to be made), `held` (why a
    commit leaves the customer out, or null), `shapes` (what the body is made of, comma separated: see `preview.shapes`; `new`
    and the table where it makes an item). Pointers that wait for an item to be made are left out (`stage.pointing`).
    """
    sent = sendable(snapshot)
    rows = _rows(sent, customers)
    return _frame(Bodies(sent, habits, rows)) if rows.len() else pl.DataFrame(schema=_PLAN)


def patches_in_parts(
    snapshot: Snapshot, habits: Habits, customers: pl.Series | None = None, most: int = _MOST
) -> Iterator[pl.DataFrame]:
    """The frame of `patches` in parts of at most so many customers, one after the other."""
    return (_frame(bodies) for bodies in bodies_in_parts(snapshot, habits, customers, most))


def bodies_in_parts(
    snapshot: Snapshot, habits: Habits, customers: pl.Series | None = None, most: int = _MOST
) -> Iterator[Bodies]:
    """What these patches are made of, in the same parts."""
    sent = sendable(snapshot)
    rows = _rows(sent, customers)
    return (Bodies(sent, habits, rows.slice(start, most)) for start in range(0, rows.len(), most))


def counts(snapshot: Snapshot, habits: Habits, customers: pl.Series | None = None) -> tuple[int, int]:
    """How many customers `patches` would have, and how many of them a commit leaves out, without making a body."""
    going, held = going_and_held(sendable(snapshot), habits, customers)
    return going.len() + held, held


def going_and_held(snapshot: Snapshot, habits: Habits, customers: pl.Series | None = None) -> tuple[pl.Series, int]:
    """The customers (row numbers, sorted) of `patches` that a commit sends, and how many others it leaves out, without making a
    body. The snapshot is one that can be sent whole (`stage.pointing.sendable`)."""
    if not snapshot.current.customers.height:
        return _NOBODY, 0
    staged = _staged(snapshot, customers)
    free = pl.repeat(True, staged.len(), dtype=pl.Boolean, eager=True).scatter(
        snapshot.held(habits.nested)["row"], False
    )
    rows = (staged & free).arg_true().cast(pl.UInt32)
    return rows, int(staged.sum()) - rows.len()


def _frame(bodies: Bodies) -> pl.DataFrame:
    height = bodies.rows.len()
    return pl.DataFrame(
        {
            "row": bodies.rows,
            "id": bodies.ids,
            "body": spliced(bodies.body, height),
            "cells": spliced(bodies.changes(), height),
            "held": bodies.held,
            "shapes": bodies.shapes,
        },
        schema=_PLAN,
    )


def _rows(snapshot: Snapshot, customers: pl.Series | None) -> pl.Series:
    """The customers (row numbers, sorted) with something staged, of all or of those among `customers` (row numbers)."""
    if not snapshot.current.customers.height:
        return _NOBODY
    return _staged(snapshot, customers).arg_true().cast(pl.UInt32)


def _staged(snapshot: Snapshot, customers: pl.Series | None) -> pl.Series:
    """Whether anything of each customer is staged, of all or of those among `customers` (row numbers)."""
    staged = snapshot.staged("customers")
    if customers is None:
        return staged
    return staged & pl.repeat(False, staged.len(), dtype=pl.Boolean, eager=True).scatter(customers, True)
