"""Renaming values of a facet: the rows that are meant as a query, and the edits that say from what to what."""

from __future__ import annotations

import json
from collections.abc import Sequence

from workbench.customers.fields import Kind
from workbench.errors import UsageError
from workbench.search.facets import facet_field
from workbench.search.picks import Picks, Value, picks_of
from workbench.stage.edits import Edit


def renaming(query: str, table: str, name: str, old: Sequence[Value], new: str) -> tuple[list[Edit], str, str]:
    """What gives all cells of a field that hold one of the values `old` the value `new`, within what `query` on `table` finds: the
    edits, the table they are of, and the query there that finds just those rows.

    What the query picks of the field itself does not count, as in its facet. The edit of texts is a `map`, so that it says from
    what to what; of a list of ids it is a swap. An empty `new` clears. Raises `QueryError`, `UsageError`.
    """
    values = [value for value in old if isinstance(value, str | bool | None)]
    if not values or len(values) < len(old):
        raise UsageError("a range holds many values: only values can be renamed")
    described, rest = facet_field(table, name), picks_of(query, table, name).rest
    if described.table == table:
        where = Picks(table, name, rest, picked=tuple(values)).query
    else:
        own = Picks(described.table, described.name, "", picked=tuple(values)).query
        group = "customer" if table == "customers" else table
        where = f"{group}:({rest}) {own}" if rest else own
    return _edits(described.kind, described.name, values, new), described.table, where


def _edits(kind: Kind, name: str, old: Sequence[str | bool | None], new: str) -> list[Edit]:
    texts = [value for value in old if isinstance(value, str)]
    if kind is Kind.IDS:
        return _of_lists(name, texts, new, empty=None in old)
    if not new:
        return [Edit("clear", name)]
    if len(texts) == len(old) and kind is not Kind.ID:
        becomes = {value: new for value in texts if value != new} or dict.fromkeys(texts, new)
        return [Edit("map", name, json.dumps(becomes, ensure_ascii=False))]
    return [Edit("set", name, new)]


def _of_lists(name: str, ids: Sequence[str], new: str, *, empty: bool) -> list[Edit]:
    """The ids go, and the new one comes where one of them was; into `empty` lists too."""
    some = ",".join(ids)
    if not new.strip():
        return [Edit("remove", name, some)]
    return [*([Edit("swap", name, some, new)] if ids else []), *([Edit("add", name, new)] if empty else [])]
