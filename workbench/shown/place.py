"""Where the cursor stood among the customers when the session was left. It is a fact of the session: no operation, and no undo
touches it."""

from __future__ import annotations

import json
from collections.abc import Mapping

from workbench.customers.tables import Tables

_KEY = "place.customers"


def place_in(facts: Mapping[str, str], tables: Tables) -> tuple[int, str] | None:
    """The row number of the customer and the name of the column that a session's facts hold; None if they hold none, or the
    customer is not there any more."""
    try:
        id_, column = map(str, json.loads(facts.get(_KEY, "")))
    except (ValueError, TypeError, RecursionError):
        return None
    found = ((tables.customers["id"] == id_) & ~tables.customers["_gone"]).arg_true()
    return (int(found[0]), column) if found.len() else None


def place_fact(tables: Tables, row: int, column: str) -> dict[str, str]:
    """A customer (its row number) and a column as a fact for the session file; the id, for row numbers belong to one load."""
    return {_KEY: json.dumps([tables.customers["id"][row], column])}
