"""A new base from fresher records: values change in place, new rows are appended, no row ever moves."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

import polars as pl

from workbench.customers.fields import DETAILS, NESTED
from workbench.customers.tables import UNSENT, Tables, laid_over, schema

_KEYS: Final = {
    "addresses": ("_customer", "id"),
    "contacts": ("_customer", "id"),
    "attributes": ("_customer", "owner", "owner_id", "name"),
}


def overlay(
    base: Tables,
    fresh: Tables,
    *,
    whole: bool = False,
    gone: Collection[str] = (),
    at: pl.Series | None = None,
) -> dict[str, pl.DataFrame]:
    """What lays `fresh` records over `base`: per table the rows to change or append, with their number in `_row`.

    A known customer's values are replaced, and where the record has details its items too: an item that is not among them
    any more is marked gone. A summary (also a sheet's row) leaves what it does not tell as it was. Customers
    whose ids are in `gone` and not in `fresh`, and with `whole` all that are not in `fresh`, are marked gone, with their items.
    `at`: the rows (UInt32) at which the fresh customers are thought to be; they are looked for if one is not there.
    """
    customers, rows = _customers(base, fresh, whole, gone, at)
    made = {"customers": customers}
    detailed = rows.filter(fresh.customers["detailed"])
    lost = customers.filter(pl.col("_gone"))["_row"]
    for table in NESTED:
        made[table] = _items(table, base, fresh, rows, pl.concat([detailed, lost]).unique())
    return made


def news(base: Tables, over: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """An overlay without the rows that hold what `base` has there already: laid over it, both make the same tables."""
    return {table: _news(base[table], frame) for table, frame in over.items()}


def _news(frame: pl.DataFrame, over: pl.DataFrame) -> pl.DataFrame:
    known = over.filter(pl.col("_row") < frame.height)
    held = frame[known["_row"]]
    new = [pl.lit(known[name]).ne_missing(pl.lit(held[name])) for name in frame.columns]
    told = pl.select(m=pl.any_horizontal(new))["m"] if known.height else pl.Series([], dtype=pl.Boolean)
    return pl.concat([known.filter(told), over.filter(pl.col("_row") >= frame.height)])


def laid(base: Tables, overlays: Mapping[str, pl.DataFrame]) -> Tables:
    """`base` with an overlay's rows at their places; rows beyond the end are appended."""
    some = {table: over for table, over in overlays.items() if over.height}
    return base.with_frames({table: laid_over_frame(base[table], over) for table, over in some.items()})


def laid_over_frame(frame: pl.DataFrame, over: pl.DataFrame) -> pl.DataFrame:
    """A table, or some columns of it, with an overlay's rows at their places; rows beyond the end are appended."""
    old = over.filter(pl.col("_row") < frame.height)
    new = over.filter(pl.col("_row") >= frame.height).sort("_row").drop("_row")
    if old.height:
        held = frame[old["_row"]]  # most columns hold what they held, and are neither copied nor in memory twice
        moved = [name for name in frame.columns if not held[name].equals(old[name], null_equal=True)]
        frame = frame.with_columns([laid_over(frame[name], old["_row"], old[name]) for name in moved])
    return pl.concat([frame, new.select(frame.columns)]) if new.height else frame


def _customers(
    base: Tables, fresh: Tables, whole: bool, gone: Collection[str], at: pl.Series | None
) -> tuple[pl.DataFrame, pl.Series]:
    rows = at if at is not None and _are_at(base, fresh, at) else _looked_for(base, fresh)
    joined = fresh.customers.with_columns(rows.alias("_row"))
    summaries = joined.filter(~pl.col("detailed") & (pl.col("_row") < base.customers.height))
    if summaries.height:
        others = joined.filter(~pl.col("_row").is_in(summaries["_row"].implode()))
        joined = pl.concat([others, summaries.with_columns(_untold(base, summaries))])
    if whole or gone:
        named = base.customers["id"].is_in(list(gone))
        mask = pl.repeat(True, base.customers.height, dtype=pl.Boolean, eager=True) if whole else named
        missing = mask.scatter(rows.filter(rows < base.customers.height), False) & ~base.customers["_gone"]
        lost = base.customers.with_row_index("_row").filter(missing).with_columns(_gone=pl.lit(True))
        joined = pl.concat([joined, lost.select(joined.columns)])
    return joined.select("_row", *schema("customers")), rows


def _are_at(base: Tables, fresh: Tables, at: pl.Series) -> bool:
    """Whether the fresh customers are those of these rows."""
    within = at.len() == fresh.customers.height and bool((at < base.customers.height).all())
    return within and base.customers["id"].gather(at).equals(fresh.customers["id"])


def _looked_for(base: Tables, fresh: Tables) -> pl.Series:
    """The rows of the fresh customers, those of new ones after all others."""
    known = base.customers.select("id").with_row_index("_row")
    joined = fresh.customers.select("id").join(known, on="id", how="left", maintain_order="left")
    return _numbered(joined["_row"], base.customers.height)


def _untold(base: Tables, summaries: pl.DataFrame) -> pl.DataFrame:
    """What summaries (of customers that base has) do not tell, as base has it.

    That is the details, and every column that is empty in all of them, as in a sheet with a few columns. A customer that was gone
    comes back without details.
    """
    known = base.customers[summaries["_row"]]
    silent = [name for name in schema("customers") if summaries[name].null_count() == summaries.height]
    names = dict.fromkeys([*DETAILS, *silent])
    return known.select(
        *(name for name in names if not name.startswith("_")),
        pl.coalesce(pl.lit(summaries["_extra"]), "_extra").alias("_extra"),
        (pl.col("detailed") & ~pl.col("_gone")).alias("detailed"),
    )


def _items(table: str, base: Tables, fresh: Tables, rows: pl.Series, told: pl.Series) -> pl.DataFrame:
    """The overlay of a nested table: `rows` are the base rows of the fresh customers, `told` those whose items are told."""
    frame = fresh[table].with_columns(_customer=rows.gather(fresh[table]["_customer"]).cast(pl.UInt32))
    theirs = pl.repeat(False, base.customers.height, dtype=pl.Boolean, eager=True)
    theirs = theirs.scatter(told.filter(told < theirs.len()), True)
    mine = base[table].with_row_index("_row").filter(theirs.gather(base[table]["_customer"]))
    keys, columns = _KEYS[table], ["_row", *schema(table)]
    if frame.height == mine.height and not mine.select(_awaited(table).any()).item():
        told_now, told_then = (one.sort("_customer", maintain_order=True) for one in (frame, mine))
        if told_now[keys].equals(
            told_then[keys], null_equal=True
        ):  # the same items in the same order, as nearly always
            return told_now.with_columns(told_then["_row"]).select(columns)
    nth = pl.int_range(pl.len()).over(keys).alias("_nth")
    known = mine.filter(~_awaited(table)).select("_row", *keys, nth)
    joined = frame.with_columns(nth).join(
        known, on=[*keys, "_nth"], how="left", nulls_equal=True, maintain_order="left"
    )
    found = _recognised(joined, mine.filter(_awaited(table))) if table != "attributes" else joined["_row"]
    joined = joined.with_columns(_row=_numbered(found, base[table].height))
    missing = mine.filter(~pl.col("_row").is_in(joined["_row"].implode()) & ~pl.col("_gone"))
    return pl.concat([joined.select(columns), missing.with_columns(_gone=pl.lit(True)).select(columns)])


def _awaited(table: str) -> pl.Expr:
    """Whether a row of base is an item that this session asked for and that no answer has shown yet. An attribute is known
    by its name from the start."""
    return pl.lit(False) if table == "attributes" else (pl.col("_position") == UNSENT) & pl.col("id").is_null()


def _recognised(fresh: pl.DataFrame, awaited: pl.DataFrame) -> pl.Series:
    """`_row` of the fresh items; those that base does not know are looked for among the awaited, by their reference."""
    if not awaited.height:
        return fresh["_row"]
    keys = ["_customer", "reference_id"]
    known = awaited.select(*keys, _made="_row").unique(keys, keep="first", maintain_order=True)
    first = pl.int_range(pl.len()).over(keys) == 0
    joined = fresh.with_columns(_first=first).join(known, on=keys, how="left", maintain_order="left")
    return joined.select(pl.coalesce("_row", pl.when("_first").then("_made")).alias("_row"))["_row"]


def _numbered(rows: pl.Series, height: int) -> pl.Series:
    """Row numbers with the missing ones counted on from `height`."""
    new = rows.is_null()
    return pl.select(
        pl.when(pl.lit(new)).then(height + pl.lit(new).cum_sum() - 1).otherwise(pl.lit(rows)).cast(pl.UInt32)
    ).to_series()
