"""The endpoints: a gate that every call passes (key, size, faults, log), and what is behind it."""

from __future__ import annotations

import asyncio
import hmac
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from workbench.sandbox.answers import (
    GARBAGE,
    Answer,
    HtmlAnswer,
    JsonAnswer,
    NoAnswer,
    TruncatedAnswer,
    refusal,
    too_many,
)
from workbench.sandbox.calls import Call, CallLog
from workbench.sandbox.errors import Refused, not_found
from workbench.sandbox.faults import Faults
from workbench.sandbox.listing import parse_query
from workbench.sandbox.world import World

MOST_BYTES: Final = 4 * 1024 * 1024
"""The largest body that a call may have."""

Handler = Callable[[Scope, bytes], JsonAnswer]


class Api:
    """The API on a world, as a Starlette application (`.app`). `faults` and `key` may be exchanged while it runs."""

    def __init__(
        self, world: World, calls: CallLog, faults: Faults, key: str | None = None, latency: float = 0
    ) -> None:
        self.world = world
        self.calls = calls
        self.faults = faults
        self.key = key
        self.latency = latency
        self.closing = asyncio.Event()
        customers = _Gate(self, {"GET": self._list})
        customer = _Gate(self, {"GET": self._get, "PATCH": self._patch})
        routes = [
            Route("/v1/customers", customers),
            Route("/v1/customers/{id}", customer),
            Route("/{path:path}", _Gate(self, {})),
        ]
        self.app = Starlette(routes=routes)
        self.app.router.redirect_slashes = False

    def _list(self, scope: Scope, body: bytes) -> JsonAnswer:
        return JsonAnswer(200, self.world.page(parse_query(scope["query_string"])))

    def _get(self, scope: Scope, body: bytes) -> JsonAnswer:
        customer_id: str = scope["path_params"]["id"]
        customer = self.world.body(customer_id)
        if customer is None:
            raise not_found(f"customer {customer_id}")
        return JsonAnswer(200, b'{"data":%b}' % customer)

    def _patch(self, scope: Scope, body: bytes) -> JsonAnswer:
        return JsonAnswer(201, b'{"data":%b}' % self.world.patch(scope["path_params"]["id"], body))

    async def pause(self, seconds: float) -> None:
        """Let time pass; less of it if the sandbox is closing."""
        if seconds > 0:
            try:
                await asyncio.wait_for(self.closing.wait(), seconds)
            except TimeoutError:
                return


class _Gate:
    """One path: reads the call, refuses or handles it by its method, lets the fault happen, logs it, answers."""

    def __init__(self, api: Api, handlers: Mapping[str, Handler]) -> None:
        self.api = api
        self.handlers = handlers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        api = self.api
        body, size = await _read(receive)
        fault = ""
        applied = False
        answer: Answer | None = self._wrong_key(scope)
        if answer is None:
            await api.pause(api.latency)
            fault = api.faults.draw(scope["method"])
            if fault == "slow":
                await api.pause(api.faults.slow_seconds)
            answer = self._before(fault, scope, body, size)
            if answer is None:
                handled = self._handle(scope, body, size)
                applied = handled.status == 201
                answer = _after(fault, handled)
        self._log(scope, body, answer.status, applied, fault)
        await answer(scope, receive, send)

    def _wrong_key(self, scope: Scope) -> JsonAnswer | None:
        given = next((value for name, value in scope["headers"] if name == b"x-api-key"), b"")
        key = self.api.key
        if given and (key is None or hmac.compare_digest(given, key.encode())):
            return None
        message = "the API key is not valid" if given else "the header X-API-Key is missing"
        return refusal(Refused(401, "unauthorized", message))

    def _before(self, fault: str, scope: Scope, body: bytes, size: int) -> Answer | None:
        """The answer of a fault that keeps the call from being handled (now)."""
        if fault == "429":
            return too_many(self.api.faults.retry_after, self.api.faults.retry_after_date, time.time())
        if fault == "500":
            return refusal(Refused(500, "internal_error", "something went wrong"))
        if fault == "503_html":
            return HtmlAnswer(503, "Service Temporarily Unavailable")
        if fault == "reset_before":
            return NoAnswer()
        if fault in ("late", "late_reset"):
            seconds = self.api.faults.late_seconds
            asyncio.get_running_loop().call_later(seconds, self._apply_late, scope, body, size)
            return HtmlAnswer(504, "Gateway Time-out") if fault == "late" else NoAnswer()
        return None

    def _handle(self, scope: Scope, body: bytes, size: int) -> JsonAnswer:
        handler = self.handlers.get(scope["method"])
        try:
            if handler is None:
                raise self._no_handler(scope)
            if size > MOST_BYTES:
                raise Refused(413, "too_large", f"the body has {size} bytes; {MOST_BYTES} are allowed")
            return handler(scope, body)
        except Refused as refused:
            return refusal(refused)

    def _no_handler(self, scope: Scope) -> Refused:
        if not self.handlers:
            return not_found(f"path {scope['path']}")
        allowed = ", ".join(self.handlers)
        return Refused(405, "method_not_allowed", f"{scope['method']} is not allowed here, only {allowed}")

    def _apply_late(self, scope: Scope, body: bytes, size: int) -> None:
        if self._handle(scope, body, size).status == 201:
            self._log(scope, body, 0, True, "applied_late")

    def _log(self, scope: Scope, body: bytes, status: int, applied: bool, fault: str) -> None:
        query: bytes = scope["query_string"]
        path: str = scope["path"]
        if query:
            path += "?" + query.decode("latin-1")
        self.api.calls.add(Call(time.time(), scope["method"], path, body, status, applied, fault))


def _after(fault: str, handled: JsonAnswer) -> Answer:
    """What the client gets of a call that was handled."""
    if fault == "500_after":
        return refusal(Refused(500, "internal_error", "something went wrong"))
    if fault == "reset_after":
        return NoAnswer()
    if fault == "truncated":
        return TruncatedAnswer(handled.status, handled.body)
    if fault == "garbage":
        return JsonAnswer(handled.status, GARBAGE)
    return handled


async def _read(receive: Receive) -> tuple[bytes, int]:
    """The body and its size; of a body that is too large only the size, so that it never fills the memory."""
    message: Any = await receive()
    body: bytes = message.get("body", b"")
    size = len(body)
    if not message.get("more_body", False):
        return (body, size) if size <= MOST_BYTES else (b"", size)
    parts = [body]
    while message.get("more_body", False):
        message = await receive()
        part: bytes = message.get("body", b"")
        size += len(part)
        parts = [*parts, part] if size <= MOST_BYTES else []
    return b"".join(parts), size
