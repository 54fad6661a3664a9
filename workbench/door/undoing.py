"""Undo, redo, drop: what is taken back here, and what is said of what a run has brought to the server."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Final

from workbench.commit.revert import PASSING
from workbench.commit.revert_operation import inverses
from workbench.door.said import now
from workbench.door.session import Door
from workbench.errors import OnServer
from workbench.given import given
from workbench.results import Reverted
from workbench.session.rows import Operation
from workbench.stage import acting
from workbench.stage.acting import Acted
from workbench.stage.on_top import dependent_lines

_NEVER_SENT: Final = "no value of it was sent: later operations had changed its cells before"


@given
class Undoing(Door):
    """Takes back and does again. Nothing here is sent."""

    def undo(self, steps: int = 1, *, dry_run: bool = False) -> Acted:
        """Takes back the newest `steps`, and says what they were, a line each. With `dry_run` nothing is taken back: it tells what
        would be. Raises `UsageError` for fewer than one step, `OnServer` (its `run` is the one to revert) for what a run has
        brought to the server, `RunUnfinished` for what waits in one.

        >>> done = wb.search().set("payment_term", "COD")
        >>> wb.undo().staged, wb.redo().staged
        (0, 12)
        """
        return self._told(lambda: acting.undo(self._bench, now(), steps, dry_run=dry_run))

    def redo(self, steps: int = 1) -> Acted:
        """Sets again what the newest `steps` of undo took back, and says what that was, a line each. Raises `UsageError` for fewer
        than one."""
        return acting.redo(self._bench, now(), steps)

    def drop(self, operation: int) -> Acted:
        """Switches any operation (its number, as in `log`) off; undo brings it back. Raises `WorkbenchError` if there is none, if
        it is off already, and for what a run has brought to the server or still has on its way.
        """
        return self._told(lambda: acting.drop(self._bench, now(), operation))

    def enable(self, operation: int) -> Acted:
        """Switches an operation that was dropped or undone on again, at its old place: what later ones made of its cells stands.
        Undo takes that back. Raises `WorkbenchError` if there is none, if it is on already, and where a run stands in the way."""
        return acting.enable(self._bench, now(), operation)

    def look_back(self, operation: int) -> Acted:
        """What undo would do up to an operation, itself included; nothing is done. Raises `WorkbenchError` if nothing of that one
        can be taken back, for a run has brought all of it to the server."""
        return self._told(lambda: acting.look_back(self._bench, operation))

    def on_top_of(self, operation: int) -> list[str]:
        """A line on each later, active operation that changed cells of this one; if it is off, also on what its other cells hold.
        Raises `WorkbenchError` if there is no such operation."""
        return dependent_lines(self._bench, operation)

    def steps_to(self, operation: int) -> int:
        """How many steps `undo` takes until an operation (its number) is taken back, itself included; 0 if it is not active."""
        return self._bench.ledger.steps_to(operation)

    def stays_on_server(self, operation: int) -> str:
        """One line on which cells of an operation that was committed cannot be taken back on the server, and why; empty if all
        can, and if none is committed. Raises `WorkbenchError` if there is no such operation."""
        found = self._bench.operation(operation)
        if not found.changed or self._bench.open_cells(found) == found.changed:
            return ""
        back = self._way_back(found)
        return _NEVER_SENT if back is None else back.stays

    def _told(self, act: Callable[[], Acted]) -> Acted:
        """Does it; where it ends at what is on the server, what of that cannot go back there either is said too."""
        try:
            done = act()
        except OnServer as error:
            raise self._with_stays(error) from None
        return (
            done.stopped_by(self._with_stays(done.stopped, ahead=True)) if isinstance(done.stopped, OnServer) else done
        )

    def _with_stays(self, error: OnServer, *, ahead: bool = False) -> OnServer:
        """`ahead`: what is staged on top of it now is about to be taken back, and no reason."""
        if error.taken_back:
            return error
        back = self._way_back(self._bench.operation(error.operation), but=PASSING if ahead else ())
        return error.staying(_NEVER_SENT if back is None else back.stays, none=back is None or not back.changed)

    def _way_back(self, operation: Operation, but: Collection[str] = ()) -> Reverted | None:
        """What reverting an operation alone would come to, some reasons left aside; None if no run has sent a value of it."""
        backs = [back for _, back in inverses(self._bench, self._on_server, operation, self._habits())]
        if not backs:
            return None
        every = [one for back in backs for one in back.irreversible.to_dicts()]
        stays = tuple(one for one in every if one["reason"] not in but)
        return Reverted(None, sum(back.changed for back in backs) + len(every) - len(stays), stays)
