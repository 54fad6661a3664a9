"""`workbench open SESSION`: the session is held, its first screen painted, and only then the app imported.

Nothing that takes long is imported before the paint: no option parser, no tables, no app.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.cli.key import asked_key, known_api
from workbench.errors import UsageError
from workbench.session.held import HeldFile
from workbench.session.lock import this_command
from workbench.session.place import session_path

if TYPE_CHECKING:
    from screens.held_terminal import HeldTerminal


def plain(arguments: Sequence[str]) -> tuple[str, Path | None] | None:
    """The session and the folder of sessions in `SESSION [--sessions-dir DIR]`; None for anything else."""
    folder = None
    if len(arguments) == 3 and arguments[1] == "--sessions-dir":
        folder = Path(arguments[2])
    elif len(arguments) == 2 and arguments[1].startswith("--sessions-dir="):
        folder = Path(arguments[1].partition("=")[2])
    elif len(arguments) != 1:
        return None
    return None if arguments[0].startswith("-") else (arguments[0], folder)


def open_session(
    session: str,
    sessions_dir: Path | None,
    *,
    typed: Sequence[Any] = (),
    elsewhere: Callable[[], None] | None = None,
) -> int:
    """Opens the app on a session, and answers the exit code when it is left. It begins with the keys that were `typed` already;
    `elsewhere` is called if it is left for another session (None: that is not offered)."""
    if not is_terminal():
        raise UsageError("the app needs a terminal; workbench --help lists the commands that do without")
    path = session_path(session, sessions_dir=sessions_dir)
    key = asked_key()
    with HeldFile.take(path, command=this_command()) as held:
        terminal, lines, first = _picture(held)
        if terminal is None:
            code, left = _app(held, key, None, typed, elsewhere)
        else:
            with terminal:
                terminal.paint(lines)
                terminal.says(first)
                code, left = _app(held, key, terminal, typed, elsewhere)
    tell_left(left)
    return code


def tell_left(line: str) -> None:
    """Says on stderr what the app has left undone, once the terminal is as it was; nothing if the line is empty."""
    if line:
        from workbench.cli.common import say

        say(line)


def is_terminal() -> bool:
    """Whether there is somebody to look and to press keys: at a terminal, or at what textual's own driver shows."""
    return is_shown_elsewhere() or (sys.stdin.isatty() and sys.stdout.isatty())


def is_shown_elsewhere() -> bool:
    """Whether another driver than a terminal's shows the app: `serve`'s, which shows it in a browser."""
    return bool(os.environ.get("TEXTUAL_DRIVER"))


def paints_first() -> bool:
    """Whether a first paint looks as the app will: on a terminal, in the theme that it is painted in."""
    if sys.platform == "win32" or is_shown_elsewhere():
        return False
    from screens.first_looks import PAINTED
    from screens.preferences import Preferences

    return Preferences.read().theme in ("", PAINTED)


def _picture(held: HeldFile) -> tuple[HeldTerminal | None, list[Any], Callable[[str], list[Any]]]:
    """The terminal, None where the app has to begin on an empty one; the lines of the session's first screen; and what makes the
    first of them anew, given what is waited for."""
    if not paints_first():
        return None, [], list
    from screens.first_paint import first_line, picture
    from screens.held_terminal import HeldTerminal, size
    from workbench.shown.glance import Glance

    kept, name, (width, height) = held.glance(), held.path.stem, size()
    try:
        glance = Glance.loaded(kept) if kept else None
        lines = picture(glance, name, width, height)
    except ValueError:
        glance, lines = None, picture(None, name, width, height)
    return HeldTerminal.take(), lines, lambda busy: first_line(glance, name, width, busy)


def _app(
    held: HeldFile,
    key: str | None,
    terminal: HeldTerminal | None,
    typed: Sequence[Any],
    elsewhere: Callable[[], None] | None,
) -> tuple[int, str]:
    """Runs the app until it is left: the exit code, and what it left undone. The session is read while the app is imported."""
    gc.disable()  # hundreds of modules are imported, none of which is garbage
    from concurrent.futures import ThreadPoolExecutor

    from workbench.workbench import Workbench

    with ThreadPoolExecutor(1, thread_name_prefix="open") as pool:
        told = terminal.told if terminal is not None else lambda share: None
        opened = pool.submit(Workbench.holding, held, key=key, told=told)
        from screens.app import run
        from workbench.cli.left import left_unfinished

        gc.freeze()
        gc.enable()
    with opened.result() as workbench:
        code: int = run(workbench, api=known_api(), terminal=terminal, typed=typed, elsewhere=elsewhere)
        return code, left_unfinished(workbench)
