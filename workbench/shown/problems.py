"""Problems as people read them: a line for each rule, the problems of one, and what was waived."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from workbench.customers.tables import Tables
from workbench.problems.check import SEVERITIES
from workbench.shown.cells import Cell, Column
from workbench.shown.examples import readable
from workbench.shown.named import named
from workbench.shown.positions import ByPosition
from workbench.shown.rows import called
from workbench.shown.text import revealed
from workbench.stage.staging import Example

if TYPE_CHECKING:
    from workbench.problems.found import Problems

_OF_EACH: Final = 3
"""So many examples of a column are told: a question that is higher than the terminal is not answered before it was scrolled."""
_LONGEST: Final = 300
"""Characters of a value: more are never seen."""


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule that found something: how often, how many of these come with a suggestion; what it says in a sentence."""

    rule: str
    severity: str
    count: int
    suggested: int
    message: str
    explanation: str


def rule_lines(found: Problems) -> tuple[RuleLine, ...]:
    """The rules that found something, the worst first; of equally bad ones the commonest."""
    checks = {hits.check.rule: hits.check for hits in found.hits}
    lines = []
    for rule, many in found.counts.items():
        check = checks[rule]
        certain = found.suggested.get(rule, 0)
        lines.append(RuleLine(rule, check.severity, many, certain, check.message, check.explanation))
    return tuple(sorted(lines, key=lambda line: (SEVERITIES.index(line.severity), -line.count, line.rule)))


def problem_query(where: str, rule: str, field: str = "") -> str:
    """The query that finds the problems of a rule among the customers that `where` finds; only those in a `field` (`phone`,
    `addresses.city`) if it is given."""
    asked = f"problem:{rule}@{field}" if field else f"problem:{rule}"
    return f"({where}) {asked}" if where.strip() else asked


def customers_query(table: str, query: str) -> str:
    """The query that finds the customers of those rows of a table that `query` finds."""
    return query if table == "customers" or not query.strip() else f"{table}:({query})"


def example_lines(tables: Tables, examples: Sequence[Example]) -> list[str]:
    """What fixes do to a few cells of each column, a line for each: the customer, the field, before and after with nothing
    hidden."""
    lines = []
    columns = groupby(examples, lambda one: (one.path.partition("[")[0], one.path.rpartition(".")[2]))
    for one in (one for _, each in columns for one in islice(each, _OF_EACH)):
        table = one.path.partition("[")[0] if "[" in one.path else "customers"
        (seen,) = readable(tables, table, [one])
        before, after = (revealed(str(text)[:_LONGEST]) or "(empty)" for text in (seen.before, seen.after))
        name = one.path.rpartition("].")[2]
        field = name if table == "customers" or name == one.path else f"{table}.{name}"
        row = pl.Series([tables.customers["id"].index_of(one.id)], dtype=pl.UInt32)
        lines.append(f"{called(tables, row)[0]}, {field}: {before} → {after}")
    return lines


class CellLines(ByPosition):
    """Lines of a frame about cells: `id`, `table`, `field`, `row` and others."""

    NAMES: Sequence[str] = ()
    """The columns that are shown; `customer` is the customer's name."""

    def __init__(self, tables: Tables, lines: pl.DataFrame) -> None:
        self.columns = tuple(Column(name, name) for name in self.NAMES)
        self.staged: frozenset[str] = frozenset()
        self.lines = lines
        self._tables = tables

    @property
    def height(self) -> int:
        """How many lines there are."""
        return self.lines.height

    def window(self, start: int, stop: int, names: Sequence[str]) -> list[list[Cell]]:
        """The cells of some columns at some positions, row by row."""
        lines = self.lines.slice(start, max(min(stop, self.height) - start, 0))
        labels = called(self._tables, pl.Series(map(self._customer, lines.iter_rows(named=True)), dtype=pl.UInt32))
        return [
            [Cell(labels[place] if name == "customer" else self._text(line, name)) for name in names]
            for place, line in enumerate(lines.iter_rows(named=True))
        ]

    def line(self, position: int) -> dict[str, Any]:
        """The line at a position."""
        return self.lines.row(position, named=True)

    def label(self, position: int) -> str:
        """What people call the customer of a line."""
        return called(self._tables, pl.Series([self._customer(self.line(position))], dtype=pl.UInt32))[0]

    def same(self, row: int, name: str) -> pl.Series:
        """The lines that hold the same in a column."""
        here = self.line(row)
        keys = {"customer": ("id",), "field": ("table", "field")}.get(name, (name,))
        alike = [pl.col(key).eq_missing(pl.lit(here[key])) for key in keys]
        return self.lines.select(pl.all_horizontal(alike).alias("same"))["same"].arg_true()

    def value(self, position: int, name: str = "value") -> str:
        """A value at a position as people read it: nothing in it is hidden."""
        return self._text(self.line(position), name)

    def _text(self, line: Mapping[str, Any], name: str) -> str:
        text = line[name]
        if name == "field" and line["table"] != "customers":
            return f"{line['table']}.{text}"
        if name in ("value", "suggestion") and text:
            return revealed(named(self._tables, line["table"], line["field"], [text[:_LONGEST]])[0])
        return text or ""

    def _customer(self, line: Mapping[str, Any]) -> int:
        row: int = line["row"]
        return row if line["table"] == "customers" else int(self._tables[line["table"]]["_customer"][row])


class ProblemRows(CellLines):
    """Lines of `Problems.frame`."""

    NAMES = ("customer", "field", "value", "suggestion", "message", "path", "id")

    def _text(self, line: Mapping[str, Any], name: str) -> str:
        if name == "suggestion" and line[name] == "":
            return "(clear it)"
        return super()._text(line, name)


class WaiverRows(CellLines):
    """Lines of `Workbench.waivers`."""

    NAMES = ("rule", "customer", "field", "value", "reason", "holds", "by", "at", "path", "id")

    def _text(self, line: Mapping[str, Any], name: str) -> str:
        if name == "holds":
            return "holds" if line[name] else "lapsed: another value is there"
        if name == "at":
            return str(line[name])[:16].replace("T", " ")
        return super()._text(line, name)
