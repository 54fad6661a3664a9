"""What a patch is made of, as far as servers may take it otherwise: what its canary is to show, before the rest follows.

Values: `scalar`, `clear` (something becomes empty), `spaces` (a text with outer white space), `country:US` (each country asked
for). Arrays: `addresses`, `contacts`, `attributes`, and `addresses.attributes` for those inside items. A `+` after an array means
that the body shows more. Where arrays are whole that is two items or more. Where only touched items are sent, `+` means that
others are left out (a server that replaces arrays drops them), `++` also that an item stands at another place in the body than
it is stored at (a server that goes by position changes the wrong one).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from workbench.stage.snapshot import Column


def values_shown(cells: Mapping[Column, pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """Frames of `customer` and `word`, each customer at most once: what staged cells (`customer`, `after`) are made of."""
    customers = {"scalar": [], "clear": [], "spaces": []}  # type: dict[str, list[pl.Series]]
    for (table, name), column in cells.items():
        after = column["after"]
        customers["clear"].append(column["customer"].filter(_is_empty(after)))
        if after.dtype == pl.String:
            customers["spaces"].append(column["customer"].filter((after.str.strip_chars() != after).fill_null(False)))
        if table == "customers":
            customers["scalar"].append(column["customer"])
        if name == "country":
            yield _countries(column)
    for word, found in customers.items():
        if found:
            yield _worded(pl.concat(found).unique(), word)


def array_shown(name: str, items: pl.DataFrame, carried: pl.Series, owner: list[str], *, whole: bool) -> pl.DataFrame:
    """A frame of `customer` and `word`: what the arrays show that bodies carry of `items` (`_customer`, `_position`).

    An array holds the items of one `owner` (columns); those that are `carried` are in the body.
    """
    ordered = items.with_columns(_carried=carried).sort("_customer", "_position", maintain_order=True)
    places = [pl.int_range(pl.len()).over(owner).alias("_at"), pl.len().over(owner).alias("_all")]
    sent = ordered.with_columns(places).filter("_carried")
    if whole:
        more = pl.when((pl.col("_all") > 1).any()).then(pl.lit("+")).otherwise(pl.lit(""))
    else:
        sent = sent.with_columns(_out=pl.int_range(pl.len()).over(owner) != pl.col("_at"), _sent=pl.len().over(owner))
        part = (pl.col("_sent") < pl.col("_all")).any()
        out = pl.col("_out").any()
        more = pl.when(out).then(pl.lit("++")).when(part).then(pl.lit("+")).otherwise(pl.lit(""))
    word = pl.lit(name) + more
    return sent.group_by("_customer").agg(word=word).rename({"_customer": "customer"})


def _countries(cells: pl.DataFrame) -> pl.DataFrame:
    asked = cells.filter(pl.col("after").fill_null("") != "").select("customer", "after").unique()
    word = pl.lit("country:") + pl.col("after").str.replace_all(",", " ", literal=True)
    return asked.group_by("customer").agg(word=word.sort().str.join(","))


def _worded(customers: pl.Series, word: str) -> pl.DataFrame:
    return pl.DataFrame({"customer": customers}).with_columns(word=pl.lit(word))


def _is_empty(values: pl.Series) -> pl.Series:
    if isinstance(values.dtype, pl.List):
        return values.list.len().fill_null(0) == 0
    return values.is_null() if values.dtype == pl.Boolean else values.fill_null("") == ""
