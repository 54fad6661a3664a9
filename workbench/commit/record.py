"""Reading cells out of a record as the API answers it, by their paths, in the PATCH body's names and values."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Final

import orjson

from workbench.customers.fields import FIELDS, Field, Kind
from workbench.customers.paths import Path

Record = Mapping[str, Any]

MISSING: Final = object()
"""What stands for a cell whose item the record does not have."""

ITEMS: Final = ("addresses", "contacts")
"""The arrays of a record whose items have ids."""

POINTERS: Final = frozenset(f.name for f in FIELDS["customers"].values() if f.pointer)
"""The fields that point to one of the customer's own items."""

_COUPLED: Final = {
    table: frozenset({(table, "is_default"), *(("customers", f.name) for f in pointers)})
    for table, pointers in (
        ("contacts", [f for f in FIELDS["customers"].values() if f.names == "contact"]),
        ("addresses", [f for f in FIELDS["customers"].values() if f.names == "address"]),
    )
}
"""table -> its items' `is_default` and the pointers to them: one fact told twice, so that changing one moves the other."""


_HOLDERS: Final = {"contact": "contacts", "address": "addresses"}
_WRITABLE: Final = [
    (field, frozenset({field.name, field.answer_name, _HOLDERS.get(field.names, field.name)}))
    for field in FIELDS["customers"].values()
    if field.editable
]
"""The customer's writable fields, and from which keys of a record `scalar` reads each."""


def coupled_columns(touched: Iterable[tuple[str, str]]) -> frozenset[tuple[str, str]]:
    """The columns (table, field) that say the same as touched ones: the default flags and pointers of the same kind of item.

    An address of another type is another kind's default, so that touching `type` counts too.
    """
    columns = set(touched)
    found = (group for table, group in _COUPLED.items() if columns & {*group, (table, "type")})
    return frozenset().union(*found)


def column_of(path: str) -> tuple[str, str]:
    """The table and the field that a path's text means; of an attribute only that it is one."""
    start, bracket, _ = path.partition("[")
    return (start, path.rpartition(".")[2]) if bracket else ("customers", path)


def value_at(record: Record, path: Path) -> Any:
    """The value of a cell in a record, or `MISSING` if the record has no such item."""
    if path.table == "attributes":
        return _attribute(record, path)
    if path.table == "customers":
        return scalar(record, FIELDS["customers"][path.field])
    item = item_with(record, path.table, path.item)
    return MISSING if item is None else item.get(path.field)


def scalar(record: Record, field: Field) -> Any:
    """A customer field's value in a record, as the tables read it: ids for sales reps and price list, pointers from the items'
    flags; of a name that only the PATCH body has, too."""
    if field.pointer:
        return _pointed(record, field) or record.get(field.name)
    given, found = record.get(field.name), record.get(field.answer_name)
    if given is not None or not field.source:
        return given
    if field.kind is Kind.IDS:
        return [rep.get("id") for rep in found or () if isinstance(rep, dict)]
    if field.names == "price list":
        return found.get("id") if isinstance(found, dict) else None
    return found


def item_with(record: Record, table: str, id_: str) -> dict[str, Any] | None:
    """The item of `addresses` or `contacts` with this id, or with the reference that follows a `+`; None if there is none."""
    found = next((item for item in items(record, table) if item.get("id") == id_), None)
    if found is None and id_.startswith("+"):
        return next((item for item in items(record, table) if item.get("reference_id") == id_[1:]), None)
    return found


def items(record: Record, table: str) -> list[dict[str, Any]]:
    """The items of an array of a record; none if it has no such array."""
    found = record.get(table)
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def known(body: Record, table: str) -> list[dict[str, Any]]:
    """The items of a body's array that the server has already."""
    return [item for item in items(body, table) if "id" in item]


def references(body: Record, table: str) -> set[str]:
    """The references of the items that a body makes."""
    return {str(item.get("reference_id")) for item in items(body, table) if "id" not in item}


def other_ids(record: Record, body: Record, table: str) -> list[str]:
    """The ids of a record's items that are not those that the body makes."""
    made = references(body, table)
    return [str(item.get("id")) for item in items(record, table) if item.get("reference_id") not in made]


def attributes(owner: Record) -> dict[str, Any]:
    """The attributes of a customer, an address or a contact: name -> value."""
    return {item["name"]: item.get("value") for item in items(owner, "attributes") if "name" in item}


def unlike(left: Record, right: Record) -> frozenset[str]:
    """The keys under which two records, as JSON gave them, do not hold the very same: `1` is not `true`, nor `1.0`."""
    keys = left.keys() | right.keys()
    return frozenset(key for key in keys if orjson.dumps(left.get(key)) != orjson.dumps(right.get(key)))


def writable(record: Record, keys: Collection[str] | None = None) -> Iterator[tuple[str, Kind, Any]]:
    """Every writable cell of a record: its path as text, its kind and its value. What is null or empty is among them.

    With `keys` only those that are read from one of these keys of the record.
    """
    for field, sources in _WRITABLE:
        if keys is None or not sources.isdisjoint(keys):
            yield field.name, field.kind, scalar(record, field)
    if keys is None or "attributes" in keys:
        for name, value in attributes(record).items():
            yield f"attributes[{name}]", Kind.TEXT, value
    for table in ITEMS:
        for item in items(record, table) if keys is None or table in keys else ():
            start = f"{table}[{item.get('id')}]."
            for field in FIELDS[table].values():
                if field.editable:
                    yield start + field.name, field.kind, item.get(field.name)
            for name, value in attributes(item).items():
                yield f"{start}attributes[{name}]", Kind.TEXT, value


def numbered(cells: Iterable[tuple[str, Kind, Any]]) -> Iterator[tuple[str, Kind, Any]]:
    """Cells, those of a second item with the same id, or with none, by another path than those of the first."""
    known: set[str] = set()
    for path, kind, value in cells:
        while path in known:
            path += " again"
        known.add(path)
        yield path, kind, value


def _attribute(record: Record, path: Path) -> Any:
    if path.owner == "customer":
        return attributes(record).get(path.attribute, MISSING)
    item = item_with(record, "addresses" if path.owner == "address" else "contacts", path.item)
    return MISSING if item is None else attributes(item).get(path.attribute, MISSING)


def _pointed(record: Record, field: Field) -> Any:
    if field.names == "contact":
        chosen = [item for item in items(record, "contacts") if item.get("is_default")]
    else:
        kind = "shipping" if "shipping" in field.name else "billing"
        chosen = [i for i in items(record, "addresses") if i.get("is_default") and i.get("type") == kind]
    return chosen[0].get("id") if chosen else None
