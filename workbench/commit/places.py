"""Where a server's reason stands: positions in the body that was sent become ids, as in the paths of cells."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from workbench.commit.record import Record
from workbench.customers.fields import FIELDS, Kind

_PLACE: Final = re.compile(r"(\w+)(?:\[(\d{1,6})\])?(?:\.(.+))?", re.DOTALL)


def place_of(told: str, body: Record) -> str:
    """The path that a field of an error's details means in a body: `addresses[0].city` is `addresses[ID].city`.

    A place in a list of ids is the list, one among attributes the attribute. What cannot be read stays as it was told.
    """
    match = _PLACE.fullmatch(told)
    if match is None:
        return told
    name, number, rest = match.groups()
    field = FIELDS["customers"].get(name)
    if number is None:
        return told
    if field is not None and field.kind is Kind.IDS:
        return name
    item = _item(body.get(name), int(number))
    if item is None:
        return told
    if name == "attributes":
        return f"attributes[{item.get('name')}]"
    start = f"{name}[{_name_of(item)}]"
    return f"{start}.{place_of(rest, item)}" if rest else start


def at(place: str, paths: Sequence[str]) -> list[str]:
    """Those of a request's cells (paths) that a place means: the very cell, else every one within it."""
    if place in paths:
        return [place]
    return [path for path in paths if path.startswith((f"{place}.", f"{place}["))]


def _item(items: Any, number: int) -> dict[str, Any] | None:
    held = isinstance(items, list) and number < len(items) and isinstance(items[number], dict)
    return items[number] if held else None


def _name_of(item: Record) -> str:
    """An item's id; of one that the server has not met yet the reference that it is known by."""
    return str(item["id"]) if item.get("id") else f"+{item.get('reference_id')}"
