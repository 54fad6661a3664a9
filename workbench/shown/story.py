"""The story of a cell in lines: who changed it, when, why, from what to what, and what became of that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from workbench.shown.text import revealed

_LONGEST: Final = 300
"""So many characters of a value or a note are shown."""


def story(events: Iterable[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Each event of an audit (its rows, see `commit.audit`), the newest first: what it was, and the values with what is said of
    them."""
    return [(_head(one), _body(one)) for one in reversed(list(events))]


def _head(one: Mapping[str, Any]) -> str:
    at = str(one["at"])[:16].replace("T", " ")
    by = f", by {_text(one['by'])}" if one["by"] else ""
    if one["event"] == "server":
        return f"{at}  on the server"
    if one["event"] == "run":
        return f"{at}  run {one['run']}{by}: {one['outcome']}"
    return f"{at}  operation {one['operation']}{by}: {one['state']}"


def _body(one: Mapping[str, Any]) -> str:
    other = one["stored"] not in (None, one["after"])
    said = [
        f"{_value(one['before'])} -> {_value(one['after'])}",
        f"the server holds {_value(one['stored'])}" if other else "",
        _text(one["reason"]),
        "" if one["event"] == "run" else _text(one["note"]),
    ]
    return "; ".join(part for part in said if part)


def _value(text: str | None) -> str:
    return f"“{_text(text)}”" if text else "(empty)"


def _text(text: str | None) -> str:
    return revealed((text or "")[:_LONGEST])
