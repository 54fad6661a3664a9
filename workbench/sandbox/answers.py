"""What goes back over the socket: answers, and the several ways of not giving one."""

from __future__ import annotations

import asyncio
import socket
import struct
from email.utils import formatdate
from typing import Any, Final

import orjson
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from workbench.sandbox.errors import Refused

TRANSPORT: Final = "workbench.sandbox.transport"
"""Where a scope's `state` has the asyncio transport of its connection (see `server.Connection`)."""

GARBAGE: Final = b'{"data":{"id":\x00\xff\xfe<\x1b]0;'
"""What a broken server may answer: JSON that breaks off into bytes that are none, nor UTF-8."""

_JSON: Final = (b"content-type", b"application/json")
_LINGER_NOT: Final = struct.pack("ii", 1, 0)


class JsonAnswer:
    """A status and a body that is JSON already."""

    def __init__(self, status: int, body: bytes, *headers: tuple[bytes, bytes]) -> None:
        self.status = status
        self.body = body
        self.headers = headers

    def _start(self) -> dict[str, Any]:
        length = (b"content-length", b"%d" % len(self.body))
        return {"type": "http.response.start", "status": self.status, "headers": [_JSON, length, *self.headers]}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send(self._start())
        await send({"type": "http.response.body", "body": self.body})


class TruncatedAnswer(JsonAnswer):
    """The headers of the whole answer and half of its body; then the connection ends."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send(self._start())
        await send({"type": "http.response.body", "body": self.body[: len(self.body) // 2], "more_body": True})
        _transport(scope).close()
        await _disconnect(receive)


class NoAnswer:
    """The connection is reset (TCP RST), and nothing is answered."""

    status: Final = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        transport = _transport(scope)
        connection = transport.get_extra_info("socket")
        if connection is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT)
        transport.abort()
        await _disconnect(receive)


class HtmlAnswer:
    """What a proxy says for a server that it cannot reach: no JSON."""

    def __init__(self, status: int, title: str) -> None:
        self.status = status
        page = f"<html>\n<head><title>{status} {title}</title></head>\n<body>\n"
        page += f"<center><h1>{status} {title}</h1></center>\n<hr><center>nginx</center>\n</body>\n</html>\n"
        self._response = Response(page, status, media_type="text/html")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._response(scope, receive, send)


Answer = JsonAnswer | NoAnswer | HtmlAnswer


def refusal(refused: Refused) -> JsonAnswer:
    """The error body of a refused call."""
    return JsonAnswer(refused.status, orjson.dumps(refused.body()))


def too_many(retry_after: int, as_date: bool, now: float) -> JsonAnswer:
    """A 429 that says when to come back, in seconds or as an HTTP date."""
    text = formatdate(now + retry_after, usegmt=True) if as_date else str(retry_after)
    refused = Refused(429, "too_many_requests", "rate limit exceeded")
    return JsonAnswer(429, orjson.dumps(refused.body()), (b"retry-after", text.encode("ascii")))


def _transport(scope: Scope) -> asyncio.Transport:
    transport: asyncio.Transport = scope["state"][TRANSPORT]
    return transport


async def _disconnect(receive: Receive) -> None:
    """Wait until the server has noticed that the connection is gone, or it would answer by itself."""
    while (await receive())["type"] != "http.disconnect":
        pass
