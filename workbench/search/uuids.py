"""Which columns of ids hold nothing but UUIDs, known from search to search."""

from __future__ import annotations

from threading import Lock

from workbench.customers.tables import Tables
from workbench.search.reach import Source, all_uuids


class UuidSources:
    """What is known of the columns of one set of tables after another. Safe to call from several threads."""

    def __init__(self) -> None:
        self._tables: Tables | None = None
        self._known: dict[Source, bool] = {}
        self._lock = Lock()

    def holds(self, tables: Tables, source: Source) -> bool:
        """Whether a source (see reach.py) is ids or lists of ids, all of them UUIDs as they are in these tables."""
        with self._lock:
            was, self._tables = self._tables, tables
            if was is not None and was is not tables:
                same = {one for one in self._known if tables.same(was, one.field.table, one.field.name)}
                self._known = {one: known for one, known in self._known.items() if one in same}
            if source not in self._known:
                self._known[source] = all_uuids(source, tables[source.field.table][source.field.name])
            return self._known[source]
