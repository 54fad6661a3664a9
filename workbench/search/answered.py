"""Answers about the values of a field in some rows, kept until the field holds something else.

Whoever types asks the same with each letter, and whoever edits cells with each cell: to count a million different values takes
most of half a second, to look what was kept nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Generic, TypeVar

import polars as pl

from workbench.customers.fields import Field
from workbench.customers.tables import Tables

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class _Kept(Generic[Answer]):
    field: Field
    table: str
    rows: pl.Series
    tables: Tables
    answer: Answer


class Answered(Generic[Answer]):
    """The last `most` answers, each to: a field, and rows (numbers) of a table. Safe to call from several threads: who asks what
    is being answered already waits for that, and does not count it twice."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: list[_Kept[Answer]] = []
        self._lock = Lock()

    def of(self, tables: Tables, field: Field, table: str, rows: pl.Series, ask: Callable[[], Answer]) -> Answer:
        """The answer that is kept, else what `ask` answers; what that raises is passed on, and nothing is kept."""
        with self._lock:
            hit = next((one for one in self._kept if _holds(one, tables, field, table, rows)), None)
            others = [one for one in self._kept if one is not hit]
            answer = ask() if hit is None else hit.answer
            self._kept = [_Kept(field, table, rows.clone(), tables, answer), *others][: self._most]
            return answer


def _holds(kept: _Kept[Answer], tables: Tables, field: Field, table: str, rows: pl.Series) -> bool:
    return (
        (kept.field, kept.table) == (field, table)
        and _same(kept.tables, tables, field)
        and kept.rows.len() == rows.len()
        and kept.rows.equals(rows)
    )


def _same(was: Tables, now: Tables, field: Field) -> bool:
    """Whether a field, and what its ids are called, is known to be what it was. What a pointer points to has many fields."""
    if was is now:
        return True
    if field.pointer or (was.sales_reps, was.price_lists) != (now.sales_reps, now.price_lists):
        return False
    return was[field.table].height == now[field.table].height and all(
        now.same(was, field.table, name) for name in (field.name, "_gone", "_customer")
    )
