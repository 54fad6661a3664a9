"""What is given from Python: each argument is of the kind that the verb says, is made so where that is plain, or is refused in
one line. A `None` or a frame in the place of a query is a slip of the hand, and must never end as "all" or as another row.

What is checked is what the annotation names: text, whole numbers, numbers, paths, row numbers, names, edits, and values of the
workbench's own classes. Annotations that name anything else are left to the verb.
"""

from __future__ import annotations

import functools
import inspect
import operator
import os
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final, TypeVar

import polars as pl

from workbench.customers.fields import FIELDS, TABLES
from workbench.errors import UsageError
from workbench.stage.edits import Edit

T = TypeVar("T")
Check = Callable[[Any, str, Any], Any]
"""Takes whose verb it is, the argument's name and its value; gives the value as the verb takes it, or raises `UsageError`."""

_NAMED: Final = {
    "str": "a text",
    "int": "a whole number",
    "float": "a number",
    "bool": "True or False",
    "Path": "a path",
    "pl.Series": "a series of row numbers",
    "Sequence[str]": "a list of texts",
    "Collection[str]": "a list of texts",
    "Sequence[Edit]": "a list of edits",
    "Mapping[str, str]": "names with their values, as {name: text}",
    "Plan": "a plan",
    "Recipe": "a recipe",
    "Preview": "a preview",
    "Clusters": "what clusters() found",
    "Profile": "what profile() found",
    "Problems": "what problems() found",
    "Merge": "a merge",
    "Cells": "cells as {(table, field): a series of row numbers}",
    "pl.DataFrame": "a frame of cells, as conflict_cells() gives them",
    "Choice": "a choice of cells, as `wb.choice` is",
    "SavedSearch": "a saved search, as `wb.saved_searches` lists them",
    "Edit": "an edit",
    "Method": "a method, or its name",
    "Arrangement": "an arrangement of columns",
    "Snapshot": "a snapshot",
    "Landed": "what landed() looked at",
    "None": "None",
}
_HOW: Final = {"run": "a run is named by its number, as `report.run` or `wb.runs` tell it"}
_SHOWN: Final = 40
_OTHERS: Final = "owners"
"""The rows of a new item are those of what it is to be of: who makes it looks at them."""
_NO: Final = object()


def path(name: str, value: Any) -> Path:
    """A path that was given; raises `UsageError` for what can be none."""
    found: Path = _taken(None, name, ("Path",), value, None)
    return found


def given(kind: type[T]) -> type[T]:
    """The class, whose own public verbs check what they are given."""
    for name, plain in tuple(vars(kind).items()):
        verb = plain.__func__ if isinstance(plain, classmethod) else plain
        if not name.startswith("_") and inspect.isfunction(verb):
            checks = _checks(verb)
            if any(checks.values()):
                checked = _checked(verb, checks)
                setattr(kind, name, classmethod(checked) if isinstance(plain, classmethod) else checked)
    return kind


def _checked(verb: Callable[..., Any], checks: Mapping[str, tuple[str, ...]]) -> Callable[..., Any]:
    kinds = inspect.signature(verb).parameters.values()
    names = tuple(one.name for one in kinds if one.kind is one.POSITIONAL_OR_KEYWORD)[1:]
    aims = "where" in checks and not checks.keys().isdisjoint(("rows", "cells"))

    def made(self: Any, args: tuple[Any, ...], options: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
        asked = {**dict(zip(names, args, strict=False)), **options}
        table = _OTHERS if asked.get("new") else asked.get("table", "customers")
        taken = [_taken(self, n, checks[n], v, table) for n, v in zip(names, args, strict=False)]
        more = {n: _taken(self, n, checks.get(n, ()), v, table) for n, v in options.items()}
        if aims:
            _refuse_no_aim(asked)
        return [*taken, *args[len(names) :]], more

    if inspect.iscoroutinefunction(verb):

        @functools.wraps(verb)
        async def awaited(self: Any, *args: Any, **options: Any) -> Any:
            taken, more = made(self, args, options)
            return await verb(self, *taken, **more)

        return awaited

    @functools.wraps(verb)
    def called(self: Any, *args: Any, **options: Any) -> Any:
        taken, more = made(self, args, options)
        return verb(self, *taken, **more)

    return called


def _refuse_no_aim(asked: Mapping[str, Any]) -> None:
    """Raises `UsageError` where a query, rows or cells are told to be None and nothing else says which are meant: a variable that
    holds nothing by mistake must not do it to all of them."""
    where = asked.get("where", "")
    named = any(asked.get(name) is not None for name in ("rows", "cells", "plan", "digest")) or asked.get("id")
    if not named and (where is None or (isinstance(where, str) and not where.strip())):
        for name in ("where", "rows", "cells"):
            if name in asked and asked[name] is None:
                raise UsageError(f"{name} is None; leave it out if all are meant")


def _checks(verb: Callable[..., Any]) -> dict[str, tuple[str, ...]]:
    """The kinds that each argument may be of, by its name; none where the annotation names anything that is not checked."""
    found = {}
    for name, one in list(inspect.signature(verb).parameters.items())[1:]:
        kinds = tuple(part.strip() for part in str(one.annotation).split("|"))
        plain = one.kind in (one.POSITIONAL_OR_KEYWORD, one.KEYWORD_ONLY) and all(kind in _NAMED for kind in kinds)
        found[name] = kinds if plain else ()
    return found


def _taken(self: Any, name: str, kinds: tuple[str, ...], value: Any, table: Any) -> Any:
    if not kinds or (value is None and "None" in kinds):
        return value
    for kind in kinds:
        found = _as(kind, name, value)
        if found is not _NO:
            if name in ("row", "rows") and not isinstance(found, str):
                found = _once(found) if table != _OTHERS and isinstance(found, pl.Series) else found
                if table in TABLES and (name == "row" or isinstance(found, pl.Series)):
                    refuse_beyond(self.snapshot.current[table].height, found, table)
            return found
    wanted = " or ".join(dict.fromkeys(_NAMED[kind] for kind in kinds if kind != "None"))
    raise UsageError(f"{name} is {shown(value)}; {_HOW.get(name, f'it must be {wanted}')}")


def _as(kind: str, name: str, value: Any) -> Any:
    """The value as one of a kind, or `_NO`."""
    if kind == "str":
        return _text(name, value)
    if kind in ("int", "float"):
        return _number(value, whole=kind == "int")
    if kind == "bool":
        return bool(value) if _is_flag(value) else _NO
    if kind == "Path":
        return Path(value) if isinstance(value, str | os.PathLike) and not isinstance(value, bytes) else _NO
    if kind == "pl.Series":
        return _rows(name, value)
    if kind in ("Sequence[str]", "Collection[str]"):
        return _texts(name, value)
    if kind == "Sequence[Edit]":
        return _edits(value)
    if kind == "Mapping[str, str]":
        return _names(name, value)
    if kind == "Cells":
        return _cells(value)
    if kind == "pl.DataFrame":
        return value if isinstance(value, pl.DataFrame) and {"table", "field", "row"} <= set(value.columns) else _NO
    return value if any(one.__name__ == kind for one in type(value).__mro__) else _NO


def _text(name: str, value: Any) -> Any:
    if isinstance(value, str):
        return value if type(value) is str else str(value)
    if name in ("id", "ids") and (number := _number(value, whole=True)) is not _NO:
        return str(number)  # an id that somebody read as a number
    if name == "updated_after" and isinstance(value, datetime):
        utc = value.astimezone(UTC) if value.tzinfo else value
        return utc.strftime("%Y-%m-%dT%H:%M:%SZ")
    if name == "updated_after" and isinstance(value, date):
        return value.isoformat()
    return _NO


def _number(value: Any, *, whole: bool) -> Any:
    """A number that is none of Python's own (numpy's) as one that is."""
    if _is_flag(value):
        return _NO
    try:
        return operator.index(value)
    except TypeError:
        return float(value) if isinstance(value, float) and not whole else _NO


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool) or type(value).__name__ in ("bool", "bool_")


def _rows(name: str, value: Any) -> Any:
    if name != "rows":
        return value if isinstance(value, pl.Series) else _NO
    if isinstance(value, pl.Series):
        return value if not value.len() or (value.dtype.is_integer() and not value.null_count()) else _NO
    if isinstance(value, str | bytes | Mapping) or not isinstance(value, Iterable):
        return _NO
    numbers = [_number(one, whole=True) for one in value]
    if any(one is _NO or abs(one) >= 2**63 for one in numbers):
        return _NO
    return pl.Series("row", numbers, dtype=pl.Int64)


def _once(rows: pl.Series) -> pl.Series:
    """Row numbers without those that were named before."""
    rising = rows.len() < 2 or bool((rows.slice(1) > rows.head(rows.len() - 1)).all())
    return rows if rising else rows.unique(maintain_order=True)


def _texts(name: str, value: Any) -> Any:
    if isinstance(value, str):
        return [value]
    if isinstance(value, bytes | Mapping) or not isinstance(value, Iterable):
        return _NO
    texts = [_text(name, one) for one in value]
    return _NO if any(one is _NO for one in texts) else texts


def _names(name: str, value: Any) -> Any:
    """Names with values; a number, a flag and None among settings are written as texts. Among values that would be staged they
    are none."""
    if not isinstance(value, Mapping):
        return _NO
    if name == "winners" and not all(isinstance(one, str) for one in value.values()):
        return _NO
    found = {}
    for name, one in value.items():
        number = _number(one, whole=isinstance(one, int))
        text = str(one).lower() if isinstance(one, bool | None) else one if number is _NO else str(number)
        if not isinstance(text, str):
            raise UsageError(f"{name} is {shown(one)}; it must be a text")
        found[name] = text
    return found


def _cells(value: Any) -> Any:
    """Cells by column, `_gone` being whether an item is there; a list of row numbers is as good as a series."""
    if not isinstance(value, Mapping):
        return _NO
    found = {column: _rows("rows", rows) for column, rows in value.items()}
    named = all(
        isinstance(one, tuple) and one[1:] and one[0] in FIELDS and (one[1] == "_gone" or one[1] in FIELDS[one[0]])
        for one in found
    )
    return found if named and not any(rows is _NO for rows in found.values()) else _NO


def _edits(value: Any) -> Any:
    edits = [value] if isinstance(value, Edit) else value
    if isinstance(edits, str | bytes | Mapping) or not isinstance(edits, Iterable):
        return _NO
    edits = list(edits)
    if not all(isinstance(one, Edit) for one in edits):
        return _NO
    for one in edits:
        for name in ("field", "value", "text"):
            if not isinstance(getattr(one, name), str):
                raise UsageError(f"the {name} of an edit is {shown(getattr(one, name))}; it must be a text")
    return edits


def refuse_beyond(height: int, rows: Any, table: str) -> None:
    """Raises `UsageError` for a row number (or one of a series) that no row of a table of this height has."""
    ends: tuple[Any, Any] = (rows.min(), rows.max()) if isinstance(rows, pl.Series) else (rows, rows)
    lowest, highest = ends
    if lowest is not None and (lowest < 0 or highest >= height):
        wrong = lowest if lowest < 0 else highest
        raise UsageError(f"there is no row {wrong:,} in {table}, which has {height:,}, from 0 on")


def shown(value: Any) -> str:
    """A value that is none of what was wanted, in a few words that are safe to show."""
    if isinstance(value, pl.Series):
        return f"a Series of {value.dtype}"
    if isinstance(value, list | tuple) and value:
        return f"a {type(value).__name__} that begins with {shown(value[0])}"
    if value is None or isinstance(value, bool | int | float | str | bytes | date):
        text = ascii(value)
        return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}.."
    return f"a {type(value).__name__}"
