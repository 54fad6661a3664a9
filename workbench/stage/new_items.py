"""New addresses, contacts and attributes: rows that base gets as gone, and changes that make them be there.

The API makes an item when an array of a PATCH holds one without an id. So that the answer, and a second sending after a lost
answer, can be told from another new item, each has a `reference_id` of its own; an attribute has its name. The API documents
no removal: what was made stays.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from workbench.customers.fields import FIELDS, Field, editable, known_table
from workbench.customers.overlay import laid
from workbench.customers.paths import cell_paths
from workbench.customers.tables import UNSENT, column_type, schema
from workbench.customers.validity import coerce, reasons
from workbench.errors import UsageError
from workbench.session.rows import Change
from workbench.stage.edits import Edit
from workbench.stage.invalid import UNTYPED
from workbench.stage.snapshot import Snapshot
from workbench.stage.staging import Evaluated, Example

_HOMES: Final = {"customer": "customers", "address": "addresses", "contact": "contacts"}
"""What an attribute can belong to, and the table of those."""

_KEYS: Final = {
    "addresses": ["_customer", "reference_id"],
    "contacts": ["_customer", "reference_id"],
    "attributes": ["_customer", "owner", "owner_id", "name"],
}
"""What an item is recognised by before it has an id."""

_EXAMPLES: Final = 5


@dataclass(frozen=True, slots=True)
class NewItems:
    """New rows of `table`, to be laid over base (with `_row`, see `customers.overlay`), and what staging them comes to."""

    table: str
    rows: pl.DataFrame
    evaluated: Evaluated


@dataclass(frozen=True, slots=True)
class Wanted:
    """What each new item of `table` is to hold: `cells` (field -> value), and the name of an attribute or the reference that
    was given (empty: each gets one of its own). `home` is the table whose rows get one each."""

    table: str
    home: str
    name: str
    cells: dict[str, Any]


def item_fields(table: str) -> list[Field]:
    """The fields that a new item of a nested table can be given; its reference comes last, since it gets one of its own."""
    fields = FIELDS[table].values()
    if table == "attributes":
        return [one for one in fields if one.name in ("name", "value")]
    able = [one for one in fields if one.editable]
    return sorted(able, key=lambda one: one.name == "reference_id")


def lacking(table: str, fields: Collection[str]) -> str:
    """What a new item of `table` that is given these fields needs more to be taken by the API, in words; empty if nothing.

    The documents know two types of addresses, and an address of none of them is refused (see also `preview.irreversible`).
    """
    return "it needs a type too: billing or shipping" if table == "addresses" and "type" not in fields else ""


def new_reference() -> str:
    """What the references of an operation's new items begin with: unlike any other's."""
    return f"wb-{secrets.token_hex(5)}"


def wanted(table: str, edits: Sequence[Edit]) -> Wanted:
    """What `edits` ask of new items of `table`; an attribute's `owner` may be `address` or `contact` instead of `customer`.

    Raises `UsageError` for an edit that is no `set`, a value that does not fit or is missing, and for new customers.
    """
    if known_table(table) == "customers":
        raise UsageError("the API has no way to make a customer; --new is for addresses, contacts and attributes")
    key = _KEYS[table][-1]
    given = {"owner": "customer", key: ""} if table == "attributes" else {key: ""}
    cells: dict[str, Any] = {}
    for edit in edits:
        if edit.kind != "set" or not edit.value.strip():
            raise UsageError(
                f"{edit.field}: a new item takes --set FIELD=VALUE only; there is nothing yet to {edit.kind}"
            )
        if edit.field in given:
            given[edit.field] = str(coerce(FIELDS["customers"]["reference_id"], edit.value.strip()))
        else:
            cells[edit.field] = coerce(editable(table, edit.field), edit.value)
    if not cells or (table == "attributes" and not given["name"]):
        needs = "--set name=NAME --set value=VALUE" if table == "attributes" else "at least one --set FIELD=VALUE"
        raise UsageError(f"a new item of {table} needs {needs}")
    home = _HOMES.get(given.get("owner", "customer"))
    if home is None:
        raise UsageError(f"an attribute's owner is customer, address or contact, not {given['owner']!r}")
    return Wanted(table, home, given[key], cells)


def new_items(snapshot: Snapshot, asked: Wanted, owners: pl.Series, *, reference: str) -> NewItems:
    """One new item for each of `owners` (row numbers of `asked.home`); `reference` is what references of their own begin with.

    Owners that are gone, have no id yet or were not read whole are skipped; those that have an item of this reference or name
    stay as they are.
    """
    able = owners.filter(~_shut(snapshot, asked.home).gather(owners))
    rows = _placed(snapshot, asked.table, _rows(snapshot, asked, able, reference))
    invalid = [why for name, value in asked.cells.items() for why in _invalid(asked.table, name, value)]
    changed = rows.height * len(asked.cells)
    lacks = bool(lacking(asked.table, asked.cells))  # then none of its cells is valid (see `stage.invalid`)
    found = Evaluated(
        changes=_changes(asked, rows["_row"]),
        matched=owners.len(),
        changed=changed,
        unchanged=owners.len() * len(asked.cells) - changed,
        invalid=changed if lacks else len(invalid) * rows.height,
        skipped=owners.len() - able.len(),
        examples=_examples(snapshot, asked, rows.head(_EXAMPLES)),
        reasons=(UNTYPED, *invalid) if lacks else tuple(invalid),
    )
    return NewItems(asked.table, rows, found)


def _shut(snapshot: Snapshot, home: str) -> pl.Series:
    """Which rows cannot be given an item. Of a customer that was not read whole nobody knows the other items: an array with
    the new one alone could replace them."""
    frame, customers = snapshot.current[home], snapshot.current.customers
    shut = customers["_gone"] | ~customers["detailed"].fill_null(False)
    if home == "customers":
        return shut
    return frame["_gone"] | frame["id"].is_null() | shut.gather(frame["_customer"])


def _rows(snapshot: Snapshot, asked: Wanted, owners: pl.Series, reference: str) -> pl.DataFrame:
    """The new rows as base holds them: gone, and empty but for what they belong to and are recognised by."""
    of = snapshot.current[asked.home].with_row_index("_owner")[owners]
    customer = pl.col("_owner") if asked.home == "customers" else pl.col("_customer")
    told: dict[str, pl.Expr] = {
        "customer_id": pl.col("id") if asked.home == "customers" else pl.col("customer_id"),
        "_customer": customer.cast(pl.UInt32),
        "_gone": pl.lit(True),
        "_position": pl.lit(UNSENT, dtype=pl.UInt32),
    }
    if asked.table == "attributes":
        owner = next(kind for kind, home in _HOMES.items() if home == asked.home)
        told |= {"owner": pl.lit(owner), "owner_id": pl.col("id"), "name": pl.lit(asked.name)}
    else:
        own = pl.format("{}-{}", pl.lit(reference), pl.int_range(1, pl.len() + 1))
        told["reference_id"] = pl.lit(asked.name) if asked.name else own
    columns = schema(asked.table)
    return of.select(told.get(name, pl.lit(None)).cast(kind).alias(name) for name, kind in columns.items())


def _placed(snapshot: Snapshot, table: str, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with their number in `_row`, without those of which there is one already.

    One that was made before and undone, or an attribute that is gone, gives its row to the new one: a name means one row.
    """
    keys, frame = _KEYS[table], snapshot.current[table].with_row_index("_row")
    known = frame.filter(~pl.col("_gone")).select(keys)
    free = frame.filter(pl.col("_gone") & (pl.lit(table == "attributes") | (pl.col("_position") == UNSENT)))
    free = free.select("_row", *keys).unique(keys, keep="last", maintain_order=True)
    rows = rows.unique(keys, keep="first", maintain_order=True)
    rows = rows.join(known, on=keys, how="anti", maintain_order="left")
    rows = rows.join(free, on=keys, how="left", maintain_order="left")
    new = pl.col("_row").is_null()
    number = pl.when(new).then(frame.height + new.cum_sum() - 1).otherwise("_row").cast(pl.UInt32)
    return rows.select(number.alias("_row"), pl.exclude("_row"))


def _changes(asked: Wanted, rows: pl.Series) -> tuple[Change, ...]:
    """The cells that are set, and that the items are there."""
    if not rows.len():
        return ()
    values = [(name, None, value, column_type(FIELDS[asked.table][name].kind)) for name, value in asked.cells.items()]
    made = []
    for name, before, after, kind in [*values, ("_gone", True, False, pl.Boolean())]:
        old, new = (pl.Series([value], dtype=kind).new_from_index(0, rows.len()) for value in (before, after))
        made.append(Change(asked.table, name, pl.DataFrame({"row": rows, "base": old, "before": old, "after": new})))
    return tuple(made)


def _invalid(table: str, name: str, value: Any) -> list[str]:
    """Why a value is not valid (`email: not an email address`); nothing if it is."""
    field = FIELDS[table][name]
    return [f"{name}: {why}" for why in reasons(field, pl.Series([value], dtype=column_type(field.kind))).drop_nulls()]


def _examples(snapshot: Snapshot, asked: Wanted, rows: pl.DataFrame) -> tuple[Example, ...]:
    tables = laid(snapshot.base, {asked.table: rows})
    found = []
    for name, value in asked.cells.items():
        paths = cell_paths(tables, asked.table, name, rows["_row"])
        found += [Example(id_, path, None, value) for id_, path in zip(rows["customer_id"], paths, strict=True)]
    return tuple(found)
