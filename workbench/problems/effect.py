"""The effect of what is staged: which problems of the staged customers it fixes, and which it brings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from workbench.customers.tables import Tables
from workbench.displayed import Displayed
from workbench.problems.found import Problems, of_customers
from workbench.problems.inspector import Hits


@dataclass(frozen=True, slots=True)
class Effect(Displayed, told=("fixed.count", "introduced.count")):
    """`fixed` are problems of base that current does not have in the same cell, `introduced` those of current that base does not
    have; a cell whose wrong value became another wrong one is in neither. Counts and lines as of any `Problems`."""

    fixed: Problems
    introduced: Problems


def effect(base: Tables, before: Sequence[Hits], current: Tables, after: Sequence[Hits], staged: pl.Series) -> Effect:
    """What lies between the problems `before` in base and those `after` in current, of the `staged` customers (row numbers).

    Both are the answers of the same checks in the same order.
    """
    then, now = of_customers(base, before, staged), of_customers(current, after, staged)
    fixed = tuple(_without(one, other) for one, other in zip(then, now, strict=True))
    introduced = tuple(_without(one, other) for one, other in zip(now, then, strict=True))
    return Effect(Problems(base, fixed), Problems(current, introduced))


def _without(hits: Hits, others: Hits) -> Hits:
    gone = ~hits.frame["row"].is_in(others.frame["row"].implode())
    return Hits(hits.check, hits.column, hits.frame.filter(gone), hits.trouble)
