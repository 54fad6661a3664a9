"""Where a commit goes: to the session's API, to the one that the app was told of, or to one that is asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from screens.dialogs.one_line import OneLine
from workbench.errors import WorkbenchError

if TYPE_CHECKING:
    from screens.app import WorkbenchApp

_NO_KEY: Final = "there is no API key: leave the app, set WORKBENCH_API_KEY and open the session again"
_NO_ADDRESS: Final = "no address is typed: write it like https://api.example.com"
_HELP: Final = (
    "Enter goes on to the question before the commit, which says what is sent there; Esc leaves. The session keeps the address "
    "once the API has answered there."
)


def with_destination(desk: WorkbenchApp, then: Callable[[str], None]) -> None:
    """Goes on with the address to which a commit goes, once that is known: one that nobody knows is asked for, and so is one where
    no API was found. Another one than the session's own is refused. Nothing is sent or kept by this."""
    bench = desk.workbench
    try:
        known = bench.destination(desk.api)
    except WorkbenchError as error:
        if bench.origin is not None:
            desk.say_wrong(error)
            return
        known = None  # what the app was told is no address: it is offered, to be mended
    if known is not None and (bench.origin is not None or desk.api != desk.doubted):
        then(known)
        return

    def refuses(text: str) -> str:
        if not text.strip():
            return _NO_ADDRESS
        try:
            bench.destination(text)
        except WorkbenchError as error:
            return error.in_commands
        return "" if bench.has_key else _NO_KEY

    def answered(text: str | None) -> None:
        if text is not None:
            then(str(bench.destination(text)))

    key = "The key is the one in WORKBENCH_API_KEY. " if bench.has_key else f"{_NO_KEY.capitalize()}. "
    desk.push_screen(
        OneLine(
            "Where is the API? The session does not know it yet",
            desk.api or "",
            key + _HELP,
            placeholder="such as https://api.example.com",
            refuses=refuses,
        ),
        answered,
    )
