"""Plans as files: written to be approved, and read to be sent exactly as they stand."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from workbench.commit.stale import refuse_stale
from workbench.door.previewing import Previewing
from workbench.door.said import now, who
from workbench.errors import WorkbenchError
from workbench.given import given
from workbench.load.loading import base_as_of
from workbench.preview.plan import Origins, plan_lines
from workbench.preview.plan_file import Plan, read_plan
from workbench.preview.preview import Preview
from workbench.results import Held
from workbench.stage.accepting import accept
from workbench.stage.choice import Choice
from workbench.stage.snapshot import UNACCEPTED, Snapshot

_IDENTITY = "identity"


@given
class Planning(Previewing):
    """Writes what is staged as a plan, and takes a plan only if it still is what is staged."""

    _fresh: tuple[Snapshot, Choice, Plan, pl.Series] | None = None

    def plan_lines(self, preview: Preview, where: str = "") -> Iterator[str]:
        """The lines of a preview's plan (JSON: see `preview.plan`); `where` is the query that chose its customers."""
        facts = self._bench.facts
        as_of = base_as_of(facts)
        come = Origins(
            session=self.name,
            session_id=self.identity,
            origin=self.origin,
            generation=int(facts.get("base", "0")),
            loaded=None if as_of is None else datetime.fromtimestamp(as_of, UTC).isoformat(timespec="seconds"),
            nested=preview.habits.nested,
            clear=preview.habits.clear,
            where=where,
            at=now(),
            by=who(),
            operations=self.log().operations,
        )
        return plan_lines(preview, come)

    def read_plan(self, file: Path | str, *, digest: str | None = None) -> Plan:
        """The plan in a file, as it was written and of this session. Raises `WorkbenchError` for any other, and for one whose
        digest is not the one that was approved (`digest`)."""
        plan = read_plan(Path(file))
        if digest is not None:
            plan.refuse_other(digest)
        if plan.session_id != self.identity:
            raise WorkbenchError(
                f"{plan.name} is a plan of another session ({plan.session}), not of {self.name}; nothing was sent"
            )
        if plan.origin is not None and plan.origin != self.origin:
            raise WorkbenchError(
                f"{plan.name} is a plan for {plan.origin}, and the session {self.name} belongs to "
                f"{self.origin or 'no API yet'}; nothing was sent"
            )
        return plan

    def rows_of(self, plan: Plan, *, approved: bool = False) -> pl.Series:
        """The customers (row numbers) of a plan that is what is staged now. Raises `WorkbenchError`, naming what moved, if it is
        stale, and where the session requires a review unless all of it is accepted or the plan is `approved` by its digest."""
        snapshot = self.snapshot
        rows = self._compared(snapshot, plan)
        held = snapshot.held()
        waits = held.filter(pl.col("row").is_in(rows.implode()) & (pl.col("reason") == UNACCEPTED))
        if waits.height and not approved:
            raise WorkbenchError(
                f"{waits.height:,} of the {rows.len():,} customers of {plan.name} are not accepted yet, which this session "
                f"requires, so nothing was sent: who has read it approves it with --digest, or accepts them with: "
                f"workbench accept {self.name} --where QUERY"
            )
        return rows

    def _compared(self, snapshot: Snapshot, plan: Plan) -> pl.Series:
        """The rows of a plan that is not stale; what was found out of this snapshot and choice is kept."""
        choice, known = self.choice, self._fresh
        if known is None or known[0] is not snapshot or known[1] is not choice or known[2] is not plan:
            rows = refuse_stale(choice.applied(snapshot), self._habits(), plan, self.name)
            known = self._fresh = snapshot, choice, plan, rows
        return known[3]

    def accept_customers(self, where: str = "", *, digest: str | None = None, accepted: bool = True) -> Held:
        """Accepts all that is staged of the customers that `where` finds, or (`accepted` False) takes that back; how many cells.

        With a `digest` only what a plan of them would hold, and only if the digest is that plan's (see `Preview.digest`); raises
        `WorkbenchError` if it is not.
        """
        preview = self.preview(where, choice=None if accepted else Choice())
        if digest is None:
            return self.approve(preview.frame["row"], accepted=accepted)
        if digest.strip().lower() != preview.digest:
            raise WorkbenchError(
                f"what is staged is not what was read, so nothing was accepted: its digest is {preview.digest}, "
                f"not {digest.strip()}; the digest of diff --where QUERY goes with the same --where"
            )
        return self.approve(preview.plan["row"], accepted=accepted)

    def approve(self, rows: pl.Series, *, accepted: bool = True) -> Held:
        """Keeps that all that is staged of these customers (row numbers) is accepted, or no longer, by whom and when. What
        was left out is not accepted, for a plan does not show it; it is withdrawn, or it would come back as accepted."""
        snapshot, wanted = self.choice.applied(self.snapshot) if accepted else self.snapshot, rows.implode()
        cells = {}
        for column in snapshot.columns:
            mine = snapshot.staged_cells_of(column)["row"]
            cells[column] = mine.filter(snapshot.customers_of(column[0], mine).is_in(wanted))
        return Held(accept(self._bench, now(), who(), cells, accepted=accepted))

    @property
    def identity(self) -> str:
        """What tells this session from every other; a copy of it has the same."""
        if _IDENTITY not in self._bench.facts:
            self._bench.remember({_IDENTITY: secrets.token_hex(16)})
        return self._bench.facts[_IDENTITY]
