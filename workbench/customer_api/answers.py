"""What came back of one call, or what became of it instead."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

import orjson


class Kind(StrEnum):
    """What a call's answer means for the one who sent it."""

    OK = "ok"
    """Carried out, and the answer is the customer that was asked for."""
    REFUSED = "refused"
    """Final for this call: not carried out, and it would not be the next time (400, 404, 409, 422, other 4xx)."""
    LATER = "later"
    """Refused for now, not carried out (429, 503): wait, then try again."""
    AMBIGUOUS = "ambiguous"
    """It may have been carried out: no answer after sending, 408, 500, 502, 504, an answer that cannot be read."""
    NOT_SENT = "not_sent"
    """Surely nothing was sent: there was no connection."""
    STOP = "stop"
    """Nothing more may be sent: 401, 403, a redirect, a bad certificate, an answer for another customer."""


@dataclass(frozen=True)
class Answer:
    """One call's answer, or what became of it instead.

    `status` is the HTTP status, 0 if there was no whole answer; then `lost` says what that means and `trouble` why, in
    a few words. `body` is decoded and whole. `retry_after`, `date` and `location` are headers as they came; those but the
    date are read only for answers that are not 2xx. `sent` is False only if surely no byte of the call left, `timed_out` says
    that the time ran out in which there should have been a connection, or an answer. `asked` is the customer's id.
    """

    status: int
    body: bytes = b""
    content_type: str = ""
    retry_after: str | None = None
    date: str | None = None
    location: str | None = None
    sent: bool = True
    lost: Kind | None = None
    trouble: str = ""
    timed_out: bool = False
    asked: str = ""

    @property
    def is_success(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status <= 299

    @cached_property
    def document(self) -> Any:
        """The body as JSON; None if it is none (or is `null`). Read once, then kept."""
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError:
            return None

    @property
    def record(self) -> dict[str, Any] | None:
        """The customer in the body (`data`, which has an `id`); None if there is none to be read."""
        document = self.document
        data = document.get("data") if isinstance(document, dict) else None
        return data if isinstance(data, dict) and isinstance(data.get("id"), str) else None
