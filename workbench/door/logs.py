"""What was done in all sessions of a folder, by time: each is opened, read and closed again, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from heapq import merge
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.commit.audit import merged
from workbench.errors import NoSuchCell, QueryError, UsageError, WorkbenchError
from workbench.results import Logs
from workbench.session.place import SUFFIX
from workbench.shown.sessions import State, listed

if TYPE_CHECKING:
    from workbench.commit.audit import Audit
    from workbench.door.reporting import Reporting
    from workbench.results import Log

Opens = Callable[[Path], "AbstractContextManager[Reporting]"]
"""Opens a session, and closes it at the end."""
HandedOver = Callable[[Path], AbstractContextManager[None]]
"""The time in which a session is looked at: what has it in this notebook, and is idle, gives it back first."""


@dataclass(frozen=True, slots=True)
class AskedCells:
    """Which cells an audit of many sessions is of: as `audit` takes it."""

    where: str
    field: str
    id: str
    path: str


def log_all(folder: Path, asked: AskedCells | None, *, opens: Opens, handed_over: HandedOver) -> Logs:
    """The logs of the sessions of a folder as one, with the cells that were `asked` for. A session that is held, damaged, or must
    be brought to a newer format first is `skipped`, with the reason. Raises `QueryError`, `UsageError` (wrong of all of them)."""
    told: list[tuple[str, Log, Audit | None]] = []
    skipped: list[tuple[str, str]] = []
    for path in _paths(folder):
        name = path.stem.encode("utf-8", "replace").decode()  # a file's name may hold what is no text
        with handed_over(path):
            one = listed(path)
            if not one.opens or one.state in (State.OLDER, State.UNREAD):
                skipped.append((name, one.says))
                continue
            try:
                with opens(path) as bench:
                    told.append((name, bench.log(), None if asked is None else _cells(bench, asked)))
            except NoSuchCell:
                continue  # it is of another session
            except (UsageError, QueryError):
                raise
            except WorkbenchError as error:
                skipped.append((name, error.in_commands))
    cells = None if asked is None else merged([(name, audit) for name, _, audit in told if audit is not None])
    # a merge leaves each session's own order as it is, also where its clock was set back
    acts = tuple(merge(*(_named(name, log.acts) for name, log, _ in told), key=itemgetter("at")))
    operations, runs = (tuple(one for one in acts if kind in one) for kind in ("operation", "run"))
    return Logs(operations, runs, cells, tuple(skipped), (*(one for one in acts if "hold" not in one),))


def _cells(bench: Reporting, asked: AskedCells) -> Audit:
    return bench.audit(asked.where, field=asked.field, id=asked.id, path=asked.path)


def _named(session: str, entries: tuple[dict[str, Any], ...]) -> Iterator[dict[str, Any]]:
    return ({"session": session, **one} for one in entries)


def _paths(folder: Path) -> list[Path]:
    """The session files of a folder, by name. A folder that is not there has none."""
    try:
        return sorted(folder.glob(f"*{SUFFIX}"), key=lambda path: path.stem) if folder.is_dir() else []
    except OSError as error:
        raise WorkbenchError(f"the folder {folder} cannot be read: {error.strerror}") from error
