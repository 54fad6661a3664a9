"""Clusters: the values of one field that are ways of writing one thing, and the spelling that the others could take.

A value is in one cluster at most. What comes out depends on the values and their counts alone, never on the order of rows.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from workbench.customers.fields import Field, Kind
from workbench.displayed import Displayed
from workbench.errors import UsageError
from workbench.onlooker import part, step
from workbench.problems.methods import Method, keys
from workbench.problems.near import near_pairs
from workbench.problems.spelling import clean, folded, numbers, tidy
from workbench.stage.edits import Edit

LONGEST: Final = 255
"""A value of more characters, the API's longest documented limit, is left out: that is a text, not a spelling."""

_AT_ONCE: Final = 50_000
_RANKED: Final = {"fingerprint": 0.8, "ngram": 0.5, "phonetic": 0.65, "distance": 0.3}
"""How much of the time it takes until values are ranked, by method, as was measured on 200,000 different emails; so were these:"""
_COUNTED: Final = 0.05
_FOLDED: Final = 0.3
_CLEANED: Final = 0.55
_MADE: Final = 0.96

_SHORTEST: Final = 4
"""So much of a cluster's id must be given."""

_TEXTS: Final = frozenset({Kind.TEXT, Kind.CHOICE, Kind.PHONE, Kind.EMAIL, Kind.COUNTRY})


@dataclass(frozen=True, slots=True)
class Counted:
    """A value, and in how many rows it stands."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Cluster:
    """Two or more `values`, the best first, that are ways of writing one thing.

    `winner` is the spelling suggested for all of them, `why` says what speaks for it. `id` names the cluster as long as it
    holds the same values; `rows` counts the rows with any of them.
    """

    id: str
    winner: str
    why: str
    rows: int
    values: tuple[Counted, ...]


@dataclass(frozen=True, slots=True)
class Clusters(Displayed, told=("field.name", "method.name", "distinct", "clusters")):
    """The clusters of a field's values by one method, those of the most spellings first.

    `distinct` counts the values that were looked at, `left_out` those that are too long to be, `partly` those that were compared
    with some of the others only, because they are too many and too much alike (by the edit distance).
    """

    field: Field
    where: str
    method: Method
    distinct: int
    left_out: int
    partly: int
    clusters: tuple[Cluster, ...]

    def edit(self, accepted: Collection[str] | None = None, winners: Mapping[str, str] | None = None) -> Edit:
        """`mapping` as an edit of the field, which remembers the method. Raises as `mapping` does."""
        meant = json.dumps(self.mapping(accepted, winners), ensure_ascii=False)
        return Edit("map", self.field.name, meant, method=self.method.text)

    def mapping(
        self, accepted: Collection[str] | None = None, winners: Mapping[str, str] | None = None
    ) -> dict[str, str]:
        """What each value becomes where clusters are accepted (by id; None: all of them), with other `winners` by id, which accept
        their clusters too.

        Raises `UsageError` for an id that no cluster has, and for a winner that is empty.
        """
        known = {
            cluster.id: cluster for cluster in self.clusters
        }  # a look at each for each would be the square of thousands
        told = {known.get(id_) or self.named(id_): winner for id_, winner in (winners or {}).items()}
        for cluster, winner in told.items():
            if not winner.strip():
                raise UsageError(
                    f"the winner of cluster {cluster.id} is empty; give a value, or clear with stage --clear"
                )
        chosen = (
            self.clusters if accepted is None else (*(known.get(id_) or self.named(id_) for id_ in accepted), *told)
        )
        into = {one.value: told.get(cluster, cluster.winner) for cluster in chosen for one in cluster.values}
        return {value: winner for value, winner in into.items() if value != winner}

    def named(self, id_: str) -> Cluster:
        """The cluster of this id, or of the one id that begins so (four digits at least); raises `UsageError`."""
        found = [cluster for cluster in self.clusters if len(id_) >= _SHORTEST and cluster.id.startswith(id_)]
        if len(found) == 1:
            return found[0]
        field = f"{self.field.table}.{self.field.name}"
        many = f"{len(found)} clusters of {field} begin with {id_!r}; give all of the id"
        none = f"there is no cluster {id_!r} of {field} by {self.method.name}, or none any more; list them again"
        raise UsageError(many if found else none)


def clusters(field: Field, values: pl.Series, method: Method, where: str = "") -> Clusters:
    """The clusters of `values` (String, one per row; null and "" are none), which `where` chose. Raises `UsageError` for a field
    that holds no text."""
    refuse_no_spellings(field)
    named = values.rename("value").to_frame().group_by("value").agg(count=pl.len()).filter(pl.col("value") != "")
    short = named.filter(pl.col("value").str.len_chars() <= LONGEST)
    ranking = _RANKED[method.name]
    with part(_COUNTED, ranking):
        ranked = _ranked(short)
    with part(ranking, _MADE):
        assigned, partly = _assigned(ranked, method)
    with part(_MADE, 1.0):
        made = _made(assigned, method)
    return Clusters(field, where, method, short.height, named.height - short.height, partly, made)


def refuse_no_spellings(field: Field) -> None:
    """Raises `UsageError` for a field that holds no text."""
    if field.kind not in _TEXTS:
        raise UsageError(f"{field.table}.{field.name} is {field.kind}: only text has spellings")


def _ranked(counted: pl.DataFrame) -> pl.DataFrame:
    """`value` and `count` with `text` (folded) and `clean`, the best spelling first: clean ones, then the commonest, then what is
    written with more care (not shouting, accents kept), then by the alphabet. Values without a letter or a digit are not there."""
    value = pl.col("value")
    with part(0.0, _FOLDED):
        text = _in_parts(folded, counted["value"])
    with part(_FOLDED, _CLEANED):
        frame = counted.with_columns(text.alias("text"), clean=_in_parts(clean, counted["value"]))
    careless = (value.str.to_uppercase() == value) | (value.str.to_lowercase() == value)
    plain = value.str.len_bytes() == value.str.len_chars()
    falling = [True, True, False, False, False]
    best = pl.arg_sort_by("clean", "count", careless, plain, "value", descending=falling)
    frame = frame.filter(pl.col("text") != "")
    return frame[frame.select(best).to_series()]


def _in_parts(made: Callable[[pl.Series], pl.Series], values: pl.Series) -> pl.Series:
    """What is made of each value by itself, some at a time, with a step before each."""
    parts = []
    for start in range(0, max(values.len(), 1), _AT_ONCE):
        step(start / max(values.len(), 1))
        parts.append(made(values.slice(start, _AT_ONCE)))
    return pl.concat(parts)


def _assigned(ranked: pl.DataFrame, method: Method) -> tuple[pl.DataFrame, int]:
    """The ranked values with `cluster`, the same for all of one cluster, and how many were only partly compared."""
    if method.name != "distance":
        return ranked.with_columns(cluster=keys(method, ranked["text"])), 0
    texts = ranked.group_by("text", maintain_order=True).agg(pl.col("count").sum())
    near = near_pairs(texts["text"], numbers(texts["text"]), method.radius)
    centres = pl.Series("cluster", _around(texts["count"].to_list(), near.pairs), dtype=pl.UInt32)
    joined = ranked.join(texts.select("text", centres), on="text", how="left", maintain_order="left")
    return joined.with_columns(pl.col("cluster").cast(pl.String)), near.partly


def _around(rows: list[int], pairs: pl.DataFrame) -> list[int]:
    """For each text (in how many `rows` it stands; the best first) the text that it is put to: one after the other, the commonest
    and those with most others near them first, takes what is near it and taken by none.

    So all of a cluster are near one of its texts, and no chain of small steps leads from one word to quite another.
    """
    near: dict[int, list[int]] = {}
    for a, b in pairs.iter_rows():
        near.setdefault(a, []).append(b)
        near.setdefault(b, []).append(a)
    centre = list(range(len(rows)))
    taken: set[int] = set()
    for at in sorted(near, key=lambda at: (-rows[at], -len(near[at]), at)):
        step()
        if at not in taken:
            mine = [other for other in near[at] if other not in taken]
            taken.update(mine, (at,))
            for other in mine:
                centre[other] = at
    return centre


def _made(assigned: pl.DataFrame, method: Method) -> tuple[Cluster, ...]:
    grouped = (
        assigned.group_by("cluster", maintain_order=True)
        .agg("value", "count", clean=pl.col("clean").first(), rows=pl.col("count").sum())
        .filter(pl.col("value").list.len() > 1)
    )
    grouped = grouped.with_columns(best=pl.col("value").list.first(), several=pl.col("value").list.len())
    grouped = grouped.with_columns(winner=tidy(grouped["best"])).sort(
        "several", "rows", "best", descending=[True, True, False]
    )
    columns = ("value", "count", "clean", "rows", "best", "winner")
    return tuple(_cluster(method, *row) for row in grouped.select(columns).iter_rows())


def _cluster(
    method: Method, values: list[str], counts: list[int], clean: bool, rows: int, best: str, winner: str
) -> Cluster:
    step()
    told = tuple(Counted(value, count) for value, count in zip(values, counts, strict=True))
    return Cluster(_id(method, values), winner, _why(told, clean, best, winner), rows, told)


def _why(values: tuple[Counted, ...], clean: bool, best: str, winner: str) -> str:
    """What speaks for a winner, in a few words."""
    first, most = values[0], max(one.count for one in values)
    if winner != best:
        return f"the commonest, {first.count:,} rows, without its stray spaces and characters"
    if not clean:
        return f"the commonest, {first.count:,} rows; none of them is clean"
    if first.count < most:
        return f"the commonest clean one, {first.count:,} rows"
    ties = [one for one in values[1:] if one.count == most]
    if ties:
        return f"as common as {len(ties)} more, {most:,} row{'' if most == 1 else 's'} each, and written with more care"
    return f"the commonest, {most:,} rows"


def _id(method: Method, values: list[str]) -> str:
    """Eight hexadecimal digits of a digest of the method and the values, in any order."""
    text = "\0".join([method.text, *sorted(values)])
    return hashlib.sha256(text.encode()).hexdigest()[:8]
