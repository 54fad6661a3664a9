"""Which cells make a query find their row: those that hold one of its words, or meet a condition on their field."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce
from operator import or_

import polars as pl

from workbench.customers.fields import FIELDS, Field, Kind
from workbench.errors import QueryError, UsageError
from workbench.search.conditions import met
from workbench.search.folding import as_pattern, folded
from workbench.search.ground import Ground
from workbench.search.mistakes import Unfit
from workbench.search.names import named_ids
from workbench.search.nodes import (
    All,
    Any,
    Changed,
    Condition,
    Contains,
    Exact,
    FieldTest,
    Filled,
    Group,
    Node,
    Problem,
    Regex,
    Word,
)
from workbench.search.places import located
from workbench.search.query import parse
from workbench.search.reach import Source, all_uuids, fits_uuid, sources_of


class Matching:
    """The positive words, conditions and problems of a query on `table`. Raises `QueryError` for one that does not parse.

    What a minus turns round, marks (`is:staged`) and conditions on other tables are met by no cell of the row itself.
    """

    def __init__(self, ground: Ground, query: str, table: str) -> None:
        self._ground = ground
        self._table = table
        self._words: list[Word] = []
        self._tests: dict[str, list[Condition | None]] = {}
        self._known: dict[tuple[str, Condition], pl.Series] = {}
        self._wrong: dict[str, list[pl.Series]] = {}
        for node in _positive(parse(query).root):
            self._take(node)
        self._sought = {source.field.name: source for source in sources_of(table)}

    def cells(self, rows: pl.Series, names: Sequence[str]) -> dict[str, pl.Series]:
        """For each of the columns `names` in which there can be one: a Boolean per row number of `rows`, true for a cell."""
        out = {}
        for name in names:
            met_by = [self._met(name, rows, test) for test in self._tests.get(name, ())]
            met_by += [rows.is_in(wrong.implode()) for wrong in self._wrong.get(name, ())]
            met_by += [self._holds(self._sought[name], rows, word) for word in self._words if name in self._sought]
            if met_by:
                out[name] = reduce(or_, met_by)
        return out

    def _take(self, node: Node) -> None:
        if isinstance(node, Word):
            self._words.append(node)
            return
        if isinstance(node, Problem):
            self._take_problem(node)
            return
        if not isinstance(node, FieldTest | Changed) or (isinstance(node, FieldTest) and node.field.before):
            return
        try:
            place = located("", node.field, self._table)
        except QueryError:
            return
        if place.table == self._table:
            self._tests.setdefault(place.name, []).append(node.condition if isinstance(node, FieldTest) else None)

    def _take_problem(self, problem: Problem) -> None:
        try:
            found = self._ground.problem_cells(self._table, problem.pattern)
        except UsageError:
            return  # a check that there is not finds nothing
        for name, wrong in found.items():
            self._wrong.setdefault(name, []).append(wrong)

    def _holds(self, source: Source, rows: pl.Series, word: Word) -> pl.Series:
        """Whether each cell holds a word, as `reach` says what words look into."""
        field, parts = source.field, tuple(folded(part) for part in word.parts if part)
        values = self._ground.current[self._table][field.name].gather(rows)
        if source.named:
            return self._met_by_ids(field, values, _as_condition(parts))
        if not fits_uuid(parts) and all_uuids(source, values):
            return pl.repeat(False, rows.len(), dtype=pl.Boolean, eager=True)
        return met(values, _as_condition(parts), field.kind)

    def _met(self, name: str, rows: pl.Series, condition: Condition | None) -> pl.Series:
        if condition is None:
            return self._ground.changed(self._table, name).gather(rows)
        field = FIELDS[self._table][name]
        values = self._ground.current[self._table][name].gather(rows)
        try:
            return self._met_by_ids(field, values, condition) if field.names else met(values, condition, field.kind)
        except Unfit:
            return pl.repeat(False, rows.len(), dtype=pl.Boolean, eager=True)

    def _met_by_ids(self, field: Field, values: pl.Series, condition: Condition) -> pl.Series:
        several = field.kind is Kind.IDS
        if isinstance(condition, Filled) or condition == Exact(""):
            filled = values.list.len().fill_null(0) > 0 if several else values.fill_null("") != ""
            return filled if isinstance(condition, Filled) else ~filled
        ids = (values.explode(empty_as_null=True, keep_nulls=True) if several else values).drop_nulls().unique()
        named = self._named(field, condition)
        wanted = ids.filter(met(ids, condition, Kind.ID) | ids.is_in(named.implode())).implode()
        if several:
            return values.list.eval(pl.element().is_in(wanted)).list.any().fill_null(False)
        return values.is_in(wanted).fill_null(False)

    def _named(self, field: Field, condition: Condition) -> pl.Series:
        """The ids whose name meets a condition, asked once."""
        key = (field.name, condition)
        if key not in self._known:
            self._known[key] = named_ids(self._ground.current, field, condition)
        return self._known[key]


def _positive(node: Node | None) -> Iterator[Node]:
    """The leaves that are not turned round. Of a group only those that ask for rows of another table are left out later."""
    if isinstance(node, All | Any):
        for one in node.of:
            yield from _positive(one)
    elif node is not None and not isinstance(node, Group):
        yield node


def _as_condition(parts: tuple[str, ...]) -> Condition:
    """A word as a condition on one value: its parts with anything between them."""
    if not parts:
        return Filled()
    return Contains(parts[0]) if len(parts) == 1 else Regex("(?is)" + ".*".join(map(as_pattern, parts)))
