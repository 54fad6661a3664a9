"""Which staged cells are not valid, and why: by themselves, beside the customer's other items, or for what a new one lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from workbench.customers.called import HANDLE, strangers
from workbench.customers.equality import differs
from workbench.customers.fields import FIELDS, Field
from workbench.customers.tables import Tables, rows_of
from workbench.customers.validity import reasons
from workbench.session.rows import Column

if TYPE_CHECKING:
    from workbench.stage.snapshot import Snapshot

UNTYPED: Final = "a new address needs a type: billing or shipping"
"""The documents know two types of addresses, and a new one of none of them is refused, with all else that its PATCH holds."""

ADDRESS_TYPE: Final[Column] = ("addresses", "type")


def told_alone(field: Field) -> bool:
    """Whether nothing but a staged value itself tells if it is valid; for an address its type does, too, while it is new."""
    return not field.pointer and field.name != "is_default"


def invalid_cells(snapshot: Snapshot, column: Column) -> pl.DataFrame:
    """The staged cells of a column that are not valid: `row` and `reason`. What the server held itself is never invalid."""
    table, name = column
    cells = snapshot.staged_cells_of(column).filter(~pl.col("server"))
    cells = cells.filter(differs(cells["loaded"], cells["after"]))
    described = FIELDS[table][name]
    why = invalid_values(snapshot.base, described, cells["after"])
    if described.pointer:
        why = _broken_pointers(snapshot, name, cells)
    elif name == "is_default":
        why = _several_defaults(snapshot, table, cells)
    if table == "addresses" and (lacking := snapshot.untyped).len():
        lacks = cells["row"].is_in(lacking.implode())
        why = pl.select(why=pl.when(pl.lit(lacks)).then(pl.lit(UNTYPED)).otherwise(pl.lit(why)))["why"]
    return pl.DataFrame({"row": cells["row"], "reason": why}).filter(pl.col("reason").is_not_null())


def invalid_values(base: Tables, field: Field, values: pl.Series) -> pl.Series:
    """Why each value by itself is not valid in `field`, null where it is: documented limits, and ids that nobody has."""
    return pl.select(why=pl.coalesce(pl.lit(reasons(field, values)), pl.lit(strangers(base, field, values))))["why"]


def untyped(snapshot: Snapshot) -> pl.Series:
    """The rows (UInt32) of new addresses that have no type."""
    if ("addresses", "_gone") not in snapshot.writers:
        return pl.Series([], dtype=pl.UInt32)
    return rows_of(snapshot.unsent("addresses") & snapshot.current.column(*ADDRESS_TYPE).is_null())


def _broken_pointers(snapshot: Snapshot, name: str, cells: pl.DataFrame) -> pl.Series:
    table = "contacts" if name == "primary_contact_id" else "addresses"
    items = snapshot.current[table].filter(~pl.col("_gone")).with_columns(id=HANDLE)
    flags = snapshot.current[table][snapshot.staged_cells_of((table, "is_default"))["row"]]
    if table == "addresses":
        kind = pl.col("type") == ("shipping" if "shipping" in name else "billing")
        items, flags = items.filter(kind), flags.filter(kind)
    flagged = flags["_customer"].unique().implode()
    known = items.select(row="_customer", after="id", known=pl.lit(True)).unique()
    joined = cells.select("row", "after").join(known, on=["row", "after"], how="left", maintain_order="left")
    what = "contact" if table == "contacts" else f"{'shipping' if 'shipping' in name else 'billing'} address"
    missing = pl.lit(f"no {what} of this customer has this id")
    both = pl.lit(f"the {what}'s is_default is staged too; stage only one of the two")
    why = pl.when(pl.col("known").is_null()).then(missing).when(pl.col("row").is_in(flagged)).then(both)
    return joined.select(why=why)["why"]


def _several_defaults(snapshot: Snapshot, table: str, cells: pl.DataFrame) -> pl.Series:
    """A customer has one default contact, and one default address of each type: two cannot be set at once."""
    kind = ["_customer", "type"] if table == "addresses" else ["_customer"]
    made = snapshot.current[table][cells["row"]].select(kind).with_columns(on=cells["after"].fill_null(False))
    twice = pl.col("on") & (pl.col("on").sum().over(kind) > 1)
    why = pl.lit("more than one of this customer's is staged as the default")
    return made.select(why=pl.when(twice).then(why))["why"]
