"""Profile: what the columns of a table hold, in figures, as they stand and as they were loaded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from workbench.customers.fields import FIELDS, Field, Kind
from workbench.customers.tables import Tables
from workbench.displayed import Displayed
from workbench.onlooker import step
from workbench.stage.invalid import invalid_values
from workbench.stage.snapshot import Snapshot

_COMMONEST: Final = 5


@dataclass(frozen=True, slots=True)
class Common:
    """A value (text, a flag, or an id of a list) and in how many rows it stands."""

    value: str | bool
    count: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What a column holds in some rows.

    `rows` are `filled` or not; `distinct` counts different values (of lists: ids), `invalid` the rows whose value breaks a
    documented limit (of fields that can be changed). `shortest`, `middle` (the lower median) and `longest` are the lengths of
    filled texts in characters, None for flags and lists. `commonest` has the five commonest values, none where each stands
    once and there are more than five.
    """

    rows: int
    filled: int
    distinct: int
    invalid: int
    shortest: int | None
    middle: int | None
    longest: int | None
    commonest: tuple[Common, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column's figures as they stand (`now`), as the server last showed them (`before`, None unless both are asked for), and
    how many of its cells are staged in these rows."""

    field: Field
    now: Figures
    before: Figures | None
    changed: int


@dataclass(frozen=True, slots=True)
class Profile(Displayed, told=("table", "where", "rows", "columns")):
    """The profile of a table's `rows` that the query `where` found; `compared` says whether the columns have a before."""

    table: str
    where: str
    rows: int
    compared: bool
    columns: tuple[Column, ...]


def profile(
    snapshot: Snapshot, table: str, rows: pl.Series, *, where: str = "", compare: bool = False, only: str = ""
) -> Profile:
    """The profile of `rows` (row numbers) of `table`; with `compare` also of what base held in them, without new items; with
    `only` of the one column of this name."""
    fields = [field for field in FIELDS[table].values() if only in ("", field.name)]
    now = list(_figures(snapshot.current, snapshot.base, fields, rows))
    before = _before(snapshot, fields, rows, now) if compare else [None] * len(fields)
    chosen = rows.implode()
    columns = [
        Column(field, after, was, int(snapshot.staged_cells_of((table, field.name))["row"].is_in(chosen).sum()))
        for field, after, was in zip(fields, now, before, strict=True)
    ]
    return Profile(table, where, rows.len(), compare, tuple(columns))


def _before(snapshot: Snapshot, fields: list[Field], rows: pl.Series, now: list[Figures]) -> list[Figures]:
    """The figures of base; a column in which nothing is staged has those of now, if no row is new."""
    known = rows.filter(~snapshot.base[fields[0].table]["_gone"].gather(rows))
    same = [known.len() == rows.len() and (field.table, field.name) not in snapshot.writers for field in fields]
    other = _figures(
        snapshot.base, snapshot.base, [f for f, is_so in zip(fields, same, strict=True) if not is_so], known
    )
    return [figures if is_so else next(other) for figures, is_so in zip(now, same, strict=True)]


def plain(figures: Figures) -> dict[str, Any]:
    """Figures as plain values, for JSON."""
    names = ("rows", "filled", "distinct", "invalid", "shortest", "middle", "longest")
    commonest = [{"value": one.value, "count": one.count} for one in figures.commonest]
    return {**{name: getattr(figures, name) for name in names}, "commonest": commonest}


def _figures(tables: Tables, base: Tables, fields: list[Field], rows: pl.Series) -> Iterator[Figures]:
    """The figures of fields of one table, in their order: each column is counted once, all at the same time."""
    if not fields:
        return
    frame = tables[fields[0].table].select(field.name for field in fields)[rows]
    counts = pl.collect_all([_counted(frame, field.name) for field in fields])
    for field, counted in zip(fields, counts, strict=True):
        step()
        yield _of(base, field, frame, counted)


def _counted(frame: pl.DataFrame, name: str) -> pl.LazyFrame:
    """`value` and `count` of a column's filled values; of lists of their ids, each once a row."""
    value = pl.col(name).alias("value")
    if isinstance(frame.schema[name], pl.List):
        value = value.list.unique().explode(empty_as_null=True, keep_nulls=True)
    one = frame.lazy().select(value)
    one = one.filter(pl.col("value").is_not_null())
    if frame.schema[name] == pl.String:
        one = one.filter(pl.col("value") != "")
    return one.group_by("value").agg(count=pl.len())


def _of(base: Tables, field: Field, frame: pl.DataFrame, counted: pl.DataFrame) -> Figures:
    values = frame[field.name]
    shortest = middle = longest = None
    if values.dtype == pl.String:
        filled = int(counted["count"].sum())
        shortest, middle, longest = _lengths(counted)
    else:
        filled = (
            int((values.list.len() > 0).sum())
            if isinstance(values.dtype, pl.List)
            else values.len() - values.null_count()
        )
    first = counted.top_k(_COMMONEST, by="count") if counted.height > _COMMONEST else counted
    commonest = _commonest(counted, first)
    return Figures(
        values.len(),
        filled,
        counted.height,
        _invalid(base, field, values, counted),
        shortest,
        middle,
        longest,
        commonest,
    )


def _commonest(counted: pl.DataFrame, first: pl.DataFrame) -> tuple[Common, ...]:
    """The commonest values, ties by the alphabet; `first` are so many of the commonest as there is room for."""
    if not first.height or (counted.height > _COMMONEST and first["count"].max() == 1):
        return ()
    ties = counted.filter(pl.col("count") >= first["count"].min())
    ordered = ties.sort("count", "value", descending=[True, False]).head(_COMMONEST)
    return tuple(Common(value, count) for value, count in ordered.iter_rows())


def _lengths(counted: pl.DataFrame) -> tuple[int | None, int | None, int | None]:
    if not counted.height:
        return None, None, None
    lengths = (
        counted.select(length=pl.col("value").str.len_chars(), count="count")
        .group_by("length")
        .agg(pl.col("count").sum())
    )
    lengths = lengths.sort("length").with_columns(up_to=pl.col("count").cum_sum())
    half = (int(lengths["count"].sum()) + 1) // 2
    middle = lengths.filter(pl.col("up_to") >= half)["length"][0]
    return int(lengths["length"][0]), int(middle), int(lengths["length"][-1])


def _invalid(base: Tables, field: Field, values: pl.Series, counted: pl.DataFrame) -> int:
    """How many rows hold a value that is not valid; asked once for each different value."""
    if not counted.height or not field.editable or field.kind is Kind.FLAG:
        return 0
    odd = counted.filter(invalid_values(base, field, counted["value"]).is_not_null())
    if isinstance(values.dtype, pl.List) and odd.height:
        return int(values.list.eval(pl.element().is_in(odd["value"].implode())).list.any().sum())
    return int(odd["count"].sum())
