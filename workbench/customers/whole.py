"""Whether decoded rows hold all of their lines: the count that proves that nothing was dropped or changed.

Decoding with one fixed type drops keys, turns numbers into text and takes the first of two equal keys, all silently.
In a line, the keys whose value is not null number at least as many as the values that were decoded: when both are
equal, and the texts too, the row holds the whole line.
"""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from workbench.customers.answer import ARRAYS, POINTERS
from workbench.customers.letters import Letters

_KEYS: Final = '":'
_NULLS: Final = ('": null', '":null')
_TEXTS: Final = ('":"', '": "')
_BEGUN_NULLS: Final = ('":n', '": n')
"""After a key, nothing else in JSON begins so. What is text is counted as a key too, so that it changes no sum."""


def odd_rows(rows: pl.DataFrame, decoded: pl.Series, lines: pl.Series, letters: Letters | None = None) -> pl.Series:
    """Which rows do not hold all of their line or have two meanings, true for each that has to be read again.

    `decoded` are the structs that polars made of `lines`, `rows` what was made of these. `letters` are the lines', if known.
    """
    odd = pl.DataFrame({"_line": lines}).hstack(rows).select(_ambiguous(rows)).to_series()
    if _whole(decoded.struct.unnest(), letters or Letters.of(lines)):
        return odd
    found = decoded.struct.unnest().insert_column(0, lines.alias("_line"))
    return odd | found.select(_unequal(decoded.dtype)).to_series()


def _ambiguous(rows: pl.DataFrame) -> pl.Expr:
    """Rows that the quick way read, but that have two meanings."""
    col, line = pl.col, pl.col("_line")
    rep_ids = col("assigned_sales_reps").list.eval(pl.element().struct.field("id"))
    owners = col("addresses").list.eval(pl.element().struct.field("customer_id").drop_nulls())
    bare = pl.all_horizontal(col(table).is_null() for table in ARRAYS)
    named = pl.any_horizontal(line.str.contains(f'"{table}"', literal=True) for table in ARRAYS)
    unread = [bare & named] if rows.select(bare.any()).item() else []
    price_list = col("assigned_price_list")
    wrong = [col(name).is_not_null() & (col(name) != col(f"_said_{name}")) for name in POINTERS]
    return pl.any_horizontal(
        ~line.str.contains(col("id"), literal=True).fill_null(False) | (col("id") == ""),
        (owners.list.first() != col("id")) | (owners.list.n_unique() > 1),
        col("name").is_not_null() & col("company_name").is_not_null(),
        col("assigned_sales_rep_ids").is_not_null() & col("assigned_sales_reps").is_not_null(),
        col("assigned_price_list_id").is_not_null() & price_list.is_not_null(),
        price_list.is_not_null() & price_list.struct.field("id").is_null(),
        rep_ids.list.eval(pl.element().is_null()).list.any(),
        *unread,
        *wrong,
    ).fill_null(False)


def _whole(found: pl.DataFrame, letters: Letters) -> bool:
    """Whether all lines together hold no more than was decoded, and every item has an id of its own."""
    frames = [found]
    frames += [_exploded(found[name]) for name in (*ARRAYS, "assigned_sales_reps")]
    frames += [_exploded(frame["attributes"]) for frame in frames[1:3]]
    frames += [found["assigned_price_list"].struct.unnest()]
    items = zip(ARRAYS, frames[1:4], strict=True)
    if any(found[table].list.len().sum() != frame.height or not _all_apart(table, frame) for table, frame in items):
        return False
    keys, texts = _present(frames)
    return _sums_to(letters, keys, (1, _KEYS), *((-1, null) for null in _BEGUN_NULLS)) and _sums_to(
        letters, texts, *((1, text) for text in _TEXTS)
    )


def _sums_to(letters: Letters, wanted: int, *signed: tuple[int, str]) -> bool:
    """Whether the counts of the texts in the lines, or of the first few, add up to `wanted`.

    That is safe, for what is found beside the wanted values moves the sum away from `wanted`, never back.
    """
    for sign, text in signed:
        wanted -= sign * letters.count(text)
        if not wanted:
            return True
    return False


def _all_apart(table: str, items: pl.DataFrame) -> bool:
    return table == "attributes" or (items["id"].null_count() == 0 and items["id"].n_unique() == items.height)


def _exploded(lists: pl.Series) -> pl.DataFrame:
    return lists.explode(empty_as_null=False, keep_nulls=False).drop_nulls().struct.unnest()


def _present(frames: list[pl.DataFrame]) -> tuple[int, int]:
    """How many values of the answer's keys are not null, and how many of these are text."""
    columns = [one for frame in frames for one in frame.get_columns()]
    counts = [(len(one) - one.null_count(), one.dtype == pl.String) for one in columns]
    return sum(count for count, _ in counts), sum(count for count, text in counts if text)


def _counted(line: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """How many keys of a line have a value that is not null, and how many have text, at least."""

    def count(*texts: str) -> pl.Expr:
        return pl.sum_horizontal(line.str.count_matches(text, literal=True).cast(pl.Int64) for text in texts)

    return count(_KEYS) - count(*_NULLS), count(*_TEXTS)


def _unequal(dtype: Any) -> pl.Expr:
    """Rows whose line holds more than was decoded, or items that their ids do not tell apart."""
    keys, texts = _counted(pl.col("_line"))
    columns = [(pl.col(f.name), f.dtype) for f in dtype.fields]
    mixed = []
    for table in ARRAYS:
        mixed.append(pl.col(table).list.eval(pl.element().is_null()).list.any())
        if table != "attributes":
            ids = pl.col(table).list.eval(pl.element().struct.field("id"))
            mixed.append(ids.list.eval(pl.element().is_null()).list.any() | (ids.list.n_unique() != ids.list.len()))
            inner = pl.element().struct.field("attributes").list.eval(pl.element().is_null()).list.any()
            mixed.append(pl.col(table).list.eval(inner).list.any())
    whole = (keys == _values(columns)) & (texts == _values(columns, pl.String))
    return pl.any_horizontal(~whole, *mixed).fill_null(False)


def _values(columns: list[tuple[pl.Expr, Any]], only: Any = None) -> pl.Expr:
    """How many values of a row are not null, nested ones included; of the type `only`, if given."""
    counts = []
    for column, dtype in columns:
        if only is None or dtype == only:
            counts.append(column.is_not_null().cast(pl.Int64))
        if isinstance(dtype, pl.Struct):
            counts.append(_values(_fields(column, dtype), only))
        elif isinstance(dtype, pl.List) and isinstance(dtype.inner, pl.Struct):
            counts.append(column.list.eval(_values(_fields(pl.element(), dtype.inner), only)).list.sum().fill_null(0))
    return pl.sum_horizontal(counts)


def _fields(column: pl.Expr, dtype: pl.Struct) -> list[tuple[pl.Expr, Any]]:
    return [(column.struct.field(f.name), f.dtype) for f in dtype.fields]
