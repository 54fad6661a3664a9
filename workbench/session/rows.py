"""What a session file remembers, as plain values: operations, acts on them, holds, runs, requests and what
became of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, NamedTuple, Protocol, TypeVar

import polars as pl

Column = tuple[str, str]
"""A table and a field of it."""


@dataclass(frozen=True, slots=True)
class Change:
    """One column of an operation: which rows of `table` got which value in `field`.

    `cells` has the columns `row` (UInt32), `base` (what base held then), `before` and `after` (the field's type). In a
    removal (`unstage`) the cells fall back to base and `after` is what base held when it was recorded. The field `_gone`
    says that rows come to be (from true to false: new items); those are not counted as cells.
    """

    table: str
    field: str
    cells: pl.DataFrame

    @property
    def count(self) -> int:
        """How many cells people see changed."""
        return 0 if self.field.startswith("_") else self.cells.height


@dataclass(frozen=True, slots=True)
class Operation:
    """One act of the steward: `kind` is stage, sheet, paste, cell, fix, merge, unstage, revert, resolve, replay or load; `recipe`
    is what it meant, as JSON."""

    id: int
    at: str
    by: str
    kind: str
    note: str
    recipe: str
    matched: int
    changed: int
    changes: tuple[Change, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Act:
    """Something done to operations: `undo`, `redo`, `drop` or `enable`; `drop_back` takes back a drop, `drop_again` repeats it, and
    so for `enable`.

    `newest` is the newest operation there was at the time: it orders acts among operations.
    """

    id: int
    at: str
    act: str
    operation: int
    newest: int


@dataclass(frozen=True, slots=True)
class Hold:
    """Customers (`rows`, UInt32, each once) that were put on hold, with a note, or (`held` False) released."""

    at: str
    by: str
    held: bool
    note: str
    rows: pl.Series = field(compare=False)


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Staged cells of a column that were accepted in a review, or whose acceptance was withdrawn (`accepted` False).

    `cells` has the columns `row` (UInt32, each once), `before` and `after` (the field's type: what was looked at), `accepted`,
    `at` and `by`; and `carried`, a hash (UInt64) of what the body carried along, which earlier workbenches did not write.
    """

    column: Column
    cells: pl.DataFrame = field(compare=False)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Cells of a column that were taken out of every commit in a review, or (`out` False) in again.

    `cells` has the columns `row` (UInt32, each once), `out`, `at` and `by`.
    """

    column: Column
    cells: pl.DataFrame = field(compare=False)


@dataclass(frozen=True, slots=True)
class Run:
    """One commit: its frozen plan's digest, the newest operation in it (`horizon`), its options as JSON, its state.

    `state` is running until it ends: done, stopped, paused, interrupted or abandoned; `reason` says why it stopped.
    """

    id: int
    at: str
    by: str
    digest: str
    horizon: int
    options: str
    planned: int
    state: str
    reason: str
    seconds: float


class Request(NamedTuple):
    """One customer's patch in a run: its exact body, and its cells as the JSON of `[{"path","before","after"}]`. A run of a million
    has a million, and a tuple is made in a third of the time."""

    seq: int
    row: int
    customer_id: str
    body: bytes
    cells: bytes
    shapes: str


REQUEST: Final[dict[str, pl.DataType]] = {
    "seq": pl.UInt32(),
    "row": pl.UInt32(),
    "id": pl.String(),
    "body": pl.Binary(),
    "cells": pl.Binary(),
    "shapes": pl.String(),
}
"""The columns of requests as a frame."""

T_co = TypeVar("T_co", covariant=True)


class BySeq(Protocol[T_co]):
    """Something for each request of a run, by its number."""

    def __getitem__(self, seq: int, /) -> T_co: ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one request. `reason` is one line for people, `details` JSON (reasons, both values, side effects)."""

    seq: int
    outcome: str
    status: int = 0
    reason: str = ""
    details: str = ""
    side_effects: int = 0
    answer: bytes | None = field(default=None, compare=False)
