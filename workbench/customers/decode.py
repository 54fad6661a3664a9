"""Lines of JSON to table rows, thousands at a time, in polars.

The quick way decodes a batch with one fixed type. That drops unknown keys, turns numbers into text and takes the first
of two equal keys, all silently; so each batch is counted. In a line, the keys whose value is not null number at least
as many as the known values that were decoded: when both are equal, and the texts too, nothing was dropped or changed.
A line where they differ, and any line of a batch that polars refuses, is read by `customers.odd` instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import polars as pl

from workbench.customers.answer import ARRAYS, CUSTOMER, POINTERS
from workbench.customers.odd import Rewritten, Unfit, rewrite, rewrite_object

_REFUSED_AT_ONCE: Final = 64
"""So many lines of a batch that polars refuses are read one by one; a larger batch is halved first."""

_WRAPPED: Final = r'^\{\s*"data"\s*:\s*(\{.*\})\s*\}$'
_LOOSE_COLONS: Final = (" :", "\t:", "\r:", "\n:")
_KEYS: Final = '":'
_NULLS: Final = ('": null', '":null')
_TEXTS: Final = ('": "', '":"')
_HALF_PAIR: Final = r"\\u[dD][89abAB]|\\u[dD][c-fC-F]"


@dataclass(frozen=True, slots=True)
class Parsed:
    """What lines became: `rows` has `_at` (the line's index), the columns of `answer.CUSTOMER`, and the pointers that
    the items' flags say (`_said_..`). `unfit` pairs a line's index and a reason; `sales_reps` and `price_lists` map
    ids to JSON text."""

    rows: pl.DataFrame
    unfit: list[tuple[int, str]]
    sales_reps: dict[str, str]
    price_lists: dict[str, str]


def parse(lines: pl.Series) -> Parsed:
    """Read each line as a customer (the answer's form, or wrapped in `{"data": ..}`); blank lines are skipped."""
    frame = pl.DataFrame({"_at": pl.int_range(len(lines), dtype=pl.UInt32, eager=True), "_raw": lines})
    frame = frame.with_columns(_line=_stripped(lines)).filter(pl.col("_line") != "")
    odd = frame.select(_odd_text()).to_series()
    rows, odd_lines = _quick(frame.filter(~odd) if odd.any() else frame)
    names = _Names.of(rows)
    odd_lines = pl.concat([frame.filter(odd), odd_lines])
    if odd_lines.is_empty():
        return Parsed(rows, [], names.sales_reps, names.price_lists)
    slow, unfit = _slow(odd_lines, names)
    return Parsed(pl.concat([rows, slow]).sort("_at"), unfit, names.sales_reps, names.price_lists)


def parse_objects(found: Iterable[tuple[int, dict[str, Any]]]) -> Parsed:
    """Read customers that are Python objects already (and are used up), each with its index."""
    names = _Names({}, {})
    rows, unfit = _one_by_one(((index, partial(rewrite_object, one)) for index, one in found), names)
    return Parsed(rows, unfit, names.sales_reps, names.price_lists)


def _stripped(lines: pl.Series) -> pl.Series:
    """The lines without white space around them and out of their `{"data": ..}`."""
    edges = lines.str.starts_with("{") & lines.str.ends_with("}")
    if not edges.all():
        lines = lines.fill_null("").str.strip_chars(" \t\r\n")
    if lines.str.starts_with('{"data"').any() or lines.str.starts_with("{ ").any():
        lines = lines.str.extract(_WRAPPED).fill_null(lines)
    return lines


def _odd_text() -> pl.Expr:
    """Lines in which keys cannot be counted, or that polars would read wrong."""
    line = pl.col("_line")
    loose = [line.str.contains(text, literal=True) for text in (*_LOOSE_COLONS, "\n")]
    return pl.any_horizontal(
        ~line.str.starts_with("{"), ~line.str.ends_with("}"), *loose, line.str.contains(_HALF_PAIR)
    )


def _quick(frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows of the lines that were taken whole, and the lines that were not."""
    rows = _decoded(frame)
    if rows is not None:
        odd = odd_rows(rows, frame["_line"])
        return (rows, frame.clear()) if not odd.any() else (rows.filter(~odd), frame.filter(odd))
    if frame.height <= _REFUSED_AT_ONCE:
        return _rows(frame.clear()), frame
    half = frame.height // 2
    (first, first_odd), (second, second_odd) = _quick(frame[:half]), _quick(frame[half:])
    return pl.concat([first, second]), pl.concat([first_odd, second_odd])


def _decoded(frame: pl.DataFrame) -> pl.DataFrame | None:
    """One row a line, or None if polars refuses one or finds more or fewer records than lines."""
    try:
        found = frame["_line"].str.json_decode(CUSTOMER)
    except pl.exceptions.ComputeError:
        return None
    if len(found) != frame.height:
        return None
    return found.struct.unnest().insert_column(0, frame["_at"]).with_columns(_said())


def _said() -> list[pl.Expr]:
    return [_pointed(name).alias(f"_said_{name}") for name in POINTERS]


def _pointed(name: str) -> pl.Expr:
    """The id of the first default item that the pointer `name` could mean, or null."""
    key = pl.element().struct.field
    flagged = key("is_default").fill_null(False) & key("id").is_not_null()
    if name == "primary_contact_id":
        return pl.col("contacts").list.eval(key("id").filter(flagged)).list.first()
    kind = key("type").fill_null("") == name.removeprefix("default_").removesuffix("_address_id")
    return pl.col("addresses").list.eval(key("id").filter(flagged & kind)).list.first()


# ---- what the quick way took whole ----


def odd_rows(rows: pl.DataFrame, lines: pl.Series) -> pl.Series:
    """Which rows do not hold all of their line, true for each that has to be read again."""
    found = pl.DataFrame({"_line": lines}).hstack(rows)
    odd = found.select(_ambiguous()).to_series()
    if _whole(rows, lines):
        return odd
    return odd | found.select(_unequal()).to_series()


def _ambiguous() -> pl.Expr:
    """Rows that the quick way read, but that have two meanings."""
    col, line = pl.col, pl.col("_line")
    rep_ids = col("assigned_sales_reps").list.eval(pl.element().struct.field("id"))
    bare = pl.all_horizontal(col(table).is_null() for table in ARRAYS)
    named = pl.any_horizontal(line.str.contains(f'"{table}"', literal=True) for table in ARRAYS)
    price_list = col("assigned_price_list")
    wrong = [col(name).is_not_null() & (col(name) != col(f"_said_{name}")) for name in POINTERS]
    return pl.any_horizontal(
        ~line.str.contains(col("id"), literal=True).fill_null(False) | (col("id") == ""),
        col("name").is_not_null() & col("company_name").is_not_null(),
        col("assigned_sales_rep_ids").is_not_null() & col("assigned_sales_reps").is_not_null(),
        col("assigned_price_list_id").is_not_null() & price_list.is_not_null(),
        price_list.is_not_null() & price_list.struct.field("id").is_null(),
        rep_ids.list.eval(pl.element().is_null()).list.any(),
        bare & named,
        *wrong,
    ).fill_null(False)


def _whole(rows: pl.DataFrame, lines: pl.Series) -> bool:
    """Whether all lines together hold no more than was decoded, and every item has an id of its own."""
    frames = [rows.drop("_at", "_extra", "_detailed", *(f"_said_{name}" for name in POINTERS))]
    frames += [_exploded(rows[name]) for name in (*ARRAYS, "assigned_sales_reps")]
    frames += [_exploded(frame["attributes"]) for frame in frames[1:3]]
    frames += [rows["assigned_price_list"].struct.unnest()]
    items = zip(ARRAYS, frames[1:4], strict=True)
    if any(rows[table].list.len().sum() != frame.height or not _all_apart(table, frame) for table, frame in items):
        return False
    keys, texts = _present(frames)
    return _sums_to(lines, keys, (1, _KEYS), *((-1, null) for null in _NULLS)) and _sums_to(
        lines, texts, *((1, text) for text in _TEXTS)
    )


def _sums_to(lines: pl.Series, wanted: int, *signed: tuple[int, str]) -> bool:
    """Whether the counts of the texts in the lines add up to `wanted`; the later texts are counted only if need be.

    That is safe, for what is found beside the wanted values moves the sum away from `wanted`, never back.
    """
    for sign, text in signed:
        wanted -= sign * int(lines.str.count_matches(text, literal=True).sum())
        if not wanted:
            return True
    return False


def _all_apart(table: str, items: pl.DataFrame) -> bool:
    return table == "attributes" or (items["id"].null_count() == 0 and items["id"].n_unique() == items.height)


def _exploded(lists: pl.Series) -> pl.DataFrame:
    return lists.explode(empty_as_null=False, keep_nulls=False).drop_nulls().struct.unnest()


def _present(frames: list[pl.DataFrame]) -> tuple[int, int]:
    """How many values of the answer's keys are not null, and how many of these are text."""
    columns = [one for frame in frames for one in frame.get_columns() if one.name != "_extra"]
    counts = [(len(one) - one.null_count(), one.dtype == pl.String) for one in columns]
    return sum(count for count, _ in counts), sum(count for count, text in counts if text)


def _counted(line: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """How many keys of a line have a value that is not null, and how many have text, at least."""

    def count(*texts: str) -> pl.Expr:
        return pl.sum_horizontal(line.str.count_matches(text, literal=True).cast(pl.Int64) for text in texts)

    return count(_KEYS) - count(*_NULLS), count(*_TEXTS)


def _unequal() -> pl.Expr:
    """Rows whose line holds more than was decoded, or items that their ids do not tell apart."""
    keys, texts = _counted(pl.col("_line"))
    columns = [(pl.col(f.name), f.dtype) for f in CUSTOMER.fields if not f.name.startswith("_")]
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
            counts.append(_values([(column.struct.field(f.name), f.dtype) for f in dtype.fields], only))
        elif isinstance(dtype, pl.List) and isinstance(dtype.inner, pl.Struct):
            inner = [(pl.element().struct.field(f.name), f.dtype) for f in dtype.inner.fields if f.name != "_extra"]
            counts.append(column.list.eval(_values(inner, only)).list.sum().fill_null(0))
    return pl.sum_horizontal(counts)


# ---- what it did not ----


@dataclass(frozen=True, slots=True)
class _Names:
    """id -> JSON text of the sales reps and price lists met so far."""

    sales_reps: dict[str, str]
    price_lists: dict[str, str]

    @staticmethod
    def of(rows: pl.DataFrame) -> _Names:
        reps = rows["assigned_sales_reps"].explode(empty_as_null=False, keep_nulls=False)
        return _Names(_by_id(reps), _by_id(rows["assigned_price_list"]))


def _by_id(objects: pl.Series) -> dict[str, str]:
    frame = objects.drop_nulls().struct.unnest().unique(subset="id", keep="last", maintain_order=True)
    texts = frame.select(pl.struct(frame.columns).struct.json_encode()).to_series()
    return dict(zip(frame["id"], texts, strict=True))


def _slow(frame: pl.DataFrame, names: _Names) -> tuple[pl.DataFrame, list[tuple[int, str]]]:
    """Rows of the lines of `frame`, read one by one, and the unfit among them."""
    texts = frame.select("_at", "_raw").iter_rows()
    return _one_by_one(((index, partial(rewrite, text)) for index, text in texts), names)


def _one_by_one(
    found: Iterable[tuple[int, Callable[[], Rewritten]]], names: _Names
) -> tuple[pl.DataFrame, list[tuple[int, str]]]:
    at, lines, unfit = [], [], []
    for index, read in found:
        try:
            one = read()
        except Unfit as error:
            unfit.append((index, str(error)))
            continue
        at.append(index)
        lines.append(one.line)
        names.sales_reps.update(one.sales_reps)
        names.price_lists.update(one.price_lists)
    return _rows(pl.DataFrame({"_at": at, "_line": lines}, schema={"_at": pl.UInt32(), "_line": pl.String()})), unfit


def _rows(frame: pl.DataFrame) -> pl.DataFrame:
    """One row for each line that is known to decode."""
    found = frame["_line"].str.json_decode(CUSTOMER).struct.unnest()
    return found.insert_column(0, frame["_at"]).with_columns(_said())
