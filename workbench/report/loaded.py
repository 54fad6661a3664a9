"""What was loaded when, in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from workbench.load.loads import Load
from workbench.shown.text import count

_TOLD: Final = 4
"""So many readings are told: the first, and the latest."""


def loaded_lines(loads: Sequence[Load], as_of: float | None) -> list[str]:
    """A line for each reading, the first one and the latest, and how old what was read can be (`as_of`: seconds since 1970)."""
    lines = [_line(one) for one in loads] or ["at a time that was not noted"]
    if len(lines) > _TOLD:
        lines = [lines[0], f"{count(len(lines) - _TOLD, 'reading')} more after that", *lines[1 - _TOLD :]]
    if as_of is not None:
        oldest = datetime.fromtimestamp(as_of, UTC)
        lines.append(f"nothing in it is older than {oldest:%Y-%m-%d %H:%M} UTC by the server's clock")
    return lines


def time_of(at: str) -> str:
    """A time as a session keeps it (ISO 8601, UTC), for people."""
    return f"{at[:16].replace('T', ' ')} UTC"


def _line(one: Load) -> str:
    again = "" if one.kind == "load" else f" ({one.kind})"
    gone = f", {one.gone:,} gone" if one.gone else ""
    aside = f", {count(one.set_aside, 'record')} set aside" if one.set_aside else ""
    return f"{time_of(one.at)}{again} by {one.by} from {one.source}: {count(one.customers, 'customer')}{gone}{aside}"
