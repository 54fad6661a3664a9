"""Where an API is: scheme, host, port and base path. The key goes there and nowhere else."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urlsplit

from workbench.errors import UsageError

_PORTS: Final = {"http": 80, "https": 443}
_HOST: Final = re.compile(r"(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,62})(\.[a-z0-9_]([a-z0-9_-]{0,62}))*\.?")
_PATH: Final = re.compile(r"(/[A-Za-z0-9._~-]+)*")
_EXAMPLE: Final = "write it like https://api.example.com"


@dataclass(frozen=True, slots=True)
class Origin:
    """The address of an API, canonical: equal origins are the same server and base path.

    `host` is lower case, international names in their ASCII form, an IPv6 address without brackets; `path` is the base
    path before `/v1`, "" for none. `str()` leaves the scheme's own port out.
    """

    scheme: str
    host: str
    port: int
    path: str = ""

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if _PORTS[self.scheme] == self.port else f":{self.port}"
        return f"{self.scheme}://{host}{port}{self.path}"

    @property
    def is_loopback(self) -> bool:
        """Whether it is this machine."""
        if self.host == "localhost" or self.host.endswith(".localhost"):
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def is_exposed(self) -> bool:
        """Whether the key would cross a network unencrypted: plain http to another machine. Worth a warning."""
        return self.scheme == "http" and not self.is_loopback


def parse_origin(url: str) -> Origin:
    """Read the address of an API, such as `https://api.example.com` or `http://127.0.0.1:8080/base`.

    A trailing `/` or `/v1` is left out. Raises `UsageError`: another scheme than http and https, a user or password
    in the address (it would end up in logs), a query, a fragment, a host, port or path that is none.
    """
    parts = _split(url.strip())
    if parts.scheme not in _PORTS:
        raise UsageError(
            f"{_shown(url)} is not the address of an API: it must begin with https:// or http://; {_EXAMPLE}"
        )
    if "@" in parts.netloc:
        raise UsageError(
            "the address of the API has a user or password in it: leave it out; the key is WORKBENCH_API_KEY"
        )
    if "?" in url or "#" in url:
        raise UsageError(f"{_shown(url)} is not the address of an API: leave out what follows ? or #; {_EXAMPLE}")
    return Origin(parts.scheme, _host(parts, url), _port(parts, url), _base_path(parts.path, url))


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError as error:
        raise UsageError(f"{_shown(url)} is not the address of an API; {_EXAMPLE}") from error


def _host(parts: SplitResult, url: str) -> str:
    host = (parts.hostname or "").lower()
    try:
        if ":" in host:
            return ipaddress.IPv6Address(host).compressed
        ascii_host = host if host.isascii() else _ascii(host)
    except ValueError:
        ascii_host = ""
    if not _HOST.fullmatch(ascii_host):
        raise UsageError(f"{_shown(url)} has no host that could be one; {_EXAMPLE}")
    return ascii_host.rstrip(".")


def _ascii(host: str) -> str:
    """An international name in its ASCII form; "" if it has none."""
    import httpx

    try:
        return httpx.URL(f"http://{host}").raw_host.decode("ascii").lower()
    except httpx.InvalidURL:
        return ""


def _port(parts: SplitResult, url: str) -> int:
    try:
        port = _PORTS[parts.scheme] if parts.port is None else parts.port
    except ValueError:
        port = 0
    if not 1 <= port <= 65535:
        raise UsageError(f"{_shown(url)} has no port that could be one: ports are 1 to 65535")
    return port


def _base_path(path: str, url: str) -> str:
    base = path.rstrip("/").removesuffix("/v1")
    if not _PATH.fullmatch(base) or {".", ".."} & set(base.split("/")):
        raise UsageError(f"{_shown(url)} has a path that cannot be an API's base; {_EXAMPLE}")
    return base


def _shown(url: str) -> str:
    """The address as an error may show it: what could be a password is cut out, control characters are escaped."""
    return ascii(re.sub(r"//[^/@]*@", "//…@", url)[:100])
