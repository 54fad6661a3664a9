"""Which API a session belongs to, and with which key it is asked."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import Final

from workbench.customer_api.origin import parse_origin
from workbench.errors import SessionGone, UsageError, WorkbenchError
from workbench.given import given
from workbench.stage.bench import Bench

UNPROVEN: Final = "unproven_origin"
"""The fact of a session whose address a commit gave, until a run has shown that it is one; empty after that."""
_NOTHING: Final = ("unsent", "failed", "abandoned")
"""The outcomes of requests that have changed nothing where they went, for which no customer API need be there."""
_UNDERSTOOD: Final = (400, 409, 422)
"""The refusals of a server that has understood what it was asked; any web site says 404."""


@given
class Addressed:
    """An open session, as far as it belongs to an API."""

    _bench: Bench
    _key: str | None

    @property
    def origin(self) -> str | None:
        """The API that the session belongs to (`https://host`), or None if it was loaded from a file and never committed."""
        return self._bench.facts.get("origin") or None

    def destination(self, api: str | None = None) -> str | None:
        """Where a commit goes that is asked to go to `api`, as it is kept (`https://host`): to the session's own API if that is
        None; None if the session does not know it either.

        Raises `UsageError` for what is no address, `WorkbenchError` for another one than the session's own.
        """
        kept = self.origin
        origin = str(parse_origin(api)) if api is not None else kept
        if kept is not None and origin != kept:
            raise WorkbenchError(
                f"the session {self._bench.store.path.stem} belongs to {kept}, not to {origin}; make another session for that"
            )
        return origin

    @property
    def has_key(self) -> bool:
        """Whether an API key is known. The key itself nobody is told."""
        return bool((self._key or os.environ.get("WORKBENCH_API_KEY", "")).strip())

    def _origin(self, api: str | None) -> str:
        origin = self.destination(api)
        if origin is None:
            raise UsageError("the session does not know its API yet: give --api URL or set WORKBENCH_API_URL")
        return origin

    def _remember(self, origin: str) -> None:
        """Keeps an address before anything is sent there; `_prove` says later whether it was one."""
        if self.origin is None:
            self._bench.keep({"origin": origin, UNPROVEN: origin})

    def _prove(self, run: int) -> None:
        """After a go at a run: an address that a commit gave is forgotten if no request of the run can have changed anything there
        and no server answered as the customer API; else it is the session's for good.

        An intent alone says nothing: it is durable before the customer is read, and before there is a connection.
        """
        with self._bench.lock:
            if not self._bench.facts.get(UNPROVEN):
                return
            outcomes = self._bench.store.outcomes(run)
            open_ = self._bench.store.intents(run) - outcomes.keys()
            reached = open_ or any(
                one.outcome not in _NOTHING or (one.outcome == "failed" and one.status in _UNDERSTOOD)
                for one in outcomes.values()
            )
            with suppress(SessionGone):  # the next run will show it
                self._bench.keep({UNPROVEN: ""} if reached else {"origin": "", UNPROVEN: ""})

    def _api_key(self) -> str:
        if not self.has_key:
            raise WorkbenchError("there is no API key: set WORKBENCH_API_KEY")
        return self._key or os.environ["WORKBENCH_API_KEY"]

    def without_key(self, text: str) -> str:
        """A text (of a crash, say) that does not hold the API key."""
        from workbench.customer_api.key_mask import KeyMask

        return KeyMask(self._key or os.environ.get("WORKBENCH_API_KEY", "")).without(text)
