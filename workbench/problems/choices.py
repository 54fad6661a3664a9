"""Payment, freight and shipping: values that are another spelling of a common one, or that hardly anybody has."""

from __future__ import annotations

from typing import Final

import polars as pl

from workbench.problems.check import Asked, row_check

_ON: Final = tuple(f"customers.{name}" for name in ("freight_term", "shipping_method", "payment_mode", "payment_term"))
_ENOUGH: Final = 50
"""Of fewer filled cells nothing is rare."""
_RARE: Final = 1_000
"""One in so many is rare."""


@row_check("choice.spelling", "warning", _ON)
def spelling(asked: Asked) -> pl.DataFrame:
    """The same letters and digits stand there in a commoner spelling, which is suggested: NET-30 where most write NET30."""
    rows = _filled(asked)
    counted = _counted(rows).filter(pl.col("key") != "")
    commonest = counted.sort(["len", "value"], descending=[True, False]).unique(
        "key", keep="first", maintain_order=True
    )
    others = counted.select("key", "value").join(commonest.select("key", suggestion="value"), on="key", how="inner")
    others = others.filter(pl.col("value") != pl.col("suggestion"))
    return rows.join(others, on="value", how="inner").select(
        "row", "suggestion", message=pl.format("another spelling of {}", "suggestion")
    )


@row_check("choice.rare", "hint", _ON)
def rare(asked: Asked) -> pl.DataFrame:
    """Hardly any customer has this value, in whatever spelling: one in a thousand, or one alone."""
    rows = _filled(asked)
    if rows.height < _ENOUGH:
        return rows.head(0)
    counted = _counted(rows).with_columns(times=pl.col("len").sum().over("key"))
    seldom = counted.filter((pl.col("times") == 1) | (pl.col("times") * _RARE <= rows.height))
    found = rows.join(seldom, on="value", how="inner")
    return found.select("row", message=pl.format("{} of {} customers have it", "times", pl.lit(rows.height)))


def _filled(asked: Asked) -> pl.DataFrame:
    return asked.frame.filter(pl.col("value").fill_null("") != "")


def _counted(rows: pl.DataFrame) -> pl.DataFrame:
    """Each different value (`value`, `len`: how often) with what all its spellings share (`key`)."""
    return rows.group_by("value").len().with_columns(key=_key(pl.col("value")))


def _key(value: pl.Expr) -> pl.Expr:
    """Letters and digits alone, in small letters."""
    return value.str.to_lowercase().str.replace_all(r"[^\p{L}\p{N}]", "")
