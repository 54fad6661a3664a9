"""The four tables: polars frames whose rows never move.

A row's place in its frame is its name for the whole life of a session: a refresh changes values in place and appends,
a customer or item that is gone keeps its row with `_gone` set. So a change is stored as row numbers and values, two
versions of a table are compared column by column, and nothing is ever joined on the way.

Hidden columns start with an underscore: `_gone` (the server no longer has it), `_extra` (what the answer held beyond
the registry, as JSON, or null), and in nested tables `_customer` (the customer's row) and `_position` (the item's
place in the answer's array). `detailed` says whether a customer's nested records were read.

An item that is only staged to be made has a row in base too, gone, with `_position` `UNSENT`; in current it is there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Final, TypeAlias

import orjson
import polars as pl

from workbench.customers.fields import FIELDS, NESTED, TABLES, Field, Kind
from workbench.customers.fixed import FixedFrame, fixed
from workbench.customers.unread import Unread

_HIDDEN: Final[dict[str, pl.DataType]] = {"_gone": pl.Boolean(), "_extra": pl.String()}
_HIDDEN_NESTED: Final[dict[str, pl.DataType]] = {**_HIDDEN, "_customer": pl.UInt32(), "_position": pl.UInt32()}

UNSENT: Final = 2**32 - 1
"""The `_position` of an item that no answer has shown yet: it comes after all others."""


def column_type(kind: Kind) -> pl.DataType:
    """The polars type of a field of this kind."""
    if kind is Kind.FLAG:
        return pl.Boolean()
    if kind is Kind.IDS:
        return pl.List(pl.String())
    return pl.String()


def schema(table: str) -> dict[str, pl.DataType]:
    """Column name -> type of a table's frame, hidden columns last."""
    columns: dict[str, pl.DataType] = {f.name: column_type(f.kind) for f in FIELDS[table].values()}
    if table == "customers":
        return {**columns, "detailed": pl.Boolean(), **_HIDDEN}
    return {**columns, **_HIDDEN_NESTED}


Mark: TypeAlias = str | tuple[str, str]
"""A table, or a table and a column of it."""


@dataclass(frozen=True, slots=True)
class Names:
    """The names that people see where the API has ids, and the whole records behind them.

    `records` maps an id to its JSON text as the API answered it, `names` an id to what a person calls it.
    """

    records: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    def with_more(self, other: Names) -> Names:
        """These and the others; of two records of one id the other's (the newer) stays."""
        return Names({**self.records, **other.records}, {**self.names, **other.names})

    def inactive(self) -> list[str]:
        """The ids of the records that say they are not active."""
        found = []
        for id_, text in self.records.items():
            record = orjson.loads(text)
            if isinstance(record, dict) and str(record.get("status", "")).lower() == "inactive":
                found.append(id_)
        return found


Source: TypeAlias = pl.DataFrame | Unread
"""Where a table comes from: its frame, or what it is unpacked from when it is first asked for."""


@dataclass(frozen=True, slots=True, init=False, eq=False, repr=False)
class Tables:
    """Four frames (see the module), and the sales reps and price lists that they name. Never changed in place.

    `sources` tell where each comes from; one that nobody has asked for yet is not unpacked by handing it on.
    `marks` tell what was made from what, so that nobody has to compare columns that cannot differ: see `same`.
    """

    sources: Mapping[str, Source]
    sales_reps: Names
    price_lists: Names
    marks: Mapping[Mark, object]

    def __init__(
        self,
        customers: Source,
        addresses: Source,
        contacts: Source,
        attributes: Source,
        sales_reps: Names = Names(),
        price_lists: Names = Names(),
        marks: Mapping[Mark, object] | None = None,
    ) -> None:
        given = zip(TABLES, (customers, addresses, contacts, attributes), strict=True)
        sources = {table: source if isinstance(source, Unread) else fixed(source) for table, source in given}
        object.__setattr__(self, "sources", sources)
        object.__setattr__(self, "sales_reps", sales_reps)
        object.__setattr__(self, "price_lists", price_lists)
        object.__setattr__(self, "marks", marks or {})

    def __getitem__(self, table: str) -> pl.DataFrame:
        source = self.sources[table]
        return source.frame if isinstance(source, Unread) else source

    def column(self, table: str, name: str) -> pl.Series:
        """A column of a table; if nobody has asked for the table yet, it alone is unpacked."""
        source = self.sources[table]
        return source.column(name) if isinstance(source, Unread) else source[name]

    @property
    def customers(self) -> pl.DataFrame:
        """A row a customer."""
        return self["customers"]

    @property
    def addresses(self) -> pl.DataFrame:
        """A row an address of any customer."""
        return self["addresses"]

    @property
    def contacts(self) -> pl.DataFrame:
        """A row a contact of any customer."""
        return self["contacts"]

    @property
    def attributes(self) -> pl.DataFrame:
        """A row an attribute of any customer, address or contact."""
        return self["attributes"]

    def with_frames(self, frames: Mapping[str, Source]) -> Tables:
        """The same tables with some replaced."""
        return self._made({**self.sources, **frames}, self.sales_reps, self.price_lists, {})

    def with_marks(self, marks: Mapping[Mark, object]) -> Tables:
        """The same tables, which say what they were made from: for a table what all its columns come from, for a column (a table
        and a name) what was made of it since."""
        return self._made(self.sources, self.sales_reps, self.price_lists, marks)

    def same(self, other: Tables, table: str, name: str) -> bool:
        """Whether a column is known to hold what it holds in other tables, without a look at its values."""
        start = self.marks.get(table)
        known = start is not None and start is other.marks.get(table)
        return self.sources[table] is other.sources[table] or (
            known and self.marks.get((table, name)) is other.marks.get((table, name))
        )

    def kept_order(self, table: str, name: str) -> pl.DataFrame | None:
        """The order of a column's rows that was kept with it; None if none was, or values of the column may be others since."""
        source = self.marks.get(table, self.sources[table])
        if (table, name) in self.marks or not isinstance(source, FixedFrame) or name not in source.orders:
            return None
        return source.orders[name]()

    def with_names(self, sales_reps: Names, price_lists: Names) -> Tables:
        """The same frames with more names known."""
        names = self.sales_reps.with_more(sales_reps), self.price_lists.with_more(price_lists)
        return self._made(self.sources, *names, self.marks)

    @staticmethod
    def _made(
        sources: Mapping[str, Source], sales_reps: Names, price_lists: Names, marks: Mapping[Mark, object]
    ) -> Tables:
        customers, addresses, contacts, attributes = (sources[table] for table in TABLES)
        return Tables(customers, addresses, contacts, attributes, sales_reps, price_lists, marks)

    @staticmethod
    def empty() -> Tables:
        """Four frames without rows."""
        customers, addresses, contacts, attributes = (pl.DataFrame(schema=schema(table)) for table in TABLES)
        return Tables(customers, addresses, contacts, attributes)


def visible(table: str) -> list[Field]:
    """The fields of a table in the order of their columns."""
    return list(FIELDS[table].values())


def appended(first: Tables, second: Tables) -> Tables:
    """`second`'s rows after `first`'s, its items pointing to their customers' new rows."""
    offset = first.customers.height
    frames = {"customers": pl.concat([first.customers, second.customers])}
    for table in NESTED:
        moved = second[table].with_columns(_customer=(pl.col("_customer") + offset).cast(pl.UInt32))
        frames[table] = pl.concat([first[table], moved])
    return first.with_frames(frames).with_names(second.sales_reps, second.price_lists)


def laid_over(values: pl.Series, rows: pl.Series, new: pl.Series) -> pl.Series:
    """`values` with `new` at `rows` (row numbers, each at most once); any type, nothing changed in place.

    It is in as many pieces as `values`: of a frame whose columns are cut differently polars copies each before it takes rows.
    """
    place = pl.int_range(values.len(), dtype=pl.UInt32, eager=True)
    if rows.len() == values.len() and bool((rows == place).all()):  # all of them, in their order
        return cut_as(new.cast(values.dtype).rename(values.name), values)
    taken = pl.int_range(values.len(), values.len() + rows.len(), dtype=pl.UInt32, eager=True)
    both = pl.concat([values, new.cast(values.dtype).rename(values.name)])
    return cut_as(both.gather(place.scatter(rows, taken)), values)


def cut_as(column: pl.Series, like: pl.Series) -> pl.Series:
    """The column in pieces as long as those of another one of its length; nothing is copied."""
    ends = list(accumulate(like.chunk_lengths()))
    starts = [0, *ends[:-1]]
    pieces = [column.slice(start, end - start) for start, end in zip(starts, ends, strict=True) if start < end]
    return pl.concat(pieces, rechunk=False) if len(pieces) > 1 else column


def rows_of(mask: pl.Series) -> pl.Series:
    """The numbers (UInt32) of the rows that are true: `arg_true` takes ten times as long."""
    return pl.int_range(mask.len(), dtype=pl.UInt32, eager=True).filter(mask)
