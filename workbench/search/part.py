"""A part of the tables: some customers with all of their items, which a query is asked about as it is about all.

What a query says of a row is known from the row, its customer, that one's items, and names. So what it finds among some
rows is what it finds of them among all. Where that does not hold, or would take as long as looking through everything,
`in_parts` says so.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, reduce
from operator import or_

import polars as pl

from workbench.customers.fields import NESTED, Kind
from workbench.customers.items import items_of
from workbench.customers.tables import Tables
from workbench.errors import QueryError
from workbench.search.block import lower_case
from workbench.search.columns import Unkept
from workbench.search.evaluation import Evaluation
from workbench.search.folding import folded
from workbench.search.ground import Ground
from workbench.search.nodes import All, Any, Changed, Close, FieldTest, Group, Is, LinesOf, Node, Not, OneOf, Query, Word
from workbench.search.places import lifted, located, whole_table
from workbench.search.reach import Names, Source, fits_uuid, sources_of
from workbench.search.reading import ROW_END, SEPARATOR

Whole = Callable[[Tables, Source], bool]
"""Whether a source is nothing but UUIDs in all rows."""


def in_parts(query: Query, table: str) -> bool:
    """Whether a part of the tables can be asked. Not for what is close to a text, for lists, for names of contacts and addresses,
    which may be anybody's, and for what is made out of all rows first: problems, outcomes, operations."""
    return query.root is not None and _local(query.text, query.root, table)


def found_among(ground: Ground, query: Query, table: str, rows: pl.Series, uuids: Whole, names: Names) -> pl.Series | None:
    """Those of some rows of `table` (row numbers, in any order, each once) that the query finds, in their order.

    None if some row has no customer, of whom nothing is known then. Raises as a search does.
    """
    part = Part(ground, table, rows.sort())
    if query.root is None or any(numbers.null_count() for numbers in part.numbers.values()):
        return None
    evaluation = Evaluation(part, query.text, Words(part, uuids, names).found, Unkept(), Unkept())
    found = evaluation.mask(query.root, table) & alive(part.current, table)
    return rows.filter(found.gather(part.numbers[table].search_sorted(rows)))


def alive(tables: Tables, table: str) -> pl.Series:
    """A Boolean per row: the server has it, and its customer."""
    here = ~tables[table]["_gone"].fill_null(False)
    if table == "customers":
        return here
    return here & lifted(tables, ~tables.customers["_gone"], "customers", table).fill_null(True)


class Part:
    """A ground: the customers of some rows (rising) of `table` in another ground, with their items. `numbers` are the rows of
    each table that it holds, rising."""

    def __init__(self, ground: Ground, table: str, rows: pl.Series) -> None:
        self._ground = ground
        current = ground.current
        customers = rows if table == "customers" else current[table]["_customer"].gather(rows).unique().sort()
        self.numbers = {"customers": customers}
        if not customers.null_count():
            self.numbers |= {of: items_of(current[of]["_customer"], customers) for of in NESTED}

    @cached_property
    def current(self) -> Tables:
        """The part of the tables with everything staged."""
        return self._part(self._ground.current)

    @cached_property
    def base(self) -> Tables:
        """The part of the tables as the server last showed them: it may lack rows at its end."""
        return self._part(self._ground.base)

    @property
    def rules(self) -> tuple[str, ...]:
        """None: problems are not asked about."""
        return ()

    def flag(self, table: str, name: str) -> pl.Series:
        """The mark of these rows."""
        return self._ground.flag(table, name).gather(self.numbers[table])

    def changed(self, table: str, field: str) -> pl.Series:
        """Whether this field is staged in these rows."""
        return self._ground.changed(table, field).gather(self.numbers[table])

    def outcome(self, name: str) -> pl.Series:
        """Not asked of a part."""
        raise AssertionError(name)

    def operation(self, table: str, number: int) -> pl.Series:
        """Not asked of a part."""
        raise AssertionError(number)

    def problem(self, table: str, pattern: str) -> pl.Series:
        """Not asked of a part."""
        raise AssertionError(pattern)

    def problem_cells(self, table: str, pattern: str) -> dict[str, pl.Series]:
        """Not asked of a part."""
        raise AssertionError(pattern)

    def _part(self, tables: Tables) -> Tables:
        frames = {table: _rows(tables[table], numbers) for table, numbers in self.numbers.items()}
        for table in NESTED:
            owners = self.numbers["customers"].search_sorted(frames[table]["_customer"]).cast(pl.UInt32)
            frames[table] = frames[table].with_columns(owners.alias("_customer"))
        return Tables(**frames, sales_reps=tables.sales_reps, price_lists=tables.price_lists)


class Words:
    """Finds words in a part, a row at a time: what `Searcher` finds among all."""

    def __init__(self, part: Part, uuids: Whole, names: Names) -> None:
        self._part, self._uuids, self._names = part, uuids, names
        self._texts: dict[tuple[Source, ...], pl.Series] = {}

    def found(self, words: tuple[Word, ...], table: str) -> pl.Series:
        """The rows of `table` with any of the words in them, or for customers also in their items."""
        wanted = [tuple(folded(part).replace("ς", "σ") for part in word.parts if part) for word in words]
        tables = self._part.current
        if not all(wanted):
            return pl.repeat(True, tables[table].height, dtype=pl.Boolean, eager=True)
        own = self._held(wanted, table, links=table != "customers")
        if table != "customers":
            return own
        return reduce(or_, (lifted(tables, self._held(wanted, of, links=False), of, table) for of in NESTED), own)

    def _held(self, wanted: list[tuple[str, ...]], table: str, *, links: bool) -> pl.Series:
        return reduce(or_, (_holds(self._text(table, links, fits_uuid(word)), word) for word in wanted))

    def _text(self, table: str, links: bool, fits: bool) -> pl.Series:
        """The text of each row that a word looks into: in UUIDs only one that `fits`."""
        sources = [s for s in sources_of(table) if links or not s.link]
        able = tuple(s for s in sources if fits or not self._uuids(s))
        if able not in self._texts:
            self._texts[able] = self._joined(table, able)
        return self._texts[able]

    def _joined(self, table: str, sources: tuple[Source, ...]) -> pl.Series:
        plain = [s for s in sources if not s.named and s.field.kind is not Kind.IDS]
        columns = [pl.col(s.field.name) for s in plain] + [s.text(self._names) for s in sources if s not in plain]
        text = pl.concat_str(columns, separator=ROW_END, ignore_nulls=True) if columns else pl.repeat("", pl.len())
        return self._part.current[table].select(text=lower_case(text)).to_series()


def _holds(text: pl.Series, word: tuple[str, ...]) -> pl.Series:
    if len(word) == 1:
        return text.str.contains(word[0], literal=True)
    return text.str.contains(f"[^{ROW_END}{SEPARATOR}]*".join(map(pl.escape_regex, word)))


def _rows(frame: pl.DataFrame, numbers: pl.Series) -> pl.DataFrame:
    """Rows of a frame by their rising numbers, as far as it has them."""
    if not numbers.len():
        return frame[:0]
    first, last = int(numbers[0]), int(numbers[-1])
    if last - first == numbers.len() - 1:
        return frame[first : last + 1]
    return frame[numbers if last < frame.height else numbers.filter(numbers < frame.height)]


def _local(text: str, node: Node, table: str) -> bool:
    match node:
        case All(of) | Any(of):
            return all(_local(text, one, table) for one in of)
        case Not(of):
            return _local(text, of, table)
        case Group(source, of):
            return _local(text, of, source)
        case FieldTest():
            return _tested_locally(text, node, table)
        case Word() | Is() | Changed():
            return True
    return False


def _tested_locally(text: str, test: FieldTest, table: str) -> bool:
    if isinstance(test.condition, Close | OneOf | LinesOf):
        return False
    if whole_table(test.field):
        return True
    try:
        return not located(text, test.field, table).pointer
    except QueryError:
        return False


