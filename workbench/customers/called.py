"""What people call the things that the API has ids for: sales reps, price lists, contacts and addresses; and back to ids."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

import polars as pl

from workbench.customers.fields import Field
from workbench.customers.tables import UNSENT, Tables
from workbench.errors import UsageError

HANDLE: Final = (
    pl.when((pl.col("_position") == UNSENT) & (pl.col("reference_id") != ""))
    .then(pl.lit("+") + pl.col("reference_id"))
    .otherwise("id")
)
"""What a pointer holds for an item of a table: its id, or `+` and its reference as long as it is yet to be made."""

_ITEMS: Final = {"contact": "contacts", "address": "addresses"}
_ABOUT: Final = ("_customer", "_gone", "_position", "id", "reference_id")
_NAMED_BY: Final = {"contact": ("first_name", "last_name"), "address": ("address_line_1", "city", "type")}


def called(tables: Tables, field: Field, ids: Collection[str]) -> Mapping[str, str]:
    """id -> name for the ids of a field that has `names`; an id that nobody knows is not among them.

    A contact is called by its first and last name, an address by its first line and city.
    """
    if field.names in _ITEMS:
        frame = tables[_ITEMS[field.names]].lazy().with_columns(id=HANDLE)
        found = frame.filter(pl.col("id").is_in(list(set(ids)))).select("id", name=_name(field)).collect()
        return {id_: name for id_, name in found.iter_rows() if name}
    return (tables.sales_reps if field.names == "sales rep" else tables.price_lists).names


def inactive(tables: Tables, field: Field) -> list[str]:
    """The ids of a field that has `names` whose sales rep or price list is not active any more."""
    if field.names == "sales rep":
        return tables.sales_reps.inactive()
    return tables.price_lists.inactive() if field.names == "price list" else []


def called_all(tables: Tables, field: Field, ids: pl.Series) -> pl.Series:
    """The name for each of many ids (String) of a field that has `names`, by the rule of `called`; null for one nobody knows."""
    if field.names in _ITEMS:
        items = tables[_ITEMS[field.names]].select(id="id", name=_name(field)).unique("id", keep="last")
        named = ids.rename("id").to_frame().join(items, on="id", how="left", maintain_order="left")["name"]
        return named.replace("", None)
    names = called(tables, field, ())
    return ids.replace_strict(list(names), list(names.values()), default=None, return_dtype=pl.String)


def own_items(tables: Tables, field: Field, customers: pl.Series, text: str) -> pl.Series:
    """For each customer (row numbers) the id of its own contact or address that `text` names, by id, by name, or by `+` and its
    reference. One that is yet to be made has `+` and its reference for an id (see `HANDLE`).

    Case does not matter. Null where the customer has none or several of that name. A shipping address is looked for among
    shipping addresses, a billing address among billing ones. Raises `UsageError` if no customer has any.
    """
    items = _items_of(tables, field)
    by_reference = pl.lit("+") + pl.col("reference_id") == text
    named = (pl.col("id") == text) | by_reference | (_name(field).str.to_lowercase() == text.lower())
    found = items.filter(named).select("_customer", "id").unique("_customer", keep="none")
    ids = (
        customers.cast(pl.UInt32)
        .alias("_customer")
        .to_frame()
        .join(found, on="_customer", how="left", maintain_order="left")["id"]
    )
    if customers.len() and not ids.is_not_null().any():
        raise UsageError(
            f"none of these customers has one {field.names} called {text!r}; give a name or an id of their own"
        )
    return ids


def own_ids(tables: Tables, field: Field, customers: pl.Series, texts: pl.Series) -> pl.Series:
    """`own_items` for a text of each customer's own: by id, else by name; null where the customer has none or several."""
    items = _items_of(tables, field)
    asked = pl.DataFrame({"_customer": customers.cast(pl.UInt32), "text": texts})
    asked = asked.with_columns(name=pl.col("text").str.to_lowercase())
    ids = items.select("_customer", text="id", by_id="id").unique(["_customer", "text"], keep="none")
    names = items.select("_customer", name=_name(field).str.to_lowercase(), by_name="id")
    names = names.unique(["_customer", "name"], keep="none")
    found = asked.join(ids, on=["_customer", "text"], how="left", maintain_order="left")
    found = found.join(names, on=["_customer", "name"], how="left", maintain_order="left")
    return found.select(id=pl.coalesce("by_id", "by_name"))["id"]


def own_names(tables: Tables, field: Field, customers: pl.Series) -> pl.DataFrame:
    """The contacts or addresses that customers (row numbers) have and that `field` can point to: `_customer`, `id` and `name`
    (null where it has none)."""
    items = _items_of(tables, field, customers).filter(pl.col("id").is_not_null())
    name = _name(field)
    return items.select("_customer", "id", name=pl.when(name != "").then(name))


def _items_of(tables: Tables, field: Field, customers: pl.Series | None = None) -> pl.DataFrame:
    """The items that a pointer can point to, of these customers (row numbers; None: all). What is not about a name or an id is left
    out, and whose they are is asked first: the rest costs as much as there are items."""
    items = tables[_ITEMS[field.names]].select(*_ABOUT, *_NAMED_BY[field.names])
    if customers is not None:
        one = (
            pl.col("_customer") == customers[0]
            if customers.len() == 1
            else pl.col("_customer").is_in(customers.implode())
        )
        items = items.filter(one)
    items = items.filter(~pl.col("_gone")).with_columns(id=HANDLE)
    if field.names == "contact":
        return items
    return items.filter(pl.col("type") == ("shipping" if "shipping" in field.name else "billing"))


def strangers(tables: Tables, field: Field, values: pl.Series) -> pl.Series:
    """Why values (ids, or lists of ids) of a field that names sales reps or price lists are not valid, null where they are.

    Known is who has a name, and whoever a customer of `tables` holds. An id that looks like a known one may be of somebody whom
    no loaded customer has yet, a new colleague: the API has no list to tell. Where nobody has a name (a file of bare ids)
    there is nothing to know an id by, and nothing is said.
    """
    names = called(tables, field, ()) if field.names in ("sales rep", "price list") else {}
    if not names:
        return pl.repeat(None, values.len(), dtype=pl.String, eager=True)
    held = tables.customers[field.name]
    held = held.explode() if isinstance(held.dtype, pl.List) else held
    known = pl.concat([pl.Series(list(names), dtype=pl.String), held.drop_nulls().unique(), _NONE])
    looks = known.to_frame("id").select(_look(pl.col("id"))).to_series().unique().implode()
    if isinstance(values.dtype, pl.List):
        odd = pl.col("v").list.eval(pl.element().filter(~_look(pl.element()).is_in(looks))).list.first()
    else:
        odd = pl.when(~_look(pl.col("v")).is_in(looks)).then("v")
    why = pl.format(f"no {field.names} that was loaded has the id {{}}, nor an id of that form", "odd")
    return values.to_frame("v").select(odd=odd).select(why=why)["why"]


def has_form_of(id_: str, ids: Collection[str]) -> bool:
    """Whether an id has the form of one of `ids`: it may be of somebody whom no loaded customer has yet."""
    looks = pl.Series([id_, *ids], dtype=pl.String).to_frame("id").select(_look(pl.col("id"))).to_series()
    return looks[0] in looks[1:]


def _look(id_: pl.Expr) -> pl.Expr:
    """What an id looks like: the same for all UUIDs, or all of the form R-017."""
    return id_.str.replace_all("[0-9a-fA-F]", "0").str.replace_all("[g-zG-Z]", "x")


_NONE: Final = pl.Series([""], dtype=pl.String)
"""No id: a cleared field."""


def _name(field: Field) -> pl.Expr:
    first, second, between = (
        ("first_name", "last_name", " ") if field.names == "contact" else ("address_line_1", "city", ", ")
    )
    parts = [pl.when(pl.col(part) != "").then(pl.col(part)) for part in (first, second)]
    return pl.concat_str(parts, separator=between, ignore_nulls=True)
