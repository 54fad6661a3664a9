"""The sessions of a folder as people choose among them: what each holds and in which state it is, none of them opened for it."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from workbench.errors import SessionDamaged, SessionHeld, WorkbenchError
from workbench.session.file import READ, VERSION
from workbench.session.place import SUFFIX
from workbench.session.seen import Seen, look
from workbench.shown.glance import Glance

_OF_A_SESSION: Final = tuple(f"{SUFFIX}{end}" for end in ("", "-wal", ".lock"))
"""How the names of a session's files end."""


class State(StrEnum):
    """In which state a session is."""

    READY = "ready"
    UNFINISHED = "run unfinished"
    NOT_CLOSED = "was not closed"
    EMPTY = "nothing loaded"
    OLDER = "older format"
    HELD = "held"
    DAMAGED = "damaged"
    UNREAD = "not read"


@dataclass(frozen=True, slots=True)
class Listed:
    """A session in a list: where it is, when it was changed (seconds since 1970), its state and what there is to say of it.

    How many `customers` it has and how many cells are `staged` is None where only opening the session tells: one that was
    not closed knows how many customers were loaded, and that without an operation nothing is staged. `part` is which part of
    the API's customers was loaded (empty: all).
    """

    path: Path
    changed: float
    state: State
    says: str = ""
    origin: str = ""
    customers: int | None = None
    staged: int | None = None
    operations: int | None = None
    part: str = ""

    @property
    def name(self) -> str:
        """The session's name."""
        return self.path.stem

    @property
    def opens(self) -> bool:
        """Whether it can be opened as far as is known."""
        return self.state not in (State.HELD, State.DAMAGED)


def sessions_in(folder: Path) -> list[Listed]:
    """The sessions of a folder, the one changed last first. A folder that is not there has none. Raises `WorkbenchError`."""
    try:
        paths = list(folder.glob(f"*{SUFFIX}")) if folder.is_dir() else []
    except OSError as error:
        raise WorkbenchError(f"the folder {folder} cannot be read: {error.strerror}") from error
    return sorted(map(listed, paths), key=lambda one: (-one.changed, one.name))


def stamps(folder: Path) -> frozenset[tuple[str, int, int]]:
    """The files of the sessions of a folder, each with its size and its time (nanoseconds): while they are the same, `sessions_in`
    would say the same. No file is opened. A folder that is not there, or cannot be read, has none."""
    found = set()
    with suppress(OSError), os.scandir(folder) as entries:
        for one in entries:
            if one.name.endswith(_OF_A_SESSION):
                with suppress(OSError):  # it went away meanwhile
                    stat = one.stat()
                    found.add((one.name, stat.st_size, stat.st_mtime_ns))
    return frozenset(found)


def listed(path: Path) -> Listed:
    """A session file as a list shows it, whatever is wrong with it."""
    changed = max(_changed(path), _changed(Path(f"{path}-wal")))
    try:
        seen = look(path)
    except SessionHeld as error:
        return Listed(path, changed, State.HELD, error.in_commands)
    except SessionDamaged as error:
        return Listed(path, changed, State.DAMAGED, error.in_commands)
    except WorkbenchError as error:
        return Listed(path, changed, State.UNREAD, error.in_commands)
    glance = _glance(seen)
    return Listed(
        path, changed, *_state(seen), origin=seen.origin, operations=seen.operations, part=seen.part,
        customers=glance.total if glance else seen.customers,
        staged=glance.staged if glance else None if seen.operations or not seen.loaded else 0,
    )  # fmt: skip


def _state(seen: Seen) -> tuple[State, str]:
    if seen.unfinished is not None:
        return State.UNFINISHED, f"run {seen.unfinished} is unfinished: open it, then r in Run (3) resumes it"
    if not seen.loaded:
        return State.EMPTY, "nothing was ever loaded into it"
    if seen.version < READ:
        return (
            State.OLDER,
            f"format {seen.version}: opening it makes a copy beside it first, then brings it to format {VERSION}",
        )
    if not seen.closed:
        return (
            State.NOT_CLOSED,
            "it was not closed cleanly: opening it brings back all that was done, and counts what is staged",
        )
    return State.READY, ""


def _glance(seen: Seen) -> Glance | None:
    try:
        return Glance.loaded(seen.glance) if seen.glance else None
    except ValueError:
        return None


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
