"""Conditions on values: from a node to a Boolean per value, in polars."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import polars as pl

from workbench.customers.fields import Kind
from workbench.search.close import close
from workbench.search.folding import as_pattern, folded, holds
from workbench.search.nodes import Between, Close, Condition, Contains, Exact, Filled, LinesOf, Regex, Wildcard

YES: Final = ("true", "yes")
NO: Final = ("false", "no")

_LARGEST: Final = 64 * 1024 * 1024
_NUMBER: Final = re.compile(r"[+-]?\d{1,15}(\.\d{1,15})?")
_TIME: Final = re.compile(r"\d{4}(-\d\d(-\d\d([T ]\d\d(:\d\d(:\d\d(\.\d+)?Z?)?)?)?)?)?", re.IGNORECASE)


class Unfit(Exception):
    """A condition that this kind of field cannot have; `args[0]` says why, `args[1]` what would do."""


def met(values: pl.Series, condition: Condition, kind: Kind) -> pl.Series:
    """Boolean per value of a column (String or Boolean) of this kind, never null; raises `Unfit`."""
    if kind is Kind.FLAG:
        return _of_flag(values, condition)
    if isinstance(condition, Close):
        distinct = values.drop_nulls().unique()
        return values.is_in(distinct.filter(close(distinct, condition.text)).implode()).fill_null(False)
    wanted = _of_time(condition) if isinstance(condition, Between) and kind is Kind.TIME else condition
    return values.to_frame("x").select(_expression(pl.col("x"), wanted, kind).fill_null(False))["x"]


def lines_of(path: str) -> list[str]:
    """The lines of a text file (UTF-8) without the spaces around them, empty ones left out; raises `Unfit`."""
    try:
        file = Path(path).expanduser()
        if not file.is_file():
            raise Unfit(f'there is no file "{path[:200]}" (quote the value to find the @)', "a file")
        if file.stat().st_size > _LARGEST:
            raise Unfit(f'the file "{path[:200]}" is larger than 64 MiB', "a smaller file")
        lines = file.read_text("utf-8-sig").splitlines()
    except (OSError, ValueError, RuntimeError) as error:
        raise Unfit(f'the file "{path[:200]}" cannot be read as text: {error}', "a text file") from error
    return [line.strip() for line in lines if line.strip()]


def _expression(x: pl.Expr, condition: Condition, kind: Kind) -> pl.Expr:
    match condition:
        case Contains(text):
            return holds(x.str.to_lowercase(), folded(text))
        case Exact(text):
            return x == text if text else x.is_null() | (x == "")
        case Wildcard(parts):
            pattern = ".*".join(as_pattern(folded(part)) for part in parts)
            return x.str.to_lowercase().str.contains(f"(?s)^{pattern}$")
        case Regex(pattern):
            return x.str.contains(pattern)
        case LinesOf(path):
            return x.is_in(pl.Series(lines_of(path), dtype=pl.String).implode())
        case Filled():
            return x != ""
        case Between():
            return _between(x, condition, kind)
    raise AssertionError(condition)


def _between(x: pl.Expr, between: Between, kind: Kind) -> pl.Expr:
    bounds = [bound for bound in (between.low, between.high) if bound is not None]
    if kind is not Kind.TIME and all(_NUMBER.fullmatch(bound) for bound in bounds):
        return _between_numbers(x.cast(pl.Float64, strict=False), between)
    text = x if kind is Kind.TIME else x.str.to_lowercase()
    low, high = between.low, between.high
    if kind is not Kind.TIME:
        low, high = (bound and folded(bound) for bound in (low, high))
    tests = [x != ""]
    if low is not None:
        tests.append(text >= low if between.with_low else (text > low) & ~text.str.starts_with(low))
    if high is not None:
        tests.append((text <= high) | text.str.starts_with(high) if between.with_high else text < high)
    return pl.all_horizontal(tests)


def _between_numbers(number: pl.Expr, between: Between) -> pl.Expr:
    tests = [number.is_finite()]
    if between.low is not None:
        tests.append(number >= float(between.low) if between.with_low else number > float(between.low))
    if between.high is not None:
        tests.append(number <= float(between.high) if between.with_high else number < float(between.high))
    return pl.all_horizontal(tests)


def _of_time(between: Between) -> Between:
    low, high = (bound and _as_time(bound) for bound in (between.low, between.high))
    return Between(low, high, between.with_low, between.with_high)


def _as_time(bound: str) -> str:
    if _TIME.fullmatch(bound):
        return bound.upper().replace(" ", "T")
    raise Unfit(f'"{bound[:40]}" is no time; write 2026-01-31 or 2026-01-31T15:04:05Z', "a date")


def _of_flag(values: pl.Series, condition: Condition) -> pl.Series:
    if isinstance(condition, Filled):
        return values.is_not_null()
    if condition == Exact(""):
        return values.is_null()
    text = condition.text.lower() if isinstance(condition, Contains | Exact) else ""
    if text in (*YES, *NO):
        return values.eq_missing(text in YES)
    raise Unfit("this field is a flag: true, false, yes or no", "true or false")
