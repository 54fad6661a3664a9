"""The searcher: answers queries on one moment after another, and keeps what makes the next answer quick."""

from __future__ import annotations

from functools import reduce
from operator import or_
from threading import Lock

import polars as pl

from workbench.customers.fields import TABLES, known_table
from workbench.customers.tables import Tables
from workbench.search.block import Names
from workbench.search.evaluation import Evaluation
from workbench.search.folding import folded
from workbench.search.ground import Ground
from workbench.search.haystack import Haystack, rows_with
from workbench.search.nodes import Word
from workbench.search.places import lifted, lifted_rows
from workbench.search.query import parse


class Searcher:
    """Finds rows. One for each session: it holds the haystacks of the four tables and the rows of the last words.

    Safe to call from several threads; one search runs at a time, on all cores.
    """

    def __init__(self) -> None:
        self._haystacks = {table: Haystack(table) for table in TABLES}
        self._lock = Lock()

    def search(self, ground: Ground, text: str, table: str = "customers") -> pl.Series:
        """The rows of `ground.current[table]` that the query `text` finds: a Boolean per row, never null.

        Rows that are gone are never found. Raises `QueryError` for a query that does not parse or names what does not
        exist, `UsageError` for a table that does not exist.
        """
        query = parse(text)
        frame = ground.current[known_table(table)]
        alive = ~frame["_gone"].fill_null(False)
        if table != "customers":
            alive &= lifted(ground.current, ~ground.current.customers["_gone"], "customers", table).fill_null(True)
        if query.root is None:
            return alive.rename("found")
        with self._lock:
            evaluation = Evaluation(ground, query.text, lambda word, where: self._word(ground.current, word, where))
            return (evaluation.mask(query.root, table) & alive).rename("found")

    def _word(self, tables: Tables, word: Word, table: str) -> pl.Series:
        """The rows of `table` with a word in them, or for customers also in their items."""
        parts = tuple(folded(part) for part in word.parts)
        if not any(parts):
            return pl.repeat(True, tables[table].height, dtype=pl.Boolean, eager=True)
        sources = TABLES if table == "customers" else (table,)
        haystacks = [self._haystacks[source] for source in sources]
        for haystack in haystacks:
            haystack.follow(tables[haystack.table], _names(tables) if haystack.table == "customers" else {})
        found = zip(sources, rows_with(haystacks, parts), strict=True)
        return reduce(or_, (lifted_rows(tables, rows, source, table) for source, rows in found))


def _names(tables: Tables) -> Names:
    return {
        "assigned_sales_rep_ids": tables.sales_reps.names,
        "assigned_price_list_id": tables.price_lists.names,
    }
