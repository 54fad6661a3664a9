"""What the checks read of the tables at one moment: rows that are there, the different values of a column, the places by which they
are read, and the versions of whatever an answer follows from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from threading import RLock
from typing import Final

import polars as pl

from workbench.customers.countries import alpha2_codes
from workbench.customers.fields import FIELDS
from workbench.customers.regions import regions
from workbench.customers.tables import Tables
from workbench.onlooker import stepwise
from workbench.problems.check import NAMED, ODD, Asked, Check, column_of
from workbench.problems.distinct import Distinct
from workbench.problems.versions import Versions
from workbench.session.rows import Column

Key = tuple[object, ...]

_PLACED: Final[tuple[Column, ...]] = tuple(
    ("addresses", name) for name in ("country", "is_default", "type", "_gone", "_position", "_customer")
)
"""What a row's region follows from,"""
_COUNTRY: Final[tuple[Column, ...]] = (("addresses", "country"),)
"""and an address's own country."""


class Reading:
    """The tables at one moment; several threads may ask. `versions` follow the tables already; `known` is what is kept of the
    different values from moment to moment: everything in it is replaced, never changed."""

    def __init__(
        self, versions: Versions, known: dict[tuple[Column, str], tuple[Key, Distinct]], tables: Tables, region: str
    ) -> None:
        self._versions, self._known, self._tables, self._region = versions, known, tables, region
        self._rows: dict[str, pl.DataFrame] = {}
        self._places: dict[tuple[str, str], pl.Series] = {}
        self._sharing = RLock()
        self._odd: dict[Key, pl.DataFrame] = {}

    def key(self, check: Check, column: Column) -> Key:
        """Whatever the answer follows from: the versions of all that is read."""
        read, names = {column}, []
        for one in check.reads or ():
            if one in NAMED:
                names.append(self._versions.of_names(one))
            else:
                read.add(column_of(one) if "." in one else (column[0], one))
        return (*self._versions_of(read, check.place), *names)

    def _versions_of(self, read: set[Column], place: str) -> Key:
        """The versions of columns, of what says that their rows are there, and of what a place follows from."""
        gone = {(table, "_gone") for table in ("customers", *(table for table, _ in read))}
        placed = _PLACED if place == "region" else _COUNTRY if place == "country" else ()
        return (self._versions.of(sorted({*read, *gone, *placed})), self._region if place == "region" else "")

    def distinct(self, column: Column, place: str) -> Distinct:
        """The different values of a column, beside the place by which they are read."""
        table, name = column
        key = self._versions_of({column}, place)
        known = self._known.get((column, place))
        if known is None or known[0] != key:
            rows = self._numbers(table)
            beside = [_of_rows(self._place(table, place), rows).alias("place")] if place else []
            frame = pl.DataFrame([rows, _of_rows(self._tables[table][name], rows).alias("value"), *beside])
            distinct = Distinct.of(frame, known[1] if known else None)
            if known is None and distinct.seen.height == self._tables[table].height:
                # the column as it is, no copy in one piece
                distinct = replace(distinct, seen=distinct.seen.with_columns(self._tables[table][name].alias("value")))
            known = (key, distinct)
            self._known[column, place] = known
        return known[1]

    def fresh(self, column: Column, distinct: Distinct, done: int, *, odd: bool) -> pl.DataFrame:
        """The values from the number `done` on, all or only the odd ones: `row` is their number."""
        fresh = distinct.seen.with_row_index("row")[done:].rechunk()
        if not odd:
            return fresh
        key = (column, distinct.seen.width, done)
        if key not in self._odd:
            self._odd[key] = fresh.filter(pl.col("value").str.contains(ODD))
        return self._odd[key]

    def of_rows(self, check: Check, column: Column) -> Asked:
        """What a check that reads more than values is asked about a column: all of its rows that are there."""
        own: list[str] = []
        others: dict[str, list[str]] = {}
        for name in check.reads or ():
            table, of = column_of(name) if "." in name else (column[0], name)
            if table == column[0] and of not in NAMED:
                own.append(of)
            elif of not in NAMED:
                others.setdefault(table, []).append(of)
        frame = self._there(column[0], own, pl.col(column[1]).alias("value"))
        return self.asked(
            column, frame, {table: self._there(table, names) for table, names in stepwise(others.items())}
        )

    def asked(self, column: Column, frame: pl.DataFrame, others: Mapping[str, pl.DataFrame]) -> Asked:
        """A question about a column: `frame` are the values or rows, `others` of other tables what is read with them."""
        described = FIELDS[column[0]][column[1]]
        return Asked(described, frame, others, self._tables.sales_reps, self._tables.price_lists)

    def _there(self, table: str, names: Sequence[str], *more: pl.Expr) -> pl.DataFrame:
        """The rows of a table that are there: `row`, `customer`, these fields, and more."""
        customer = pl.col("_customer" if table != "customers" else "row").alias("customer")
        columns = [name for name in dict.fromkeys((*names, "_customer")) if name in self._tables[table].columns]
        frame = self._tables[table].select(*columns, *more).with_row_index("row")
        there = self._numbers(table)
        # whole columns in one piece: on some in pieces (a load makes them) polars panics when it formats what was filtered
        frame = frame.rechunk() if there.len() == frame.height else frame[there]
        return frame.select("row", customer, *dict.fromkeys(names), *(one.meta.output_name() for one in more))

    def _numbers(self, table: str) -> pl.Series:
        """The numbers of the rows of a table that are there."""
        with self._sharing:
            if table not in self._rows:
                frame = self._tables[table]
                gone = frame["_gone"]
                if table != "customers":
                    gone = gone | self._tables.customers["_gone"].gather(frame["_customer"])
                self._rows[table] = (~gone).arg_true().cast(pl.UInt32).rename("row").to_frame()
            return self._rows[table]["row"]

    def _place(self, table: str, place: str) -> pl.Series:
        with self._sharing:
            if (table, place) not in self._places:
                self._places[table, place] = self._regions(table) if place == "region" else self._countries(table)
            return self._places[table, place]

    def _regions(self, table: str) -> pl.Series:
        known = self._place("customers", "region") if table == "contacts" else None
        return regions(self._tables, table, self._region, known)

    def _countries(self, table: str) -> pl.Series:
        return alpha2_codes(self._tables[table]["country"])


def _of_rows(values: pl.Series, rows: pl.Series) -> pl.Series:
    """The values of these rows, in one piece; that is the column as it is where these are all."""
    return values.rechunk() if rows.len() == values.len() else values.gather(rows)
