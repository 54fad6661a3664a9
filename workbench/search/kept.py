"""Queries that a session remembers: those that were kept, newest first, and those that were saved under a name.

Both are texts among the session's facts. What a text holds that is of another shape than here is left out: it may come
from a later version.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from workbench.errors import UsageError

HISTORY: Final = "searches.history"
SAVED: Final = "searches.saved"
"""The keys of the facts."""

MOST: Final = 200
"""The most queries that are remembered."""

_LONGEST: Final = 2_000
"""A longer query is not remembered."""

_LONGEST_NAME: Final = 60


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """A view: a query of a table under a name, with its sort (fields with commas between them, `-` before a descending one) and
    its columns (as `shown.arrangement.Arrangement` dumps them; empty: as they are, for it was saved before columns were)."""

    name: str
    table: str
    query: str
    sort: str = ""
    columns: str = ""


def history(facts: Mapping[str, str], table: str) -> list[str]:
    """The queries of a table that were kept, the newest first."""
    return [query for of, query in _pairs(facts) if of == table]


def with_query(facts: Mapping[str, str], table: str, query: str) -> dict[str, str]:
    """The fact that remembers this query as the newest of its table; none if there is nothing new to remember."""
    query, pairs = query.strip(), _pairs(facts)
    if not query or len(query) > _LONGEST or pairs[:1] == [(table, query)]:
        return {}
    newest = [(table, query), *(pair for pair in pairs if pair != (table, query))]
    return {HISTORY: json.dumps(newest[:MOST], ensure_ascii=False)}


def saved(facts: Mapping[str, str]) -> list[SavedSearch]:
    """The saved searches by name."""
    found = [_read(one) for one in _list(facts, SAVED)]
    return sorted((one for one in found if one), key=lambda one: one.name.casefold())


def with_saved(facts: Mapping[str, str], search: SavedSearch) -> dict[str, str]:
    """The fact with this search among the saved ones, in the place of one with the same name. Raises `UsageError`."""
    if not search.name.strip() or len(search.name) > _LONGEST_NAME:
        raise UsageError(f"a saved search needs a name of 1 to {_LONGEST_NAME} characters")
    return _fact([*(one for one in saved(facts) if one.name != search.name), search])


def without_saved(facts: Mapping[str, str], name: str) -> dict[str, str]:
    """The fact without the search of this name."""
    return _fact([one for one in saved(facts) if one.name != name])


def _fact(searches: list[SavedSearch]) -> dict[str, str]:
    return {SAVED: json.dumps([asdict(one) for one in searches], ensure_ascii=False)}


def _pairs(facts: Mapping[str, str]) -> list[tuple[str, str]]:
    both = [
        one for one in _list(facts, HISTORY) if isinstance(one, list) and [type(part) for part in one] == [str, str]
    ]
    return [(table, query) for table, query in both]


def _read(one: Any) -> SavedSearch | None:
    if not isinstance(one, dict) or not all(
        isinstance(one.get(key), str) for key in ("name", "table", "query", "sort")
    ):
        return None
    columns = one.get("columns", "")
    return SavedSearch(
        one["name"], one["table"], one["query"], one["sort"], columns if isinstance(columns, str) else ""
    )


def _list(facts: Mapping[str, str], key: str) -> list[Any]:
    try:
        found = json.loads(facts.get(key, "[]"))
    except ValueError:
        return []
    return found if isinstance(found, list) else []
