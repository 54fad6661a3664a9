"""What an operation did, in words, from its recipe: also where nobody noted anything."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from workbench.session.rows import Operation

_VALUE: Final = 60
_ID: Final = 8
"""So much is told of a long id."""
_WHAT: Final = {
    "set": "{field}: set {value}",
    "clear": "{field}: cleared",
    "replace": "{field}: {value} -> {text}",
    "apply": "{field}: {value}",
    "map": "{field}: values mapped",
    "copy": "{field}: copied from {value}",
    "template": "{field}: made from {value}",
    "add": "{field}: added {value}",
    "remove": "{field}: removed {value}",
    "swap": "{field}: {value} swapped for {text}",
}


def in_words(operation: Operation) -> str:
    """One line on what an operation meant: its edits and whom it chose; from its changes where the recipe tells nothing."""
    try:
        meant = json.loads(operation.recipe)
    except ValueError:
        meant = None
    fields = [_column(change.table, change.field) for change in operation.changes if change.count]
    if operation.kind == "merge" and isinstance(meant, dict):
        return _duplicates(meant, fields)
    said = _said(operation.kind, meant) if isinstance(meant, dict) else ""
    return said or ", ".join(fields)


def _duplicates(meant: Mapping[str, Any], fields: list[str]) -> str:
    """What was done to duplicates: the API merges nothing, so that one customer took over values and the others were marked."""
    marks = [str(name) for name in meant.get("mark") or ()]
    took, others = [name for name in fields if name not in marks], len(meant.get("others", ()))
    done = [f"{_short(', '.join(took))} taken over from {'it' if others == 1 else 'them'}"] if took else []
    done += [f"{_short(', '.join(marks))} set in {'it' if others == 1 else 'them'}"] if marks else []
    survivor = str(meant.get("survivor", "a customer"))
    name = f"{survivor[:_ID]}…" if len(survivor) > 2 * _ID else survivor
    what = f"{others:,} {'duplicate' if others == 1 else 'duplicates'} of {name}"
    return f"{what}: {', '.join(done)}" if done else what


def _said(kind: str, meant: Mapping[str, Any]) -> str:
    where = f", where {_short(meant['where'])}" if meant.get("where") else ""
    table = str(meant.get("table", "customers"))
    if isinstance(meant.get("edits"), list):
        made = f"new {table}: " if meant.get("new") else ""
        return made + "; ".join(edit_in_words(table, edit) for edit in meant["edits"] if isinstance(edit, dict)) + where
    if kind == "sheet":
        return (
            f"corrections of {table} from {_short(meant.get('file', 'a sheet'))}, by {_short(meant.get('key', 'id'))}"
        )
    if kind == "replay":
        return f"{meant.get('cells')} cells of a recipe"
    if kind == "fix":
        fields = f" in {_short(', '.join(map(str, meant['fields'])))}" if meant.get("fields") else ""
        return (
            f"what was suggested for {_short(', '.join(map(str, meant.get('fix') or ['all problems'])))}{fields}{where}"
        )
    if kind == "revert":
        one = f"operation {meant['operation']}, of " if meant.get("operation") else ""
        return f"the way back of {one}run {meant.get('run')}{where}{_cell(meant)}"
    if "keep" in meant:
        keep = meant["keep"] if meant["keep"] in ("ours", "theirs") else f"a new value, {_short(meant['keep'])}"
        return f"conflicts: keep {keep}{where}{_cell(meant)}"
    if kind == "unstage":
        return f"unstaged {_unstaged(table, meant)}{where}"
    return ""


def _unstaged(table: str, meant: Mapping[str, Any]) -> str:
    """Of which columns staged cells were taken back; of what was chosen row by row or cell by cell it is not all."""
    if meant.get("field"):
        return _column(table, str(meant["field"]))
    if isinstance(meant.get("cells"), dict):
        columns = (column.partition(".") for column in map(str, meant["cells"]))
        return _short(", ".join(_column(of, name) for of, _, name in columns))
    return "what was staged in chosen rows" if meant.get("where", "") is None else "all that was staged"


def edit_in_words(table: str, edit: Mapping[str, Any]) -> str:
    """What one edit of a table means, as recipes hold it: its `kind`, `field`, `value` and `text`."""
    field = _column(table, str(edit.get("field", "")))
    values = {name: _short(edit.get(name, "")) or "nothing" for name in ("value", "text")}
    if edit.get("method"):
        return f"{field}: spellings merged, found by {_method(str(edit['method']))}"
    return _WHAT.get(str(edit.get("kind")), "{field}").format(field=field, **values)


def _method(text: str) -> str:
    """The name of the method by which a map's spellings were found."""
    try:
        return _short(json.loads(text)["name"])
    except (ValueError, KeyError, TypeError):
        return "a method that this version does not know"


def _cell(meant: Mapping[str, Any]) -> str:
    return f", {_short(meant['path'])} of {_short(meant['id'])}" if meant.get("id") else ""


def _column(table: str, field: str) -> str:
    return field if table == "customers" or "." in field else f"{table}.{field}"


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= _VALUE else text[: _VALUE - 1] + "…"
