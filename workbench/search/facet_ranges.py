"""Ranges of a facet: times by year, month, day or hour, numbers in even steps. Each range is query text, `field:low..high`."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import Final

import polars as pl

from workbench.customers.fields import Field, Kind

SCHEMA: Final = {"low": pl.String(), "high": pl.String(), "count": pl.UInt32()}
"""A line for each range, the lowest first: its two bounds, which belong to it, and how many cells hold a value in it."""

_HOUR, _DAY, _MONTH, _YEAR = 13, 10, 7, 4
"""How many characters of a time name them."""
_TIME: Final = r"^\d{4}-\d\d-\d\dT\d\d"
_MONTHS: Final = 36
"""So many months, days or hours are a list that people can read."""
_STEPS: Final = 10
_NUMBER: Final = re.compile(r"-?\d{1,15}(\.\d{1,15})?")
_LARGEST: Final = 1e15


def ranges(field: Field, counted: pl.DataFrame) -> pl.DataFrame:
    """The ranges of what a facet counted (`value`, `count`), as `SCHEMA`; none for fields without an order that people use.

    Times are named by months, unless all of them are in one month (days), on one day (hours) or in more than 36 (years).
    Numbers are told from other text as a query tells them; their steps fit most of them, and what lies far outside is one range
    at each end. Where fewer than half of the filled cells hold a number, there are none.
    """
    if field.kind is Kind.TIME:
        return _of_times(counted)
    if field.kind in (Kind.TEXT, Kind.CHOICE) and counted["value"].dtype == pl.String:
        return _of_numbers(counted)
    return pl.DataFrame(schema=SCHEMA)


def _of_times(counted: pl.DataFrame) -> pl.DataFrame:
    times = counted.filter(pl.col("value").str.contains(_TIME))
    months, days = (times["value"].str.head(length).n_unique() for length in (_MONTH, _DAY))
    unit = _HOUR if days == 1 else _DAY if months == 1 else _MONTH if months <= _MONTHS else _YEAR
    named = times.group_by(pl.col("value").str.head(unit).alias("low")).agg(pl.col("count").sum()).sort("low")
    return named.select("low", pl.col("low").alias("high"), pl.col("count").cast(pl.UInt32))


def _of_numbers(counted: pl.DataFrame) -> pl.DataFrame:
    none = pl.DataFrame(schema=SCHEMA)
    filled = counted.filter(pl.col("value").is_not_null())
    numbers = filled.with_columns(number=pl.col("value").cast(pl.Float64, strict=False))
    numbers = numbers.filter(pl.col("number").is_finite())
    if 2 * numbers["count"].sum() < filled["count"].sum() or numbers["number"].n_unique() < 2:
        return none
    if float(numbers["number"].abs().max()) >= _LARGEST:  # type: ignore[arg-type]
        return none
    whole = bool((numbers["number"] == numbers["number"].floor()).all())
    low, high = _most(numbers["number"])
    step = _step(high - low, whole)
    at = (pl.col("number") / step).floor().clip(low // step - 1, high // step + 1)
    grouped = numbers.group_by(at.alias("at"))
    found = grouped.agg(pl.col("count").sum(), first=pl.col("number").min(), last=pl.col("number").max()).sort("at")
    lines = []
    for count, first, last in found.select("count", "first", "last").iter_rows():
        bounds = (first // step * step, last // step * step + step - 1) if whole else (first, last)
        lines.append((*map(_text, bounds), count))
    readable = all(_NUMBER.fullmatch(bound) for low, high, _ in lines for bound in (low, high))
    return pl.DataFrame(lines, schema=SCHEMA, orient="row") if readable else none


def _most(numbers: pl.Series) -> tuple[float, float]:
    """Between which numbers most of them are; what lies outside is one range at each end."""
    edges = [float(numbers.quantile(share, "nearest") or 0) for share in (0.05, 0.95)]
    if edges[0] == edges[1]:
        edges = [float(numbers.min()), float(numbers.max())]  # type: ignore[arg-type]
    return edges[0], edges[1]


def _step(span: float, whole: bool) -> float:
    """A round step (1, 2 or 5 times a power of ten) that makes some ten ranges of a span."""
    rough = span / _STEPS
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(times * power for times in (1, 2, 5, 10) if times * power >= rough * (1 - 1e-9))
    return max(step, 1.0) if whole else step


def _text(number: float) -> str:
    """A number as a query writes it."""
    text = format(Decimal(repr(float(number) + 0.0)), "f")  # + 0.0: there is no -0
    return text.rstrip("0").rstrip(".") if "." in text else text
