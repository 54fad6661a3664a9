"""Reading a recipe that people may have changed: what is wrong is told by its place in the file."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

from workbench.customers.fields import TABLES
from workbench.errors import UsageError, WorkbenchError
from workbench.problems.clusters_unseen import method_of
from workbench.replay.recipe import (
    FORMAT,
    Cell,
    CellStep,
    DropStep,
    EditStep,
    EnableStep,
    FixStep,
    Meant,
    NewStep,
    Recipe,
    Step,
    UnstageStep,
)
from workbench.stage.edits import KINDS, Edit
from workbench.stage.transforms.registry import transform

MOST: Final = 10_000
"""So many steps, and edits in them all, are replayed at most: each is an operation of the session. Ten thousand take minutes on
little data, and are more than anybody reads."""

_LARGEST: Final = 256 * 2**20

T = TypeVar("T")

_SAYS: Final = {str: "a text", int: "a whole number", list: "a list", dict: "an object", bool: "true or false"}
_MEANT: Final = {"operation", "note", "matched", "changed"}
_STEP: Final[dict[str, set[str]]] = {
    "drop": set(),
    "enable": set(),
    "fix": {"fix", "where", "severity", "fields", *_MEANT},
    "cells": {"cells", "hold", *_MEANT},
    "unstage": {"unstage", *_MEANT},
    "edits": {"table", "where", "edits", "new", "owners", "reference", *_MEANT},
}
"""The keys that a step can have, by the key that says which kind it is."""

_EDIT: Final = {"kind", "field", "value", "text", "regex", "version", "values", "method"}
_RECIPE: Final = {"recipe", "session", "origin", "region", "steps", "$schema"}


def read_recipe(path: Path) -> Recipe:
    """The recipe in a file. Raises `WorkbenchError` if it cannot be read, or is none."""
    try:
        if path.stat().st_size > _LARGEST:
            raise WorkbenchError(f"{path} is too large to be a recipe ({path.stat().st_size:,} bytes)")
        return read(path.read_bytes(), path.name)
    except OSError as error:
        raise WorkbenchError(f"cannot read {path}: {error.strerror or error}") from None


def read(text: str | bytes, name: str) -> Recipe:
    """The recipe in a JSON text; `name` is what it is called in errors.

    Raises `WorkbenchError` that names the place of what is none: no JSON, another version, a key that nobody knows, a value of
    the wrong type.
    """
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise WorkbenchError(f"{name} is no recipe: {_no_json(error)}") from None
    at = _At(name, "")
    whole = at.object(told)
    version = at.need(whole, "recipe", int)
    if version != FORMAT:
        raise WorkbenchError(
            f"{name} is a recipe of version {version}; this workbench reads version {FORMAT}: "
            + ("use a newer workbench" if version > FORMAT else "make it again with: workbench recipe")
        )
    at.refuse_others(whole, _RECIPE)
    steps = at.need(whole, "steps", list)
    _refuse_too_many(at, steps)
    return Recipe(
        tuple(_step(_At(name, f"steps[{place}]"), one) for place, one in enumerate(steps)),
        at.has(whole, "session", str, ""),
        None if whole.get("origin") is None else at.need(whole, "origin", str),
        at.has(whole, "region", str, ""),
    )


def _refuse_too_many(at: _At, steps: Sequence[object]) -> None:
    edits = [one["edits"] for one in steps if isinstance(one, dict) and isinstance(one.get("edits"), list)]
    for count, what in ((len(steps), "steps"), (sum(map(len, edits)), "edits")):
        if count > MOST:
            raise at.wrong(
                f"has {count:,} {what}, and at most {MOST:,} are replayed; cut it in parts, or say with a query what was done "
                "one by one"
            )


class _At:
    """A place in a recipe; every complaint names it."""

    def __init__(self, name: str, place: str) -> None:
        self._name, self._place = name, place

    def inner(self, more: str) -> _At:
        return _At(self._name, f"{self._place}{more}")

    def wrong(self, what: str, key: str = "") -> WorkbenchError:
        place = ".".join(part for part in (self._place, key) if part)
        return WorkbenchError(f"{self._name}: {place + ': ' if place else ''}{what}; nothing was staged")

    def object(self, told: object) -> dict[str, Any]:
        if not isinstance(told, dict):
            raise self.wrong("is no object")
        return told

    def need(self, told: Mapping[str, Any], key: str, kind: type[T]) -> T:
        if key not in told:
            raise self.wrong(f"has no {key!r}")
        value = told[key]
        if not isinstance(value, kind) or (kind is int and not _is_count(value)):
            raise self.wrong(f"is not {_SAYS[kind]}", key)
        if isinstance(value, str) and any("\ud800" <= character <= "\udfff" for character in value):
            raise self.wrong("holds half a character (a lone surrogate)", key)
        return value

    def has(self, told: Mapping[str, Any], key: str, kind: type[T], default: T) -> T:
        return self.need(told, key, kind) if key in told else default

    def each(self, told: Mapping[str, Any], key: str, make: Callable[[_At, dict[str, Any]], T]) -> tuple[T, ...]:
        places = ((self.inner(f".{key}[{n}]"), one) for n, one in enumerate(self.need(told, key, list)))
        return tuple(make(at, at.object(one)) for at, one in places)

    def refuse_others(self, told: Mapping[str, Any], known: set[str]) -> None:
        strange = [key for key in told if key not in known]
        if strange:
            raise self.wrong(f"nobody knows the key {strange[0]!r}; there are: {', '.join(sorted(known))}")


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _step(at: _At, one: object) -> Step:
    told = at.object(one)
    kind = next((key for key in _STEP if key in told), None)
    if kind is None:
        raise at.wrong(f"is no step: it has none of {', '.join(_STEP)}")
    at.refuse_others(told, _STEP[kind] | {kind})
    if kind == "drop":
        return DropStep(at.need(told, "drop", int))
    if kind == "enable":
        return EnableStep(at.need(told, "enable", int))
    meant = Meant(
        at.need(told, "operation", int),
        at.has(told, "note", str, ""),
        at.has(told, "matched", int, 0),
        at.has(told, "changed", int, 0),
    )
    if kind == "fix":
        return _fix(at, told, meant)
    if kind == "cells":
        return CellStep(meant, at.each(told, "cells", _set_cell), _ids(at, told, "hold"))
    return _unstage(at, told, meant) if kind == "unstage" else _edit_step(at, told, meant)


def _ids(at: _At, told: dict[str, Any], key: str) -> tuple[str, ...]:
    ids = at.has(told, key, list, [])
    if not all(isinstance(one, str) for one in ids):
        raise at.wrong("is no list of ids", key)
    return tuple(ids)


def _unstage(at: _At, told: dict[str, Any], meant: Meant) -> Step:
    if isinstance(told["unstage"], list):
        return UnstageStep(meant, None, "", at.each(told, "unstage", _cell))
    at, whom = at.inner(".unstage"), at.need(told, "unstage", dict)
    at.refuse_others(whom, {"where", "field"})
    return UnstageStep(meant, at.need(whom, "where", str), at.has(whom, "field", str, ""), ())


def _fix(at: _At, told: dict[str, Any], meant: Meant) -> Step:
    rules, fields = at.need(told, "fix", list), at.has(told, "fields", list, ["*"])
    for key, names, kind in (("fix", rules, "checks"), ("fields", fields, "fields")):
        if not names or not all(isinstance(name, str) for name in names):
            raise at.wrong(f"is no list of the names of {kind}", key)
    only = tuple(fields) if "fields" in told else ()
    return FixStep(meant, tuple(rules), at.need(told, "where", str), at.has(told, "severity", str, ""), only)


def _edit_step(at: _At, told: dict[str, Any], meant: Meant) -> Step:
    table, new = at.need(told, "table", str), at.has(told, "new", bool, False)
    if table not in TABLES:
        raise at.wrong(f"there is no table {table!r}; there are: {', '.join(TABLES)}", "table")
    edits = at.each(told, "edits", _edit)
    if not edits:
        raise at.wrong("holds no edit", "edits")
    if not new:
        at.refuse_others(told, _STEP["edits"] - {"owners", "reference"})
        return EditStep(meant, table, at.need(told, "where", str), edits)
    owners = at.each(told, "owners", _owner) if "owners" in told else ()
    where = None if "owners" in told else at.need(told, "where", str)
    return NewStep(meant, table, where, owners, edits, at.has(told, "reference", str, ""))


def _owner(at: _At, told: dict[str, Any]) -> tuple[str, str]:
    at.refuse_others(told, {"id", "item"})
    return at.need(told, "id", str), at.has(told, "item", str, "")


def _cell(at: _At, told: dict[str, Any]) -> Cell:
    at.refuse_others(told, {"id", "path"})
    return Cell(at.need(told, "id", str), at.need(told, "path", str))


def _set_cell(at: _At, told: dict[str, Any]) -> Cell:
    at.refuse_others(told, {"id", "path", "was", "set"})
    if "set" not in told or "was" not in told:
        raise at.wrong("needs both 'was' and 'set'; null stands for nothing")
    was, becomes = (_value(at, told, key) for key in ("was", "set"))
    return Cell(at.need(told, "id", str), at.need(told, "path", str), was, becomes)


def _value(at: _At, told: dict[str, Any], key: str) -> object:
    value = told[key]
    texts = isinstance(value, list) and all(isinstance(one, str) for one in value)
    if not (value is None or texts or isinstance(value, str | bool)):
        raise at.wrong("is no text, flag, list of texts or null", key)
    if isinstance(value, str):
        at.need(told, key, str)
    return value


def _edit(at: _At, told: dict[str, Any]) -> Edit:
    at.refuse_others(told, _EDIT)
    kind = at.need(told, "kind", str)
    if kind not in KINDS:
        raise at.wrong(f"there is no edit {kind!r}; there are: {', '.join(KINDS)}", "kind")
    value = at.has(told, "value", str, "")
    if kind == "map":
        value = json.dumps(at.need(told, "values", dict), ensure_ascii=False)
    method = _method(at, told) if kind == "map" and "method" in told else ""
    if kind == "apply" and "version" in told:
        _refuse_other_version(at, value, at.need(told, "version", int))
    return Edit(
        kind,
        at.need(told, "field", str),
        value,
        at.has(told, "text", str, ""),
        at.has(told, "regex", bool, False),
        method,
    )


def _method(at: _At, told: dict[str, Any]) -> str:
    try:
        method_of(at.need(told, "method", dict))
    except UsageError as error:
        raise at.wrong(error.in_commands, "method") from None
    return json.dumps(told["method"])


def _refuse_other_version(at: _At, name: str, version: int) -> None:
    """A transform of another version makes other values; one that there is not is a trouble of its step."""
    try:
        here = transform(name).version
    except WorkbenchError:
        return
    if here != version:
        raise at.wrong(
            f"{name} is of version {here} in this workbench and may make other values; look at them, then take version {here}",
            "version",
        )


def _no_json(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"line {error.lineno}, column {error.colno}: {error.msg.lower()}"
    return "it is nested too deeply" if isinstance(error, RecursionError) else "it is no UTF-8 text"
