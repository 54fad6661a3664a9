"""A session and its log that were parted: a file that is renamed while it is open leaves its log under the old name.

SQLite finds a log by its name alone. After a kill the renamed file would open without its newest commits, and whatever got the
old name would be given them. The lock file, which a kill leaves too, says which file the log beside it is of.
"""

from __future__ import annotations

from pathlib import Path

from workbench.errors import WorkbenchError
from workbench.session.lock import ENDS, Identity, holder, identity, log_of, size_of


def log_elsewhere(session: Path) -> Path | None:
    """The log of a session that lies under another name in its folder; None if there is none, or one under its own name."""
    own = identity(session)
    if own is None or size_of(log_of(session)):
        return None
    for lock in sorted(session.parent.glob(f"*{ENDS}")):
        named = lock.with_name(lock.name.removesuffix(ENDS))
        if named.name != session.name and _holds(named) == own and size_of(log_of(named)):
            return log_of(named)
    return None


def lacks(session: Path, log: Path) -> WorkbenchError:
    """The error for a session whose log lies elsewhere."""
    return WorkbenchError(
        f"{session} was renamed while it was open, or is one file with another name: its newest changes are in the log {log}, "
        f"and would be lost; rename that to {log_of(session).name}, or the session to {log.name.removesuffix('-wal')}"
    )


def refuse_log_of_another(session: Path) -> None:
    """Raises `WorkbenchError` if the log under the name of `session` (which need not be there) is that of another file, which was
    moved, removed or replaced: SQLite would write it into this one. Reads, and changes nothing."""
    log, who = log_of(session), holder(session)
    of = who.file if who is not None else None
    if of is None or not size_of(log) or identity(session) == of:
        return
    for other in sorted(session.parent.iterdir()):
        if other.name != session.name and identity(other) == of:
            raise WorkbenchError(
                f"{other} was called {session.name} while it was open, and the log {log} is still its own: close it where it is "
                f"open, or rename the log to {log_of(other).name}; then {session.name} can be used"
            )
    if who is not None and identity(log) == who.log:  # else it is a copy of both
        raise WorkbenchError(
            f"the log {log} is that of another file, which was called {session.name} while it was open, by {who}, and was moved or "
            f"removed: close it there if it is still open; else move the log to where that file is, or away; then "
            f"{session.name} can be used"
        )


def _holds(session: Path) -> Identity | None:
    """The file that was held, as the lock file beside a name says."""
    found = holder(session)
    return found.file if found is not None else None
