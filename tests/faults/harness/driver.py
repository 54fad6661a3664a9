"""Runs the real command in processes that are cheap to start and easy to kill. A script of its own; `scene.Driver` talks to it.

It imports what the commands import, starts no thread and no event loop, and forks a child for each order: the child runs
`workbench.cli.app.run` as the console script does, with a stdin, stdout and stderr of its own, and is killed with SIGKILL at
the moment that the order asks for. So a command takes a tenth of the half second that a new interpreter needs.

An order is a line of JSON on stdin: `commands` (lists of arguments, run one after the other), `out` and `err` (files),
`after` (seconds until it is killed, or null), `at` (`[label, side, passage]`, or null), `limit` (seconds; it is killed then,
and that is said). The answers are two lines: `pid` at once, then `code` (negative: the signal that ended it) and `seconds`.
"""

from __future__ import annotations

import gc
import importlib
import inspect
import itertools
import json
import os
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable
from typing import Any, Final

LABELS: Final = {
    "operation": "workbench.session.store:Store.add_operation",
    "acts": "workbench.session.store:Store.add_acts",
    "base": "workbench.session.store:Store.write_base",
    "overlay": "workbench.session.store:Store.write_overlay",
    "part": "workbench.session.store:Store._put",
    "rows": "workbench.session.store:Store._append",
    "plan": "workbench.session.store:Store.add_run",
    "journal": "workbench.session.store:Store.journal",
    "end": "workbench.session.store:Store.end_run",
    "close": "workbench.session.store:Store.close",
    "page": "workbench.customer_api.client:CustomerApi.page_answer",
    "read": "workbench.customer_api.client:CustomerApi.get",
    "send": "workbench.customer_api.client:CustomerApi.patch",
}
"""The steps of the protocol, by the function that takes each. `part` and `rows` are in the middle of transactions."""

_HASTE: Final = 0.02
"""The waits between tries are this much shorter, so that thousands of faults fit into minutes."""

_WARM: Final = (
    "workbench.cli.app",
    "workbench.cli.commit",
    "workbench.cli.load",
    "workbench.cli.search",
    "workbench.cli.session",
    "workbench.cli.stage",
    "workbench.customer_api.client",
    "workbench.load.api",
    "workbench.search.searcher",
    "workbench.stage.staging",
    "workbench.stage.transforms",
    "workbench.workbench",
    "cyclopts.help",
    "pycountry",
)


def main() -> None:
    """Takes orders until stdin ends."""
    _hasten()
    for name in _WARM:
        importlib.import_module(name)
    gc.freeze()  # a collection in a child would copy every page
    for line in sys.stdin:
        _obey(json.loads(line))


def _hasten() -> None:
    """Shortens the waits between tries, before anything imports the function that draws them."""
    pace = importlib.import_module("workbench.customer_api.pace")
    drawn = pace.backoff
    pace.backoff = lambda *given, **bounds: drawn(*given, **bounds) * _HASTE  # type: ignore[attr-defined]


def _obey(order: dict[str, Any]) -> None:
    alive, ends = os.pipe()
    begun = time.monotonic()
    pid = os.fork()
    if pid == 0:
        os.close(alive)
        os._exit(_child(order))
    os.close(ends)
    _tell({"pid": pid})
    for seconds in (order["after"], order["limit"]):
        if seconds is not None and not select.select([alive], [], [], seconds)[0]:
            os.kill(pid, signal.SIGKILL)
    os.close(alive)
    _, status = os.waitpid(pid, 0)
    _tell({"code": os.waitstatus_to_exitcode(status), "seconds": time.monotonic() - begun})


def _tell(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def _child(order: dict[str, Any]) -> int:
    try:
        for number, name, flags in (
            (0, os.devnull, os.O_RDONLY),
            (1, order["out"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC),
            (2, order["err"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC),
        ):
            os.dup2(os.open(name, flags, 0o600), number)
        if order["at"] is not None:
            _arm(*order["at"])
        from workbench.cli.app import run

        code = 0
        for command in order["commands"]:
            code = code or run(command)
        sys.stdout.flush()
        sys.stderr.flush()
        return code
    except BaseException:
        traceback.print_exc()
        return 99


def _arm(label: str, side: str, passage: int) -> None:
    """Makes this process kill itself before (or after) the `passage`th time that it takes the step `label`."""
    module, _, path = LABELS[label].partition(":")
    owner, _, name = path.partition(".")
    holder = getattr(importlib.import_module(module), owner)
    setattr(holder, name, _deadly(getattr(holder, name), side, passage))


def _deadly(step: Callable[..., Any], side: str, passage: int) -> Callable[..., Any]:
    count = itertools.count(1)

    def die() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    async def asynchronous(*given: Any, **more: Any) -> Any:
        now = next(count) == passage
        if now and side == "before":
            die()
        result = await step(*given, **more)
        if now:
            die()
        return result

    def synchronous(*given: Any, **more: Any) -> Any:
        now = next(count) == passage
        if now and side == "before":
            die()
        result = step(*given, **more)
        if now:
            die()
        return result

    return asynchronous if inspect.iscoroutinefunction(step) else synchronous


if __name__ == "__main__":
    main()
