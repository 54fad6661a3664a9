"""Likeness: how much speaks for two customers being one, from 0 to 1, and what gave how much of it.

Each field on which two customers agree gives its weight, or part of it:

- name, 0.50: its words but for legal forms are alike, by how much (0.85 and more), or 0.9 where one is part of the other; never
  where the numbers in it differ
- email, 0.40: any address of either is the same; half for the same domain
- phone, 0.35: any number is the same, in E.164
- address, 0.35: zip (or city) and house number are the same and the street is alike, by how much (0.8 and more)

What more than 5 customers share gives half, what more than 20 share nothing (a public mail provider, a switchboard, a mall); the
same for a name. So any two whole agreements make 0.7, which is the threshold unless told, and no field alone does. Where only one
field is compared, its weight is 1.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import polars as pl
from rapidfuzz import fuzz

from workbench.errors import UsageError
from workbench.onlooker import part, step
from workbench.problems.near import near_pairs
from workbench.problems.spelling import numbers
from workbench.problems.traits import Traits

WEIGHTS: Final = {"name": 0.50, "email": 0.40, "phone": 0.35, "address": 0.35}
"""field -> what it gives."""

THRESHOLD: Final = 0.7

_AT_ONCE: Final = 100_000
"""So many texts are compared between two steps."""

_SOME: Final = 5
_MANY: Final = 20
_ALIKE_NAME: Final = 0.85
_PART_OF: Final = 0.9
_ALIKE_STREET: Final = 0.8
_DOMAIN: Final = 0.5
_RARE_WORDS: Final = 3
_AGREED: Final = 0.6
_NEAR: Final = 0.9
"""Of finding the pairs such shares are done when those that agree on a field, and those of near names, are found."""
_CHANNELS: Final = ("email", "phone", "address")


def weights_of(fields: Collection[str] = ()) -> dict[str, float]:
    """The weights of the fields that are compared (all unless told). Raises `UsageError` for one that is none."""
    for field in fields:
        if field not in WEIGHTS:
            raise UsageError(f"{field!r} is not compared for duplicates; there are: {', '.join(WEIGHTS)}")
    chosen = {field: weight for field, weight in WEIGHTS.items() if not fields or field in fields}
    return chosen if len(chosen) > 1 else dict.fromkeys(chosen, 1.0)


def likely_pairs(traits: Traits, weights: dict[str, float], threshold: float) -> pl.DataFrame:
    """The pairs of customers whose likeness is `threshold` or more: `a` < `b` (lines of the traits), `score`, and for each field of
    `weights` its `FIELD_gave`, `FIELD_like` (0 to 1) and the two texts `FIELD_a` and `FIELD_b`; sorted by score, highest first."""
    agreed = {}
    for done, field in enumerate(_CHANNELS):
        step(_AGREED * done / len(_CHANNELS))
        if field in weights:
            agreed[field] = _agreed(traits, field)
    found = [frame.select("a", "b") for frame in agreed.values()]
    if "name" in weights and threshold <= weights["name"] + 1e-9:
        with part(_AGREED, _NEAR):
            found.append(_near_names(traits.customers["name"]))
    pairs = pl.concat(found).unique().sort("a", "b")
    for field, frame in agreed.items():
        told = frame.rename({name: f"{field}_{name}" for name in ("like", "text_a", "text_b")})
        told = told.rename({f"{field}_text_a": f"{field}_a", f"{field}_text_b": f"{field}_b"})
        pairs = pairs.join(told, on=["a", "b"], how="left", maintain_order="left")
        pairs = pairs.with_columns((pl.col(f"{field}_like").fill_null(0.0) * weights[field]).alias(f"{field}_gave"))
    if "name" in weights:
        with part(_NEAR, 1.0):
            pairs = _named(traits, pairs, weights["name"], threshold)
    score = pl.sum_horizontal(f"{field}_gave" for field in weights).clip(upper_bound=1.0).round(4)
    pairs = pairs.with_columns(score=score).filter(pl.col("score") >= threshold - 1e-9)
    return pairs.sort("score", "a", "b", descending=[True, False, False])


def _agreed(traits: Traits, field: str) -> pl.DataFrame:
    """The pairs that agree on a field: `a`, `b`, `like`, `text_a`, `text_b`, the best agreement of each pair."""
    if field == "address":
        return _best(_streets(traits.addresses))
    keys = traits.emails if field == "email" else traits.phones
    same = _sharing(keys).with_columns(text_a="key", text_b="key").drop("key")
    if field == "phone":
        return _best(same)
    domains = keys.select("c", key=pl.col("key").str.split("@").list.last()).unique(maintain_order=True)
    alike = _sharing(domains).with_columns(like=pl.col("like") * _DOMAIN, text_a="@" + pl.col("key"))
    return _best(pl.concat([same, alike.with_columns(text_b="text_a").select(same.columns)]))


def _sharing(keys: pl.DataFrame) -> pl.DataFrame:
    """The pairs of customers with a key in common (`a`, `b`, `like`, `key`); none of a key that very many have."""
    held = keys.select("c", "key").unique().with_columns(held=pl.len().over("key")) if keys.height else keys
    if not keys.height:
        return pl.DataFrame(schema={"a": pl.UInt32, "b": pl.UInt32, "like": pl.Float64, "key": pl.String})
    few = held.filter(pl.col("held").is_between(2, _MANY))
    both = few.join(few.select("c", "key"), on="key", suffix="_b").filter(pl.col("c") < pl.col("c_b"))
    return both.select(a="c", b="c_b", like=_shared(pl.col("held")), key="key")


def _shared(held: pl.Expr) -> pl.Expr:
    return pl.when(held > _SOME).then(0.5).otherwise(1.0)


def _streets(addresses: pl.DataFrame) -> pl.DataFrame:
    pairs = _sharing(addresses.select("c", "key"))
    left = addresses.select(a="c", key="key", street_a="street", text_a="text")
    right = addresses.select(b="c", key="key", street_b="street", text_b="text")
    both = pairs.join(left, on=["a", "key"]).join(right, on=["b", "key"])
    alike = _ratios(both["street_a"], both["street_b"])
    both = both.with_columns(like=pl.col("like") * alike, alike=alike).filter(pl.col("alike") >= _ALIKE_STREET)
    return both.select("a", "b", "like", "text_a", "text_b")


def _best(agreements: pl.DataFrame) -> pl.DataFrame:
    order = agreements.sort("a", "b", "like", "text_a", "text_b", descending=[False, False, True, False, False])
    return order.unique(["a", "b"], keep="first", maintain_order=True)


def _named(traits: Traits, pairs: pl.DataFrame, weight: float, threshold: float) -> pl.DataFrame:
    """The pairs with what their names give; only those are compared for which it matters."""
    others = [name for name in pairs.columns if name.endswith("_gave")]
    if others:
        pairs = pairs.filter(pl.sum_horizontal(others) + weight >= threshold - 1e-9)
    names, called = traits.customers["name"], traits.customers["called"]
    held = names.to_frame().select(pl.len().over("name")).to_series()
    first, second = names.gather(pairs["a"]), names.gather(pairs["b"])
    common = pl.max_horizontal(pl.lit(held.gather(pairs["a"])), pl.lit(held.gather(pairs["b"])))
    like = pl.when(common > _MANY).then(0.5).otherwise(1.0) * pl.lit(_alike(first, second))
    pairs = pairs.with_columns(name_like=like, name_a=called.gather(pairs["a"]), name_b=called.gather(pairs["b"]))
    return pairs.with_columns(name_gave=pl.col("name_like") * weight)


def _alike(first: pl.Series, second: pl.Series) -> pl.Series:
    """How alike names are: 0 where they are not, or where the numbers in them differ."""
    frame = pl.DataFrame({"a": first, "b": second, "ratio": _ratios(first, second)}).with_row_index("at")
    within = pl.col("a").str.contains(" ") & pl.col("b").str.contains(" ") & (pl.col("ratio") < _PART_OF)
    some = frame.filter(within.fill_null(False))
    whole: list[float] = []
    for few in some.iter_slices(_AT_ONCE):
        step()
        whole += map(fuzz.token_set_ratio, few["a"].to_list(), few["b"].to_list())
    parts = some.select("at", part=pl.Series([_PART_OF * (ratio == 100) for ratio in whole], dtype=pl.Float64))
    frame = frame.join(parts, on="at", how="left", maintain_order="left")
    alike = frame.filter((pl.col("ratio") >= _ALIKE_NAME) | (pl.col("part") > 0))
    alike = alike.filter(numbers(alike["a"]) == numbers(alike["b"]))
    like = alike.select("at", like=pl.max_horizontal("ratio", "part"))
    return frame.join(like, on="at", how="left", maintain_order="left")["like"].fill_null(0.0)


def _ratios(first: pl.Series, second: pl.Series) -> pl.Series:
    """How alike texts are, from 0 to 1 (rapidfuzz's ratio: letters that stand in both); 0 where one is null or empty."""
    found: list[float] = []
    for start in range(0, first.len(), _AT_ONCE):
        step()
        two = zip(first.slice(start, _AT_ONCE).to_list(), second.slice(start, _AT_ONCE).to_list(), strict=True)
        found += [fuzz.ratio(a, b) / 100 if a and b else 0.0 for a, b in two]
    return pl.Series(found, dtype=pl.Float64)


def _near_names(names: pl.Series) -> pl.DataFrame:
    """The pairs whose names may be alike: the same, few typing mistakes apart, or with a word in common that few have."""
    frame = names.to_frame("key").with_row_index("c").drop_nulls("key").filter(pl.col("key") != "")
    same = _sharing(frame).select("a", "b")
    step(0.1)
    words = frame.with_columns(key=pl.col("key").str.split(" ")).explode("key").unique()
    words = words.with_columns(held=pl.len().over("key")).filter(pl.col("held").is_between(2, _MANY))
    words = words.sort("c", "held", "key").group_by("c", maintain_order=True).head(_RARE_WORDS)
    step(0.3)
    rare = _sharing(words.select("c", "key")).select("a", "b")
    step(0.4)
    return pl.concat([same, rare, _mistyped(frame)]).unique()


def _mistyped(names: pl.DataFrame) -> pl.DataFrame:
    distinct = names.group_by("key").agg("c").filter(pl.col("c").list.len() <= _MANY).sort("key")
    near = near_pairs(distinct["key"], numbers(distinct["key"]), 2).pairs
    both = near.select(first=distinct["c"].gather(near["a"]), second=distinct["c"].gather(near["b"]))
    both = both.explode("first").explode("second")
    return both.select(a=pl.min_horizontal("first", "second"), b=pl.max_horizontal("first", "second"))
