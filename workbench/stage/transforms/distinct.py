"""Distinct values: a Python function over a column, called once for each value that occurs."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from workbench.onlooker import stepwise


def over_distinct(values: pl.Series, function: Callable[[str], str]) -> pl.Series:
    """`values` (String) with `function` applied, once for each distinct value; null and "" stay."""
    distinct = [value for value in values.drop_nulls().unique() if value]
    made = {value: function(value) for value in stepwise(distinct)}
    changed = {value: after for value, after in made.items() if after != value}
    return values.replace(list(changed), list(changed.values())) if changed else values


def over_pairs(values: pl.Series, regions: pl.Series, function: Callable[[str, str | None], str]) -> pl.Series:
    """`values` (String) with `function(value, region)` applied, once for each distinct pair; null and "" stay."""
    frame = pl.DataFrame({"value": values, "region": regions.cast(pl.String)})
    pairs = frame.filter(pl.col("value") != "").unique()
    made = pl.Series([function(value, region) for value, region in stepwise(pairs.iter_rows())], dtype=pl.String)
    changed = pairs.with_columns(made=made).filter(pl.col("made") != pl.col("value"))
    if changed.is_empty():
        return values
    beside = frame.join(changed, on=["value", "region"], how="left", nulls_equal=True, maintain_order="left")
    return beside.select(pl.coalesce("made", "value").alias(values.name))[values.name]
