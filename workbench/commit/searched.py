"""A moment of a session as search sees it: with what became of customers in the runs that took them along."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from workbench.commit.run_lines import became
from workbench.customers.tables import Tables
from workbench.session.rows import Operation
from workbench.stage.snapshot import Snapshot

if TYPE_CHECKING:
    from workbench.problems.book import ProblemBook


@dataclass(frozen=True, slots=True)
class Searched:
    """A `Ground`: a snapshot, and what is asked only when a query needs it: `last` for the last outcome of each customer (see
    `RunBook`), `made` for an operation by its number, `book` for the problems."""

    snapshot: Snapshot
    last: Callable[[], pl.Series]
    made: Callable[[int], Operation]
    book: Callable[[], ProblemBook]

    @property
    def current(self) -> Tables:
        """The tables with everything staged applied."""
        return self.snapshot.current

    @property
    def base(self) -> Tables:
        """The tables as the server last showed them."""
        return self.snapshot.base

    def flag(self, table: str, name: str) -> pl.Series:
        """A Boolean per row: it has this mark."""
        return self.snapshot.flag(table, name)

    def changed(self, table: str, field: str) -> pl.Series:
        """A Boolean per row: this field's cell is staged."""
        return self.snapshot.changed(table, field)

    def outcome(self, name: str) -> pl.Series:
        """A Boolean per customer: this became of it in the last run that took it along. Raises `UsageError` for no outcome."""
        return became(self.last(), name)

    def operation(self, table: str, number: int) -> pl.Series:
        """A Boolean per row: this operation changed a cell of it. Raises `WorkbenchError` if there is no such operation."""
        cells = ((change.table, change.cells["row"]) for change in self.made(number).changes)
        return self.snapshot.rows_of(table, cells)

    @property
    def rules(self) -> tuple[str, ...]:
        """The names of the checks."""
        return tuple(check.rule for check in self.book().checks)

    def problem(self, table: str, pattern: str) -> pl.Series:
        """A Boolean per row: it has a problem that the pattern means. Raises `UsageError` if no check is meant."""
        return self.book().rows(self.snapshot, table, pattern)

    def problem_cells(self, table: str, pattern: str) -> dict[str, pl.Series]:
        """The cells that have a problem that the pattern means: row numbers by field. Raises `UsageError` if no check is meant."""
        return self.book().cells(self.snapshot, table, pattern)
