"""One PATCH applied to one customer: texts, people, price list, arrays, pointers."""

from __future__ import annotations

from typing import Final

from workbench.sandbox.application import Application, Record
from workbench.sandbox.errors import Refused
from workbench.sandbox.items import apply_items, stamp_flags
from workbench.sandbox.shape import CUSTOMER_TEXTS, POINTERS, Json

_ARRAYS: Final = ("addresses", "contacts")


def apply_patch(customer: Record, body: Json, application: Application) -> bool:
    """Apply a body of the right shape to the whole customer, in place; True if anything changed.

    `updated_at` of the customer and of the touched items moves only when something changed. Raises `Refused` (422)
    with a detail per field; the customer is then half changed and must be thrown away.
    """
    given: Record = body
    changed = False
    flags = {item["id"]: item["is_default"] for array in _ARRAYS for item in customer[array]}
    for name, value in given.items():
        source = CUSTOMER_TEXTS.get(name)
        if source is not None:
            changed |= application.set_text(customer, name, source, value, "", customer)
        elif name == "assigned_sales_rep_ids":
            changed |= _set_reps(customer, value, application)
        elif name == "assigned_price_list_id":
            changed |= _set_price_list(customer, value, application)
        elif name == "attributes":
            changed |= application.set_attributes(customer, value, "")
        elif name in _ARRAYS:
            changed |= apply_items(customer, name, value, application)
    for name in POINTERS:
        if name in given:
            _point(customer, name, given[name], application)
    for array in _ARRAYS:
        changed |= stamp_flags(customer[array], flags, application)
    if application.details:
        fields = ", ".join(name for name, _ in application.details[:5])
        raise Refused(422, "validation_failed", f"values are not valid: {fields}", application.details)
    if changed:
        customer["updated_at"] = application.now
    return changed


def _set_reps(customer: Record, ids: list[str] | None, application: Application) -> bool:
    if ids is None:
        if application.habits.null == "ignore":
            return False
        ids = []
    stored = {rep["id"]: rep for rep in customer["assigned_sales_reps"]}
    wanted = list(dict.fromkeys(ids))
    if wanted == list(stored):
        return False
    reps = []
    for i, rep_id in enumerate(ids):
        rep = stored.get(rep_id) or application.staff.get(rep_id)
        if rep is None:
            application.details.append((f"assigned_sales_rep_ids[{i}]", f"no sales rep has the id {rep_id!r}"))
        elif i == ids.index(rep_id):
            reps.append(rep)
    customer["assigned_sales_reps"] = reps
    return True


def _set_price_list(customer: Record, price_list_id: str | None, application: Application) -> bool:
    if price_list_id is None and application.habits.null == "ignore":
        return False
    stored = customer["assigned_price_list"]
    if (price_list_id or None) == (stored and stored["id"]):
        return False
    price_list = application.prices.get(price_list_id) if price_list_id else None
    if price_list_id and price_list is None:
        application.details.append(("assigned_price_list_id", f"no price list has the id {price_list_id!r}"))
        return False
    customer["assigned_price_list"] = price_list
    return True


def _point(customer: Record, name: str, item_id: str | None, application: Application) -> None:
    """Make one item the only default of its kind; an empty id leaves the kind without a default."""
    if item_id is None and application.habits.null == "ignore":
        return
    array, kind = POINTERS[name]
    items = [item for item in customer[array] if kind is None or item["type"] == kind]
    if item_id and all(item["id"] != item_id for item in items):
        what = f"{kind} address" if kind else "contact"
        application.details.append((name, f"the customer has no {what} with the id {item_id!r}"))
        return
    for item in items:
        item["is_default"] = item["id"] == item_id
