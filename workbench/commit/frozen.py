"""A plan frozen, and kept: what a run will send, made durable before anything of it is sent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import polars as pl

from workbench.commit.options import Options
from workbench.commit.unfinished import refuse_unfinished
from workbench.customers.fields import NESTED
from workbench.errors import UsageError, WorkbenchError
from workbench.preview.digests import Digest, digest
from workbench.preview.habits import Habits
from workbench.preview.patches import going_and_held, patches, patches_in_parts
from workbench.session.rows import REQUEST, Change, Run
from workbench.stage.bench import Bench
from workbench.stage.choice import Choice
from workbench.stage.meanwhile import Moment
from workbench.stage.pointing import sendable, waiting_cells
from workbench.stage.snapshot import Snapshot

_SENT: Final = ("row", "before", "after", "operation")
_CHANGED: Final = "what is staged has changed since it was shown, so nothing was sent; look at it again"
_PARTS: Final = 8
_FEWEST: Final = 20_000
_MOST: Final = 200_000
"""The bodies of a plan are made in `_PARTS` parts of so many customers, each while the one before is written."""


@dataclass(frozen=True)
class Frozen:
    """A plan: the customers (`rows`, sorted) that are sent a patch, how many are held back, the snapshot that the patches are made
    of, how many cells wait for what it makes (see `stage.pointing`), how the server is spoken to, and when that was."""

    rows: pl.Series
    held: int
    snapshot: Snapshot
    waiting: int
    habits: Habits
    moment: Moment

    @property
    def planned(self) -> int:
        """How many customers the plan changes."""
        return self.rows.len()

    @cached_property
    def patches(self) -> pl.DataFrame:
        """The patches that will be sent (see `preview.patches`): made once, when somebody wants them."""
        return patches(self.snapshot, self.habits, self.rows)

    @cached_property
    def digest(self) -> str:
        """Their digest."""
        return digest(self.patches)

    def in_parts(self) -> Iterator[pl.DataFrame]:
        """`patches` in parts; they are only all in memory if somebody wanted them before."""
        most = min(_MOST, max(_FEWEST, -(-self.planned // _PARTS)))
        known = self.__dict__.get("patches")
        return (
            patches_in_parts(self.snapshot, self.habits, self.rows, most) if known is None else known.iter_slices(most)
        )

    def refuse_other(self, shown: str) -> None:
        """Raises `WorkbenchError` unless `shown` is this plan's digest: nothing is sent that was not shown."""
        if self.digest != shown:
            raise WorkbenchError(_CHANGED)


def freeze(
    bench: Bench,
    habits: Habits,
    customers: pl.Series | None = None,
    limit: int | None = None,
    choice: Choice | None = None,
) -> Frozen:
    """The plan of all staged customers, or of those among `customers` (row numbers), at most `limit` of them.

    Without the cells that `choice` leaves out and without those that wait for an item to be made: they stay staged.
    """
    moment = Moment.of(bench)
    chosen = bench.snapshot if choice is None else choice.applied(bench.snapshot)
    snapshot = sendable(chosen)
    going, held = going_and_held(snapshot, habits, customers)
    going = going if limit is None else going.head(limit)
    return Frozen(going, held, snapshot, waiting_cells(chosen, going).height, habits, moment)


def keep_plan(bench: Bench, frozen: Frozen, options: Options, *, at: str, by: str) -> Run:
    """Makes a plan durable as a run. Raises `UsageError` if a body with arrays is to go unchecked, `RunUnfinished` if another run
    began meanwhile, `WorkbenchError` if something of it was taken back."""
    cells = _planned(frozen.snapshot, frozen.rows)
    with bench.lock:
        refuse_unfinished(bench, "committed")  # another may have begun since this one was frozen
        if not frozen.moment.holds(bench, frozen.snapshot):
            raise WorkbenchError(_CHANGED)
        newest = max((o.id for o in bench.operations), default=0)
        run = Run(0, at, by, "", newest, json.dumps(options.recipe()), frozen.planned, "running", "", 0.0)
        written = _Written(frozen, whole=options.check != "none")
        number = bench.store.add_run(run, written.requests(), cells, written.digest.told)
        bench.runs = bench.store.runs()
        return next(kept for kept in bench.runs if kept.id == number)


@dataclass
class _Written:
    """The requests of a plan on their way into the session; `digest` is of those that were asked for. `whole`: a body may have
    arrays."""

    frozen: Frozen
    whole: bool
    digest: Digest = field(default_factory=Digest)

    def requests(self) -> Iterator[pl.DataFrame]:
        """The requests as frames. Raises `UsageError` for a body that must not go unchecked."""
        first = 0
        for part in self.frozen.in_parts():
            if not self.whole and part["body"].str.contains(_ARRAY).any():
                raise UsageError(
                    "--check none is refused where a body carries an array: a moved sibling would be overwritten"
                )
            self.digest.add(part)
            seqs = part.with_row_index("seq", first)
            first += part.height
            yield seqs.select(pl.col(name).cast(kind) for name, kind in REQUEST.items())


_ARRAY: Final = r'"(addresses|contacts|attributes)":\['


def _planned(snapshot: Snapshot, rows: pl.Series) -> list[Change]:
    """The cells of the customers in `rows` (whose place there is the number of their request)."""
    place = pl.repeat(None, snapshot.current.customers.height, dtype=pl.UInt32, eager=True)
    place = place.scatter(rows, pl.int_range(rows.len(), dtype=pl.UInt32, eager=True))
    staged = {column: snapshot.staged_cells_of(column).select(*_SENT) for column in snapshot.columns}
    making = {(table, "_gone"): snapshot.making_cells(table) for table in NESTED if snapshot.unsent(table).any()}
    made = []
    for (table, name), cells in (staged | making).items():
        cells = cells.with_columns(seq=place.gather(snapshot.customers_of(table, cells["row"])))
        cells = cells.filter(pl.col("seq").is_not_null())
        if cells.height:
            made.append(Change(table, name, cells))
    return made
