"""The searcher: answers queries on one moment after another, and keeps what makes the next answer quick."""

from __future__ import annotations

from functools import partial, reduce
from operator import or_
from threading import Lock

import polars as pl

from workbench.customers.fields import TABLES, known_table
from workbench.customers.tables import Tables
from workbench.search import screenful
from workbench.search.asking import NotAsked, StillAsked, always, go_on
from workbench.search.columns import Columns
from workbench.search.evaluation import Evaluation
from workbench.search.folding import folded
from workbench.search.found_words import FoundWords
from workbench.search.ground import Ground
from workbench.search.haystack import Haystack, Parts, Sought
from workbench.search.nodes import Word
from workbench.search.orders import Orders
from workbench.search.part import Texts, alive, found_among, in_parts
from workbench.search.places import marked
from workbench.search.query import parse
from workbench.search.reach import Names
from workbench.search.uuids import UuidSources


class Searcher:
    """Finds rows. One for each session: it holds the haystacks of the four tables, and what is kept of current: `columns` and
    `orders`.

    Safe to call from several threads; one search runs at a time, on all cores.
    """

    def __init__(self) -> None:
        self._uuids = UuidSources()
        self._haystacks = {table: Haystack(table, self._uuids) for table in TABLES}
        self.columns, self._base = Columns(), Columns()
        self.orders = Orders(self.columns)
        self._found = FoundWords()
        self._lock = Lock()

    def search(self, ground: Ground, text: str, table: str = "customers", asked: StillAsked = always) -> pl.Series:
        """The rows of `ground.current[table]` that the query `text` finds: a Boolean per row, never null.

        Rows that are gone are never found. Raises `QueryError` for a query that does not parse or names what does not
        exist, `UsageError` for a table that does not exist, `NotAsked` soon after it is not `asked` any more.
        """
        query, there = parse(text), alive(ground.current, known_table(table))
        if query.root is None:
            return there.rename("found")
        with self._lock:
            self._found.begin(ground.current, text)

            def find_words(words: tuple[Word, ...], where: str) -> pl.Series:
                return self._words(ground.current, words, where, asked)

            evaluation = Evaluation(ground, query.text, find_words, self.columns, self._base, asked)
            try:
                return (evaluation.mask(query.root, table) & there).rename("found")
            except NotAsked:
                self._found.broken_off()
                raise

    def first(self, ground: Ground, text: str, table: str, sort: str, count: int) -> pl.Series | None:
        """The first `count` of the rows (numbers) that `search` finds, in the order of `sort` (see `Orders`), at once.

        None if that cannot be said at once: they are too rare, or it takes a look at all rows. Waits for no other search.
        Raises as `search` does.
        """
        query, height = parse(text), ground.current[known_table(table)].height
        if height < screenful.WORTH or not in_parts(query, table):
            return None
        rows = pl.int_range(height, dtype=pl.UInt32, eager=True)
        texts = Texts(partial(self._uuids.holds, ground.current), _names(ground.current))
        return screenful.screenful(
            self.orders.ordered(ground.current, table, rows, sort),
            count,
            lambda some: found_among(ground, query, table, some, texts),
        )

    def prepare(self, tables: Tables) -> None:
        """Makes what words are looked for in, which else the first of them waits for. Between the tables others may search."""
        for table in TABLES:
            with self._lock:
                self._followed(tables, table).prepare()

    def _followed(self, tables: Tables, table: str) -> Haystack:
        self._haystacks[table].follow(tables, _names(tables) if table == "customers" else {})
        return self._haystacks[table]

    def _words(self, tables: Tables, words: tuple[Word, ...], table: str, asked: StillAsked) -> pl.Series:
        """The rows of `table` with any of the words in them, or for customers also in their items."""
        wanted = [tuple(folded(part) for part in word.parts if part) for word in words]
        if not all(wanted):
            return pl.repeat(True, tables[table].height, dtype=pl.Boolean, eager=True)
        plain: list[Parts] = [parts for parts in wanted if len(parts) == 1]
        batches: list[list[Parts]] = [plain] if plain else []
        batches += [[parts] for parts in wanted if len(parts) > 1]
        return reduce(or_, (self._batch(tables, batch, table, asked) for batch in batches))

    def _batch(self, tables: Tables, batch: list[Parts], table: str, asked: StillAsked) -> pl.Series:
        found = self._found.known(table, batch)
        if found is None:
            sources = TABLES if table == "customers" else (table,)
            haystacks = [self._followed(tables, source) for source in sources]
            found = self._sought(tables, Sought(haystacks, batch, links=table != "customers"), table, asked)
        return found

    def _sought(self, tables: Tables, sought: Sought, table: str, asked: StillAsked) -> pl.Series:
        height, gone = tables[table].height, tables[table]["_gone"].fill_null(False)

        def meant(rows: list[pl.Series]) -> pl.Series:
            if table != "customers":
                return marked(rows[0], height)
            pairs = zip(sought.haystacks, rows, strict=True)
            return marked(pl.concat([haystack.customers_of(some).rename("row") for haystack, some in pairs]), height)

        wider = self._found.wider(table, sought.words)
        if wider is not None:
            rows = sought.among(wider)
            return self._found.keep(table, sought.words, meant(rows), rows)
        go_on(asked)
        quick = sought.quickly() if len(sought.words[0]) == 1 else []
        if sum(map(len, quick)) >= height > 0 and ((found := meant(quick)) | gone).all():
            return self._found.keep(table, sought.words, found, None)
        go_on(asked)
        rows = sought.rows()
        go_on(asked)
        return self._found.keep(table, sought.words, meant(rows), rows)


def _names(tables: Tables) -> Names:
    return {
        "assigned_sales_rep_ids": tables.sales_reps.names,
        "assigned_price_list_id": tables.price_lists.names,
    }
