"""What was staged, loaded or brought by a run while an operation was worked out: it is worked out again on that."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import wraps
from typing import ParamSpec, TypeVar

from workbench.customers.equality import differs
from workbench.errors import WorkbenchError
from workbench.session.rows import Change, Operation
from workbench.stage.snapshot import Snapshot

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


def refuse_outdated(operation: Operation, new: Collection[str], then: Snapshot, now: Snapshot) -> None:
    """Raises `Outdated` if the cells of an operation that was worked out on `then` do not hold `now` what it recorded before it,
    or if the tables of which it has `new` rows have others at these places."""
    moved = any(now.current[table].height != then.current[table].height for table in new)
    if moved or any(
        _moved(change, now) for change in operation.changes if change.table not in new or change.field == "_gone"
    ):
        raise Outdated("what this touches was changed meanwhile; nothing was staged")


def _moved(change: Change, now: Snapshot) -> bool:
    frame, cells = now.current[change.table], change.cells
    known = cells.filter(cells["row"] < frame.height)  # the others are of new items
    return differs(known["before"], frame[change.field].gather(known["row"])).any()
