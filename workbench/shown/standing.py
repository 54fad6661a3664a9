"""What stands in a field already: of what was put there lately, and how many rows hold what is typed for it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

import polars as pl

from workbench.customers.called import called, inactive
from workbench.customers.fields import Field
from workbench.customers.tables import Tables
from workbench.errors import UsageError
from workbench.search.choices import Choice, text_of, typed_names
from workbench.stage.edits import valued


def lately_first(tables: Tables, described: Field, found: Sequence[Choice], lately: Sequence[str]) -> list[Choice]:
    """The choices `found` for a field with those before them that were put there `lately` (texts as they were typed, the newest
    first). What stands in no row any more, because it was undone or something else was put there, is nobody's choice: it is left
    out."""
    of = {one.text: one for one in found}
    texts = dict.fromkeys(_standing(tables, described, of, lately) if lately else ())
    first = [replace(of.get(text, Choice(text, text, 0, 0)), lately=True) for text in texts]
    return [*first, *(one for one in found if one.text not in texts)]


def held_by(tables: Tables, described: Field, text: str) -> int | None:
    """How many rows hold what a text means for a field, in a list also among others; None for what means nothing there, and for a
    pointer, which names another item for each customer."""
    column = _column(tables, described)
    with suppress(UsageError):
        value = None if described.pointer else valued(described, text, tables)
        if isinstance(value, list):
            return int(column.filter(column.list.set_intersection(value).list.len() == len(value)).len())
        return None if value is None else int((column == value).sum())
    return None


def inactive_named(tables: Tables, described: Field, text: str) -> list[str]:
    """The names of the sales reps or the price list that a text means for a field and that are not active any more."""
    off = inactive(tables, described)
    with suppress(UsageError):
        value = valued(described, text, tables) if off else None
        names = called(tables, described, ())
        return [names.get(id_, id_) for id_ in (value if isinstance(value, list) else [value]) if id_ in off]
    return []


def _standing(tables: Tables, described: Field, of: dict[str, Choice], lately: Sequence[str]) -> list[str]:
    """Those of the texts that still stand there, each as its choice has it."""
    if described.pointer:  # each customer has items of its own: what none of these has cannot be set
        names = {text.casefold(): text for text in of}
        return [names[text.casefold()] for text in lately if text.casefold() in names]
    words = typed_names(described, called(tables, described, ())) if described.names else {}
    values: list[object] = []
    for text in lately:
        with suppress(UsageError):  # a name that nobody has any more
            values.append(valued(described, text, tables))
    return [
        _typed(value, words) for value in _held(_column(tables, described), [one for one in values if one is not None])
    ]


def _column(tables: Tables, described: Field) -> pl.Series:
    """What the rows hold that are there."""
    frame = tables[described.table]
    return frame[described.name].filter(~frame["_gone"])


def _typed(value: object, words: dict[str, str]) -> str:
    """A value as it is typed: ids by their names (`words`)."""
    if isinstance(value, list):
        ids: list[str] = value
        return ", ".join(words.get(id_, id_) for id_ in ids)
    text = text_of(value)
    return words.get(text, text)


def _held(column: pl.Series, values: Sequence[object]) -> list[object]:
    """Those of the values that a row holds; of a list of one id also within a longer list."""
    if isinstance(column.dtype, pl.List):
        return [value for value in values if isinstance(value, list) and _holds(column, value)]
    there = set(column.filter(column.is_in(pl.Series(values, dtype=column.dtype).implode())).unique())
    return [value for value in values if value in there]


def _holds(column: pl.Series, ids: list[str]) -> bool:
    if len(ids) == 1:
        return bool(column.list.contains(ids[0]).any())
    same = column.list.len() == len(ids)
    for place, id_ in enumerate(ids):
        same &= column.list.get(place, null_on_oob=True) == id_
    return bool(same.any())
