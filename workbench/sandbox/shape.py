"""The shape of a PATCH body: which keys exist, of which JSON type, and which are read-only.

Written from the vendor's page of `PATCH /v1/customers/{id}` and on purpose not from `workbench.customers`: a stand-in
that shared the client's registry would share its mistakes.
"""

from __future__ import annotations

from typing import Final

from workbench.sandbox.errors import bad_request

Json = dict[str, object]
Details = list[tuple[str, str]]

_PERSON: Final = ("reference_id", "first_name", "last_name", "phone", "email")
ADDRESS_TEXTS: Final = (*_PERSON, "address_line_1", "address_line_2", "city", "state", "country", "zip_code", "type")
"""An address's keys that hold text."""
CONTACT_TEXTS: Final = (*_PERSON, "designation")
"""A contact's keys that hold text."""
CUSTOMER_TEXTS: Final = {
    "company_name": "name",
    **{
        name: name
        for name in (
            "display_id",
            "display_name",
            "freight_term",
            "shipping_method",
            "payment_mode",
            "payment_term",
            *_PERSON,
        )
    },
}
"""A customer's keys that hold text: the PATCH body's name -> the answer's name."""
POINTERS: Final = {
    "primary_contact_id": ("contacts", None),
    "default_shipping_address_id": ("addresses", "shipping"),
    "default_billing_address_id": ("addresses", "billing"),
}
"""The keys that point to an item: the array it is in, and the `type` that the item must have."""

_ITEM: Final = {"id": "text", "is_default": "flag", "attributes": "attribute"}
_SHAPES: Final[dict[str, dict[str, str]]] = {
    "customer": {
        **dict.fromkeys((*CUSTOMER_TEXTS, *POINTERS, "assigned_price_list_id"), "text"),
        "assigned_sales_rep_ids": "ids",
        "addresses": "address",
        "contacts": "contact",
        "attributes": "attribute",
    },
    "address": dict.fromkeys(ADDRESS_TEXTS, "text") | _ITEM,
    "contact": dict.fromkeys(CONTACT_TEXTS, "text") | _ITEM,
    "attribute": {"name": "name", "value": "text"},
}
_TIMES: Final = frozenset({"created_at", "updated_at"})
_READ_ONLY: Final[dict[str, frozenset[str]]] = {
    "customer": _TIMES | {"id", "name", "status", "assigned_sales_reps", "assigned_price_list", "customer_id"},
    "address": _TIMES | {"customer_id", "status"},
    "contact": _TIMES | {"customer_id", "status"},
    "attribute": _TIMES | {"id", "created_by", "updated_by"},
}


def check_shape(body: object) -> Json:
    """The body, if it is an object of known, writable keys with values of their types.

    Raises `Refused` (400) with one detail per key otherwise: unknown, read-only, or of the wrong type.
    """
    if not isinstance(body, dict):
        raise bad_request("the body must be a JSON object")
    details: Details = []
    _check_object("customer", body, "", details)
    if details:
        fields = ", ".join(field for field, _ in details[:5])
        raise bad_request(f"the body does not have the documented shape: {fields}", details)
    return body


def _check_object(owner: str, record: Json, path: str, details: Details) -> None:
    shape = _SHAPES[owner]
    for key, value in record.items():
        kind = shape.get(key)
        if kind == "text":
            if value is not None and not isinstance(value, str):
                details.append((path + key, "must be a string or null"))
        elif kind is None:
            reason = "read-only" if key in _READ_ONLY[owner] else "unknown field"
            details.append((path + key, reason))
        elif kind == "flag":
            if value is not None and not isinstance(value, bool):
                details.append((path + key, "must be true, false or null"))
        elif kind == "name":
            if not isinstance(value, str) or not value:
                details.append((path + key, "must be a string that is not empty"))
        elif value is not None:
            _check_array(kind, value, path + key, details)
    if owner == "attribute" and "name" not in record:
        details.append((path + "name", "is required"))


def _check_array(kind: str, value: object, path: str, details: Details) -> None:
    if not isinstance(value, list):
        details.append((path, "must be an array or null"))
        return
    for i, item in enumerate(value):
        if kind == "ids":
            if not isinstance(item, str):
                details.append((f"{path}[{i}]", "must be a string"))
        elif isinstance(item, dict):
            _check_object(kind, item, f"{path}[{i}].", details)
        else:
            details.append((f"{path}[{i}]", "must be an object"))
