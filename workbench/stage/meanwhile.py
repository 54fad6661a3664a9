"""What was done to a session while an operation or a plan was worked out: an operation is worked out again on that, a plan is not
kept if it would send what does not go any more."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import polars as pl

from workbench.customers.equality import differs
from workbench.errors import WorkbenchError
from workbench.session.rows import Change, Operation
from workbench.stage.accepted import Accepted
from workbench.stage.choice import Choice
from workbench.stage.ledger import Ledger
from workbench.stage.snapshot import Snapshot

if TYPE_CHECKING:
    from workbench.stage.bench import Bench

P = ParamSpec("P")
T = TypeVar("T")


class Outdated(WorkbenchError):
    """What an operation touches is no longer as it was when it was worked out; nothing of it was kept."""


def again(verb: Callable[P, T]) -> Callable[P, T]:
    """The verb, done anew for as long as what it came to is outdated: each time somebody else has kept something."""

    @wraps(verb)
    def kept(*args: P.args, **options: P.kwargs) -> T:
        while True:
            try:
                return verb(*args, **options)
            except Outdated:
                continue

    return kept


def refuse_outdated(
    operation: Operation, new: Collection[str], then: Snapshot, now: Snapshot, read: Sequence[Change] = ()
) -> None:
    """Raises `Outdated` if the cells of an operation that was worked out on `then` do not hold `now` what it recorded before it,
    nor those that it `read` from others (`row`, `before`), or if the tables of which it has `new` rows have others at these
    places."""
    moved = any(now.current[table].height != then.current[table].height for table in new)
    touched = [change for change in operation.changes if change.table not in new or change.field == "_gone"]
    if moved or any(_moved(change, now) for change in (*touched, *read)):
        raise Outdated("what this touches was changed meanwhile; nothing was staged")


def _moved(change: Change, now: Snapshot) -> bool:
    frame, cells = now.current[change.table], change.cells
    known = cells.filter(cells["row"] < frame.height)  # the others are of new items
    return differs(known["before"], frame[change.field].gather(known["row"])).any()


@dataclass(frozen=True, slots=True)
class Moment:
    """What decides which cells a commit sends, as it was at one moment."""

    operations: int
    ledger: Ledger
    on_hold: pl.DataFrame
    accepted: Accepted
    choice: Choice
    base: str

    @classmethod
    def of(cls, bench: Bench) -> Moment:
        """As it is now."""
        base = bench.facts.get("base", "")
        return cls(len(bench.operations), bench.ledger, bench.on_hold, bench.accepted, bench.choice, base)

    def holds(self, bench: Bench, sent: Snapshot) -> bool:
        """Whether the cells that are staged in `sent` are still to go: what was staged since in others does not matter."""
        now = Moment.of(bench)
        same = all(getattr(now, name) is getattr(self, name) for name in ("ledger", "on_hold", "accepted", "choice"))
        if not same or now.base != self.base:
            return False
        since = (change for one in bench.operations[self.operations :] for change in one.changes)
        return not any(
            sent.staged_cells_of((one.table, one.field)).join(one.cells, on="row", how="semi").height for one in since
        )
