"""An odd record: one that the quick way of `customers.decode` cannot take whole, read in Python instead.

It is checked key by key and rewritten into the form that the quick way takes: unknown keys gathered as JSON text under
`_extra`, numbers in text fields as the digits that stood there, sales reps and price list as ids.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from workbench.customers.answer import ARRAYS, CUSTOMER_TEXTS, POINTERS, item_types

Object = dict[str, Any]

_TEXTS: Final = {table: tuple(name for name in item_types(table) if name != "is_default") for table in ARRAYS}
"""table -> the keys of an item that hold text."""


class Unfit(Exception):
    """A record that cannot be taken; the text is the reason, without the place."""


class Number(str):
    """A JSON number as it was written."""


@dataclass(frozen=True, slots=True)
class Rewritten:
    """`line` decodes with `answer.CUSTOMER`; `sales_reps` and `price_lists` map ids to JSON text of whole records."""

    line: str
    sales_reps: dict[str, str] = field(default_factory=dict)
    price_lists: dict[str, str] = field(default_factory=dict)


def rewrite(text: str) -> Rewritten:
    """The record in `text` (one JSON object, or `{"data": {..}}`); raises `Unfit` if it is none."""
    return rewrite_object(_unwrapped(_parsed(text)))


def rewrite_object(found: Any) -> Rewritten:
    """The record in a Python object (which is used up); raises `Unfit` if it is none."""
    if not isinstance(found, dict):
        raise Unfit(f"is {_named(found)}, expected an object")
    reps: dict[str, str] = {}
    lists: dict[str, str] = {}
    return Rewritten(_dumped(_customer(found, reps, lists)), reps, lists)


def compact(text: str) -> str:
    """A JSON value without white space, its numbers as they were written; raises `Unfit` if it is none."""
    return _dumped(_parsed(text))


def _customer(found: Object, reps: dict[str, str], lists: dict[str, str]) -> Object:
    rest = {key: value for key, value in found.items() if value is not None}
    detailed = any(key in found for key in ARRAYS)
    known: Object = {name: _text(rest.pop(name, None), name) for name in CUSTOMER_TEXTS}
    if not known["id"]:
        raise Unfit("has no id")
    if known["company_name"] is not None and known["name"] not in (None, known["company_name"]):
        rest["name"] = known["name"]
    known["company_name"] = known["name"] if known["company_name"] is None else known["company_name"]
    known["name"] = None
    if rest.get("customer_id") == known["id"]:
        del rest["customer_id"]
    _take_sales_reps(known, rest, reps)
    _take_price_list(known, rest, lists)
    known.update({table: _items(table, rest.pop(table, None), table, known["id"]) for table in ARRAYS})
    _drop_false_pointers(known, rest)
    return {**known, "_extra": _extra(rest), "_detailed": detailed}


def _take_sales_reps(known: Object, rest: Object, reps: dict[str, str]) -> None:
    """Move the reps' ids to `known`; what names no ids stays in `rest`."""
    given = rest.pop("assigned_sales_rep_ids", None)
    given = [given] if isinstance(given, str) else given
    if given is not None and not isinstance(given, list):
        raise Unfit(f"assigned_sales_rep_ids is {_named(given)}, expected a list")
    ids = None if given is None else [_text(one, f"assigned_sales_rep_ids[{n}]") for n, one in enumerate(given)]
    objects = rest.pop("assigned_sales_reps", None)
    named = _with_ids(objects)
    order = None if named is None else [str(one["id"]) for one in objects]
    if objects is not None and (order is None or ids not in (None, order)):
        rest["assigned_sales_reps"] = objects
    reps.update(named or {})
    known["assigned_sales_rep_ids"] = order if ids is None else ids


def _take_price_list(known: Object, rest: Object, lists: dict[str, str]) -> None:
    found = rest.pop("assigned_price_list", None)
    if found is None:
        return
    named = _with_ids([found])
    if named is None or known["assigned_price_list_id"] not in (None, *named):
        rest["assigned_price_list"] = found
    else:
        known["assigned_price_list_id"] = next(iter(named))
    lists.update(named or {})


def _with_ids(objects: Any) -> dict[str, str] | None:
    """id -> JSON text of each object, or None if one of them has no id."""
    if not isinstance(objects, list) or not all(isinstance(one, dict) for one in objects):
        return None
    if any(not isinstance(one.get("id"), str) for one in objects):
        return None
    return {str(one["id"]): _dumped(one) for one in objects}


def _items(table: str, found: Any, place: str, customer: str) -> list[Object] | None:
    if found is None:
        return None
    if not isinstance(found, list):
        raise Unfit(f"{place} is {_named(found)}, expected a list")
    for number, one in enumerate(found):
        if not isinstance(one, dict):
            raise Unfit(f"{place}[{number}] is {_named(one)}, expected an object")
    if table == "attributes":
        return [_item(table, one, f"{place}[{number}]", customer) for number, one in enumerate(found)]
    ids = [one.get("id") for one in found]
    return [
        _owner(
            table, one, f"{place}[{number}]", customer, alone=ids[number] is not None and ids.count(ids[number]) == 1
        )
        for number, one in enumerate(found)
    ]


def _owner(table: str, found: Object, place: str, customer: str, *, alone: bool) -> Object:
    """An address or contact; the attributes of one whose id does not tell it apart (not `alone`) are kept unread."""
    inner = found.pop("attributes", None) if alone else None
    attributes = _items("attributes", inner, f"{place}.attributes", customer)
    return {**_item(table, found, place, customer), "attributes": attributes}


def _item(table: str, found: Object, place: str, customer: str) -> Object:
    known: Object = {}
    for name in _TEXTS[table]:
        value = found.pop(name, None)
        known[name] = value if value is None or type(value) is str else _text(value, f"{place}.{name}")
    if table != "attributes":
        known["is_default"] = _flag(found.pop("is_default", None), f"{place}.is_default")
    if known.get("customer_id") not in (None, customer):
        found["customer_id"] = known["customer_id"]
    rest = {key: value for key, value in found.items() if value is not None}
    return {**known, "_extra": _extra(rest)}


def _drop_false_pointers(known: Object, rest: Object) -> None:
    """A pointer that the items' flags contradict is kept for reading only."""
    for name in POINTERS:
        said = pointed(name, known["contacts"] or (), known["addresses"] or ())
        if said is not None and known[name] not in (None, said):
            rest[name], known[name] = known[name], None


def pointed(name: str, contacts: Any, addresses: Any) -> str | None:
    """The id that the items' `is_default` gives for the pointer `name`, or None."""
    kind = {"default_shipping_address_id": "shipping", "default_billing_address_id": "billing"}.get(name)
    items = contacts if kind is None else (one for one in addresses if one.get("type") == kind)
    return next((one["id"] for one in items if one.get("is_default") and one.get("id") is not None), None)


def _text(value: Any, place: str) -> str | None:
    if value is None or isinstance(value, str):
        return None if value is None else str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    raise Unfit(f"{place} is {_named(value)}, expected text")


def _flag(value: Any, place: str) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    raise Unfit(f"{place} is {_named(value)}, expected true or false")


def _extra(rest: Object) -> str | None:
    return _dumped(dict(sorted(rest.items()))) if rest else None


def _named(value: Any) -> str:
    names = {dict: "an object", list: "a list", bool: "true or false", Number: "a number", str: "text"}
    return names.get(type(value), "null")


def _unwrapped(found: Any) -> Any:
    wrapped = isinstance(found, dict) and "id" not in found and isinstance(found.get("data"), dict)
    return found["data"] if wrapped else found


def _object(pairs: list[tuple[str, Any]]) -> Object:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    keys = [key for key, _ in pairs]
    twice = next(key for key in keys if keys.count(key) > 1)
    raise Unfit(f"gives {twice[:40]!r} twice")


def _constant(name: str) -> Any:
    raise Unfit(f"is not JSON: {name}")


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=Number, parse_int=Number, parse_constant=_constant
)


def _parsed(text: str) -> Any:
    text = text.strip(" \t\r\n")
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as error:
        if error.pos >= len(text) or error.msg.startswith("Unterminated string"):
            raise Unfit("is cut off: the JSON ends too early") from None
        raise Unfit(f"is not JSON: {error.msg} at character {error.pos + 1}") from None
    except RecursionError:
        raise Unfit("is nested too deeply") from None


def _dumped(value: Any) -> str:
    try:
        return orjson.dumps(value, default=_as_written, option=orjson.OPT_PASSTHROUGH_SUBCLASS).decode()
    except orjson.JSONEncodeError as error:
        if "surrogate" in str(error) or "UTF-8" in str(error):
            raise Unfit("holds half of a surrogate pair (\\ud800 to \\udfff), which is no character") from None
        raise Unfit("is nested too deeply") from None


def _as_written(value: Any) -> Any:
    if isinstance(value, Number):
        return orjson.Fragment(str(value))
    raise TypeError(f"no JSON for {type(value)}")
