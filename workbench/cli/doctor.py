"""`doctor`: what is installed, configured and reachable, and what to do about what is not."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Annotated, Final, Literal

from cyclopts import Parameter

from workbench.cli.common import COMMON, Common, Progress, keys, put, say, shown
from workbench.cli.key import api_key

DISTRIBUTION: Final = "steward-workbench"
_PARTS: Final = ("polars", "textual", "httpx", "aiohttp", "cyclopts", "orjson", "lark", "phonenumbers")
_EXTRAS: Final = (("textual-serve", "workbench serve", "pip install textual-serve"),
                  ("keyring", "a key kept by the system", "pip install keyring"))  # fmt: skip
_LEAST: Final = (80, 24)
_ROOM: Final = 2**30
_SKEW: Final = 5.0
_MARKS: Final = {"good": "ok", "look": "!", "bad": "X"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: its name, how it is (`good`, `look`: may be meant so, `bad`: does not work), what was found,
    and what to do ("" if nothing)."""

    name: str
    state: Literal["good", "look", "bad"]
    told: str
    advice: str = ""


def doctor(*, api: Annotated[str | None, Parameter(negative="")] = None, common: Common = COMMON) -> int:
    """Tell what is installed, configured and reachable, and what to do about what is not. Nothing is changed.

    Parameters
    ----------
    api
        The API's address to try (else $WORKBENCH_API_URL); one page of one customer is asked for.
    """
    found = [*_installed(), *_terminal(), *_sessions(common.sessions_dir)]
    progress = Progress()
    progress.show("asking the API")
    try:
        found += _api(api or os.environ.get("WORKBENCH_API_URL") or "")
    finally:
        progress.done()
    if common.json:
        put({"checks": [keys(one, "name", "state", "told", "advice") for one in found]})
        return 0
    for one in found:
        put(f"{_MARKS[one.state]:<2} {one.name:<10} {shown(one.told)}")
        if one.advice:
            put(f"{'':13} -> {shown(one.advice)}")
    bad, look = (sum(one.state == state for one in found) for state in ("bad", "look"))
    parts = [f"{number} {what}" for number, what in ((bad, "X: does not work"), (look, "!: to look at")) if number]
    say(", ".join(parts) or "all is well")
    return 0


def _installed() -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding(
        "workbench", "good", f"{_version(DISTRIBUTION) or 'from its source'}, Python {version}, {sys.platform}"
    )
    versions = {name: _version(name) for name in _PARTS}
    missing = [name for name, one in versions.items() if one is None]
    if missing:
        yield Finding(
            "parts", "bad", f"not installed: {', '.join(missing)}", "install it again: pip install -c constraints.txt ."
        )
    else:
        yield Finding("parts", "good", ", ".join(f"{name} {one}" for name, one in versions.items()))
    for name, use, how in _EXTRAS:
        one = _version(name)
        yield Finding("extra", "good", f"{name} {one}: {use}" if one else f"{name} is not installed ({use}): {how}")


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _terminal() -> Iterator[Finding]:
    encoding = (sys.stdout.encoding or "").lower()
    if encoding.replace("-", "") != "utf8":
        yield Finding(
            "encoding", "look", f"output is {encoding or 'unknown'}", "set LANG=C.UTF-8, or names lose their letters"
        )
    if not sys.stdout.isatty():
        yield Finding("terminal", "good", "output is no terminal: the app needs one, the commands do not")
        return
    width, height = shutil.get_terminal_size()
    kind = os.environ.get("TERM", "")
    colours = (
        "no colours (NO_COLOR)" if os.environ.get("NO_COLOR") else os.environ.get("COLORTERM") or "256 colours or fewer"
    )
    told = f"{width} x {height}, TERM={kind or 'not set'}, {colours}"
    small = width < _LEAST[0] or height < _LEAST[1]
    if kind in ("", "dumb"):
        yield Finding(
            "terminal", "bad", told, "the app needs a terminal that can place its cursor: set TERM=xterm-256color"
        )
    else:
        yield Finding(
            "terminal", "look" if small else "good", told, "the app is made for 80 x 24 and more" if small else ""
        )


def _sessions(asked: Path | None) -> Iterator[Finding]:
    from workbench.session.place import folder, network_file_system

    place = folder(asked)
    there = place if place.exists() else next((one for one in place.absolute().parents if one.exists()), Path("/"))
    if not os.access(there, os.W_OK | os.X_OK):
        yield Finding("sessions", "bad", f"{place} cannot be written", "give --sessions-dir, or set WORKBENCH_SESSIONS")
        return
    network = network_file_system(there)
    if network is not None:
        yield Finding(
            "sessions",
            "bad",
            f"{place} is on {network}, a network file system",
            "keep sessions on a disk of this machine",
        )
        return
    free = shutil.disk_usage(there).free
    number = len(list(place.glob("*.session"))) if place.is_dir() else 0
    told = f"{place.absolute()}: {number:,} session{'' if number == 1 else 's'}, {free / 2**30:,.1f} GB free"
    low = free < _ROOM
    yield Finding(
        "sessions",
        "look" if low else "good",
        told,
        "make room: without it nothing more can be loaded or kept" if low else "",
    )
    if place.is_dir():
        yield from _each(place)


def _each(place: Path) -> Iterator[Finding]:
    """The sessions that need somebody."""
    from workbench.errors import SessionHeld, WorkbenchError
    from workbench.session.seen import look

    for path in sorted(place.glob("*.session")):
        try:
            seen = look(path, through=True)
        except SessionHeld as error:
            yield Finding("session", "good", f"{path.stem}: {error.in_commands}")
        except WorkbenchError as error:
            yield Finding("session", "bad", error.in_commands)
        else:
            if seen.unfinished is not None:
                told = f"{path.stem}: run {seen.unfinished} is unfinished"
                yield Finding("session", "look", told, f"workbench resume {path.stem}")


def _api(url: str) -> Iterator[Finding]:
    if not url:
        yield Finding(
            "API",
            "look",
            "no address is set",
            "set WORKBENCH_API_URL, or give --api to load; a session remembers its own",
        )
    try:
        key = api_key()
    except Exception as error:  # a keyring's backends raise what they like
        yield Finding("key", "bad", f"the keyring cannot be asked: {error}", "set WORKBENCH_API_KEY")
        return
    where = "WORKBENCH_API_KEY" if os.environ.get("WORKBENCH_API_KEY") else "the keyring"
    if key is None:
        yield Finding("key", "look", "no key is set", "set WORKBENCH_API_KEY; at a terminal it is asked for")
    else:
        yield Finding("key", "good", f"there is one, from {where}")
    if url and key is not None:
        yield from asyncio.run(_asked(url, key))
    elif url:
        yield Finding("API", "look", "it was not asked: there is no key for it")


async def _asked(url: str, key: str) -> list[Finding]:
    """What the API answers to one call."""
    from workbench.customer_api.client import CustomerApi
    from workbench.customer_api.failure import describe_failure
    from workbench.customer_api.key_mask import KeyMask
    from workbench.customer_api.pages import read_page
    from workbench.customer_api.times import http_seconds
    from workbench.errors import UsageError

    try:
        async with CustomerApi(url, key, connections=1, timeout=10.0, connect_timeout=5.0) as client:
            began = time.monotonic()
            answer = await client.page_answer(1, status="active", page_size=1)
            took = time.monotonic() - began
            origin = client.origin
    except UsageError as error:
        return [
            Finding(
                "API",
                "bad",
                KeyMask(key).without(error.in_commands),
                "set WORKBENCH_API_URL to an address such as https://api.example.com",
            )
        ]
    page = read_page(answer) if answer.is_success else None
    if page is None:
        return [Finding("API", "bad", KeyMask(key).without(describe_failure(answer, origin)))]
    found = [
        Finding("API", "good", f"{origin} answered in {took * 1000:,.0f} ms: {page.total_records:,} active customers")
    ]
    server = http_seconds(answer.date or "")
    if server is not None and abs(skew := time.time() - server) > _SKEW + took:
        told = f"this machine's clock is {abs(skew):,.0f} s {'ahead of' if skew > 0 else 'behind'} the API's"
        found.append(
            Finding("clock", "look", told, "set the clock: times in the session and its notes are this machine's")
        )
    return found
