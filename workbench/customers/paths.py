"""Cells and their paths: `payment_term`, `addresses[ID].city`, `attributes[Color]`, `contacts[ID].attributes[Color]`.

An item is named by its id, one that the server does not have yet by its reference (`addresses[+REF].city`), an attribute by
its name, never by position.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import polars as pl

from workbench.customers.fields import FIELDS, editable
from workbench.customers.tables import UNSENT, Tables
from workbench.errors import NoSuchCell, UsageError

_PATH: Final = re.compile(
    r"(?:(?P<owner>addresses|contacts)\[(?P<item>.+?)\]\.)?(?:attributes\[(?P<attribute>.*)\]|(?P<field>\w+))",
    re.DOTALL,
)
_OWNERS: Final = {"addresses": "address", "contacts": "contact", "": "customer"}


@dataclass(frozen=True, slots=True)
class Path:
    """A path taken apart: the table and the field that it means, its item's id (or `+` and the reference of one that is yet
    to be made), and for attributes owner and name."""

    table: str
    field: str
    item: str = ""
    owner: str = ""
    attribute: str = ""


def parse_path(text: str) -> Path:
    """The path that `text` writes; raises `UsageError` if it is none or its field is unknown or read-only."""
    match = _PATH.fullmatch(text)
    if match is None:
        raise UsageError(f"{text!r} is no path of a cell; for example payment_term or addresses[ID].city")
    owner, item, attribute, name = (
        match.group("owner") or "",
        match.group("item") or "",
        match["attribute"],
        match["field"],
    )
    if attribute is not None:
        return Path("attributes", "value", item, _OWNERS[owner], attribute)
    table = owner or "customers"
    return Path(table, editable(table, name).name, item)


def cell_paths(tables: Tables, table: str, field: str, rows: pl.Series) -> pl.Series:
    """The paths (String) of the cells of `field` in `rows` (row numbers) of `table`."""
    if table == "customers":
        return pl.Series([field], dtype=pl.String).new_from_index(0, rows.len()) if rows.len() else _NO_PATHS
    frame = tables[table]
    if table == "attributes":
        wanted = frame.select("owner", "owner_id", "name")[rows]
        prefix = pl.col("owner").replace_strict({"address": "addresses[", "contact": "contacts["}, default=None)
        nested = prefix + pl.col("owner_id").fill_null("?") + pl.lit("].")
        return wanted.select(p=nested.fill_null("") + "attributes[" + pl.col("name") + "]")["p"]
    named = frame.select("id", "reference_id", "_position")[rows]
    return named.select(p=pl.lit(f"{table}[") + pl.coalesce("id", _REFERENCE, pl.lit("?")) + f"].{field}")["p"]


def sent_paths(tables: Tables, table: str, field: str, rows: pl.Series, made: pl.Series | None) -> pl.Series:
    """The paths under which a run sent cells: those of an address or contact that it makes (`made`: rows of `table`) had its
    reference, and have an id once the server has answered."""
    paths = cell_paths(tables, table, field, rows)
    if made is None or table not in ("addresses", "contacts"):
        return paths
    new = pl.format(f"{table}[+{{}}].{field}", tables[table]["reference_id"].gather(rows))
    return pl.select(p=pl.when(pl.lit(rows.is_in(made.implode()))).then(new).otherwise(pl.lit(paths)))["p"]


def item_names(frame: pl.DataFrame) -> pl.Series:
    """What names each row of addresses or contacts among its customer's: its id, or `+` and its reference while it is yet to
    be made; null where nothing does."""
    return frame.select(id=pl.coalesce("id", _REFERENCE))["id"]


def unnamed(table: str, frame: pl.DataFrame) -> pl.Series:
    """Row by row of a nested table's frame, whether no path names the row alone (Boolean): an item without an id of its own
    among its customer's, an attribute without a name of its own under its owner. Rows that are gone take no name away, and
    an item that is yet to be made has its reference."""
    own_place = pl.col("_gone")
    if table == "attributes":
        key, names = "name", ["_customer", "owner", "owner_id", "name"]
        none = frame["name"].is_null() | frame["owner_id"].is_null()
    else:
        key, names = "id", ["_customer", "id"]
        none = (frame["id"].fill_null("") == "") & frame["_position"].ne_missing(UNSENT)
        own_place = own_place | pl.col("_position").eq_missing(UNSENT)
    if frame[key].n_unique() == frame.height:
        return none
    place = pl.when(own_place).then(pl.int_range(pl.len())).otherwise(-1).alias("_place")
    return none | frame.select(pl.struct(*names, place).is_duplicated()).to_series()


def cell_of(tables: Tables, customer: str, path: Path) -> tuple[str, str, str, str, int]:
    """A cell by all its names: the customer's id, the path as text, table, field and row; raises `UsageError` if none."""
    row = row_of(tables, customer, path)
    text = cell_paths(tables, path.table, path.field, pl.Series([row], dtype=pl.UInt32))[0]
    return customer, str(text), path.table, path.field, row


def row_of(tables: Tables, customer: str, path: Path, *, gone: bool = False) -> int:
    """The row of the cell's table that `path` means within the customer with this id; raises `UsageError` if none.

    With `gone` also one that the server no longer has, if there is no other.
    """
    frame = tables[path.table]
    key = "id" if path.table == "customers" else "customer_id"
    mine = pl.col(key) == customer
    if path.table == "attributes":
        owner = customer if path.owner == "customer" else path.item
        mine &= (pl.col("owner") == path.owner) & (pl.col("owner_id") == owner) & (pl.col("name") == path.attribute)
    elif path.table != "customers":
        mine &= pl.coalesce("id", _REFERENCE) == path.item
    rows = (
        frame.lazy()
        .with_row_index("_row")
        .filter(mine)
        .select("_row", "_gone")
        .collect()
        .sort("_gone", maintain_order=True)
    )
    found = rows["_row"] if gone else rows.filter(~pl.col("_gone"))["_row"]
    if not found.len():
        raise NoSuchCell(f"there is no such cell of customer {customer}; see: workbench search for its items' ids")
    return int(found[0])


def located(tables: Tables, customers: pl.Series, paths: pl.Series) -> pl.DataFrame:
    """Where cells are that are named by their customers' ids and paths (two String columns side by side).

    Columns `table`, `field` and `row` (null where there is no such cell, or several items have the name), one row for each.
    """
    parts = paths.str.extract_groups(f"^(?s:{_PATH.pattern})$").struct.unnest()
    named = parts.select(
        customer=pl.lit(customers),
        at=pl.int_range(pl.len(), dtype=pl.UInt32),
        table=pl.when(pl.col("attribute").is_not_null()).then(pl.lit("attributes"))
        .otherwise(pl.col("owner").fill_null("customers")),
        field=pl.when(pl.col("attribute").is_not_null()).then(pl.lit("value")).otherwise("field"),
        owner=pl.col("owner").fill_null("").replace_strict(_OWNERS, default=None, return_dtype=pl.String),
        item=pl.when(pl.col("owner").is_null()).then(pl.lit(customers)).otherwise("item"),
        name="attribute",
    )  # fmt: skip
    rows = [_rows_of(tables, table, named.filter(pl.col("table") == table)) for table in FIELDS]
    found = pl.concat(rows).unique("at", keep="none")
    return named.join(found, on="at", how="left", maintain_order="left").select("table", "field", "row")


def _rows_of(tables: Tables, table: str, named: pl.DataFrame) -> pl.DataFrame:
    """The rows (`at`, `row`) of a table that are meant by its customer, and its item's id or its owner and name."""
    frame = tables[table].with_row_index("row").filter(~pl.col("_gone"))
    if table == "customers":
        keys = {"customer": "id"}
    elif table == "attributes":
        keys = {"customer": "customer_id", "owner": "owner", "item": "owner_id", "name": "name"}
    else:
        frame = frame.with_columns(_name=item_names(frame))
        keys = {"customer": "customer_id", "item": "_name"}
    fields = [name for name, field in FIELDS[table].items() if field.editable]
    known = named.filter(pl.col("field").is_in(fields))
    return known.join(frame, left_on=list(keys), right_on=list(keys.values()), how="inner").select("at", "row")


def known_fields(table: str) -> list[str]:
    """The names of a table's fields."""
    return list(FIELDS[table])


_REFERENCE: Final = pl.when(pl.col("_position") == UNSENT).then(pl.lit("+") + pl.col("reference_id"))
_NO_PATHS: Final = pl.Series([], dtype=pl.String)
