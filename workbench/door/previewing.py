"""What is staged, as it would be sent; conflicts."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

import polars as pl

from workbench.commit.frozen import Frozen, freeze
from workbench.customers.paths import parse_path
from workbench.customers.rules import Rules
from workbench.door.said import now, who
from workbench.door.session import Door
from workbench.errors import UsageError
from workbench.given import given
from workbench.preview.preview import Preview
from workbench.results import Held, Resolved
from workbench.stage import acting, resolving
from workbench.stage.choice import Cells, Choice
from workbench.stage.leaving_out import leave_out
from workbench.stage.meanwhile import again
from workbench.stage.resolving import Conflict
from workbench.stage.snapshot import Snapshot
from workbench.stage.staging import summed

if TYPE_CHECKING:
    from workbench.preview.review import Review, Tally


@given
class Previewing(Door):
    """Shows what would be sent, and settles what somebody else changed meanwhile."""

    def _freeze(
        self, where: str, limit: int | None, rows: pl.Series | None = None, choice: Choice | None = None
    ) -> Frozen:
        if limit is not None and limit < 1:
            raise UsageError(f"--limit is {limit}; it must be 1 or more")
        customers = self._chosen(self.snapshot, where, rows)
        return freeze(self._bench, self._habits(), customers, limit, self.choice if choice is None else choice)

    @property
    def choice(self) -> Choice:
        """What was taken out of every commit in a review: see `leave_out`."""
        return self._bench.choice

    def leave_out(self, cells: Cells) -> Held:
        """Takes cells (row numbers by column) out of every commit, durably, until they are taken in again; they stay staged.

        >>> done = wb.search().set("payment_term", "COD")
        >>> first = wb.snapshot.staged_cells_of(("customers", "payment_term"))["row"].head(2)
        >>> wb.leave_out({("customers", "payment_term"): first}).changed, wb.plan().planned
        (2, 10)
        """
        return Held(leave_out(self._bench, now(), who(), cells))

    def take_in(self, cells: Cells | None = None, *, where: str = "") -> Held:
        """Lets cells that were left out (all of them unless told, or those of the customers that `where` finds) go with the next
        commit again."""
        if cells is None:
            cells = self.choice.out
            if where.strip():
                cells = self._cells_of(cells, self._found(self.snapshot, where, "customers"))
        return Held(leave_out(self._bench, now(), who(), cells, out=False))

    def _cells_of(self, cells: Cells, customers: pl.Series) -> Cells:
        """Those of the cells that are of these customers (row numbers)."""
        snapshot, wanted = self.snapshot, customers.implode()
        return {
            column: rows.filter(snapshot.customers_of(column[0], rows).is_in(wanted)) for column, rows in cells.items()
        }

    def preview(
        self, where: str = "", *, limit: int | None = None, rows: pl.Series | None = None, choice: Choice | None = None
    ) -> Preview:
        """What is staged, of all customers, or of those that `where` finds or `rows` (row numbers) names: counts, groups, exact
        bodies.

        With `limit` only of those whom a commit of at most so many would send; as if what the `choice` leaves out (the session's
        unless told) had never been staged.
        """
        snapshot, taken = self.snapshot, self.choice if choice is None else choice
        customers = self._chosen(snapshot, where, rows)
        out = taken.left_out(snapshot) if taken.out else {}
        if out and customers is not None:
            out = self._cells_of(out, customers)
        if limit is not None:
            customers = self._freeze(where, limit, rows, taken).rows
        left = sum(rows.len() for rows in out.values())
        return Preview(taken.applied(snapshot), self._habits(), customers, Rules.read(self._bench.facts), left)

    def review(self, choice: Choice | None = None, known: Review | None = None) -> Review:
        """What is staged, grouped, with what `choice` (the session's unless told) leaves in and what was accepted of it.

        `known`: a review of before; what it has found out is kept as far as it holds, and it is the one if nothing is another
        (see `Review.after`).
        """
        from workbench.preview.review import Review

        chosen, everything = self.choice if choice is None else choice, self.preview(choice=Choice())
        return Review(everything, chosen) if known is None else known.after(everything, chosen)

    def ways_back(self, tally: Tally) -> dict[int, int]:
        """How many of the changes that would go are of the revert of which run.

        >>> done = wb.search().set("payment_term", "COD")
        >>> run = wb.commit().run
        >>> done = wb.revert(run)
        >>> wb.ways_back(wb.review().tally) == {run: 12}
        True
        """
        runs: Counter[int] = Counter()
        for one in self._bench.operations:
            if one.id in tally.reverts:
                runs[json.loads(one.recipe)["run"]] += tally.reverts[one.id]
        return dict(runs)

    @property
    def staged(self) -> Preview:
        """The preview of everything that is staged, but for what was left out.

        >>> done = wb.search().set("payment_term", "COD")
        >>> wb.staged.customers, next(iter(wb.staged.bodies()))[1]
        (12, b'{"payment_term":"COD"}')
        """
        return self.preview()

    def conflicts(self) -> tuple[Conflict, ...]:
        """The staged cells that changed on the server since they were loaded, with the three values.

        >>> wb.conflicts()
        ()
        """
        return resolving.conflicts(self.snapshot)

    def conflict_cells(self, snapshot: Snapshot | None = None) -> pl.DataFrame:
        """The conflicts (of the snapshot as it stands unless told) as a frame: see `stage.resolving.conflict_cells`."""
        return resolving.conflict_cells(self.snapshot if snapshot is None else snapshot)

    @again
    def resolve(
        self,
        keep: str,
        *,
        id: str = "",
        path: str = "",
        where: str = "",
        cells: pl.DataFrame | None = None,
        dry_run: bool = False,
    ) -> Resolved:
        """Resolves conflicts by keeping `ours`, `theirs` or a new value (text): an operation too.

        Either of one cell (the customer's `id` and the cell's `path`), of `cells` (lines of `conflict_cells`), or of all
        customers that `where` finds (unless anything is told: of all). With `dry_run` nothing is kept: it tells what would come of
        it. Raises `UsageError` for a cell that there is not, `RunUnfinished` for one that waits in a run.
        """
        snapshot = self.snapshot
        if id:
            chosen = resolving.at_cell(snapshot, id, parse_path(path))
        elif cells is not None:
            chosen = resolving.of_cells(cells)
        else:
            chosen = resolving.of_customers(snapshot, self._found(snapshot, where, "customers"))
        kind, changes = resolving.resolution(snapshot, chosen, keep)
        columns = {(change.table, change.field): change.cells.select("row") for change in changes}
        changed = sum(change.cells.height for change in changes)
        told = summed(snapshot, changes if keep != "theirs" else (), matched=changed, cells=changed)
        recipe: dict[str, object] = {"keep": keep, "id": id, "path": path, "where": where}
        if cells is not None:
            recipe["cells"] = changed
        number = None
        with self._bench.lock.before_keeping():
            acting.refuse_waiting(self._bench, columns, "these cells cannot be resolved")
            if changed and not dry_run:
                number = self._add(kind, f"conflict: keep {keep}", recipe, changed, changes, on=snapshot).id
        return Resolved(number, changed, keep, told.invalid, told.reasons)
