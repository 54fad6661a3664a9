"""What a replay stages with: the few verbs of the workbench that it needs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import polars as pl

from workbench.results import Staged, Unstaged
from workbench.session.rows import Change, Operation
from workbench.stage.edits import Edit
from workbench.stage.snapshot import Column, Snapshot

Keep = Callable[[Staged], bool]
"""Is told what an act would come to, and says whether that is staged."""


class Hands(Protocol):
    """What a replay stages with: the workbench."""

    @property
    def snapshot(self) -> Snapshot:
        """The session as it stands."""

    @property
    def generation(self) -> str:
        """Which base it is: another after every load."""

    @property
    def operations(self) -> Sequence[Operation]:
        """The active operations."""

    @property
    def dropped(self) -> Sequence[Operation]:
        """The operations that are switched off."""

    def found(self, where: str, table: str) -> pl.Series:
        """The rows of `table` (row numbers) that a query finds."""

    def stage(
        self,
        edits: Sequence[Edit],
        *,
        table: str,
        rows: pl.Series | None,
        where: str | None,
        note: str,
        keep: Keep,
        new: bool = False,
        reference: str = "",
    ) -> Staged:
        """Stages edits, if `keep` says so."""

    def fix(
        self, where: str, *, rules: Sequence[str] = (), fields: Sequence[str] = (), severity: str, note: str, keep: Keep
    ) -> Staged:
        """Stages what checks suggest, of all rules and fields unless some are told, if `keep` says so."""

    def stage_cells(
        self, changes: Sequence[Change], *, matched: int, note: str, recipe: object, on: Snapshot
    ) -> Staged:
        """Stages recorded cells, worked out on a snapshot: one operation, or none where nothing changes. Raises `Outdated`."""

    def hold(self, ids: Sequence[str], note: str) -> int:
        """Puts customers on hold, those that are here; how many were not before."""

    def unstage_cells(self, cells: dict[Column, pl.Series]) -> Unstaged:
        """Takes staged cells back: one operation, or none."""

    def drop(self, operation: int) -> object:
        """Switches an operation off."""

    def enable(self, operation: int) -> object:
        """Switches an operation on again."""
