"""What the API's list can be asked for: customers of which status, changed after which time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from workbench.errors import UsageError

STATUSES: Final = ("active", "inactive")
"""The statuses that the list can be asked for."""

_TIME: Final = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?", re.ASCII)


def utc_time(text: str) -> str:
    """A time as the API takes it: `2006-01-02T15:04:05Z`; a date means its beginning. Raises `UsageError`."""
    whole = text if "T" in text else f"{text}T00:00:00Z"
    try:
        if not _TIME.fullmatch(text):
            raise ValueError(text)
        datetime.strptime(whole, "%Y-%m-%dT%H:%M:%S%z")
    except ValueError as error:
        raise UsageError(f"{text!r} is no time: write UTC as 2006-01-02T15:04:05Z, or a date as 2006-01-02") from error
    return whole


def known_statuses(statuses: Sequence[str]) -> list[str]:
    """The statuses, each once. Raises `UsageError` for one that there is not, and for none."""
    for status in statuses:
        if status not in STATUSES:
            raise UsageError(f"there is no status {status!r}; there are: {', '.join(STATUSES)}")
    if not statuses:
        raise UsageError(f"no status was given; there are: {', '.join(STATUSES)}")
    return list(dict.fromkeys(statuses))
