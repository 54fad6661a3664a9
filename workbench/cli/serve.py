"""`serve`: the terminal app in a browser, on this machine only."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import signal
import sys
from typing import TYPE_CHECKING

from workbench.cli.common import COMMON, Common, put, say
from workbench.cli.key import asked_key
from workbench.errors import UsageError, WorkbenchError
from workbench.session.held import HeldFile
from workbench.session.lock import this_command
from workbench.session.place import session_path

if TYPE_CHECKING:
    import socket


def serve(session: str = "", /, *, port: int = 0, common: Common = COMMON) -> int:
    """Serve the terminal app to a browser on this machine, until Ctrl+C. The first line on stdout is its URL.

    Whoever can open that URL works as you: other users of this machine can, and whatever forwards its port. One window
    at a time; when it is closed or loaded again, the app finishes what is on its way and lets go of the session.

    Parameters
    ----------
    session
        A name, or a path that ends in .session; without it the app begins with the list of sessions.
    port
        The port on 127.0.0.1; a free one unless given.
    """
    if importlib.util.find_spec("textual_serve") is None:
        raise WorkbenchError("serve needs textual-serve: pip install textual-serve")
    command = _command(session, common)
    _hand_down_the_key()
    from workbench.cli.served import listen

    if not 0 <= port < 65536:
        raise UsageError(f"there is no port {port}: it is a number from 0 to 65535")
    try:
        listening = listen(port)
    except OSError as error:
        raise WorkbenchError(f"port {port} cannot be used ({error.strerror}): choose another with --port") from error
    with listening:
        asyncio.run(_serve(command, listening, session or "workbench", common))
    return 0


def _command(session: str, common: Common) -> list[str]:
    """What runs the app. A session that cannot be opened is said now and not in the browser."""
    arguments = [sys.executable, "-m", "workbench"]
    if session:
        path = session_path(session, sessions_dir=common.sessions_dir)
        with HeldFile.take(path, command=this_command()):
            arguments += ["open", str(path)]
    elif common.sessions_dir is not None:
        os.environ["WORKBENCH_SESSIONS"] = str(common.sessions_dir)
    return arguments


def _hand_down_the_key() -> None:
    """The app has no terminal to ask at: what is typed here goes to it through its environment, as the key always can."""
    key = asked_key()
    if key is not None:
        os.environ["WORKBENCH_API_KEY"] = key


async def _serve(command: list[str], listening: socket.socket, title: str, common: Common) -> None:
    from workbench.cli.served import AppServer

    server = AppServer(command, listening.getsockname()[1], title)
    ended, loop = asyncio.Event(), asyncio.get_running_loop()

    def end() -> None:
        if ended.is_set():
            server.hurry()
        ended.set()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, end)
    await server.serve_until(ended, listening, lambda url: _announce(url, common))


def _announce(url: str, common: Common) -> None:
    put({"url": url} if common.json else url)
    sys.stdout.flush()
    say("this machine only; but whoever can open that address works as you, other users of this machine included.")
    say("Ctrl+C ends.")
