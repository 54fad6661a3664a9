"""What outcomes tell: the reason in a line for people, with what to do next, and the details as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson

from workbench.commit.compare import Difference

TRIED: Final = '{"tried":true}'
"""The details of what could not be read back: a resume does not begin with it."""

_NAMED: Final = 3
"""So many cells are named in a reason."""


def look(customer: str, reason: str) -> str:
    """Why the run stops over an array, and what to do."""
    return f"customer {customer}: {reason}; look at it there, then give the rest up with: resume --abandon"


def accept(customer: str, reason: str) -> str:
    """Why the run stops over a value, and what to do."""
    return (
        f"customer {customer}: {reason}; if that is as it should be, go on with: resume --accept-altered; "
        "if not, keep the rest staged with: resume --abandon"
    )


def broke(lines: Sequence[str], *, lost: bool = False) -> str:
    """What became of the items of an array; of a call whose answer was `lost` nobody can tell who did it."""
    other = ", or somebody else changed them after a call whose answer was lost" if lost else ""
    return f"the server did not keep the items of an array{other}: {'; '.join(lines)}"


def empties(lost: Sequence[Difference]) -> str:
    """That cells of a customer are empty now which nobody asked the server to change, by the paths of few."""
    more = f" and {len(lost) - _NAMED} more" if len(lost) > _NAMED else ""
    told = ", ".join(f"{one.path} (it was {shown(one.expected)})" for one in lost[:_NAMED])
    return f"what was not asked for became empty with it: {told}{more}"


def stored(one: Difference) -> str:
    """That the server made something else of what was asked."""
    return f"asked for {one.path} {shown(one.expected)}, the server stored {shown(one.found)}"


def kept(one: Difference) -> str:
    """That a cell holds already what the server is known to make of what is asked."""
    return f"{one.path} holds {shown(one.found)}, which is what this server makes of {shown(one.expected)}"


def wrote(ours: Sequence[Difference]) -> str:
    """What a call whose answer was lost did write, by the paths of few cells; to be added to a reason."""
    if not ours:
        return ""
    more = f" and {len(ours) - _NAMED} more" if len(ours) > _NAMED else ""
    return f"; the call wrote {', '.join(one.path for one in ours[:_NAMED])}{more}, which revert takes back"


def unread(reason: str) -> str:
    """What is said of a request that was given up while nobody knew what became of it, and why it could not be read back."""
    return (
        f"{reason}; given up, so that whether it was changed is not known: commit again, which reads it first, but not with "
        "--check none"
    )


def unreadable(customer: str, reason: str = "", more: int = 0) -> str:
    """That a customer, and so many `more`, could not be read back, and what to do."""
    others = f" and {more:,} more" if more else ""
    why = f" ({reason})" if reason else ""
    return (
        f"customer {customer}{others} could not be read back{why}; try again with: workbench resume, or end the run with "
        f"{'those' if more else 'that'} not known with: workbench resume --abandon"
    )


def details_of(more: Mapping[str, Any] | None = None, /, **found: Sequence[Difference]) -> str:
    """Outcome details as JSON text: lists of `{"path","expected","found"}` by name, those that are empty left out."""
    told: dict[str, Any] = dict(more or {})
    for name, differences in found.items():
        if differences:
            told[name] = [{"path": d.path, "expected": d.expected, "found": d.found} for d in differences]
    return orjson.dumps(told).decode() if told else ""


def shown(value: Any) -> str:
    """A value as it stands in a reason: JSON, 60 characters at most."""
    text = "nothing" if value in (None, "", []) else str(orjson.dumps(value).decode())
    return text if len(text) <= 60 else text[:59] + "…"
