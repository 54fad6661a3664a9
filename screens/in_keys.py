"""What an error says, with the keys of the app in the place of a command."""

from __future__ import annotations

import re
from typing import Final

from workbench.errors import OnServer, RunUnfinished, WorkbenchError
from workbench.stage.acting import LET_GO, UNDOES, Acted


def in_keys(error: WorkbenchError, commit: str = "") -> str:
    """The message of an error for people who sit at the app; `commit` says how one stands that goes on (running, paused)."""
    if isinstance(error, OnServer) and not error.taken_back:
        if not error.has_way_back:
            return f"{error.what}; {error.stays}"
        stays = f"; {error.stays}" if error.stays else ""
        return f"{error.what}; in History (4) R on it stages its way back alone, R on run {error.run} that of the whole run{stays}"
    if isinstance(error, RunUnfinished):
        return f"{error.what}; {_ON.get(commit, 'r in Run (3) finishes it')}"
    return _LOG.sub("see History (4)", reason_in_keys(error.in_commands))


def acted_in_keys(done: Acted, commit: str = "") -> tuple[str, ...]:
    """What an undo, a redo or a drop did, a line on each, and why it stopped where it did."""
    lines = done.lines if done.stopped is None else done.lines[:-1]
    why = () if done.stopped is None else (f"stopped there: {in_keys(done.stopped, commit)}",)
    return *map(_in_keys, lines), *why


def _in_keys(line: str) -> str:
    for command, key in _ENDS.items():
        if line.endswith(command):
            return line.removesuffix(command) + key
    return line


def reason_in_keys(reason: str) -> str:
    """Why a run stopped, with the key that goes on in the place of the command."""
    for command, key in _COMMANDS:
        reason = command.sub(rf"\1{key}", reason)
    return reason


def reason_alone(reason: str) -> str:
    """Why a run stopped, without how it goes on: for where the keys stand below it anyway."""
    return reason_in_keys(_GOES_ON.sub("", reason))


_ON: Final = {"running": "Run (3) shows how far it is", "paused": "it is paused: p in Run (3) goes on"}
"""What is done about an unfinished run that this app runs itself."""
_ENDS: Final = {LET_GO: "m lets them go", **{f"; {word}": f"; {word.replace('undo', 'u', 1)}" for word in UNDOES}}
"""How a line on what was done ends: with a command, and with the key in its place."""
_LOG: Final = re.compile(r"see: workbench log(?: [\w.-]+)?$")
_RESUME: Final = r"(with: )(?:workbench )?resume(?: [\w.-]+)?"
_GOES_ON: Final = re.compile(
    "; (?:if that is as it should be, go on|go on later|try again) with: (?:workbench )?resume.*$"
)
_COMMANDS: Final = (
    (re.compile(f"{_RESUME} --accept-altered"), "A in Run (3)"),
    (re.compile(f"{_RESUME} --abandon"), "X in Run (3)"),
    (re.compile(_RESUME), "r in Run (3)"),
    (re.compile("(; |: |, or )check --api"), "check the address"),
)
"""The commands and options that a reason or an error ends with; only after such words, for a reason quotes customers' values
too."""
