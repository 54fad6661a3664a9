"""Recipes of what was done, and replaying them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from workbench.commit.unfinished import refuse_unfinished
from workbench.door.finding import Finding
from workbench.door.said import counts
from workbench.given import given
from workbench.replay.replayed import Answer, Replayed, always, untold
from workbench.results import Staged
from workbench.session.rows import Change, Operation
from workbench.stage.snapshot import Snapshot
from workbench.stage.staging import summed

if TYPE_CHECKING:
    from workbench.replay.recipe import Recipe


@given
class Replaying(Finding):
    """Makes recipes and replays them."""

    def recipe(self) -> Recipe:
        """What was done and still stands, as it was meant: what `replay` does again on other data."""
        from workbench.replay.made import recipe_of

        return recipe_of(self._bench)

    def replay(
        self,
        recipe: Recipe | Path | str,
        on_trouble: Callable[[Replayed], Answer] | Answer = "leave",
        *,
        anywhere: bool = False,
        on_step: Callable[[int, Replayed], None] = untold,
        stopped: Callable[[], bool] = bool,
    ) -> tuple[Replayed, ...]:
        """Stages the steps of a recipe, or of a recipe's file, on this session's own data; what became of each. Nothing is sent.

        `on_trouble` says what to do about a step that is in trouble, or is asked: `go`, `leave` what is in trouble out, or `stop`.
        `on_step` is told of each (its place, from 1) as it is done; where `stopped` says so before one, the rest is not reached.
        Raises `WorkbenchError` for a recipe that was made on another server, unless it may come from `anywhere`, and `UsageError`
        for a file that is none.

        >>> done = wb.search().set("payment_term", "COD", note="all pay at once")
        >>> recipe = wb.recipe()
        >>> undone = wb.undo()
        >>> [(step.status, step.changed) for step in wb.replay(recipe)]
        [('applied', 12)]
        """
        from workbench.replay.replaying import refuse_elsewhere, replay

        if isinstance(recipe, Path | str):
            from workbench.replay.reading import read_recipe

            recipe = read_recipe(Path(recipe))
        refuse_unfinished(self._bench, "replayed")
        answer = on_trouble if callable(on_trouble) else always(on_trouble)
        refuse_elsewhere(recipe, self.origin, anywhere=anywhere)
        return replay(recipe, _Hands(self), answer, on_step=on_step, stopped=stopped)


class _Hands:
    """What a replay stages with."""

    def __init__(self, workbench: Replaying) -> None:
        self._workbench = workbench
        self.stage = workbench.stage
        self.fix = workbench.fix
        self.unstage_cells = workbench.unstage_cells
        self.drop, self.enable = workbench.drop, workbench.enable

    @property
    def snapshot(self) -> Snapshot:
        return self._workbench.snapshot

    @property
    def generation(self) -> str:
        return self._workbench._bench.facts.get("base", "0")

    @property
    def operations(self) -> list[Operation]:
        bench = self._workbench._bench
        return [one for one in bench.operations if one.id in bench.ledger.active]

    @property
    def dropped(self) -> list[Operation]:
        bench = self._workbench._bench
        return [one for one in bench.operations if one.id in bench.ledger.dropped]

    def found(self, where: str, table: str) -> pl.Series:
        return self._workbench._found(self.snapshot, where, table)

    def hold(self, ids: Sequence[str], note: str) -> int:
        here = pl.col("id").is_in(list(ids)) & ~pl.col("_gone")
        customers = self.snapshot.current.customers.with_row_index("row").filter(here)
        return self._workbench.hold(rows=customers["row"], note=note).changed

    def stage_cells(
        self, changes: Sequence[Change], *, matched: int, note: str, recipe: object, on: Snapshot
    ) -> Staged:
        found = summed(on, changes, matched=matched, cells=sum(change.count for change in changes))
        number = None
        if found.changes:
            number = self._workbench._add("replay", note, recipe, matched, found.changes, on=on).id
        return Staged(number, *counts(found))
