"""The book of problems of an open session: what its checks find from snapshot to snapshot, less what was waived."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, TypedDict

import polars as pl

from workbench.customers.paths import cell_of, parse_path
from workbench.customers.tables import Tables
from workbench.errors import UsageError
from workbench.onlooker import part
from workbench.problems.check import SEVERITIES, Check
from workbench.problems.effect import Effect, effect
from workbench.problems.fixing import fixes
from workbench.problems.found import Problems, of_cells, of_customers
from workbench.problems.inspector import Hits, Inspector
from workbench.problems.plugin_process import LIMIT, PluginProcess
from workbench.problems.plugins import asked_apart, checks_of
from workbench.problems.registry import CHECKS, meant
from workbench.problems.tally import Counted, Ground, Tally
from workbench.problems.waivers import apart, listed, newest, words_on
from workbench.search.facets import facet_field
from workbench.session.rows import Column
from workbench.session.settings import Settings
from workbench.stage.bench import Bench
from workbench.stage.snapshot import Snapshot
from workbench.stage.staging import Evaluated

_KEPT: Final = 50_000
"""Of so many customers what the checks find is kept when it is only counted (some 130 MB): the list is there at once then."""


class Which(TypedDict, total=False):
    """How problems are chosen, beside a query: `rules` names checks (`phone.invalid`, or `phone` for all that begin so),
    `severity` the least bad one that counts, `fields` the columns (`phone`, `addresses.city`), `id` and `path` one cell of one
    customer, `lines` some lines of `Problems.frame`."""

    rules: Sequence[str]
    severity: str
    fields: Sequence[str]
    id: str
    path: str
    lines: pl.DataFrame | None


@dataclass(frozen=True, slots=True)
class Meant:
    """The problems that are meant: of the checks that any of `rules` names (all if there are none), at least as bad as `severity`;
    of `customers` (row numbers; None: all); in these `cells` (`table`, `field`, `row`, perhaps `rule`; None: all); in these
    `columns` (None: all)."""

    rules: Sequence[str] = ()
    severity: str = ""
    customers: pl.Series | None = None
    cells: pl.DataFrame | None = None
    columns: frozenset[Column] | None = None

    @staticmethod
    def of(tables: Tables, customers: pl.Series | None, which: Which) -> Meant:
        """What is chosen, of customers (row numbers) or all. Raises `UsageError` for a cell and a field that there are not, and for
        a name that `Which` has not: left unheard it would choose all."""
        for name in set(which) - set(Which.__annotations__):
            raise UsageError(f"problems are not chosen by {name!r}, but by {', '.join(Which.__annotations__)}")
        for name in ("rules", "fields", "id", "path"):
            if name in which and not which[name]:  # type: ignore[literal-required]
                raise UsageError(f"{name} is empty, which chooses no problem; leave it out where all are meant")
        cells = which.get("lines")
        if which.get("id") or which.get("path"):
            _, _, table, name, row = cell_of(tables, which.get("id", ""), parse_path(which.get("path", "")))
            cells = pl.DataFrame({"table": [table], "field": [name], "row": pl.Series([row], dtype=pl.UInt32)})
        rules = which.get("rules", ())
        rules = (rules,) if isinstance(rules, str) else rules
        return Meant(rules, which.get("severity", ""), customers, cells, _columns(which.get("fields", ())))

    def checks(self, every: Sequence[Check]) -> tuple[Check, ...]:
        """Those of the checks that are meant. Raises `UsageError` for a rule or a severity that there is not."""
        if self.severity and self.severity not in SEVERITIES:
            raise UsageError(f"there is no severity {self.severity!r}; there are: {', '.join(SEVERITIES)}")
        bad = SEVERITIES[: SEVERITIES.index(self.severity) + 1] if self.severity else SEVERITIES
        named = {one.rule for rule in self.rules for one in meant(every, rule)} if self.rules else None
        return tuple(one for one in every if one.severity in bad and (named is None or one.rule in named))

    @property
    def is_all(self) -> bool:
        """Whether all problems are meant."""
        chosen = self.customers, self.cells, self.columns
        return not self.rules and not self.severity and all(one is None for one in chosen)

    def among(self, tables: Tables, hits: Sequence[Hits]) -> tuple[Hits, ...]:
        """Those of the hits that are meant."""
        hits = [one for one in hits if self.columns is None or one.column in self.columns]
        found = tuple(hits) if self.customers is None else of_customers(tables, hits, self.customers)
        return found if self.cells is None else of_cells(found, self.cells)


class ProblemBook:
    """One for each session; safe to call from several threads."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._inspector = Inspector(CHECKS)
        self._of_base: Inspector | None = None
        self._waivers = newest(bench.store.waivers())
        self._tally = Tally()
        self._counted: tuple[Ground, Counted] | None = None
        self._keeps = False

    @property
    def checks(self) -> tuple[Check, ...]:
        """The checks that are asked: the workbench's own, and those of the steward's plugins."""
        return self._inspector.checks

    def add_checks(self, file: Path, limit: float | None = None) -> tuple[Check, ...]:
        """Adds the checks that a Python file makes; each may take `limit` seconds for a column. Raises as `checks_of` does."""
        process = PluginProcess(file, LIMIT if limit is None else limit)
        more = asked_apart(checks_of(file, self.checks), process)
        self._inspector.add(more)
        self._of_base = None
        return more

    def problems(self, snapshot: Snapshot, which: Meant) -> Problems:
        """What the checks find in a snapshot. Raises `UsageError` for a rule or a severity that there is not."""
        ground = self._ground(snapshot)
        stay, waived = self._found(snapshot.current, which, self._inspector)
        if which.is_all:
            self._keeps, self._counted = True, (ground, Counted.found(stay))
        return Problems(
            snapshot.current, stay, sum(one.frame.height for one in waived), lambda: self._of_base_of(snapshot, which)
        )

    def counted(self, snapshot: Snapshot) -> Counted | None:
        """How many problems each column has, as far as that was counted last; None if it never was."""
        if self._counted is None:
            return None
        ground, counted = self._counted
        return replace(counted, newest=ground.same(self._ground(snapshot)))

    def count(self, snapshot: Snapshot) -> Counted:
        """Counts them, in steps. Of few customers, or if all problems were asked for once, what is found is kept for the list."""
        if self._keeps or snapshot.current.customers.height <= _KEPT:
            self.problems(snapshot, Meant())
        else:
            ground = self._ground(snapshot)
            self._counted = ground, self._tally.counts(ground)
        counted = self.counted(snapshot)
        assert counted is not None
        return counted

    def _ground(self, snapshot: Snapshot) -> Ground:
        return Ground(snapshot.current, Settings.read(self._bench.facts).region, self.checks, self._waivers)

    def rows(self, snapshot: Snapshot, table: str, pattern: str) -> pl.Series:
        """A Boolean per row of a table: it has a problem that the pattern means; a customer also those of its items. Raises
        `UsageError` if no check is meant, or no field."""
        found, _ = self._found(snapshot.current, _meant_by(pattern, table), self._inspector)
        return snapshot.rows_of(table, ((hits.column[0], hits.frame["row"]) for hits in found))

    def cells(self, snapshot: Snapshot, table: str, pattern: str) -> dict[str, pl.Series]:
        """The cells of a table that have a problem that the pattern means: row numbers by field. Raises as `rows` does."""
        found, _ = self._found(snapshot.current, _meant_by(pattern, table), self._inspector)
        rows: dict[str, list[pl.Series]] = {}
        for hits in found:
            if hits.column[0] == table and hits.frame.height:
                rows.setdefault(hits.column[1], []).append(hits.frame["row"])
        return {name: pl.concat(some).unique() for name, some in rows.items()}

    def fixes(self, snapshot: Snapshot, which: Meant) -> Evaluated:
        """What the suggestions for problems come to, as changes; what is waived stays."""
        first, _ = self._found(snapshot.current, which, self._inspector)
        inspector = self._inspector.copy()

        def inspected(tables: Tables) -> Sequence[Hits]:
            return first if tables is snapshot.current else self._found(tables, which, inspector)[0]

        return fixes(snapshot, inspected)

    def effect(self, snapshot: Snapshot) -> Effect:
        """Which problems of the staged customers what is staged fixes, and which it brings."""
        with part(0.0, 0.5):
            after, _ = self._found(snapshot.current, Meant(), self._inspector)
        with part(0.5, 1.0):
            before = self._in_base(snapshot, Meant())
        staged = snapshot.staged("customers").arg_true().cast(pl.UInt32)
        return effect(snapshot.base, before, snapshot.current, after, staged)

    def waive(self, snapshot: Snapshot, which: Meant, reason: str, *, at: str, by: str) -> int:
        """Makes it durable that problems may stay as long as their cells hold what they hold; how many were not waived yet."""
        found, _ = self._found(snapshot.current, which, self._inspector)
        return self._say(words_on(snapshot.current, found, waived=True, reason=reason, at=at, by=by))

    def take_back(self, snapshot: Snapshot, which: Meant, *, at: str, by: str) -> int:
        """Takes waivers back; how many of the problems that are there were waived."""
        _, waived = self._found(snapshot.current, which, self._inspector)
        return self._say(words_on(snapshot.current, waived, waived=False, reason="", at=at, by=by))

    def waivers(self, snapshot: Snapshot) -> pl.DataFrame:
        """Every waiver, as lines of `waivers.LISTED` and `waivers.PLACE`."""
        return listed(snapshot.current, self._waivers)

    def _in_base(self, snapshot: Snapshot, which: Meant) -> tuple[Hits, ...]:
        if self._of_base is None:
            self._of_base = self._inspector.copy()
        return self._found(snapshot.base, which, self._of_base)[0]

    def _of_base_of(self, snapshot: Snapshot, which: Meant) -> Problems:
        return Problems(snapshot.base, self._in_base(snapshot, which))

    def _say(self, words: pl.DataFrame) -> int:
        if words.height:
            with self._bench.lock:
                self._bench.store.add_waivers(words)
                self._waivers = newest([self._waivers, words])
        return words.height

    def _found(self, tables: Tables, which: Meant, inspector: Inspector) -> tuple[tuple[Hits, ...], tuple[Hits, ...]]:
        """The problems that are meant, and those of them that are waived."""
        hits = inspector.inspect(tables, Settings.read(self._bench.facts).region, which.checks(inspector.checks))
        return apart(tables, which.among(tables, hits), self._waivers)


def _meant_by(pattern: str, table: str) -> Meant:
    """What `problem:` takes: a rule, and after an @ perhaps the field, as it is called in a query on `table`."""
    rule, at, name = pattern.partition("@")
    return Meant((rule,), columns=_columns([name], table) if at else None)


def _columns(fields: Sequence[str], table: str = "customers") -> frozenset[Column] | None:
    """The columns that are named; None if none is: all. Raises `UsageError` for one that there is not."""
    names = (fields,) if isinstance(fields, str) else fields
    return frozenset((one.table, one.name) for one in (facet_field(table, name) for name in names)) or None
