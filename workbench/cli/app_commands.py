"""`open` and `demo`: what starts the terminal app. The app is imported as late as can be."""

from __future__ import annotations

import tempfile
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from workbench.cli.common import COMMON, Common, Flag, Progress, say
from workbench.cli.home import held_terminal, open_first
from workbench.cli.opening import is_terminal
from workbench.errors import UsageError

if TYPE_CHECKING:
    from screens.held_terminal import HeldTerminal
    from workbench.workbench import Workbench


def open_(session: str, /, *, common: Common = COMMON) -> int:
    """Open the terminal app on a session.

    Parameters
    ----------
    session
        A name, or a path that ends in .session.
    """
    _refuse_json(common, "open")
    return open_first(session, common.sessions_dir)


def demo(
    *,
    script: Annotated[bool, Flag] = False,
    customers: int = 5000,
    common: Common = COMMON,
) -> int:
    """Try everything on a sandbox API with sample customers; nothing of yours is touched.

    Parameters
    ----------
    script
        Walk through load, search, stage, diff, commit and revert without the app (as it does without a terminal).
    customers
        How many sample customers.
    """
    _refuse_json(common, "demo")
    scripted = script or not is_terminal()
    terminal = None if scripted else held_terminal()
    with terminal or nullcontext():
        if terminal is not None:
            terminal.say(f"making {customers:,} sample customers ..")
        from workbench.sandbox.server import Sandbox
        from workbench.workbench import Workbench

        with (
            tempfile.TemporaryDirectory(prefix="workbench-demo-") as folder,
            Sandbox(customers=customers) as server,
            Workbench.create("demo", sessions_dir=Path(folder), key="demo") as workbench,
        ):
            if scripted:
                from workbench.cli.demo import walk

                return walk(workbench, server.url)
            _app(workbench, server.url, terminal)
    say("the demo is over; its sandbox and its session are gone")
    return 0


def _refuse_json(common: Common, name: str) -> None:
    if common.json:
        raise UsageError(f"{name} is for people and has nothing to print as JSON; leave --json out")


def _app(workbench: Workbench, url: str, terminal: HeldTerminal | None) -> None:
    """Loads the customers, and opens the app on them. What is typed meanwhile waits for the app, where the terminal is held."""
    progress = Progress()
    show = terminal.say if terminal is not None else progress.show
    workbench.load(api=url, on_api=lambda now: show(f"{now.stage}: {now.done:,} of {now.total:,}"))
    progress.done()
    from screens.app import run

    run(workbench, terminal=terminal)
