"""The way to the API: a transport of httpx's kind, over an aiohttp session that keeps no cookies, reads no netrc and opens no
spare connection.

It takes httpx's requests and gives httpx's responses, as httpx-aiohttp does, at half its cost: an address is not taken apart
again, an answer's headers and body are handed on as they came. And it raises what aiohttp raises, for httpx's exceptions do
not tell whether a request was sent (see `workbench.customer_api.lost`).

Proxies: a company's `HTTPS_PROXY` (and `NO_PROXY`) is followed for https, where it only sees an encrypted tunnel. Plain
http never goes through a proxy, because that would show it the key; loopback never does either. `.netrc` is not read.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial
from typing import Any, Final
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
import httpx
from aiohttp.client_proto import ResponseHandler
from yarl import URL

from workbench.customer_api.origin import Origin
from workbench.errors import UsageError

_KEEP_ALIVE: Final = 4.0
"""Seconds that a quiet connection is kept: less than the 5 s after which common servers close it, so that a PATCH
seldom meets a connection that is just being closed."""


class Transport(httpx.AsyncBaseTransport):
    """Calls to `origin` over `connections` connections at most; `aclose` it at the end.

    A call has `connect_timeout` seconds to get a connection; its answer may be silent for `timeout` seconds. The session is
    made with the first call, on the loop that makes it. Raises `UsageError` for a proxy that cannot be one.
    """

    def __init__(self, origin: Origin, connections: int, *, timeout: float, connect_timeout: float) -> None:
        self._site, self._connections = str(replace(origin, path="")), connections
        self._context = _context(origin)
        self._timeout = aiohttp.ClientTimeout(
            total=None, connect=connect_timeout, sock_connect=connect_timeout, sock_read=timeout
        )
        self._proxy = _proxy(origin)
        self._session: aiohttp.ClientSession | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """One call: its answer as it begins, not decoded; `aclose` of the answer gives the connection back. The target, the
        headers and the body go out as they stand. Raises what aiohttp raises.

        httpx's extension `target` says what is asked for at the origin, else the URL does: taking an address apart is the
        dearest part of a request of httpx.
        """
        session = self._session or self._opened()
        assert isinstance(request.stream, httpx.ByteStream)
        target: bytes = request.extensions.get("target") or request.url.raw_path
        answer = await session.request(
            request.method, URL(self._site + target.decode("ascii"), encoded=True), data=b"".join(request.stream) or None,
            headers=[(name.decode("ascii"), value.decode("ascii")) for name, value in request.headers.raw],
            allow_redirects=False, compress=False, timeout=self._timeout, **self._proxy,
        )  # fmt: skip
        return httpx.Response(answer.status, headers=answer.raw_headers, stream=_Body(answer))

    async def aclose(self) -> None:
        """Closes all connections."""
        if self._session is not None:
            await self._session.close()

    def _opened(self) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=_KEEP_ALIVE, ssl=self._context)
        connector._factory = partial(_OneAnswer, loop=asyncio.get_running_loop())  # type: ignore[assignment]
        self._session = aiohttp.ClientSession(
            connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False, auto_decompress=False
        )
        return self._session


class _Body(httpx.AsyncByteStream):
    """The body of an answer, as it comes."""

    def __init__(self, answer: aiohttp.ClientResponse) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self._answer.content.iter_any():
            yield part

    async def aclose(self) -> None:
        """Gives the connection back; one whose answer was not read to its end is closed."""
        self._answer.release()
        await self._answer.wait_for_close()


class _OneAnswer(ResponseHandler):
    """A connection that is used again only if nothing came after its last answer.

    aiohttp would take an answer that a broken proxy sends unasked for the answer to the next call: a 404 for a PATCH
    that was applied. aiohttp has no public place for this; a test on a real socket watches that it keeps working.
    """

    def is_connected(self) -> bool:
        """Whether a call may be sent over it."""
        return super().is_connected() and not self.should_close


def _context(origin: Origin) -> ssl.SSLContext:
    """For https the usual authorities (SSL_CERT_FILE is honoured); for http one that trusts nobody, at no cost."""
    if origin.scheme == "https":
        return httpx.create_ssl_context()
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _proxy(origin: Origin) -> dict[str, Any]:
    """What says to aiohttp through which proxy to go, and as whom; nothing if through none."""
    if origin.scheme != "https" or origin.is_loopback:
        return {}
    found = getproxies()
    url = found.get("https") or found.get("all")
    if not url or proxy_bypass(f"{origin.host}:{origin.port}"):
        return {}
    if urlsplit(url).scheme not in ("http", "https"):
        raise UsageError(
            "HTTPS_PROXY names a proxy that is not http: set an http proxy, or NO_PROXY for the API's host"
        )
    proxy = URL(url)
    known = proxy.user is not None or proxy.password is not None
    as_whom = {"Proxy-Authorization": aiohttp.encode_basic_auth(proxy.user or "", proxy.password or "")}
    return {"proxy": proxy.with_user(None), "proxy_headers": as_whom if known else None}
