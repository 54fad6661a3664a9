"""The searcher: answers queries on one moment after another, and keeps what makes the next answer quick."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from itertools import accumulate
from operator import or_
from threading import Lock
from typing import TYPE_CHECKING, Final

import polars as pl

from workbench.customers.fields import TABLES, known_table
from workbench.customers.tables import Tables
from workbench.onlooker import step
from workbench.search.answered import Answered
from workbench.search.asking import NotAsked, StillAsked, always, go_on
from workbench.search.block import Block
from workbench.search.columns import Columns
from workbench.search.evaluation import Evaluation
from workbench.search.first import ROWS, First, answerable, first_of
from workbench.search.folding import folded
from workbench.search.found_words import FoundWords
from workbench.search.ground import Ground
from workbench.search.haystack import Haystack, Parts, Sought
from workbench.search.nodes import Word
from workbench.search.orders import Orders
from workbench.search.owned import Owners
from workbench.search.places import lifted, marked
from workbench.search.query import parse
from workbench.search.reach import Names, Source, sources_of

if TYPE_CHECKING:
    from workbench.search.choices import Choice

_MADE: Final = 0.4
"""Of the time that it takes to make ready, making the texts is about this share; learning what they hold is the rest."""


class Searcher:
    """Finds rows. One for each session: it holds the haystacks of the four tables, and what is kept of current: `columns` and
    `orders`, and the answers `labels` and `choices` about values of fields.

    Safe to call from several threads; one search runs at a time, on all cores.
    """

    def __init__(self) -> None:
        self._haystacks = {table: Haystack(table) for table in TABLES}
        self.columns, self._base = Columns(), Columns()
        self.orders = Orders(self.columns)
        self.labels: Answered[pl.DataFrame] = Answered(1)
        self.choices: Answered[list[Choice]] = Answered(8)
        self._found = FoundWords()
        self._owners, self._first_lock = Owners(), Lock()
        self._first: dict[tuple[str, str], tuple[tuple[Tables, Tables], First | None]] = {}
        self._lock, self._learning = Lock(), Lock()

    def search(self, ground: Ground, text: str, table: str = "customers", asked: StillAsked = always) -> pl.Series:
        """The rows of `ground.current[table]` that the query `text` finds: a Boolean per row, never null.

        Rows that are gone are never found. Raises `QueryError` for a query that does not parse or names what does not
        exist, `UsageError` for a table that does not exist, `NotAsked` soon after it is not `asked` any more.
        """
        query = parse(text)
        frame = ground.current[known_table(table)]
        alive = ~frame["_gone"].fill_null(False)
        if table != "customers":
            alive &= lifted(ground.current, ~ground.current.customers["_gone"], "customers", table).fill_null(True)
        if query.root is None:
            return alive.rename("found")
        with self._lock:
            self._found.begin(ground.current, text)

            def find_words(words: tuple[Word, ...], where: str) -> pl.Series:
                return self._words(ground.current, words, where, asked)

            evaluation = Evaluation(ground, query.text, find_words, self.columns, self._base, asked)
            try:
                return (evaluation.mask(query.root, table) & alive).rename("found")
            except NotAsked:
                self._found.broken_off()
                raise

    def first(self, ground: Ground, text: str, table: str, sort: str, count: int) -> pl.Series | None:
        """The first `count` rows (numbers) of what the query finds, sorted as `Orders.ordered` sorts; None where they are not among
        the `ROWS` rows that stand first, or that is not known quickly. No other search is waited for.

        Raises `QueryError` and `UsageError` as `search` does.
        """
        query = parse(text)
        if not answerable(query, known_table(table)):
            return None
        first = self._first_rows(ground, table, sort)
        found = first.found(query, lambda source: self._is_uuid(ground.current, source)) if first is not None else None
        if first is None or found is None or (found.len() < count and first.rows.len() < ground.current[table].height):
            return None
        return found.head(count)

    def _first_rows(self, ground: Ground, table: str, sort: str) -> First | None:
        """The rows that stand first, kept until the tables or the order are others."""
        key, tables = (table, sort), (ground.current, ground.base)
        with self._first_lock:
            kept = self._first.get(key)
            if kept is not None and kept[0][0] is tables[0] and kept[0][1] is tables[1]:
                return kept[1]
            rows = self.orders.first(ground.current, table, sort, ROWS)
            owned, names = self._owners.of(ground.current), _names(ground.current)
            first = first_of(ground, owned, names, table, rows) if rows is not None else None
            self._first = {key: (tables, first)}
            return first

    def _is_uuid(self, tables: Tables, source: Source) -> bool | None:
        """Whether a source is all UUIDs, if nobody searches or prepares meanwhile."""
        if not self._lock.acquire(blocking=False):
            return None
        try:
            return self._followed(tables, source.field.table).is_uuid(source)
        finally:
            self._lock.release()

    def prepare_first(self, ground: Ground, table: str, sort: str) -> None:
        """Makes ready what `first` asks, the grammar too."""
        parse("a")
        first = self._first_rows(ground, table, sort)
        if first is not None:
            first.prepare()

    def prepare(
        self,
        tables: Tables,
        wanted: Callable[[], bool] = lambda: True,
        told: Callable[[float], None] = lambda share: None,
    ) -> None:
        """Makes what words are looked for in, which else the first of them waits for, and then what makes it quicker to look
        through, for as long as it is wanted. Between the tables, and while the latter is made, others may search. `told` hears
        before each step what share is done (0 to 1); nothing if there is nothing to do."""
        cells = [tables[table].height * len(sources_of(table)) for table in TABLES]
        for table, some, done in zip(TABLES, cells, accumulate(cells, initial=0), strict=False):
            if wanted():

                def made(share: float, some: int = some, done: int = done) -> None:
                    step()
                    told(_MADE * (done + share * some) / sum(cells))

                with self._lock:
                    self._followed(tables, table).prepare(made)
        self._learn(wanted, told)

    def _learn(self, wanted: Callable[[], bool], told: Callable[[float], None]) -> None:
        if not self._learning.acquire(blocking=False):
            return
        try:
            most = 0
            while wanted() and (blocks := self._unlearnt()):
                step()
                left = sum(len(block.sources) - len(block.grams) for block in blocks)
                most = max(most, left)
                told(1 - (1 - _MADE) * left / most)
                blocks[0].learn()
        finally:
            self._learning.release()

    def _unlearnt(self) -> list[Block]:
        with self._lock:
            return [block for haystack in self._haystacks.values() for block in haystack.unlearnt()]

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
            pairs = [(haystack, some) for haystack, some in zip(sought.haystacks, rows, strict=True) if some.len()]
            found = [haystack.customers_of(some).rename("row") for haystack, some in pairs]
            return marked(pl.concat(found) if found else rows[0], height)

        wider = self._found.wider(table, sought.words)
        if wider is not None:
            rows = sought.among(wider)
            return self._found.keep(table, sought.words, meant(rows), rows)
        quick = sought.quickly(height) if len(sought.words[0]) == 1 and height else None
        if quick is not None and ((found := meant(quick)) | gone).all():
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
