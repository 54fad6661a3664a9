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
from workbench.search.nodes import (
    All,
    Any,
    Changed,
    Close,
    FieldTest,
    Group,
    Is,
    LinesOf,
    Node,
    Not,
    OneOf,
    Query,
    Word,
)
from workbench.search.places import lifted, located, marked, whole_table
from workbench.search.reach import Names, Source, fits_uuid, sources_of
from workbench.search.reading import ROW_END, SEPARATOR


def in_parts(query: Query, table: str) -> bool:
    """Whether a part of the tables can be asked. Not for what is close to a text, for lists, for names of contacts and addresses,
    which may be anybody's, and for what is made out of all rows first: problems, outcomes, operations."""
    return query.root is not None and _local(query.text, query.root, table)


def found_among(ground: Ground, query: Query, table: str, rows: pl.Series, texts: Texts) -> pl.Series | None:
    """Those of some rows of `table` (row numbers, in any order, each once) that the query finds, in their order.

    None if some row has no customer, of whom nothing is known then. Raises as a search does.
    """
    part = Part(ground, table, rows.sort())
    if query.root is None or any(numbers.null_count() for numbers in part.numbers.values()):
        return None
    evaluation = Evaluation(part, query.text, Words(part, texts).found, Unkept(), Unkept())
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
            owners, customers = frames[table]["_customer"], self.numbers["customers"]
            moved = owners - int(customers[0]) if _in_a_row(customers) else customers.search_sorted(owners)
            place = frames[table].get_column_index("_customer")
            frames[table].replace_column(place, moved.cast(pl.UInt32).rename("_customer"))
        return Tables(**frames, sales_reps=tables.sales_reps, price_lists=tables.price_lists)  # type: ignore[arg-type]


class Texts:
    """What words look into, row by row, of one moment: `uuids` tells of a source whether it is nothing but UUIDs, `names` what
    ids of customers' fields are called."""

    def __init__(self, uuids: Callable[[Source], bool], names: Names) -> None:
        self._uuids, self._names = uuids, names
        self._known: dict[tuple[str, bool, bool], pl.Expr] = {}

    def of(self, table: str, links: bool, fits: bool) -> pl.Expr:
        """The text of a row in lower case, for words in links or not, and for those that fit a UUID or not."""
        key = (table, links, fits)
        if key not in self._known:
            sources = [source for source in sources_of(table) if links or not source.link]
            self._known[key] = self._joined([one for one in sources if fits or not self._uuids(one)])
        return self._known[key]

    def _joined(self, sources: list[Source]) -> pl.Expr:
        plain = [one for one in sources if not one.named and one.field.kind is not Kind.IDS]
        columns = [pl.col(one.field.name) for one in plain]
        columns += [one.text(self._names) for one in sources if one not in plain]
        text = pl.concat_str(columns, separator=ROW_END, ignore_nulls=True) if columns else pl.repeat("", pl.len())
        return lower_case(text).alias("text")


class Words:
    """Finds words in a part, row by row: what `Searcher` finds among all."""

    def __init__(self, part: Part, texts: Texts) -> None:
        self._part, self._texts = part, texts
        self._made: dict[tuple[str, bool, bool], pl.Series] = {}

    def found(self, words: tuple[Word, ...], table: str) -> pl.Series:
        """The rows of `table` with any of the words in them, or for customers also in their items."""
        wanted = [tuple(folded(part).replace("ς", "σ") for part in word.parts if part) for word in words]
        tables = self._part.current
        height = tables[table].height
        if not all(wanted):
            return pl.repeat(True, height, dtype=pl.Boolean, eager=True)
        own = self._held(wanted, table, links=table != "customers")
        if table != "customers":
            return own
        held = {of: self._held(wanted, of, links=False) & ~tables[of]["_gone"] for of in NESTED}
        return own | marked(pl.concat([tables[of]["_customer"].filter(rows) for of, rows in held.items()]), height)

    def _held(self, wanted: list[tuple[str, ...]], table: str, *, links: bool) -> pl.Series:
        return reduce(or_, (_holds(self._text(table, links, fits_uuid(word)), word) for word in wanted))

    def _text(self, table: str, links: bool, fits: bool) -> pl.Series:
        key = (table, links, fits)
        if key not in self._made:
            self._made[key] = self._part.current[table].select(self._texts.of(*key)).to_series()
        return self._made[key]


def _holds(text: pl.Series, word: tuple[str, ...]) -> pl.Series:
    if len(word) == 1:
        return text.str.contains(word[0], literal=True)
    return text.str.contains(f"[^{ROW_END}{SEPARATOR}]*".join(map(pl.escape_regex, word)))


def _rows(frame: pl.DataFrame, numbers: pl.Series) -> pl.DataFrame:
    """Rows of a frame by their rising numbers, as far as it has them: a frame of one's own."""
    if not numbers.len():
        return frame[:0]
    if _in_a_row(numbers):
        return frame[int(numbers[0]) : int(numbers[-1]) + 1]
    return frame[numbers if numbers[-1] < frame.height else numbers.filter(numbers < frame.height)]


def _in_a_row(numbers: pl.Series) -> bool:
    """Whether rising numbers follow one another without a gap."""
    return numbers.len() > 0 and int(numbers[-1]) - int(numbers[0]) == numbers.len() - 1


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
