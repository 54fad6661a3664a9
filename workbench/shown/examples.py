"""Examples of what an edit does as people read them: names where the API has ids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from workbench.customers.called import called
from workbench.customers.fields import FIELDS
from workbench.customers.tables import Tables
from workbench.stage.staging import Example


def readable(tables: Tables, table: str, examples: Sequence[Example]) -> tuple[Example, ...]:
    """The examples (cells of `table`) with texts before and after: lists with commas, flags as words, ids by name. Of two that
    read alike (null and "" are both empty) the first, for the cells of both."""
    told: dict[tuple[str, str, str], Example] = {}
    for one in (_readable(tables, table, one) for one in examples):
        reads = one.path.rpartition(".")[2], one.before, one.after
        first = told.get(reads)
        told[reads] = one if first is None else replace(first, cells=first.cells + one.cells)
    return tuple(told.values())


def _readable(tables: Tables, table: str, one: Example) -> Example:
    field = FIELDS[table].get(one.path.rpartition(".")[2], FIELDS[table]["id"])
    values = (one.before, one.after)
    ids = {str(id_) for value in values if value is not None for id_ in (value if isinstance(value, list) else [value])}
    names = called(tables, field, ids) if field.names else {}
    before, after = (_text(value, names) for value in values)
    return replace(one, before=before, after=after)


def _text(value: Any, names: Mapping[str, str]) -> str:
    if isinstance(value, list):
        return ", ".join(names.get(id_, id_) for id_ in value)
    if isinstance(value, bool):
        return str(value).lower()
    return names.get(value, value) if value else ""
