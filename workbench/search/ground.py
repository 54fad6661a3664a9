"""What a query is evaluated on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import polars as pl

from workbench.customers.tables import Tables


class Ground(Protocol):
    """One moment of a session, as search needs to see it."""

    @property
    def current(self) -> Tables:
        """The tables with everything staged applied."""

    @property
    def base(self) -> Tables:
        """The tables as the server last showed them: the same rows; current may have more at its end (new items)."""

    def flag(self, table: str, name: str) -> pl.Series:
        """A Boolean per row of `current[table]`; `name` is `staged`, `invalid`, `held`, `conflict`, `unseen` or
        `accepted`."""

    def changed(self, table: str, field: str) -> pl.Series:
        """A Boolean per row of `current[table]`: this field's cell is staged."""

    def outcome(self, name: str) -> pl.Series:
        """A Boolean per row of `current.customers`: in the last run that took it along this became of it. Raises `UsageError`
        if there is no such outcome."""

    def operation(self, table: str, number: int) -> pl.Series:
        """A Boolean per row of `current[table]`: this operation changed a cell of it, for a customer also of its items. Raises
        `WorkbenchError` if there is no such operation."""

    @property
    def rules(self) -> Sequence[str]:
        """The names of the checks, for `problem:`."""

    def problem(self, table: str, pattern: str) -> pl.Series:
        """A Boolean per row of `current[table]`: a cell of it, for a customer also of its items, has a problem that the pattern
        (`phone.invalid`, `phone`, `phone.*`, `*`, each perhaps with the field that it is about: `phone@contacts.phone`) means.
        Raises `UsageError` if it means none."""

    def problem_cells(self, table: str, pattern: str) -> Mapping[str, pl.Series]:
        """The cells of `current[table]` that have such a problem: row numbers by field. Raises as `problem` does."""
