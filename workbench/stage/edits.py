"""One edit: what to do to one field of the chosen rows, and what comes of it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any, Final

import polars as pl

from workbench.customers.fields import NO_REMOVAL, Field, Kind, editable
from workbench.customers.tables import Tables, column_type
from workbench.customers.validity import coerce, has_halves
from workbench.errors import UsageError
from workbench.stage.derived import sources
from workbench.stage.named_ids import id_of, ids_of, names_of
from workbench.stage.transforms.registry import transform
from workbench.stage.transforms.replace import map_values, replace

KINDS: Final = ("set", "clear", "replace", "apply", "map", "copy", "template", "add", "remove", "swap")
_LISTS: Final = ("add", "remove", "swap")
_TEXTS: Final = ("replace", "apply", "map", "copy", "template")


@dataclass(frozen=True, slots=True)
class Edit:
    """What to do to `field`: `kind` is one of `KINDS`.

    `value` is the value to set, add or remove, or the transform's name to apply; in a swap the id that goes, with `text` the
    id that comes; in a replacement the pattern, with `text` what stands for it and `regex` how to read it; in a map a JSON
    object of what each value becomes, with `method` how they were found, a JSON object of its name, version and settings, if
    they were; in a copy the field that is copied; in a template its text (see `stage.derived`).
    """

    kind: str
    field: str
    value: str = ""
    text: str = ""
    regex: bool = False
    method: str = ""

    def recipe(self) -> dict[str, Any]:
        """What the edit meant, as plain JSON values; a transform's version with it."""
        meant = {key: value for key, value in asdict(self).items() if value not in ("", False)}
        return {**meant, "version": transform(self.value).version} if self.kind == "apply" else meant


def checked(table: str, edit: Edit, tables: Tables) -> Edit:
    """The edit with names resolved to ids; raises `UsageError` if the field or the value does not fit the kind of edit."""
    field = editable(table, edit.field)
    if edit.kind not in KINDS:
        raise UsageError(f"there is no edit {edit.kind!r}; there are: {', '.join(KINDS)}")
    if edit.kind in _LISTS and field.kind is not Kind.IDS:
        why = f"; {NO_REMOVAL}" if edit.kind == "remove" and table != "customers" else ""
        raise UsageError(f"{edit.kind} is for lists of ids; {table}.{field.name} is {field.kind}: use set{why}")
    if edit.kind in _TEXTS and field.kind in (Kind.FLAG, Kind.ID, Kind.IDS):
        raise UsageError(f"{edit.kind} is for text; {table}.{field.name} is {field.kind}: use set")
    _refuse_halves(edit)
    if edit.kind == "set" and not edit.value.strip() and coerce(field, edit.value) is None:
        return checked(table, Edit("clear", edit.field), tables)
    if edit.kind == "clear":
        refuse_clear(field)
        return edit
    return _with_ids(field, edit, tables)


def evaluate(table: str, edit: Edit, values: pl.Series, regions: pl.Series) -> pl.Series:
    """What a checked edit makes of `values` (one per chosen row; `regions` beside them, ISO alpha-2 or null)."""
    field = editable(table, edit.field)
    if edit.kind == "set":
        return _constant(field, coerce(field, edit.value), values.len())
    if edit.kind == "clear":
        return _constant(field, None, values.len())
    if edit.kind == "replace":
        return replace(values, edit.value, edit.text, regex=edit.regex)
    if edit.kind == "apply":
        return transform(edit.value).apply(values, regions)
    if edit.kind == "map":
        return map_values(values, mapping(edit))
    return _list_edit(edit, values)


def mapping(edit: Edit) -> dict[str, str]:
    """What each value becomes in a map; raises `UsageError` for what is no JSON object of texts."""
    try:
        found = json.loads(edit.value)
    except ValueError:
        found = None
    if not isinstance(found, dict) or not found or not all(isinstance(value, str) for value in found.values()):
        raise UsageError(f'{edit.field}: a map is a JSON object such as {{"NET 30": "NET30"}}')
    return found


def valued(field: Field, text: str, tables: Tables) -> object:
    """What a text means as a value of `field`, as `--set` reads it: names of sales reps and price lists as their ids.

    None for "". Raises `UsageError` for a value of the wrong kind.
    """
    names = names_of(field, tables)
    return coerce(field, ids_of(field, text, names) if names and text.strip() else text)


def _refuse_halves(edit: Edit) -> None:
    if has_halves(edit.value + edit.text):
        raise UsageError(f"{edit.field}: what to {edit.kind} holds half a character (a lone surrogate); type it again")


def refuse_clear(field: Field) -> None:
    """Raises `UsageError` for a field that the API has no way to clear."""
    if field.kind is Kind.FLAG:
        raise UsageError(f"{field.table}.{field.name} is a flag and cannot be cleared: set it to true or false")
    if field.pointer:
        raise UsageError(f"{field.name} cannot be cleared: set it to another {field.names}'s id")


def _with_ids(field: Field, edit: Edit, tables: Tables) -> Edit:
    if edit.kind == "apply":
        if field.kind not in transform(edit.value).kinds:
            raise UsageError(f"the transform {edit.value} is not for {field.kind} fields such as {field.name}")
        return edit
    if edit.kind == "map":
        for value in mapping(edit).values():
            coerce(field, value)
        return edit
    if edit.kind in ("copy", "template"):
        sources(field.table, field, f"{{{edit.value}}}" if edit.kind == "copy" else edit.value)
        return edit
    if edit.kind == "replace":
        replace(pl.Series([], dtype=pl.String), edit.value, edit.text, regex=edit.regex)
        return edit
    names = names_of(field, tables)
    goes = edit.kind in ("remove", "swap")
    value = ids_of(field, edit.value, names, goes=goes) if names else edit.value
    text = id_of(field, edit.text, names) if names and edit.kind == "swap" else edit.text
    if edit.kind == "swap" and not (value and text):
        raise UsageError(f"a swap takes two ids, {field.name}=OLD:NEW")
    if edit.kind in _LISTS and not value:
        raise UsageError(f"nothing was said to {edit.kind}: give the id or the name, {field.name}=ID")
    coerce(field, value)
    return Edit(edit.kind, edit.field, value, text, edit.regex)


def _constant(field: Field, value: object, height: int) -> pl.Series:
    kind = column_type(field.kind)
    return pl.Series([value], dtype=kind).new_from_index(0, height) if height else pl.Series([], dtype=kind)


def _list_edit(edit: Edit, values: pl.Series) -> pl.Series:
    ids = edit.value.split(",")
    lists = pl.col("v").fill_null(pl.lit([], dtype=pl.List(pl.String)))
    if edit.kind == "add":
        made = lists.list.concat(pl.lit(ids, dtype=pl.List(pl.String))).list.unique(maintain_order=True)
    elif edit.kind == "remove":
        made = lists.list.eval(pl.element().filter(~pl.element().is_in(ids)))
    else:
        swapped = pl.element().replace(dict.fromkeys(ids, edit.text))
        made = lists.list.eval(swapped).list.unique(maintain_order=True)
    out = pl.DataFrame({"v": values}).select(v=made)["v"].cast(pl.List(pl.String))
    unchanged = values.is_null() & (out.list.len() == 0)
    return pl.select(v=pl.when(unchanged).then(pl.lit(None, dtype=pl.List(pl.String))).otherwise(out))["v"]
