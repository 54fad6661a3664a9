"""Spellings that a map has not seen: values that its method puts beside those that it knows, on other data."""

from __future__ import annotations

import json
from typing import Any

import polars as pl

from workbench.customers.fields import field
from workbench.errors import UsageError
from workbench.problems.clusters import clusters
from workbench.problems.methods import Method, method
from workbench.stage.edits import Edit, mapping


def method_of(told: object) -> Method:
    """The method that a recipe tells (`Method.described`). Raises `UsageError` for what is none."""
    if not isinstance(told, dict) or not isinstance(told.get("name"), str):
        raise UsageError("a method of clustering is an object with its name, its version and its settings")
    settings: dict[str, Any] = {key: told[key] for key in ("size", "radius") if key in told}
    strange = set(told) - {"name", "version", *settings}
    if strange or not all(type(value) is int for value in settings.values()):
        raise UsageError("a method of clustering has a name, a version, and a size or radius that is a whole number")
    return method(told["name"], **settings)


def unseen(table: str, edit: Edit, values: pl.Series) -> dict[str, str]:
    """What a map that was made from clusters would make of those of `values` (String, one per row) that it does not know, but that
    its method puts beside ones it does: value -> what those become. Values beside two that become different things are left out.

    Empty for an edit that is no such map.
    """
    if edit.kind != "map" or not edit.method:
        return {}
    known = mapping(edit)
    becomes = {**dict.fromkeys(known.values()), **known}
    together = pl.concat([values.drop_nulls().unique(), pl.Series(list(becomes), dtype=pl.String)])
    found: dict[str, str] = {}
    for cluster in clusters(field(table, edit.field), together, method_of(json.loads(edit.method))).clusters:
        members = [one.value for one in cluster.values]
        into = {known.get(value, value) for value in members if value in becomes}
        if len(into) == 1:
            found |= {value: next(iter(into)) for value in members if value not in becomes}
    return found


def with_unseen(edit: Edit, more: dict[str, str]) -> Edit:
    """The map with more values in it."""
    return Edit("map", edit.field, json.dumps({**mapping(edit), **more}, ensure_ascii=False), method=edit.method)
