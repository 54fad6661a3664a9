"""What an answer means for whoever sent the call: done, final, later, ambiguous, not sent, stop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from workbench.customer_api.answers import Answer, Kind
from workbench.customer_api.pace import wait_asked
from workbench.customer_api.words import describe, safe_line


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an answer means: its kind, why in one safe line ("" if OK), and the seconds that the server asked to wait.

    `unknown` says that a PATCH may have been applied: read back before anything is sent again. It is True for every
    ambiguous call, and for one that stops because of what came back: another customer, a redirect (a server may carry a call
    out and then say where to look), an answer that may not be kept.

    `busy` says that the server has more to do than it can: it said so (429, 503), or the time ran out, ours or that of whoever
    stands before it (408, 504). A connection that broke, an error, an answer that cannot be read say nothing of that.
    """

    kind: Kind
    reason: str = ""
    retry_after: float | None = None
    unknown: bool = False
    busy: bool = False


_OK: Final = Verdict(Kind.OK)
_OUT_OF_TIME: Final = (408, 504)


def classify(answer: Answer | BaseException, now: float | None = None) -> Verdict:
    """What an answer of `get` or `patch` means (an exception means what the call's answer would).

    `now` (seconds since 1970) is only used for a Retry-After that is a date in an answer that has no Date of its own.
    """
    if isinstance(answer, BaseException):
        from workbench.customer_api.lost import lost_answer

        answer = lost_answer(answer)
    if answer.is_success and answer.lost is None:
        return _read(answer)
    kind = answer.lost or kind_of_status(answer.status)
    asked = wait_asked(answer.retry_after, answer.date, now) if kind is Kind.LATER else None
    arrived = kind is Kind.STOP and (300 <= answer.status <= 399 or (answer.lost is Kind.STOP and answer.sent))
    busy = kind is Kind.LATER or answer.timed_out or answer.status in _OUT_OF_TIME
    return Verdict(kind, describe(answer), asked, unknown=kind is Kind.AMBIGUOUS or arrived, busy=busy)


def kind_of_status(status: int) -> Kind:
    """What an HTTP status means by itself; 2xx is OK if the body can be read."""
    if 200 <= status <= 299:
        return Kind.OK
    if status in (429, 503):
        return Kind.LATER
    if status in (401, 403) or 300 <= status <= 399:
        return Kind.STOP
    if 400 <= status <= 499 and status != 408:
        return Kind.REFUSED
    return Kind.AMBIGUOUS


def _read(answer: Answer) -> Verdict:
    record = answer.record
    if record is None:
        return Verdict(Kind.AMBIGUOUS, f"{describe(answer)}: not a customer", unknown=True)
    if answer.asked and record["id"] != answer.asked:
        reason = safe_line(f"asked for customer {answer.asked}, the API answered with customer {record['id']}")
        return Verdict(Kind.STOP, reason, unknown=True)
    return _OK
