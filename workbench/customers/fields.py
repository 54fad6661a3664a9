"""The registry: every field of the customer API, described once.

Columns, search, validation, patches, forms and documentation all come from here. The fields are those of the vendor's
page of `PATCH /v1/customers/{id}` (`update-customer.txt`) and of the answer it shows; the limits are those the vendor
documents for addresses, taken as the rule for the same fields elsewhere.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from workbench.errors import UsageError

TABLES: Final = ("customers", "addresses", "contacts", "attributes")
"""The four tables, in the order in which people meet them."""

NESTED: Final = ("addresses", "contacts", "attributes")
"""The tables whose rows belong to a customer."""


class Kind(StrEnum):
    """What a field's value is: decides its column's type, its validation and its editor."""

    TEXT = "text"
    CHOICE = "choice"
    PHONE = "phone"
    EMAIL = "email"
    COUNTRY = "country"
    FLAG = "flag"
    ID = "id"
    IDS = "ids"
    TIME = "time"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of one table.

    `name` is the PATCH body's name, `source` the name in the API's answer, `limit` the most characters that the API
    documents (None: none documented), `editable` whether a PATCH can change it, `names` the kind of thing whose name
    people see where the API has an id (`sales rep`, `price list`, `contact`, `address`; empty: none).
    """

    table: str
    name: str
    kind: Kind
    source: str = ""
    limit: int | None = None
    editable: bool = True
    names: str = ""

    @property
    def answer_name(self) -> str:
        """The field's name in the API's answer."""
        return self.source or self.name

    @property
    def pointer(self) -> bool:
        """Whether the field points to one of the customer's own items (it is derived from the items' `is_default`)."""
        return self.names in ("contact", "address")


def _fields(table: str, *rows: tuple[str, Kind, dict[str, object]]) -> tuple[Field, ...]:
    return tuple(Field(table, name, kind, **more) for name, kind, more in rows)  # type: ignore[arg-type]


_READ: Final[dict[str, object]] = {"editable": False}
_TIMES: Final = (
    ("created_at", Kind.TIME, _READ),
    ("updated_at", Kind.TIME, _READ),
)
_PERSON: Final[tuple[tuple[str, Kind, dict[str, object]], ...]] = (
    ("first_name", Kind.TEXT, {"limit": 50}),
    ("last_name", Kind.TEXT, {"limit": 50}),
    ("phone", Kind.PHONE, {}),
    ("email", Kind.EMAIL, {}),
)

_CUSTOMERS: Final = _fields(
    "customers",
    ("id", Kind.ID, _READ),
    ("customer_id", Kind.ID, _READ),
    ("reference_id", Kind.TEXT, {"limit": 255}),
    ("display_id", Kind.TEXT, {}),
    ("company_name", Kind.TEXT, {"source": "name"}),
    ("display_name", Kind.TEXT, {}),
    *_PERSON,
    ("status", Kind.CHOICE, _READ),
    ("freight_term", Kind.CHOICE, {}),
    ("shipping_method", Kind.CHOICE, {}),
    ("payment_mode", Kind.CHOICE, {}),
    ("payment_term", Kind.CHOICE, {}),
    ("primary_contact_id", Kind.ID, {"names": "contact"}),
    ("default_shipping_address_id", Kind.ID, {"names": "address"}),
    ("default_billing_address_id", Kind.ID, {"names": "address"}),
    ("assigned_sales_rep_ids", Kind.IDS, {"source": "assigned_sales_reps", "names": "sales rep"}),
    ("assigned_price_list_id", Kind.ID, {"source": "assigned_price_list", "names": "price list"}),
    *_TIMES,
)

_ADDRESSES: Final = _fields(
    "addresses",
    ("customer_id", Kind.ID, _READ),
    ("id", Kind.ID, _READ),
    ("reference_id", Kind.TEXT, {"limit": 255}),
    *_PERSON,
    ("address_line_1", Kind.TEXT, {"limit": 255}),
    ("address_line_2", Kind.TEXT, {"limit": 255}),
    ("city", Kind.TEXT, {"limit": 50}),
    ("state", Kind.TEXT, {"limit": 50}),
    ("country", Kind.COUNTRY, {}),
    ("zip_code", Kind.TEXT, {"limit": 50}),
    ("type", Kind.CHOICE, {}),
    ("is_default", Kind.FLAG, {}),
    ("status", Kind.CHOICE, _READ),
    *_TIMES,
)

_CONTACTS: Final = _fields(
    "contacts",
    ("customer_id", Kind.ID, _READ),
    ("id", Kind.ID, _READ),
    ("reference_id", Kind.TEXT, {"limit": 255}),
    *_PERSON,
    ("designation", Kind.TEXT, {}),
    ("is_default", Kind.FLAG, {}),
    ("status", Kind.CHOICE, _READ),
    *_TIMES,
)

_ATTRIBUTES: Final = _fields(
    "attributes",
    ("customer_id", Kind.ID, _READ),
    ("owner", Kind.CHOICE, _READ),
    ("owner_id", Kind.ID, _READ),
    ("id", Kind.ID, _READ),
    ("name", Kind.TEXT, _READ),
    ("value", Kind.TEXT, {}),
    ("created_by", Kind.ID, _READ),
    ("updated_by", Kind.ID, _READ),
    *_TIMES,
)

FIELDS: Final[dict[str, dict[str, Field]]] = {
    table: {f.name: f for f in fields}
    for table, fields in zip(TABLES, (_CUSTOMERS, _ADDRESSES, _CONTACTS, _ATTRIBUTES), strict=True)
}
"""table -> field name -> field, in the order of the columns."""

DETAILS: Final = (
    *(f.name for f in _CUSTOMERS if f.pointer),
    *(f.name for f in _CUSTOMERS if f.names in ("sales rep", "price list")),
)
"""The customer's fields that the list of customers does not tell, only `GET /v1/customers/{id}`."""

ADDRESS_TYPES: Final = ("billing", "shipping")
"""The documented values of `addresses[].type`."""


NO_REMOVAL: Final = "the API documents no removal of an address, a contact or an attribute"
"""Why nothing nested is ever removed."""


def field(table: str, name: str) -> Field:
    """The field `name` of `table`; raises `UsageError` that names near ones if there is none."""
    fields = FIELDS[known_table(table)]
    if name in fields:
        return fields[name]
    if name in NESTED:
        raise UsageError(f"{name} is a table of its own: use --table {name}; {NO_REMOVAL}")
    near = difflib.get_close_matches(name, fields, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(fields)}"
    raise UsageError(f"there is no field {name!r} in {table}; {hint}")


def editable(table: str, name: str) -> Field:
    """The field if a PATCH can change it; raises `UsageError` if it is unknown or read-only."""
    found = field(table, name)
    if found.editable:
        return found
    if (table, name) == ("attributes", "name"):
        raise UsageError("attributes.name is read-only: the API documents no renaming; make another one with --new")
    raise UsageError(f"{table}.{name} is read-only: the API has no way to change it")


def known_table(table: str) -> str:
    """`table` if it is one of the four; raises `UsageError` otherwise."""
    if table in FIELDS:
        return table
    raise UsageError(f"there is no table {table!r}; there are: {', '.join(TABLES)}")
