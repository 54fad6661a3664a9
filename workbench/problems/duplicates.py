"""Duplicates: customers that are probably one, in groups, with what speaks for it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from workbench.customers.fields import FIELDS
from workbench.customers.tables import Tables
from workbench.displayed import Displayed
from workbench.errors import UsageError
from workbench.onlooker import part, step
from workbench.problems.likeness import likely_pairs
from workbench.problems.traits import traits

LARGEST: Final = 12
"""The most customers of one group: more are no longer looked at side by side, and are rarely one customer."""

_READ: Final = 0.85
_COMPARED: Final = 0.95
"""Such shares of the time have passed when what is compared is read, and when it is compared."""

_SHORTEST: Final = 4
"""So much of a group's id must be given."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """A field on which two customers agree: how much it `gave` to their score, how alike (0 to 1) and the texts `a` and `b`."""

    field: str
    gave: float
    like: float
    a: str
    b: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two customers (ids `a` and `b`), their score from 0 to 1, and what makes it, the field that gave most first."""

    a: str
    b: str
    score: float
    fields: tuple[Agreement, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Two or more customers that are connected by pairs: their `ids` (and `rows`) with the suggested survivor first, then by how
    much they hold; `score` is that of the surest pair. `id` names the group as long as it holds the same customers."""

    id: str
    score: float
    ids: tuple[str, ...]
    rows: tuple[int, ...]
    pairs: tuple[Pair, ...]

    @property
    def survivor(self) -> str:
        """The customer that is suggested to stay: active, with most filled fields and items, the oldest."""
        return self.ids[0]


@dataclass(frozen=True, slots=True)
class Duplicates(Displayed, told=("customers", "pairs", "groups")):
    """The groups, the surest first. `customers` counts those that were compared, `pairs` those of the threshold or more that are
    not known to be apart, `apart` those that somebody said are not one, `cut` those that would have made a group too large or a
    chain."""

    threshold: float
    weights: Mapping[str, float]
    customers: int
    pairs: int
    apart: int
    cut: int
    groups: tuple[Group, ...]

    def named(self, id_: str) -> Group:
        """The group of this id, or of the one id that begins so (four digits at least); raises `UsageError`."""
        found = [group for group in self.groups if len(id_) >= _SHORTEST and group.id.startswith(id_)]
        if len(found) == 1:
            return found[0]
        many = f"{len(found)} groups begin with {id_!r}; give all of the id"
        raise UsageError(many if found else f"there is no group {id_!r}, or none any more; list them again")


def duplicates(
    tables: Tables,
    rows: pl.Series,
    apart: Collection[frozenset[str]],
    *,
    weights: dict[str, float],
    threshold: float,
    region: str,
) -> Duplicates:
    """The groups among customers (row numbers) whose likeness (see `likeness`) is `threshold` or more.

    Customers of a pair in `apart` (ids) are never in one group. Raises `UsageError` for a threshold that is not above 0 and at
    most 1.
    """
    if not 0 < threshold <= 1:
        raise UsageError(f"the threshold is {threshold:g}; it must be above 0 and at most 1")
    with part(0.0, _READ):
        found = traits(tables, rows, region)
    with part(_READ, _COMPARED):
        likely = likely_pairs(found, weights, threshold)
    ids = found.customers["id"].to_list()
    pairs = [_pair(ids, weights, row) for row in likely.iter_rows(named=True)]
    open_ = [pair for pair in pairs if frozenset((pair.a, pair.b)) not in apart]
    members, cut = grouped(open_, apart)
    order = _order(tables, found.customers, {id_ for group in members for id_ in group})
    groups = _groups(members, open_, order)
    return Duplicates(threshold, weights, len(ids), len(open_), len(pairs) - len(open_), cut, groups)


def grouped(pairs: Collection[Pair], apart: Collection[frozenset[str]]) -> tuple[list[list[str]], int]:
    """The groups that pairs make, the surest pair first, and how many pairs make none.

    Two groups become one if at least half of the customers in one and the other are pairs, so that no chain of likenesses leads
    from a customer to quite another; if nobody said of any two of them that they are apart; and if it is not too large then.
    """
    near, strangers = _beside((pair.a, pair.b) for pair in pairs), _beside(tuple(pair) for pair in apart)
    group_of: dict[str, list[str]] = {}
    cut = 0
    for pair in pairs:
        step()
        first, second = group_of.setdefault(pair.a, [pair.a]), group_of.setdefault(pair.b, [pair.b])
        if first is second:
            continue
        links = sum(len(near[one].intersection(second)) for one in first)
        known = any(strangers[one].intersection(second) for one in first if one in strangers)
        if known or len(first) + len(second) > LARGEST or 2 * links < len(first) * len(second):
            cut += 1
            continue
        first += second
        group_of |= dict.fromkeys(second, first)
    distinct = {id(group): group for group in group_of.values() if len(group) > 1}
    return list(distinct.values()), cut


def _beside(pairs: Iterable[tuple[str, ...]]) -> dict[str, set[str]]:
    """id -> those that it makes a pair with."""
    found: dict[str, set[str]] = {}
    for a, b in pairs:
        found.setdefault(a, set()).add(b)
        found.setdefault(b, set()).add(a)
    return found


def _pair(ids: list[str], weights: Mapping[str, float], row: Mapping[str, Any]) -> Pair:
    step()
    told = [
        Agreement(
            field, round(row[f"{field}_gave"], 4), round(row[f"{field}_like"], 4), row[f"{field}_a"], row[f"{field}_b"]
        )
        for field in weights
        if row[f"{field}_gave"]
    ]
    return Pair(ids[row["a"]], ids[row["b"]], row["score"], tuple(sorted(told, key=lambda one: -one.gave)))


def _order(tables: Tables, customers: pl.DataFrame, wanted: set[str]) -> dict[str, tuple[int, int]]:
    """id -> its place among the customers that are wanted (the best survivor first), and its row."""
    some = customers.filter(pl.col("id").is_in(list(wanted)))
    frame = tables.customers[some["row"]]
    held = pl.sum_horizontal(_filled(frame, name) for name in FIELDS["customers"])
    items = [_items(tables, table, some["row"]) for table in ("addresses", "contacts", "attributes")]
    ranked = frame.select("id", "created_at", held=held, active=(pl.col("status") == "active").fill_null(False))
    ranked = ranked.with_columns(row=some["row"], held=pl.col("held") + sum(items, start=pl.Series([0] * some.height)))
    ranked = ranked.sort("active", "held", "created_at", "id", descending=[True, True, False, False], nulls_last=True)
    return {id_: (place, row) for place, (id_, row) in enumerate(ranked.select("id", "row").iter_rows())}


def _filled(frame: pl.DataFrame, name: str) -> pl.Expr:
    kind = frame.schema[name]
    if isinstance(kind, pl.List):
        return (pl.col(name).list.len().fill_null(0) > 0).cast(pl.Int64)
    return (pl.col(name).is_not_null() & (pl.col(name) != "")).fill_null(False).cast(pl.Int64)


def _items(tables: Tables, table: str, rows: pl.Series) -> pl.Series:
    """How many items of a table each customer (row number) has."""
    counted = tables[table].filter(~pl.col("_gone")).group_by("_customer").agg(count=pl.len().cast(pl.Int64))
    asked = rows.cast(pl.UInt32).alias("_customer").to_frame()
    return asked.join(counted, on="_customer", how="left", maintain_order="left")["count"].fill_null(0)


def _groups(members: list[list[str]], pairs: list[Pair], order: Mapping[str, tuple[int, int]]) -> tuple[Group, ...]:
    group_of = {id_: number for number, group in enumerate(members) for id_ in group}
    within: list[list[Pair]] = [[] for _ in members]
    for pair in pairs:
        if pair.a in group_of and group_of[pair.a] == group_of.get(pair.b):
            within[group_of[pair.a]].append(pair)
    made = [_group(group, own, order) for group, own in zip(members, within, strict=True)]
    return tuple(sorted(made, key=lambda group: (-group.score, -len(group.ids), group.id)))


def _group(members: list[str], pairs: list[Pair], order: Mapping[str, tuple[int, int]]) -> Group:
    ids = sorted(members, key=lambda id_: order[id_])
    digest = hashlib.sha256("\0".join(sorted(members)).encode()).hexdigest()[:8]
    return Group(digest, pairs[0].score, tuple(ids), tuple(order[id_][1] for id_ in ids), tuple(pairs))
