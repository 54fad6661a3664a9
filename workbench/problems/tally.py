"""How many problems each column has, counted in the background: nothing is kept of it but the numbers.

`Inspector` keeps what it finds, so that the next list is there at once; of a million customers that takes more than two GB, which
is much for a number in a heading that nobody asked for. So of many customers the checks are asked about one column after the
other, and what they found is let go of.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from threading import Lock

import polars as pl

from workbench.customers.fields import TABLES
from workbench.customers.tables import Tables, schema
from workbench.onlooker import step
from workbench.problems.check import Check
from workbench.problems.inspector import Hits, Known, Moment
from workbench.problems.reading import Key
from workbench.problems.waivers import apart
from workbench.session.rows import Column


@dataclass(frozen=True, slots=True)
class Ground:
    """What problems follow from: the tables, the region of phones, the checks, and what is waived."""

    tables: Tables
    region: str
    checks: tuple[Check, ...]
    waivers: pl.DataFrame

    def same(self, other: Ground) -> bool:
        """Whether it is known, without a look at the values, that the same follows from another one."""
        here, there = self.tables, other.tables
        names = (here.sales_reps, here.price_lists) == (there.sales_reps, there.price_lists)
        rest = (self.region, self.checks) == (other.region, other.checks) and self.waivers is other.waivers
        return rest and names and all(here.same(there, table, name) for table in TABLES for name in schema(table))


@dataclass(frozen=True, slots=True)
class Counted:
    """How many problems each column has. `newest` is false once something that they follow from may be another: then the numbers
    are from before."""

    by_column: Mapping[Column, int]
    newest: bool = True

    def of_table(self, table: str) -> dict[str, int]:
        """The numbers of one table, by field; those without any are left out."""
        return {name: count for (of, name), count in self.by_column.items() if of == table and count}

    @staticmethod
    def found(hits: Iterable[Hits]) -> Counted:
        """The numbers of what was found."""
        counts: dict[Column, int] = {}
        for one in hits:
            counts[one.column] = counts.get(one.column, 0) + one.frame.height
        return Counted(counts)


@dataclass(frozen=True, slots=True)
class _Number:
    """How many problems a check found in a column, with all that this followed from."""

    check: Check
    key: Key
    words: pl.DataFrame | None
    count: int

    def holds(self, check: Check, key: Key, words: pl.DataFrame | None) -> bool:
        same = self.words is words or (self.words is not None and words is not None and self.words.equals(words))
        return self.check is check and self.key == key and same


class Tally:
    """Counts problems of one moment of the tables after another: only what checks read that changed is counted anew."""

    def __init__(self) -> None:
        self._known = Known()
        self._numbers: dict[tuple[str, Column], _Number] = {}
        self._lock = Lock()

    def counts(self, ground: Ground) -> Counted:
        """How many problems each column has, less what was waived, in steps: one for each check and column. What was counted when
        the onlooker leaves is not counted again."""
        tables, waivers = ground.tables, ground.waivers
        words = waivers.partition_by("rule", "table", "field", as_dict=True) if waivers.height else {}
        asked = sorted(((check, column) for check in ground.checks for column in check.on), key=lambda one: one[1])
        found: dict[Column, int] = {}
        with self._lock:
            self._known.versions.follow(tables)
            moment = Moment(self._known, tables, ground.region)
            try:
                for done, (check, column) in enumerate(asked):
                    step(done / len(asked))
                    said = words.get((check.rule, *column))
                    found[column] = found.get(column, 0) + self._number(moment, tables, check, column, said)
                    if done + 1 == len(asked) or asked[done + 1][1] != column:
                        self._known.distinct.clear()
            finally:
                self._known.distinct.clear()
        return Counted(found)

    def _number(self, moment: Moment, tables: Tables, check: Check, column: Column, words: pl.DataFrame | None) -> int:
        name, key = (check.rule, column), moment.key(check, column)
        known = self._numbers.get(name)
        if known is None or not known.holds(check, key, words):
            hits = moment.hits(check, column)
            (stay,), _ = apart(tables, [hits], words if words is not None else _NO_WORDS)
            known = self._numbers[name] = _Number(check, key, words, stay.frame.height)
            self._known.hits.clear()
            self._known.judged.clear()
        return known.count


_NO_WORDS = pl.DataFrame()
