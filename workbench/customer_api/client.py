"""The customer API over httpx: pages, one customer, one PATCH.

Calls go straight to the transport: that spares httpx.AsyncClient's share of each request, and nothing that it would
add is wanted (redirects, cookies, authentication, unbounded decoding). The headers are made once.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import quote, urlencode

import aiohttp
import httpx

from workbench.customer_api.answers import Answer, Kind
from workbench.customer_api.body import ACCEPTED, MOST_PAGE, MOST_RECORD, read_body
from workbench.customer_api.failure import api_error
from workbench.customer_api.hints import HINTS, rest_hinted
from workbench.customer_api.key_mask import KeyMask
from workbench.customer_api.lost import Unreadable, lost_answer
from workbench.customer_api.origin import Origin, parse_origin
from workbench.customer_api.pages import Page, read_page
from workbench.customer_api.transport import Transport
from workbench.errors import UsageError

PAGE_SIZE: Final = 100
"""Customers on a page; the API allows no more."""

_PATH: Final = "/v1/customers"
_WANTED: Final = HINTS | {b"content-type", b"content-encoding", b"retry-after", b"date", b"location"}


class CustomerApi:
    """The calls of the customer API. An asynchronous context manager; used on one event loop.

    `url` is its address (see `parse_origin`), `key` goes into X-API-Key and nowhere else. Never more than `connections`
    connections are open. A call has `connect_timeout` seconds to get a connection and `timeout` more for its answer.
    Raises `UsageError` for an address or a key that cannot be one.

    `get` and `patch` never raise for what the network or the API does: `workbench.customer_api.verdicts.classify` says
    what their answer means. One call is one request on the wire, with one exception: aiohttp sends a GET once more
    if a kept connection turns out to be closed. It never does that with a PATCH.

    `on_rest` is told the seconds that a server's rate-limit headers ask to rest, as soon as an answer has them.
    """

    on_rest: Callable[[float], None] | None = None

    def __init__(
        self, url: str, key: str, *, connections: int = 16, timeout: float = 30.0, connect_timeout: float = 10.0
    ) -> None:
        if connections < 1 or timeout <= 0 or connect_timeout <= 0:
            raise UsageError("connections must be 1 or more, timeouts above 0 seconds")
        self.origin: Origin = parse_origin(url)
        self.connections = connections
        self.timeout = timeout
        self.connect_timeout = connect_timeout
        self._url, self._path = httpx.URL(f"{self.origin}{_PATH}"), f"{self.origin.path}{_PATH}"
        self._mask = KeyMask(key)
        self._headers = _headers(key)
        self._transport = Transport(self.origin, connections, timeout=timeout, connect_timeout=connect_timeout)

    def __repr__(self) -> str:
        return f"CustomerApi({str(self.origin)!r})"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close all connections."""
        await self._transport.aclose()

    async def get(self, customer_id: str) -> Answer:
        """Read one customer, whole."""
        return await self._one("GET", customer_id, None)

    async def patch(self, customer_id: str, body: bytes) -> Answer:
        """Send one PATCH with these very bytes (a JSON object)."""
        return await self._one("PATCH", customer_id, body)

    async def page(
        self,
        page: int,
        *,
        page_size: int = PAGE_SIZE,
        status: str = "active",
        updated_after: str | None = None,
        sort_by: str = "created_at",
        sort: str = "asc",
    ) -> Page:
        """A page of the list (from 1), in one try. `updated_after` is UTC as `2006-01-02T15:04:05Z`.

        Raises `ApiError` for anything but a page.
        """
        answer = await self.page_answer(
            page, page_size=page_size, status=status, updated_after=updated_after, sort_by=sort_by, sort=sort
        )
        found = read_page(answer) if answer.is_success else None
        if found is None:
            raise api_error(answer, self.origin)
        return found

    async def page_answer(self, page: int, **parameters: Any) -> Answer:
        """The answer for a page of the list, with the parameters of `page`; it does not raise, as `get` does not."""
        given = {"page_size": PAGE_SIZE, "status": "active", "sort_by": "created_at", "sort": "asc", **parameters}
        query = urlencode(
            {"page": page, **{name: value for name, value in given.items() if value is not None}}, safe=":"
        )
        return await self._call("GET", f"{self._path}?{query}", None, MOST_PAGE, "")

    async def _one(self, method: str, customer_id: str, body: bytes | None) -> Answer:
        quoted = _quoted(customer_id)
        if not quoted:
            trouble = "this id cannot stand in an address"
            return Answer(0, sent=False, lost=Kind.REFUSED, trouble=trouble, asked=customer_id)
        return await self._call(method, f"{self._path}/{quoted}", body, MOST_RECORD, customer_id)

    async def _call(self, method: str, target: str, body: bytes | None, most: int, asked: str) -> Answer:
        request = httpx.Request(
            method, self._url, headers=self._headers, stream=httpx.ByteStream(body or b""),
            extensions={"target": target.encode("ascii")},
        )  # fmt: skip
        try:
            async with asyncio.timeout(self.connect_timeout + self.timeout):
                response = await self._transport.handle_async_request(request)
                try:
                    found = _found(response.headers.raw)
                    self._heed(found)
                    answer = await _answer(response, found, most, asked)
                finally:
                    await response.aclose()
        except Exception as error:
            return lost_answer(error, asked)
        return self._mask.applied(answer)

    def _heed(self, headers: dict[bytes, str]) -> None:
        if self.on_rest is None or HINTS.isdisjoint(headers):
            return
        seconds = rest_hinted(headers, time.time())
        if seconds:
            self.on_rest(seconds)


async def _answer(response: httpx.Response, found: dict[bytes, str], most: int, asked: str) -> Answer:
    status = response.status_code
    kind = found.get(b"content-type", "")
    encoding = found.get(b"content-encoding", "").lower()
    if 200 <= status <= 299:
        body = await _success(response, encoding, most)
        return Answer(status, body, kind, date=found.get(b"date"), asked=asked)
    return Answer(
        status,
        await _error_body(response, encoding, most),
        kind,
        found.get(b"retry-after"),
        found.get(b"date"),
        found.get(b"location"),
        asked=asked,
    )


async def _success(response: httpx.Response, encoding: str, most: int) -> bytes:
    assert isinstance(response.stream, httpx.AsyncByteStream)
    return await read_body(response.stream, encoding, most)


async def _error_body(response: httpx.Response, encoding: str, most: int) -> bytes:
    """The body of an answer whose status says enough; empty if it cannot be read."""
    try:
        return await _success(response, encoding, most)
    except (Unreadable, aiohttp.ClientPayloadError):
        return b""


def _found(headers: list[tuple[bytes, bytes]]) -> dict[bytes, str]:
    wanted = ((name.lower(), value) for name, value in headers)
    return {name: value.decode("latin-1").strip() for name, value in wanted if name in _WANTED}


def _headers(key: str) -> httpx.Headers:
    key = key.strip()
    if not key:
        raise UsageError("there is no API key: set WORKBENCH_API_KEY")
    if not (key.isascii() and key.isprintable()):
        raise UsageError("the API key has characters that no key has: check WORKBENCH_API_KEY")
    return httpx.Headers(
        {
            "Accept": "application/json",
            "Accept-Encoding": ACCEPTED,
            "Content-Type": "application/json",
            "User-Agent": "steward-workbench",
            "X-API-Key": key,
        }
    )


def _quoted(customer_id: str) -> str:
    """The id as one segment of a path; "" for one that could not be: empty, `.`, `..`, or not Unicode."""
    if customer_id in ("", ".", ".."):
        return ""
    try:
        return quote(customer_id, safe="")
    except UnicodeEncodeError:
        return ""
