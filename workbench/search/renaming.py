"""Renaming a value of a facet: the rows that are meant as a query, and the edit that says from what to what."""

from __future__ import annotations

import json

from workbench.customers.fields import Kind
from workbench.errors import UsageError
from workbench.search.facets import facet_field, facet_query
from workbench.search.picks import Picks, Value, picks_of
from workbench.stage.edits import Edit


def renaming(query: str, table: str, name: str, old: Value, new: str) -> tuple[Edit, str, str]:
    """What gives all cells of a field that hold `old` the value `new`, within what `query` on `table` finds: an edit, the table it
    is of, and the query there that finds just those rows.

    What the query picks of the field itself does not count, as in its facet. The edit of a text is a `map` of one value,
    so that it says from what to what; of a list of ids it is a swap. An empty `new` clears. Raises `QueryError`,
    `UsageError`.
    """
    if not isinstance(old, str | bool | None):
        raise UsageError("a range holds many values: only one value can be renamed")
    described, rest = facet_field(table, name), picks_of(query, table, name).rest
    if described.table == table:
        where = Picks(table, name, rest, picked=(old,)).query
    else:
        own = facet_query(described.table, described.name, old)
        group = "customer" if table == "customers" else table
        where = f"{group}:({rest}) {own}" if rest else own
    return _edit(described.kind, described.name, old, new), described.table, where


def _edit(kind: Kind, name: str, old: str | bool | None, new: str) -> Edit:
    if kind is Kind.IDS and not isinstance(old, bool):
        if old is None:
            return Edit("add", name, new)
        return Edit("swap", name, old, new) if new.strip() else Edit("remove", name, old)
    if not new:
        return Edit("clear", name)
    if isinstance(old, str) and kind is not Kind.ID:
        return Edit("map", name, json.dumps({old: new}, ensure_ascii=False))
    return Edit("set", name, new)
