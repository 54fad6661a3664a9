"""A query's answer on one moment: a Boolean per row for every node, from the leaves up."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from operator import and_, or_

import polars as pl

from workbench.customers.fields import FIELDS, Field, Kind
from workbench.customers.tables import Tables
from workbench.errors import QueryError, WorkbenchError
from workbench.onlooker import LetGo
from workbench.search.asking import StillAsked, always, go_on
from workbench.search.columns import Columns
from workbench.search.conditions import met
from workbench.search.folding import folded
from workbench.search.ground import Ground
from workbench.search.mistakes import Unfit, mistake
from workbench.search.names import named_ids
from workbench.search.nodes import (
    All,
    Any,
    Became,
    Between,
    Changed,
    Condition,
    Contains,
    Did,
    Exact,
    FieldTest,
    Filled,
    Group,
    Is,
    Node,
    Not,
    OneOf,
    Problem,
    Word,
)
from workbench.search.places import lifted, located, whole_table

FindWords = Callable[[tuple[Word, ...], str], pl.Series]
"""Words and a table -> a Boolean per row of the table: it holds at least one of them."""


class Evaluation:
    """Answers the nodes of one query; `text` is the query as written, for its errors. `columns` are kept of current, `base` of
    base."""

    def __init__(
        self,
        ground: Ground,
        text: str,
        find_words: FindWords,
        columns: Columns,
        base: Columns,
        asked: StillAsked = always,
    ) -> None:
        self._asked = asked
        self._ground = ground
        self._columns = {False: columns, True: base}
        self._tables: Tables = ground.current
        self._text = text
        self._find_words = find_words

    def mask(self, node: Node, table: str) -> pl.Series:
        """The rows of `table` that a node finds (Boolean, never null); raises `QueryError`, `NotAsked`."""
        go_on(self._asked)
        match node:
            case Word():
                return self._find_words((node,), table)
            case Not(of):
                return ~self.mask(of, table)
            case All(of):
                return reduce(and_, (self.mask(one, table) for one in of))
            case Any(of):
                return self._any(of, table)
            case Group(source, of):
                return self._lifted(self.mask(of, source), source, table)
            case Is():
                return self._marked(node.mark, table)
            case Became(outcome, column):
                return self._lifted(self._told(column, lambda: self._ground.outcome(outcome)), "customers", table)
            case Did(number, column):
                return self._told(column, lambda: self._ground.operation(table, number))
            case Problem(pattern, column):
                return self._told(column, lambda: self._ground.problem(table, pattern))
            case Changed(field):
                place = located(self._text, field, table)
                return self._lifted(self._ground.changed(place.table, place.name), place.table, table)
        return self._tested(node, table)

    def _any(self, nodes: tuple[Node, ...], table: str) -> pl.Series:
        words = tuple(node for node in nodes if isinstance(node, Word))
        masks = [self.mask(node, table) for node in nodes if not isinstance(node, Word)]
        return reduce(or_, [self._find_words(words, table), *masks] if words else masks)

    def _tested(self, test: FieldTest, table: str) -> pl.Series:
        source = whole_table(test.field)
        if source and isinstance(test.condition, Filled):
            return self._lifted(~self._tables[source]["_gone"], source, table)
        place = located(self._text, test.field, table)
        try:
            found = self._met(place, test.condition, test.field.before)
        except Unfit as unfit:
            raise mistake(self._text, test.column, *unfit.args) from None
        except pl.exceptions.ComputeError as error:
            raise self._refused(test.column, error) from None
        return self._lifted(found, place.table, table)

    def _met(self, place: Field, condition: Condition, before: bool) -> pl.Series:
        tables = self._ground.base if before else self._tables
        column = self._columns[before].of(tables, place)
        found = column.holding(folded(condition.text)) if isinstance(condition, Contains) and not place.names else None
        if found is None:
            found = column.where(lambda values: self._passes(values, place, condition))
        more = self._tables[place.table].height - found.len()
        if more <= 0:
            return found
        empty = self._passes(pl.Series([None], dtype=column.values.dtype), place, condition)
        return found.extend_constant(bool(empty[0]), more)

    def _passes(self, values: pl.Series, place: Field, condition: Condition) -> pl.Series:
        """Whether each value meets a condition, or what is called so where it is an id."""
        if place.kind is Kind.IDS:
            return self._met_by_one(values, place, condition)
        own = met(values, condition, place.kind)
        if not place.names or isinstance(condition, Filled) or condition == Exact(""):
            return own
        return own | values.is_in(named_ids(self._tables, place, condition).implode()).fill_null(False)

    def _met_by_one(self, values: pl.Series, place: Field, condition: Condition) -> pl.Series:
        filled = values.list.len().fill_null(0) > 0
        if isinstance(condition, Filled):
            return filled
        if condition == Exact(""):
            return ~filled
        if isinstance(condition, Between):
            raise Unfit("a list of ids has no order", "an id or a name")
        ids = values.explode().drop_nulls().unique()
        wanted = pl.concat([ids.filter(met(ids, condition, Kind.ID)), named_ids(self._tables, place, condition)])
        found = values.list.eval(pl.element().is_in(wanted.implode())).list.any().fill_null(False)
        return found | ~filled if isinstance(condition, OneOf) and "" in condition.values else found

    def _marked(self, mark: str, table: str) -> pl.Series:
        if mark not in ("active", "inactive"):
            return self._ground.flag(table, mark)
        source = table if "status" in FIELDS[table] else "customers"
        status = self._columns[False].of(self._tables, FIELDS[source]["status"])
        is_so = status.where(lambda values: (values.str.to_lowercase() == mark).fill_null(False))
        return self._lifted(is_so, source, table)

    def _told(self, column: int, ask: Callable[[], pl.Series]) -> pl.Series:
        """What the ground tells, or the mistake at `column` of naming what it does not know."""
        try:
            return ask()
        except LetGo:
            raise
        except WorkbenchError as error:
            raise mistake(self._text, column, error.in_commands, "what there is") from None

    def _lifted(self, mask: pl.Series, source: str, target: str) -> pl.Series:
        return lifted(self._tables, mask, source, target)

    def _refused(self, column: int, error: pl.exceptions.ComputeError) -> QueryError:
        reason = str(error).strip().splitlines()[0][:200]
        return mistake(self._text, column, f"this cannot be searched: {reason}", "a simpler condition")
