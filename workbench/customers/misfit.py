"""Whether a customer that the API answered can be compared and laid over base: what stands where, not what it says.

Loading sets a record that cannot be taken aside and says so. A commit has nowhere to set it: an answer that is kept in the
session must read for as long as the session lives, so it is looked at before it counts as an answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import orjson

from workbench.customers.answer import CUSTOMER_TEXTS, item_types

_TEXTS: Final = {
    table: tuple(n for n in item_types(table) if n != "is_default") for table in ("addresses", "contacts", "attributes")
}
_IDS: Final = ("assigned_sales_rep_ids", "assigned_sales_reps")


def misfit(record: Mapping[str, Any]) -> str:
    """Why a record (as `orjson` read it, `data` unwrapped) cannot be taken, as one phrase; empty if it can."""
    found = _texts(record, CUSTOMER_TEXTS, "") or _people(record)
    for table in _TEXTS:
        found = found or _items(record.get(table), table, table)
    return found or _depth(record)


def _texts(owner: Mapping[str, Any], names: tuple[str, ...], place: str) -> str:
    get = owner.get
    for name in names:
        if isinstance(get(name), (dict, list)):
            return f"{place}{name} is {_named(get(name))}, expected text"
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


def _items(found: Any, table: str, place: str) -> str:
    if found is None:
        return ""
    if not isinstance(found, list):
        return f"{place} is {_named(found)}, expected a list"
    for number, one in enumerate(found):
        if not isinstance(one, dict):
            return f"{place}[{number}] is {_named(one)}, expected an object"
        why = _texts(one, _TEXTS[table], f"{place}[{number}].")
        if not why and table != "attributes":
            flag = one.get("is_default")
            if flag is not None and not isinstance(flag, bool):
                return f"{place}[{number}].is_default is {_named(flag)}, expected true or false"
            why = _items(one.get("attributes"), "attributes", f"{place}[{number}].attributes")
        if why:
            return why
    return ""


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
