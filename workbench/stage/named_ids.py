"""Ids by the names that people type for them: sales reps and price lists."""

from __future__ import annotations

import unicodedata
from difflib import get_close_matches
from typing import Final

import polars as pl

from workbench.customers.called import has_form_of
from workbench.customers.fields import Field, Kind
from workbench.customers.tables import Names, Tables
from workbench.errors import UsageError

_CLOSE: Final = 3
"""So many names are told that are close to what was typed."""
_ALIKE: Final = 0.6
_TOLD: Final = 60
"""Characters of what was typed that are told."""


def names_of(field: Field, tables: Tables) -> Names | None:
    """The names that a field's ids have; None for a field that has none."""
    return {"sales rep": tables.sales_reps, "price list": tables.price_lists}.get(field.names)


def ids_of(field: Field, text: str, names: Names, *, goes: bool = False) -> str:
    """The ids that a text names, separated by commas; a name may hold a comma itself. Raises `UsageError` as `id_of` does."""
    whole = _known(field, text.strip(), names)
    if whole or field.kind is not Kind.IDS:
        return whole or id_of(field, text, names, goes=goes)
    return ",".join(one for one in (id_of(field, part, names, goes=goes) for part in text.split(",")) if one)


def id_of(field: Field, text: str, names: Names, *, goes: bool = False) -> str:
    """The id that a text names, or the text itself as an id that nobody has met yet.

    Raises `UsageError` for a name that several have, and for one that nobody has: no id has a space in it, and what is like a
    name and has not the form of the ids is a part of that name. What only `goes` does no harm where nobody has it, see `unheld`.
    """
    text = text.strip()
    known = _known(field, text, names)
    if known or not text or not names.names:
        return known or text
    called = sorted(names.names.values())
    if " " in text or (not goes and _close(text, called) and not has_form_of(text, names.names)):
        raise UsageError(f"there is no {field.names} called {text[:_TOLD]!r}; {_near(text, called)}")
    return text


def unheld(field: Field, ids: str, values: pl.Series, tables: Tables) -> tuple[str, ...]:
    """Of each of these ids (with commas between them) that none of `values` (lists of ids) holds: that, and whose name is close."""
    names = names_of(field, tables)
    called = names.names if names else {}
    missing = [id_ for id_ in ids.split(",") if not values.list.contains(id_).any()]
    if not missing:
        return ()
    held = values.explode().drop_nulls().unique(maintain_order=True)
    there = sorted({called.get(id_, id_) for id_ in held}, key=str.casefold)
    near = f"; {_near(', '.join(called.get(id_, id_) for id_ in missing), there)}" if there else ""
    who = " or ".join(repr(called.get(id_, id_)[:_TOLD]) for id_ in missing[:_CLOSE])
    return (f"none of these customers has the {field.names or 'id'} {who}{near}",)


def _known(field: Field, text: str, names: Names) -> str:
    """The id with this name, or this id, among those known; empty if there is none."""
    if text in names.names:
        return text
    found = [id_ for id_, name in names.names.items() if name.casefold() == text.casefold()]
    if len(found) > 1:
        raise UsageError(f"{len(found)} {field.names}s are called {text!r}; give the id: {', '.join(sorted(found))}")
    return found[0] if found else ""


def _near(text: str, names: list[str]) -> str:
    """The names that are close to a text in words; else some of all."""
    found = _close(text, names)
    if found:
        return "did you mean " + " or ".join(found) + "?"
    more = f" and {len(names) - _CLOSE:,} more" if len(names) > _CLOSE else ""
    return f"there are: {', '.join(names[:_CLOSE])}{more}"


def _close(text: str, names: list[str]) -> list[str]:
    """The names that are close to a text, by a part of them or by a slip of the typing."""
    by_folded = {_folded(name): name for name in reversed(names)}
    typed = _folded(text)
    parts = [folded for folded in by_folded if typed in folded][::-1]
    found = dict.fromkeys([*parts, *get_close_matches(typed, by_folded, n=_CLOSE, cutoff=_ALIKE)])
    return [by_folded[one] for one in found][:_CLOSE]


def _folded(text: str) -> str:
    """A text without case and accents: who types `zoe` means Zoë."""
    return "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one)).casefold()
