"""Rate-limit headers as hints: how long to rest when a server says that nothing remains.

Read are the separate fields `RateLimit-Remaining` and `RateLimit-Reset` (draft-ietf-httpapi-ratelimit-headers-06), the one
field `RateLimit: limit=9, remaining=0, reset=5` (draft 07) and `RateLimit: "name";r=0;t=5` (draft 08 and later), and the
customary `X-RateLimit-Remaining` and `X-RateLimit-Reset`. A hint only ever slows the calls down.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from workbench.customer_api.pace import LONGEST_WAIT
from workbench.customer_api.times import http_seconds

HINTS: Final = frozenset(
    {
        b"ratelimit",
        b"ratelimit-remaining",
        b"ratelimit-reset",
        b"x-ratelimit-remaining",
        b"x-ratelimit-reset",
    }
)
"""The names of the headers, in lower case."""

_NUMBER: Final = re.compile(r"\s*([0-9]{1,15})(?:\.[0-9]{1,9})?\s*(?:[,;].*)?")
_PARAMETER: Final = re.compile(r"(?:^|[;,\s])(r|remaining|t|reset)\s*=\s*([0-9]{1,15})")
_SPLIT: Final = re.compile(r",(?=\s*[\"A-Za-z*][^=,;]*;)")
_EPOCH: Final = 1_000_000_000
_EPOCH_MILLISECONDS: Final = 1_000_000_000_000


def rest_hinted(headers: Mapping[bytes, str], now: float) -> float:
    """The seconds, 0 to 300, that these headers (lower-case names) ask to rest: 0 unless nothing remains.

    A reset that is a time since 1970 counts from the answer's own Date, or from `now` (seconds since 1970) without one.
    """
    date = http_seconds(headers.get(b"date", ""))
    since = now if date is None else date
    waits = [_named(part) for part in _SPLIT.split(headers.get(b"ratelimit", ""))]
    for start in (b"", b"x-"):
        remaining = _number(headers.get(start + b"ratelimit-remaining", ""))
        if remaining == 0:
            waits.append(_seconds(_number(headers.get(start + b"ratelimit-reset", "")), since))
    return min(max(0.0, *waits), LONGEST_WAIT)


def _named(member: str) -> float:
    """The rest that one member of a `RateLimit` field asks for."""
    told = {name: int(value) for name, value in _PARAMETER.findall(member)}
    remaining, reset = told.get("r", told.get("remaining")), told.get("t", told.get("reset", 0))
    return float(reset) if remaining == 0 else 0.0


def _number(text: str) -> int | None:
    found = _NUMBER.fullmatch(text)
    return int(found.group(1)) if found else None


def _seconds(reset: int | None, since: float) -> float:
    """A reset as seconds from the answer on: it may be seconds, or a time since 1970 in seconds or milliseconds."""
    if reset is None:
        return 0.0
    if reset >= _EPOCH_MILLISECONDS:
        return reset / 1000 - since
    return float(reset) if reset < _EPOCH else reset - since
