"""`workbench` alone: home on the terminal, then the app on what was picked there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from workbench.cli.key import api_key, known_api
from workbench.cli.opening import is_shown_elsewhere, open_session, paints_first, tell_left
from workbench.errors import WorkbenchError
from workbench.session.place import folder

if TYPE_CHECKING:
    from screens.held_terminal import HeldTerminal
    from screens.home.first_load import Picked


def home(sessions: Path | None = None) -> int:
    """Shows the sessions that there are, to open one or to make one, until it is left; answers the exit code.

    What cannot be opened is said, and the sessions are shown again; so they are when an app is left for another session.
    """
    said = ""
    while True:
        picked, code = _picked(sessions or folder(), said)
        if picked is None:
            return code
        left_for_another = Event()
        try:
            code, said = _opened(picked, left_for_another.set), ""
        except WorkbenchError as error:
            said = error.in_commands
        else:
            if not left_for_another.is_set():
                return code


def open_first(session: str, sessions_dir: Path | None) -> int:
    """Opens the app on a session, and home if it is left for another one (`serve` shows one only); answers the exit code."""
    if is_shown_elsewhere():
        return open_session(session, sessions_dir)
    left_for_another = Event()
    code = open_session(session, sessions_dir, elsewhere=left_for_another.set)
    return home(sessions_dir) if left_for_another.is_set() else code


def _picked(sessions: Path, said: str) -> tuple[Picked | None, int]:
    terminal = held_terminal()
    if terminal is None:
        return _chosen(sessions, said, None)
    with terminal:
        from screens.held_terminal import size
        from screens.home.first_paint import picture

        terminal.paint(picture(sessions, *size()))
        return _chosen(sessions, said, terminal)


def held_terminal() -> HeldTerminal | None:
    """The terminal, None where the app has to begin on an empty one."""
    if not paints_first():
        return None
    from screens.held_terminal import HeldTerminal

    return HeldTerminal.take()


def _chosen(sessions: Path, said: str, terminal: HeldTerminal | None) -> tuple[Picked | None, int]:
    from screens.home.app import choose

    url = known_api() or ""
    found: tuple[Picked | None, int] = choose(sessions, key=api_key(), api=url, said=said, terminal=terminal)
    return found


def _opened(picked: Picked, elsewhere: Callable[[], None]) -> int:
    """The app on what was picked."""
    if picked.workbench is None:
        return open_session(str(picked.path), None, typed=picked.typed, elsewhere=elsewhere)
    from screens.app import run
    from workbench.cli.left import left_unfinished

    with picked.ending:
        api = known_api() if picked.workbench.origin is None else None  # what was typed in the form goes before
        code: int = run(picked.workbench, api=api, elsewhere=elsewhere)
        left = left_unfinished(picked.workbench) if picked.path else ""  # sample customers go with their sandbox
    tell_left(left)
    return code
