"""The way to the API: httpx's aiohttp transport, told to keep no cookies, read no netrc and open no spare connection.

Proxies: a company's `HTTPS_PROXY` (and `NO_PROXY`) is followed for https, where it only sees an encrypted tunnel. Plain
http never goes through a proxy, because that would show it the key; loopback never does either. `.netrc` is not read.
"""

from __future__ import annotations

import asyncio
import ssl
from functools import partial
from typing import Final
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
import httpx
from aiohttp.client_proto import ResponseHandler
from httpx_aiohttp import AiohttpTransport

from workbench.customer_api.origin import Origin
from workbench.errors import UsageError

_KEEP_ALIVE: Final = 4.0
"""Seconds that a quiet connection is kept: less than the 5 s after which common servers close it, so that a PATCH
seldom meets a connection that is just being closed."""


def open_transport(origin: Origin, connections: int) -> AiohttpTransport:
    """A transport to `origin` with `connections` connections at most; `aclose()` it at the end."""
    context = _context(origin)

    def session() -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(limit=connections, keepalive_timeout=_KEEP_ALIVE, ssl=context)
        connector._factory = partial(_OneAnswer, loop=asyncio.get_running_loop())  # type: ignore[assignment]
        return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False)

    return AiohttpTransport(verify=context, client=session, proxy=_proxy(origin))


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


def _proxy(origin: Origin) -> httpx.Proxy | None:
    if origin.scheme != "https" or origin.is_loopback:
        return None
    found = getproxies()
    url = found.get("https") or found.get("all")
    if not url or proxy_bypass(f"{origin.host}:{origin.port}"):
        return None
    if urlsplit(url).scheme not in ("http", "https"):
        raise UsageError(
            "HTTPS_PROXY names a proxy that is not http: set an http proxy, or NO_PROXY for the API's host"
        )
    return httpx.Proxy(url)
