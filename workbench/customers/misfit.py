"""Whether a customer that the API answered can be compared and laid over base: what stands where, not what it says.

Loading sets a record that cannot be taken aside and says so. A commit has nowhere to set it: an answer that is kept in the
session must read for as long as the session lives, so it is looked at before it counts as an answer.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

import orjson

from workbench.customers.answer import CUSTOMER_TEXTS, item_types

_CUSTOMER: Final = frozenset(CUSTOMER_TEXTS)
_TEXTS: Final = {
    table: frozenset(name for name in item_types(table) if name != "is_default")
    for table in ("addresses", "contacts", "attributes")
}
_CONTAINERS: Final = (dict, list)
_IDS: Final = ("assigned_sales_rep_ids", "assigned_sales_reps")


def misfit(record: Mapping[str, Any]) -> str:
    """Why a record (as `orjson` read it, `data` unwrapped) cannot be taken, as one phrase; empty if it can."""
    found = _texts(record, _CUSTOMER, "") or _people(record)
    for table in _TEXTS:
        found = found or _items(record.get(table), table)
    return found or _depth(record)


def _texts(owner: Mapping[str, Any], names: Collection[str], place: str) -> str:
    for name, value in owner.items():
        if type(value) in _CONTAINERS and name in names:
            return f"{place}{name} is {_named(value)}, expected text"
    return ""


def _people(record: Mapping[str, Any]) -> str:
    for name in _IDS:
        found = record.get(name)
        if found is not None and not isinstance(found, list):
            return f"{name} is {_named(found)}, expected a list"
        for one in found or ():
            if isinstance(one.get("id") if isinstance(one, dict) and name == _IDS[1] else one, (dict, list)):
                return f"{name} holds an id that is no text"
    price_list = record.get("assigned_price_list")
    return _texts(price_list, ("id",), "assigned_price_list.") if isinstance(price_list, dict) else ""


def _items(found: Any, table: str) -> str:
    if found is None:
        return ""
    if not isinstance(found, list):
        return f"{table} is {_named(found)}, expected a list"
    for number, one in enumerate(found):
        if not isinstance(one, dict):
            return f"{table}[{number}] is {_named(one)}, expected an object"
        why = _texts(one, _TEXTS[table], "") or ("" if table == "attributes" else _owner(one))
        if why:
            return f"{table}[{number}].{why}"
    return ""


def _owner(item: Mapping[str, Any]) -> str:
    """What an address or a contact has more than an attribute."""
    flag = item.get("is_default")
    if flag is not None and not isinstance(flag, bool):
        return f"is_default is {_named(flag)}, expected true or false"
    return _items(item.get("attributes"), "attributes")


def _depth(record: Mapping[str, Any]) -> str:
    """What an unknown key holds is kept as it is, as far down as it can be written again."""
    try:
        orjson.dumps(record)
    except orjson.JSONEncodeError:
        return "it is nested too deeply"
    return ""


def _named(value: Any) -> str:
    if isinstance(value, bool):
        return "true or false"
    names: dict[type, str] = {dict: "an object", list: "a list", str: "text"}
    return names.get(type(value), "a number")
