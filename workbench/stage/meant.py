"""What an operation did, in a line for people: its note, or the recipe in words."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from workbench.session.rows import Operation

_LONGEST: Final = 40
_SHOWN: Final = 3
_Words = Mapping[str, Any]


def meant(operation: Operation) -> str:
    """The note of an operation; without one what its recipe says: `set payment_term to “NET30” where is:active`.

    Values in it are as they came, shortened: what is shown to people has to be made safe.
    """
    if operation.note:
        return operation.note
    recipe = json.loads(operation.recipe or "{}")
    told: _Words = recipe if isinstance(recipe, dict) else {}
    if "edits" in told:
        return _of_edits(told) + _where(told)
    if operation.kind == "sheet":
        return f"sheet {told.get('file', '')}".rstrip()
    if operation.kind == "unstage":
        what = f" {told['field']}" if told.get("field") else ""
        return f"take{what or ' staged cells'} back{_where(told)}"
    return operation.kind


def _of_edits(told: _Words) -> str:
    edits, table = told["edits"], told.get("table", "customers")
    start = "" if table == "customers" else f"{table}: "
    lines = [_TOLD.get(edit["kind"], _otherwise)(edit) for edit in edits[:_SHOWN]]
    more = f" and {len(edits) - _SHOWN} more" if len(edits) > _SHOWN else ""
    return f"{start}{'new, ' if told.get('new') else ''}{', '.join(lines)}{more}"


def _where(told: _Words) -> str:
    return f" where {_short(told['where'])}" if told.get("where") else ""


def _otherwise(edit: _Words) -> str:
    return f"{edit['kind']} {edit['field']}"


def _value(edit: _Words, key: str = "value") -> str:
    return f"“{_short(edit.get(key, ''))}”"


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


_TOLD: Final[dict[str, Callable[[_Words], str]]] = {
    "set": lambda edit: f"set {edit['field']} to {_value(edit)}" if edit.get("value") else f"clear {edit['field']}",
    "replace": lambda edit: f"replace {_value(edit)} by {_value(edit, 'text')} in {edit['field']}",
    "apply": lambda edit: f"{edit.get('value')} {edit['field']}",
    "copy": lambda edit: f"copy {edit.get('value')} to {edit['field']}",
    "template": lambda edit: f"fill {edit['field']} with {_value(edit)}",
    "add": lambda edit: f"add {_value(edit)} to {edit['field']}",
    "remove": lambda edit: f"take {_value(edit)} out of {edit['field']}",
    "swap": lambda edit: f"put {_value(edit, 'text')} for {_value(edit)} in {edit['field']}",
}
