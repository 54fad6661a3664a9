"""Conditions on values: from a node to a Boolean per value, in polars."""

from __future__ import annotations

import re
import sys
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Final, TypeVar

import polars as pl

from workbench.customers.fields import Kind
from workbench.customers.in_time import TooSlow, in_time
from workbench.search.close import close
from workbench.search.folding import as_pattern, folded, holds
from workbench.search.listed import forms, values_of
from workbench.search.mistakes import Unfit
from workbench.search.nodes import Between, Close, Condition, Contains, Exact, Filled, LinesOf, OneOf, Regex, Wildcard

T = TypeVar("T", str, float)

YES: Final = ("true", "yes")
NO: Final = ("false", "no")

_NUMBER: Final = re.compile(r"[+-]?\d{1,15}(\.\d{1,15})?")
_SURROGATES: Final = 0xD800, 0xE000
"""From where to where there is no character."""
_BEGIN: Final = "0000-01-01T00:00:00"
_TIME: Final = re.compile(r"\d{4}(-\d\d(-\d\d([T ]\d\d(:\d\d(:\d\d(\.\d+)?Z?)?)?)?)?)?", re.IGNORECASE)


def met(values: pl.Series, condition: Condition, kind: Kind) -> pl.Series:
    """Boolean per value of a column (String or Boolean) of this kind, never null; raises `Unfit`."""
    if kind is Kind.FLAG:
        return _of_flag(values, condition)
    if isinstance(condition, Close):
        distinct = values.drop_nulls().unique()
        return values.is_in(distinct.filter(close(distinct, condition.text)).implode()).fill_null(False)
    if isinstance(condition, Regex):
        return _matched(values, condition.pattern)
    wanted = _of_time(condition) if isinstance(condition, Between) and kind is Kind.TIME else condition
    return values.to_frame("x").select(_expression(pl.col("x"), wanted, kind).fill_null(False))["x"]


def _expression(x: pl.Expr, condition: Condition, kind: Kind) -> pl.Expr:
    match condition:
        case Contains(text):
            return holds(x.str.to_lowercase(), folded(text))
        case Exact(text):
            return x == text if text else x.is_null() | (x == "")
        case Wildcard(parts):
            pattern = ".*".join(as_pattern(folded(part)) for part in parts)
            return x.str.to_lowercase().str.contains(f"(?s)^{pattern}$")
        case OneOf() | LinesOf():
            return _listed(x, condition)
        case Filled():
            return x != ""
        case Between():
            return _between(x, condition, kind)
    raise AssertionError(condition)


def _matched(values: pl.Series, pattern: str) -> pl.Series:
    try:
        return in_time(values, lambda some: some.str.contains(pattern) & (some != "")).fill_null(False)
    except TooSlow as error:
        raise Unfit(str(error), "a simpler pattern") from None


def _listed(x: pl.Expr, condition: OneOf | LinesOf) -> pl.Expr:
    wanted = [form for value in values_of(condition) for form in forms(condition, value)]
    found = x.is_in(pl.Series([one for one in wanted if one], dtype=pl.String).implode())
    return found.fill_null(False) | x.is_null() | (x == "") if "" in wanted else found


def _between(x: pl.Expr, between: Between, kind: Kind) -> pl.Expr:
    bounds = [bound for bound in (between.low, between.high) if bound is not None]
    if kind is not Kind.TIME and all(_NUMBER.fullmatch(bound) for bound in bounds):
        _refuse_backwards(between, *map(float, bounds))
        return _between_numbers(x.cast(pl.Float64, strict=False), between)
    text = x if kind is Kind.TIME else x.str.to_lowercase()
    low, high = between.low, between.high
    if kind is not Kind.TIME:
        low, high = (bound and folded(bound) for bound in (low, high))
    if low and high and not low.startswith(high):
        _refuse_backwards(between, low, high)
    tests = [x != ""] if low is None else [text >= low if between.with_low else _beyond(text, low)]
    if high is not None:
        tests.append(~_beyond(text, high) if between.with_high else text < high)
    return pl.all_horizontal(tests)


def _beyond(text: pl.Expr, bound: str) -> pl.Expr:
    """Whether it comes after all that begins with a bound: `<=2026` means the whole year."""
    letter = ord(bound[-1]) + 1
    if letter > sys.maxunicode:
        return (text > bound) & ~text.str.starts_with(bound)
    return text >= bound[:-1] + chr(letter if letter != _SURROGATES[0] else _SURROGATES[1])


def _refuse_backwards(between: Between, low: T, high: T | None = None) -> None:
    """Raises `Unfit` for a range that could hold nothing: its bounds stand the wrong way round."""
    if high is not None and low > high:
        what = f"the range ends before it begins: write {between.high}..{between.low}"
        raise Unfit(what, "the lower bound first")


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
        time = bound.upper().replace(" ", "T")
        try:
            datetime.fromisoformat((time.rstrip("Z") + _BEGIN[len(time.rstrip("Z")) :])[: len(_BEGIN)])
        except ValueError as error:
            raise Unfit(f'there is no such time as "{bound[:40]}": {error}', "a date") from None
        return time
    raise Unfit(f'"{bound[:40]}" is no time; write 2026-01-31 or 2026-01-31T15:04:05Z', "a date")


def _of_flag(values: pl.Series, condition: Condition) -> pl.Series:
    if isinstance(condition, Filled):
        return values.is_not_null()
    if condition == Exact(""):
        return values.is_null()
    if isinstance(condition, OneOf):
        return reduce(or_, (_of_flag(values, Exact(value)) for value in condition.values))
    text = condition.text.lower() if isinstance(condition, Contains | Exact) else ""
    if text in (*YES, *NO):
        return values.eq_missing(text in YES)
    raise Unfit("this field is a flag: true, false, yes or no", "true or false")
