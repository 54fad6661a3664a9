"""Times as a server tells them: HTTP dates and the API's own, as seconds since 1970."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def http_seconds(date: str) -> float | None:
    """An HTTP date (`Sun, 06 Nov 1994 08:49:37 GMT`) in seconds since 1970; None if it is none."""
    try:
        return parsedate_to_datetime(date).timestamp()
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def api_seconds(text: str) -> float | None:
    """A time of the API (`2006-01-02T15:04:05Z`) in seconds since 1970; None if it is none."""
    try:
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


def api_time(seconds: float) -> str:
    """Seconds since 1970 as the API takes a time: UTC in whole seconds, rounded down."""
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
