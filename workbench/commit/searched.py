"""A moment of a session as search sees it: with what became of customers in the runs that took them along."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from workbench.commit.run_lines import became
from workbench.customers.tables import Tables
from workbench.stage.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Searched:
    """A `Ground`: a snapshot, and `last`, which is asked for the last outcome of each customer (see `RunBook`)."""

    snapshot: Snapshot
    last: Callable[[], pl.Series]

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
