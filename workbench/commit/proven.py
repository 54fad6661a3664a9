"""What earlier goes of a run have proven of it already: on a resume it needs no canary again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from workbench.commit.schedule import shapes_of
from workbench.session.rows import Outcome, Request

_VALUES: Final = ("scalar", "clear", "spaces")
_COUNTRY: Final = "country:"


def proven(requests: Iterable[Request], outcomes: Mapping[int, Outcome]) -> frozenset[str]:
    """The shapes (see `preview.shapes`) of requests whose own answer has verified them. The server may be another by now: until one
    is verified in this go too, an answer that is not as asked stops the run, as a canary's does.

    What was only read back proves nothing, as in one go. Neither does a body with arrays: how its items stood when it was sent is
    not known any more.
    """
    found: set[str] = set()
    for request in requests:
        outcome = outcomes.get(request.seq)
        if outcome is not None and outcome.outcome == "committed" and not outcome.reason:
            shapes = shapes_of(request.shapes)
            if all(shape in _VALUES or shape.startswith(_COUNTRY) for shape in shapes):
                found |= shapes
    return frozenset(found)
