"""How far long work is: a line on stderr that says the share done and how long the rest takes, on a terminal alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Final

from workbench.cli.common import Progress
from workbench.onlooker import Onlooker

_AFTER: Final = 1.0
"""Seconds: what is quicker says nothing."""
_OFTEN: Final = 0.2
_PACED: Final = 0.1
"""From less than this share nothing is foretold of the rest."""


@contextmanager
def how_far(doing: str, now: Callable[[], float] = monotonic) -> Iterator[None]:
    """Says of the work in it that one is `doing` it, how far that is, and how long the rest takes."""
    progress, began, said = Progress(), now(), 0.0

    def told(share: float) -> None:
        nonlocal said
        took = now() - began
        if took >= _AFTER and took - said >= _OFTEN:
            said = took
            left = f", {took * (1 - share) / share:,.0f} s left" if share >= _PACED else ""
            progress.show(f"{doing}: {share:.0%}{left}")

    try:
        with Onlooker(told).watching():
            yield
    finally:
        progress.done()
