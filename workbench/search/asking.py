"""Questions that nobody waits for any more: a newer one was asked."""

from __future__ import annotations

from collections.abc import Callable

from workbench.errors import WorkbenchError

StillAsked = Callable[[], bool]
"""Whether somebody still waits for the answer. Called from the thread that looks for it."""


class NotAsked(WorkbenchError):
    """The search was broken off: nobody waits for what it finds."""


def always() -> bool:
    """Somebody waits to the end."""
    return True


def go_on(asked: StillAsked) -> None:
    """Raises `NotAsked` if nobody waits any more."""
    if not asked():
        raise NotAsked("the search was broken off: another one was asked")
