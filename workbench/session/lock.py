"""Who holds a session: a small file beside it, for messages and to know the file again. SQLite's own lock decides."""

from __future__ import annotations

import json
import os
import socket
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeAlias

NOTEBOOK: Final = "a notebook"
"""The command of a notebook that gives its session back when nobody calls it, in place of a kernel's long one."""

ENDS: Final = ".lock"
"""What the name of a lock file ends with, after the session's."""

Identity: TypeAlias = tuple[int, int]
"""A file's device and number: the same under any name."""

TAKING: Final = threading.RLock()
OURS: Final[set[Identity]] = set()
"""The files that this process holds, whatever they are called. To open and close one of them anywhere would give up SQLite's locks:
who holds one more, or opens one for a moment, has `TAKING` meanwhile."""

_IDLE: Final = "it gives it back after a minute without a call, or at once by wb.give_back() there"


@dataclass(frozen=True, slots=True)
class Holder:
    """The process that wrote the lock file: its number, its machine, its command; and which `file` it holds with which `log`, if it
    said so."""

    pid: int
    host: str
    command: str
    file: Identity | None = field(default=None, compare=False)
    log: Identity | None = field(default=None, compare=False)

    def __str__(self) -> str:
        return f"process {self.pid} on {self.host} ({self.command})" if self.command else f"process {self.pid}"


def lock_path(session: Path) -> Path:
    """The lock file beside a session, where its log is: by the file's own name, not that of a link to it."""
    real = session.resolve()
    return real.with_name(real.name + ENDS)


def held_by(session: Path) -> str:
    """Who holds a session, and how it becomes free: `held by process 7 on desk (workbench open); close it there first`."""
    who = holder(session)
    if who is not None and who.pid == os.getpid():
        return f"held by this very process, {who.pid}: go on with what is open there, or close it first"
    way = _IDLE if who is not None and who.command == NOTEBOOK else "close it there first"
    return f"held{f' by {who}' if who else ''}; {way}"


def log_of(session: Path) -> Path:
    """The log beside a session (SQLite's `-wal`)."""
    return session.with_name(f"{session.name}-wal")


def size_of(file: Path) -> int:
    """The bytes of a file; 0 if there is none: who gives a session back takes its log away at any moment."""
    try:
        return file.stat().st_size
    except OSError:
        return 0


def put_lock(session: Path, command: str) -> None:
    """Says that this process holds the session. A folder that cannot be written, or a full disk, is no reason to fail here."""
    who = {"pid": os.getpid(), "host": socket.gethostname(), "command": command, "file": identity(session),
           "log": identity(log_of(session.resolve()))}  # fmt: skip
    text = json.dumps(who)
    try:
        descriptor = os.open(lock_path(session), os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
    except OSError:
        return


def take_lock_away(session: Path, file: Identity | None) -> None:
    """Removes the lock file, unless it says that another file than this one is held: that is another's, which has the name now."""
    who = holder(session)
    if who is not None and file is not None and who.file not in (None, file):
        return
    try:
        lock_path(session).unlink(missing_ok=True)
    except OSError:
        return


def identity(file: Path) -> Identity | None:
    """Which file that is, whatever it is called; None if there is none."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def holder(session: Path) -> Holder | None:
    """Who the lock file names, or None if there is none or it cannot be read."""
    try:
        data = json.loads(lock_path(session).read_text())
        command = "".join(c for c in str(data["command"]) if c.isprintable())
        file, log = ((int(one[0]), int(one[1])) if one else None for one in (data.get("file"), data.get("log")))
        return Holder(int(data["pid"]), str(data["host"]), command, file, log)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError):
        return None


def this_command() -> str:
    """What this process is, for the lock file: `workbench open`, also where it was begun by `python -m workbench open`."""
    if not sys.argv or not sys.argv[0]:
        return "python"
    program = Path(sys.argv[0])
    return " ".join([program.parent.name if program.name == "__main__.py" else program.name, *sys.argv[1:2]])
