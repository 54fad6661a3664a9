"""Grids hear when the session has moved on without them: by a cell that was run, or in another grid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from weakref import WeakSet

from workbench.notebook.shell import ipython_shell

if TYPE_CHECKING:
    from workbench.notebook.grid.desk import Desk

_DESKS: Final[WeakSet[Desk]] = WeakSet()


def join(desk: Desk) -> None:
    """Lets a desk hear, from now on as long as it is there."""
    _DESKS.add(desk)
    shell = ipython_shell()
    if shell is not None:
        shell.events.register("post_run_cell", cell_was_run)  # once, however often it is asked for


def leave(desk: Desk) -> None:
    """Lets it hear nothing more."""
    _DESKS.discard(desk)


def moved_on(by: Desk | None = None) -> None:
    """Lets all desks but the one that did it look whether what they show is old."""
    for desk in list(_DESKS):
        if desk is not by:
            desk.look_again()


def cell_was_run(result: object = None) -> None:
    """What IPython calls after each cell."""
    moved_on()
