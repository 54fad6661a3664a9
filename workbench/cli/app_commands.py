"""`open` and `demo`: what starts the terminal app. The app is imported as late as can be."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from workbench.cli.common import COMMON, Common, Flag, Progress, say
from workbench.cli.home import open_first
from workbench.cli.opening import is_terminal
from workbench.errors import UsageError

if TYPE_CHECKING:
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
    from workbench.cli.demo import walk
    from workbench.sandbox.server import Sandbox
    from workbench.workbench import Workbench

    with (
        tempfile.TemporaryDirectory(prefix="workbench-demo-") as folder,
        Sandbox(customers=customers) as server,
        Workbench.create("demo", sessions_dir=Path(folder), key="demo") as workbench,
    ):
        if script or not is_terminal():
            return walk(workbench, server.url)
        progress = Progress()
        workbench.load(api=server.url, on_api=lambda now: progress.show(f"{now.stage}: {now.done:,} of {now.total:,}"))
        progress.done()
        _app(workbench)
    say("the demo is over; its sandbox and its session are gone")
    return 0


def _refuse_json(common: Common, name: str) -> None:
    if common.json:
        raise UsageError(f"{name} is for people and has nothing to print as JSON; leave --json out")


def _app(workbench: Workbench) -> None:
    from screens.app import run

    run(workbench)
