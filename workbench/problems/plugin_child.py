"""The other end of `plugin_process`: runs a steward's file and asks its checks, until nobody asks any more."""

from __future__ import annotations

import faulthandler
import os
import signal
import sys
from pathlib import Path
from typing import IO, Any, Final

from workbench.customers.fields import field
from workbench.customers.tables import Names
from workbench.problems.answers import checked, said
from workbench.problems.check import Asked, Check
from workbench.problems.plugin_process import Message, receive, send
from workbench.problems.plugins import checks_of

_LONGER: Final = 2
"""So many times the limit, and this process ends itself, even if whoever started it was killed and nothing else works here."""


def main(file: str, limit: float) -> None:
    """Answers questions on stdin until it is closed; what a check prints goes to stderr."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers: IO[bytes] = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    with open(os.devnull, "w") as nowhere:
        faulthandler.dump_traceback_later(_LONGER * limit + 60, exit=True, file=nowhere)
        checks = {check.rule: check for check in checks_of(Path(file), ())}
        faulthandler.cancel_dump_traceback_later()
        send(answers, {}, [])
        while True:
            try:
                told, frames = receive(sys.stdin.buffer)
            except EOFError:
                return
            faulthandler.dump_traceback_later(_LONGER * limit, exit=True, file=nowhere)
            send(answers, *_answer(checks[told["rule"]], told, frames))
            faulthandler.cancel_dump_traceback_later()


def _answer(check: Check, told: dict[str, Any], frames: list[Any]) -> Message:
    asked = Asked(
        field(*told["field"]),
        frames[0],
        dict(zip(told["others"], frames[1:], strict=True)),
        **{one: Names(*told["names"].get(one, ({}, {}))) for one in ("sales_reps", "price_lists")},
    )
    try:
        return {"trouble": ""}, [checked(check, asked, check.find(asked))]
    except BaseException as error:
        return {"trouble": said(error, check.find)}, []


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
