"""Where the cells, the owners and the new items of a recipe are in a session, and which of its cells still hold."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import polars as pl

from workbench.customers.equality import differs
from workbench.customers.fields import FIELDS, Kind
from workbench.customers.paths import located
from workbench.customers.tables import Tables, column_type
from workbench.errors import UsageError
from workbench.replay.recipe import Cell
from workbench.session.rows import Change
from workbench.stage.snapshot import Column, Snapshot
from workbench.stage.staging import locked, recorded, unread


@dataclass(frozen=True, slots=True)
class Placed:
    """Cells of a recipe found in a session: in how many rows, the changes that hold, and what is in trouble, in a line."""

    rows: int
    changes: tuple[Change, ...]
    trouble: str


def placed(snapshot: Snapshot, cells: Sequence[Cell]) -> Placed:
    """Finds cells, and what of them can be set as it was. Raises `UsageError` for a value of another kind than its field."""
    where = _located(snapshot.current, cells)
    troubles: list[str] = []
    lost = where["row"].is_null()
    if lost.any():
        first = cells[int(lost.arg_true()[0])]
        troubles.append(f"{lost.sum():,} cells are not there, such as {first.path} of {first.id}")
    changes = []
    for (table, name), mine in _columns(where):
        change, moved = _change(snapshot, (table, name), mine, cells)
        if moved.height:
            first = cells[moved["at"][0]]
            troubles.append(f"{moved.height:,} cells are not what they were, such as {first.path} of {first.id}")
        changes += [change] if change.cells.height else []
    there = where.filter(~lost).select("table", "row").n_unique()
    return Placed(there, tuple(changes), "; ".join(troubles))


def _change(
    snapshot: Snapshot, column: Column, mine: pl.DataFrame, cells: Sequence[Cell]
) -> tuple[Change, pl.DataFrame]:
    """The cells of a column that still hold what they held, as a change; and those that do not, nor what they are to become."""
    table, name = column
    told = [cells[at] for at in mine["at"]]
    was, becomes = (_values(column, told, key) for key in ("was", "set"))
    held = snapshot.current[table][name].gather(mine["row"])
    shut = (locked(snapshot, table, {name}) | unread(snapshot, table, {name})).gather(mine["row"])
    holds = ~differs(held, was) & ~shut
    moved = mine.filter(~holds & differs(held, becomes))
    return recorded(snapshot, table, name, mine["row"].filter(holds), held.filter(holds), becomes.filter(holds)), moved


def _values(column: Column, cells: Sequence[Cell], key: str) -> pl.Series:
    """Values of a recipe in the type of their field; raises `UsageError` for one that is of another."""
    field = FIELDS[column[0]][column[1]]
    if not field.editable:
        raise UsageError(f"{field.table}.{field.name} is read-only: the API has no way to change it")
    odd = next((cell for cell in cells if not _fits(field.kind, getattr(cell, key))), None)
    if odd is not None:
        raise UsageError(f"{odd.path} of {odd.id}: {getattr(odd, key)!r} is no value of a field of {field.kind}")
    return pl.Series([getattr(cell, key) for cell in cells], dtype=column_type(field.kind))


def _fits(kind: Kind, value: object) -> bool:
    wanted = {Kind.FLAG: bool, Kind.IDS: list}.get(kind, str)
    return value is None or isinstance(value, wanted)


def _located(tables: Tables, cells: Sequence[Cell]) -> pl.DataFrame:
    """Where cells are: `at` (their place in the recipe), `table`, `field`, `row` (null where there is none).

    An item that was new when the recipe was made is found by its reference too, once the server has given it an id.
    """
    ids = pl.Series([cell.id for cell in cells], dtype=pl.String)
    paths = pl.Series([cell.path for cell in cells], dtype=pl.String)
    found = located(tables, ids, paths).with_row_index("at")
    left = found["row"].is_null() & paths.str.contains("[+", literal=True)
    if not left.any():
        return found
    named = pl.DataFrame({"at": found["at"], "id": ids, "path": paths}).filter(left)
    parts = named.with_columns(
        table=pl.col("path").str.extract(r"^(addresses|contacts)\["),
        reference=pl.col("path").str.extract(r"^\w+\[\+(.+)\]\.\w+$"),
        field=pl.col("path").str.extract(r"\]\.(\w+)$"),
    )
    made = [
        parts.filter(pl.col("table") == table)
        .join(_by_reference(tables, table), left_on=["id", "reference"], right_on=["customer_id", "reference_id"])
        .filter(pl.col("field").is_in([name for name, one in FIELDS[table].items() if one.editable]))
        for table in ("addresses", "contacts")
    ]
    rows = pl.concat([one.select("at", again="row") for one in made]).unique("at", keep="none")
    return found.join(rows, on="at", how="left", maintain_order="left").select(
        "at", "table", "field", row=pl.coalesce("row", "again")
    )


def _by_reference(tables: Tables, table: str) -> pl.DataFrame:
    frame = tables[table].with_row_index("row").filter(~pl.col("_gone"))
    return frame.select("row", "customer_id", "reference_id")


def _columns(where: pl.DataFrame) -> list[tuple[Column, pl.DataFrame]]:
    there = where.filter(pl.col("row").is_not_null())
    parts = there.partition_by("table", "field", as_dict=True, maintain_order=True)
    return [((str(table), str(field)), part) for (table, field), part in parts.items()]


def by_column(tables: Tables, cells: Sequence[Cell]) -> dict[Column, pl.Series]:
    """The rows of cells by column, of those that are there."""
    return {column: part["row"].cast(pl.UInt32) for column, part in _columns(_located(tables, cells))}


def of_customers(snapshot: Snapshot, customers: pl.Series, field: str) -> dict[Column, pl.Series]:
    """The staged cells of customers by column; of one field (`addresses.city`) if it is told."""
    table, _, name = field.rpartition(".")
    columns = [column for column in snapshot.writers if not field or column == (table or "customers", name)]
    staged = {column: snapshot.staged_cells_of(column)["row"] for column in columns}
    return {
        column: rows.filter(snapshot.customers_of(column[0], rows).is_in(customers.implode()))
        for column, rows in staged.items()
    }


def written(snapshot: Snapshot, column: Column, rows: pl.Series, made: Collection[int]) -> pl.Series:
    """Those of the rows of a column whose last word is one of these operations'."""
    wrote = snapshot.writers.get(column)
    if wrote is None:
        return rows.head(0)
    mine = wrote.filter(pl.col("operation").is_in(list(made)))["row"]
    return rows.filter(rows.is_in(mine.implode()))


def owners_rows(tables: Tables, home: str, owners: Sequence[tuple[str, str]]) -> pl.Series:
    """The rows of those that get a new item, in their order: customers by id, addresses and contacts by customer and id."""
    asked = pl.DataFrame(owners, schema={"customer": pl.String, "item": pl.String}, orient="row")
    frame = tables[home].with_row_index("row").filter(~pl.col("_gone"))
    left, right = (["customer"], ["id"]) if home == "customers" else (["customer", "item"], ["customer_id", "id"])
    return asked.join(frame, left_on=left, right_on=right, how="inner", maintain_order="left")["row"].cast(pl.UInt32)


def have(snapshot: Snapshot, table: str, owners: pl.Series, reference: str) -> pl.Series:
    """Which customers (row numbers) have an item of these references already, at whatever number."""
    frame = snapshot.current[table]
    there = frame.filter(~pl.col("_gone") & pl.col("reference_id").str.starts_with(reference + "-"))
    return owners.is_in(there["_customer"].implode())
