"""What can go wrong in the sandbox: for the person who starts it, and for the client who calls it."""

from __future__ import annotations

from workbench.errors import WorkbenchError


class SandboxError(WorkbenchError):
    """The sandbox cannot start or do what it was told; the message is one line that says why and what to do."""


class Refused(Exception):
    """A call that the API refuses.

    `status` is the HTTP status, `code` and `message` go into the error body, `details` are `(field, reason)` pairs
    with fields such as `addresses[0].city`.
    """

    def __init__(self, status: int, code: str, message: str, details: list[tuple[str, str]] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.details = details or []

    def body(self) -> dict[str, object]:
        """The error body as the vendor's reference shows it."""
        details = [{"field": field, "reason": reason} for field, reason in self.details]
        return {"code": self.code, "message": self.message, "details": details}


def bad_request(message: str, details: list[tuple[str, str]] | None = None) -> Refused:
    """A 400: the request itself is malformed."""
    return Refused(400, "bad_request", message, details)


def not_found(what: str) -> Refused:
    """A 404 that names what is not there."""
    return Refused(404, "not_found", f"{what} not found")
