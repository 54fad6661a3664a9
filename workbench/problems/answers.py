"""What a check answers, made sure of: a check that raises, or gives what is no answer, is told in one line and finds nothing."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator
from time import perf_counter
from typing import Final

import polars as pl

from workbench.customers.validity import reasons
from workbench.onlooker import LetGo, step
from workbench.problems.check import Asked, Check
from workbench.stage.transforms.registry import transform

NOTHING: Final = pl.DataFrame(schema={"row": pl.UInt32, "message": pl.String, "suggestion": pl.String})
"""The frame of a check that found nothing."""
_FEW: Final = 2**15
"""So many values are judged at once at least: a part of phones costs 40 ms of the processor before it does anything."""
_SECONDS: Final = 0.15
_SOON: Final = 0.001
"""What took less than this is reckoned to have taken so long."""


class NoAnswer(Exception):
    """What a check gave back is no answer, or it gave none; `args[0]` says why."""


def answered(check: Check, asked: Asked) -> tuple[pl.DataFrame, str]:
    """What a check finds (columns of `NOTHING`, sorted by row), and in one line why it could not be asked, if it could not.

    A suggestion that changes nothing, breaks a documented limit, or still has the problem is none.
    """
    try:
        found = checked(check, asked, check.find(asked))
        return (_suggested(check, asked, found) if found.height else found), ""
    except (KeyboardInterrupt, GeneratorExit, LetGo):
        raise
    except BaseException as error:
        return (
            NOTHING,
            f"{check.rule} could not check {asked.field.table}.{asked.field.name}: {said(error, check.find)}",
        )


def in_parts(frame: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """A frame in parts of the rows that can be judged one by one, with a step before each: few at first, then so many as take
    about `_SECONDS` as whoever judges them went so far."""
    first, size = 0, _FEW
    while first < frame.height:
        step()
        began = perf_counter()
        yield frame.slice(first, size)
        first, size = first + size, max(int(size * _SECONDS / max(perf_counter() - began, _SOON)), _FEW)


def checked(check: Check, asked: Asked, answer: object) -> pl.DataFrame:
    """An answer as a frame of `NOTHING`; raises `NoAnswer` for what is none."""
    if not isinstance(answer, pl.DataFrame):
        raise NoAnswer(f"it gave back {type(answer).__name__}, expected a polars DataFrame")
    if "row" not in answer.columns:
        raise NoAnswer(
            f"it gave back the columns {', '.join(answer.columns)[:80] or '(none)'}, expected row among them"
        )
    texts = [_text(answer, name) for name in ("message", "suggestion")]
    try:
        found = answer.select(pl.col("row").cast(pl.UInt32), *texts)
        # one that all rows have is kept once: filling would write it down for each
        said_by_all = found["message"].null_count() == found.height
        found = found.with_columns(
            message=pl.lit(check.message) if said_by_all else pl.col("message").fill_null(check.message)
        )
    except pl.exceptions.PolarsError as error:
        raise NoAnswer(f"its columns are of the wrong kind: {str(error).splitlines()[0]}") from None
    if found["row"].has_nulls() or not _among(asked.frame["row"], found["row"]):
        raise NoAnswer("it gave back rows that it did not get")
    ascending = found["row"].is_sorted() and (found["row"].diff() != 0).all()
    return found if ascending else found.unique("row", keep="first").sort("row")


def _among(given: pl.Series, rows: pl.Series) -> bool:
    """Whether all rows are among those that were given, which ascend: where none is left out between them, the ends tell."""
    if not rows.len() or not given.len():
        return not rows.len()
    first, last = given[0], given[-1]
    if last - first + 1 == given.len():
        return bool(rows.is_between(first, last).all())
    return bool(rows.is_in(given.implode()).all())


def _text(answer: pl.DataFrame, name: str) -> pl.Expr:
    if name not in answer.columns:
        return pl.lit(None, dtype=pl.String).alias(name)
    if answer.schema[name] not in (pl.String, pl.Null):
        raise NoAnswer(f"its column {name} is {answer.schema[name]}, expected String")
    return pl.col(name).cast(pl.String)


def _suggested(check: Check, asked: Asked, found: pl.DataFrame) -> pl.DataFrame:
    """What was found with the suggestions that are certain, made by the check's transforms where it has none of its own."""
    at = asked.frame[asked.frame["row"].search_sorted(found["row"])]
    if at["value"].dtype != pl.String:
        return found.with_columns(suggestion=pl.lit(None, dtype=pl.String))
    made = found["suggestion"]
    if check.fix:
        made = made.zip_with(made.is_not_null(), _fixed(check, at))
    good = made.is_not_null() & made.ne_missing(at["value"]) & reasons(asked.field, made).is_null()
    if check.reads is None and good.any():
        again = at.with_columns(made.alias("value")).filter(good & (made != ""))
        still = check.find(Asked(asked.field, again, asked.others, asked.sales_reps, asked.price_lists))["row"]
        good &= ~found["row"].is_in(still.cast(pl.UInt32).implode())
    return found.with_columns(suggestion=pl.when(good).then(made))


def _fixed(check: Check, at: pl.DataFrame) -> pl.Series:
    values = at["value"]
    places = at[check.place] if check.place else pl.repeat(None, at.height, dtype=pl.String, eager=True)
    for name in check.fix:
        values = transform(name).apply(values, places)
    return values.rename("suggestion")


def said(error: BaseException, find: Callable[..., object]) -> str:
    """An error in one line, with the line of the check's file at which it came up."""
    if isinstance(error, NoAnswer):
        return str(error.args[0])[:200]
    file = find.__code__.co_filename
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
    what = " ".join(str(error).split())[:200]
    return f"{type(error).__name__}{f': {what}' if what else ''}" + (f" (line {lines[-1]})" if lines else "")
