"""`Workbench`: the one object that the terminal app, the notebook and the command line hold. A door, not a hall."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from workbench.customers.fields import known_table
from workbench.door.closed import closed_kind
from workbench.door.committing import Committing
from workbench.door.loading import Loading
from workbench.door.searching import Searching
from workbench.door.writing import Writing
from workbench.errors import WorkbenchError
from workbench.given import given
from workbench.session.held import HeldFile
from workbench.session.lock import NOTEBOOK, this_command
from workbench.session.place import folder, session_path
from workbench.session.store import Store
from workbench.shown.first_screen import keep_glance
from workbench.stage.bench import Bench

if TYPE_CHECKING:
    from workbench.notebook.grid.widget import Grid
    from workbench.results import Logs


@given
class Workbench(Loading, Searching, Writing, Committing):
    """An open session. Every method is one call into a room; what it returns has the attributes that the command prints.

    Use it as a context manager, or `close` it. `key` is the API key (else `$WORKBENCH_API_KEY`); it is kept nowhere.

    In the examples `wb` is a session of twelve customers that was just loaded, `api` their server's address, `folder` where
    sessions are.
    """

    @classmethod
    def open(
        cls, session: str | Path, *, sessions_dir: Path | None = None, key: str | None = None, keep: bool = False
    ) -> Workbench:
        """The session with this name, or at this path. Raises `SessionHeld`, `SessionDamaged` or `WorkbenchError`.

        In a notebook it is shared (see `notebook.shared`): given back after a minute without a call and taken again, read
        anew, at the next. With `keep`, and everywhere else, it is held until it is closed.

        >>> wb.close()
        >>> with Workbench.open("spring", sessions_dir=folder) as again:
        ...     again.status().customers
        12
        """
        path = session_path(session, sessions_dir=sessions_dir)
        kind, command = cls._kind(keep)
        with _handed_over(path):
            return kind._on(Store.open(path, command=command), key)

    @classmethod
    def holding(
        cls, held: HeldFile, *, key: str | None = None, told: Callable[[float], None] = lambda share: None
    ) -> Workbench:
        """The session whose file is held already, with all its tables in memory; it is given back when this is closed. `told`
        hears which share of it is read (0 to 1). Raises `SessionDamaged`."""
        return cls._on(Store.on(held), key, told, whole=True)

    @classmethod
    def create(
        cls, session: str | Path, *, sessions_dir: Path | None = None, key: str | None = None, keep: bool = False
    ) -> Workbench:
        """A new, empty session, held as by `open`; raises `WorkbenchError` if there is one already.

        >>> with Workbench.create("mine", sessions_dir=folder, key="k") as mine:
        ...     mine.load(api=api).customers
        12
        """
        path = session_path(session, sessions_dir=sessions_dir)
        kind, command = cls._kind(keep)
        with _handed_over(path):
            return kind._on(Store.create(path, command=command), key)

    @classmethod
    def _kind(cls, keep: bool) -> tuple[type[Workbench], str]:
        """What a session is opened as here, and what the lock file calls this process."""
        if "IPython" in sys.modules or "marimo" in sys.modules:
            from workbench.notebook.shared import SharedWorkbench, in_kernel, in_marimo
            from workbench.notebook.terminal import TerminalWorkbench, in_terminal

            if in_kernel() or in_marimo():
                shared = cls is Workbench and not keep
                return (SharedWorkbench, NOTEBOOK) if shared else (cls, f"{NOTEBOOK} that keeps it")
            if in_terminal():
                return (TerminalWorkbench if cls is Workbench else cls), this_command()
        return cls, this_command()

    @classmethod
    def _on(
        cls,
        store: Store,
        key: str | None,
        told: Callable[[float], None] = lambda share: None,
        *,
        whole: bool = False,
    ) -> Workbench:
        try:
            return cls(Bench(store, told, whole=whole), key=key)
        except BaseException:
            store.close()
            raise

    def close(self) -> None:
        """Gives the session back; it is one file again. Raises `WorkbenchError` while a run, a load or a refresh is under way.

        May be called twice. Whatever else is asked of it then raises `SessionClosed`; what it found before stays readable.

        >>> wb.close()
        >>> wb.status()  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        workbench.errors.SessionClosed: the session spring is closed; open it again: wb = Workbench.open(...)
        """
        self._refuse_close()
        try:
            if self.loaded:
                keep_glance(self._bench.store, self.snapshot)
        finally:
            self._bench.store.close()
            self._is_closed()

    def give_back(self) -> bool:
        """Lets another process have the session until the next call, if this is a notebook that shares it (see `open`); whether
        it has been given back. Elsewhere it is held until `close`: False."""
        return False

    def _is_closed(self) -> None:
        """Nothing is answered from now on."""
        self._loops.stop()
        self.__class__ = closed_kind(type(self))

    def discard(self) -> None:
        """Closes a session that never got a base and removes its file. Raises `WorkbenchError` for one that holds customers."""
        if self._bench.loaded:
            raise WorkbenchError(f"{self.path} holds customers; it is not removed")
        self._bench.store.remove()
        self._is_closed()

    @classmethod
    def log_all(
        cls,
        sessions_dir: Path | None = None,
        *,
        where: str | None = None,
        field: str = "",
        id: str = "",
        path: str = "",
    ) -> Logs:
        """What was done in all sessions of a folder (where sessions are looked up by name, unless told), by time; with any of
        `where`, `field`, `id` and `path` also the events of those cells, as `audit` tells them. A session that is held or damaged
        is named (`skipped`) and left out. Raises `QueryError`, `UsageError`.

        >>> done = wb.search().set("payment_term", "COD")
        >>> wb.close()
        >>> [(one["session"], one["changed"]) for one in Workbench.log_all(folder).operations]
        [('spring', 12)]
        """
        from workbench.door.logs import AskedCells, log_all

        asked = AskedCells(where or "", field, id, path) if where is not None or field or id or path else None
        opens = partial(Workbench.open, keep=True)  # only read, and closed again
        return log_all(folder(sessions_dir), asked, opens=opens, handed_over=_handed_over)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.close()
        except WorkbenchError:
            if error is None:
                raise  # else what went wrong first is told, and the session is given back when the process ends

    def __repr__(self) -> str:
        return f"<Workbench {self.name}: {self.path}>"

    def export(
        self, target: Path | str, table: str = "customers", *, where: str = "", columns: Sequence[str] | None = None
    ) -> int:
        """Writes a current table as CSV, XLSX, Parquet or NDJSON, by the file's ending, all of it or the rows that `where` finds
        and the `columns` named; how many rows. Raises `QueryError`, `UsageError`.

        >>> wb.export(folder / "terms.csv", columns=["id", "payment_term"])
        12
        """
        from workbench.preview.export import export

        snapshot, table = self.snapshot, known_table(table)
        rows = self._found(snapshot, where, table) if where.strip() else None
        return export(snapshot.current, table, Path(target), rows=rows, columns=columns)

    def copy_to(self, target: Path | str) -> None:
        """A whole copy of the session at `target`, while this one stays open. Raises `WorkbenchError` if it cannot be written, or
        if something is there: no session is ever replaced."""
        self._bench.store.copy_to(Path(target))

    def grid(self, *, api: str | None = None, rows: int = 15) -> Grid:
        """The tables as a grid in a notebook, `rows` rows high: search, edit, review and commit there (to `api`, the session's own
        unless told). It needs anywidget, the extra `[notebook]`. Raises `UsageError` without it."""
        from workbench.notebook.grid import grid

        return grid(self, api=api, rows=rows)


def _handed_over(path: Path) -> AbstractContextManager[None]:
    """The time in which a session is opened: in a notebook what has it there, and is idle, gives it back first."""
    shared = sys.modules.get("workbench.notebook.shared")
    return nullcontext() if shared is None else shared.handing_over(path)
