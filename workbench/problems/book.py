"""The book of problems of an open session: what its checks find from snapshot to snapshot, less what was waived."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from workbench.customers.tables import Tables
from workbench.errors import UsageError
from workbench.problems.check import SEVERITIES, Check
from workbench.problems.found import Problems, of_customers
from workbench.problems.inspector import Hits, Inspector
from workbench.problems.registry import CHECKS, meant
from workbench.session.settings import Settings
from workbench.stage.bench import Bench
from workbench.stage.snapshot import Snapshot


class ProblemBook:
    """One for each session; safe to call from several threads."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._inspector = Inspector(CHECKS)

    @property
    def checks(self) -> tuple[Check, ...]:
        """The checks that are asked: the workbench's own, and those of the steward's plugins."""
        return self._inspector.checks

    def problems(
        self,
        snapshot: Snapshot,
        customers: pl.Series | None = None,
        *,
        rules: Sequence[str] = (),
        severity: str = "",
    ) -> Problems:
        """What the checks find in a snapshot, of customers (row numbers) or all.

        `rules` names checks (`phone.invalid`, `phone`; all if it is empty), `severity` the least bad one that counts. Raises
        `UsageError` for a rule or a severity that there is not.
        """
        hits = self.hits(snapshot.current, chosen(self.checks, rules, severity))
        if customers is not None:
            hits = of_customers(snapshot.current, hits, customers)
        return Problems(snapshot.current, hits)

    def rows(self, snapshot: Snapshot, table: str, pattern: str) -> pl.Series:
        """A Boolean per row of a table: it has a problem that the pattern means; a customer also those of its items."""
        current = snapshot.current
        found = [
            hits.frame["row"]
            if hits.column[0] == table
            else current[hits.column[0]]["_customer"].gather(hits.frame["row"])
            for hits in self.hits(current, meant(self.checks, pattern))
            if table in ("customers", hits.column[0])
        ]
        height = current[table].height
        rows = pl.concat([pl.Series([], dtype=pl.UInt32), *found])
        none = pl.repeat(False, height, dtype=pl.Boolean, eager=True)
        return none.scatter(rows, True) if rows.len() else none

    def hits(self, tables: Tables, checks: Sequence[Check]) -> tuple[Hits, ...]:
        """What these checks find in tables."""
        return self._inspector.inspect(tables, Settings.read(self._bench.facts).region, checks)


def chosen(checks: Sequence[Check], rules: Sequence[str], severity: str) -> tuple[Check, ...]:
    """The checks that any of `rules` means (all if there are none), at least as bad as `severity`. Raises `UsageError`."""
    if severity and severity not in SEVERITIES:
        raise UsageError(f"there is no severity {severity!r}; there are: {', '.join(SEVERITIES)}")
    wanted = SEVERITIES[: SEVERITIES.index(severity) + 1] if severity else SEVERITIES
    named = {one.rule for rule in rules for one in meant(checks, rule)} if rules else {one.rule for one in checks}
    return tuple(one for one in checks if one.rule in named and one.severity in wanted)
