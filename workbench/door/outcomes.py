"""What became of runs, and the way back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from workbench.commit import outcomes as becoming
from workbench.commit import revert as reverting
from workbench.commit.customer_outcome import CustomerOutcome, customer_outcome
from workbench.commit.outcomes import Outcomes
from workbench.commit.revert_operation import inverses
from workbench.commit.run_lines import RunLines
from workbench.commit.standing import waits_for_acceptance
from workbench.commit.unfinished import refuse_unfinished
from workbench.customers.paths import cell_of, parse_path
from workbench.door.planning import Planning
from workbench.errors import WorkbenchError
from workbench.given import given
from workbench.results import Reverted
from workbench.stage.meanwhile import again
from workbench.stage.resolving import conflict_cells
from workbench.stage.snapshot import Snapshot

if TYPE_CHECKING:
    from workbench.commit.course import Course


@given
class RunOutcomes(Planning):
    """Tells what became of each customer of a run, and stages the way back."""

    def outcomes(self, run: int | None = None, *, only: Collection[str] = ()) -> Outcomes:
        """What became of each cell of a run (the latest unless told), all or those with an outcome in `only`.

        >>> done = wb.search().set("phone", "+14155552671")
        >>> report = wb.commit()
        >>> set(wb.outcomes(report.run).frame["outcome"])
        {'committed'}
        """
        return becoming.outcomes(self._bench, run, (only,) if isinstance(only, str) else only)

    def course(self, run: int | None = None) -> Course:
        """When what became of a run's customers (the latest run's unless told): a row per outcome with its time (`frame`), and
        counts in slices of time (`slices`), plotted in a notebook. Raises `WorkbenchError` if there is no such run.

        >>> done = wb.search().set("freight_term", "by sea")
        >>> wb.course(wb.commit().run).slices["committed"].sum()
        12
        """
        from workbench.commit.course import course

        return course(self._bench, run)

    def run_lines(self, run: int | None = None, *, under_way: bool = False) -> RunLines | None:
        """What became of each customer of a run (the latest unless told), as far as it is durable: read on from where the last
        call came to. None if there was no run yet.

        While the run goes on in this process (`under_way`), customers without an outcome are waiting and not `unsent`. Raises
        `WorkbenchError` if there is no such run.
        """
        if run is None and not self._bench.runs:
            return None
        return self._book.lines(reverting.run_to_revert(self._bench, run), under_way=under_way)

    def open_conflicts(self, lines: RunLines) -> int:
        """Of the customers with whom a run met a conflict: how many have one that is not decided yet."""
        if not lines.counts["conflict"]:
            return 0
        waiting = conflict_cells(self.snapshot)["customer"]
        return int(lines.customers(["conflict"]).is_in(waiting.unique().implode()).sum())

    def waits_for_acceptance(self, lines: RunLines) -> bool:
        """Whether the run of these lines stopped over what the server made of a canary, and goes on only once that is accepted."""
        return waits_for_acceptance(self._bench, reverting.run_to_revert(self._bench, lines.run), lines)

    def customer_outcome(self, run: int, request: int) -> CustomerOutcome:
        """What became of one customer's patch in a run (the request's number, as in `run_lines`): the exact body, its cells,
        the server's words. Raises `WorkbenchError` if there is none."""
        found = reverting.run_to_revert(self._bench, run)
        return customer_outcome(self._bench, found, self._book.lines(found), request)

    def taken_back(self, run: int) -> str:
        """One line on what later runs took back of this one on the server; empty if they took back nothing. Raises
        `WorkbenchError` if there is no such run."""
        return self._on_server.fate_of_run(reverting.run_to_revert(self._bench, run)).told

    @again
    def revert(
        self, run: int | None = None, *, where: str = "", id: str = "", path: str = "", dry_run: bool = False
    ) -> Reverted:
        """Stages the inverse of a run (the latest unless told), of all its customers, those that `where` finds, or one cell
        (a customer's `id` and the cell's `path`). With `dry_run` nothing is staged: it tells what would be.

        >>> done = wb.search().set("first_name", "Ada")
        >>> report = wb.commit()
        >>> wb.revert(report.run).changed, wb.commit().committed
        (12, 12)
        """
        refuse_unfinished(self._bench, "reverted")
        snapshot = self.snapshot
        found = reverting.run_to_revert(self._bench, run)
        customers = self._found(snapshot, where, "customers") if where.strip() else None
        back = reverting.inverse(self._bench, found, self._habits(), customers)
        if id or path:
            back = back.of_cell(*cell_of(self.snapshot.current, id, parse_path(path)))
        recipe = {"run": found.id, "where": where, "id": id, "path": path}
        return self._back(back, f"revert of run {found.id}", recipe, on=snapshot, dry_run=dry_run)

    @again
    def revert_operation(self, operation: int, *, dry_run: bool = False) -> Reverted:
        """Stages the inverse of what the newest run of which anything can go back brought of one operation alone, and of nothing
        else of that run: cells that another operation of the run changed too stay as they are, and are named. How many cells
        earlier runs brought of it that could go back too is the answer's `rest`: the next call takes those. With `dry_run` nothing
        is staged: it tells what would be. Raises `WorkbenchError` for an operation of which no run has sent a value."""
        refuse_unfinished(self._bench, "reverted")
        snapshot = self.snapshot
        backs = inverses(self._bench, self._on_server, self._bench.operation(operation), self._habits())
        if not backs:
            raise WorkbenchError(f"no run has sent a value of operation {operation}: there is nothing to revert")
        found, back = next(((run, back) for run, back in backs if back.changed), backs[0])
        if not back.changed:
            return Reverted(None, 0, tuple(one for _, each in backs for one in each.irreversible.to_dicts()))
        recipe = {"run": found.id, "operation": operation}
        done = self._back(back, f"revert of operation {operation}", recipe, on=snapshot, dry_run=dry_run)
        return replace(done, rest=sum(each.changed for _, each in backs) - back.changed)

    def _back(
        self, back: reverting.Inverse, note: str, recipe: Mapping[str, object], *, on: Snapshot, dry_run: bool
    ) -> Reverted:
        changed, stays = back.changed, tuple(back.irreversible.to_dicts())
        if dry_run or not changed:
            return Reverted(None, changed, stays)
        return Reverted(self._add("revert", note, recipe, changed, back.changes, on=on).id, changed, stays)
