"""Where the browser's messages are answered: one question in, one answer out, from any thread, one at a time.

An answer is `{"re": id, "ok": .., "at": ..}` or `{"re": id, "wrong": ..}`. `at` is where the bench stands, so that whatever
was asked, the grid knows if it shows something old. Nothing here knows a widget: see `widget`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from workbench.customers.fields import TABLES, known_table
from workbench.errors import QueryError, SessionHeld, UsageError, WorkbenchError, one_line
from workbench.notebook.grid import together
from workbench.notebook.grid.adding import Adding
from workbench.notebook.grid.asked import Message, number_in, text_in
from workbench.notebook.grid.editing import Editing
from workbench.notebook.grid.resolving import Resolving
from workbench.notebook.grid.reviewing import Reviewing
from workbench.notebook.grid.sending import Sending, Tell
from workbench.notebook.grid.view import View, shown
from workbench.results import as_it_is
from workbench.shown.text import count, safe

if TYPE_CHECKING:
    from workbench.stage.acting import Acted
    from workbench.stage.snapshot import Snapshot
    from workbench.workbench import Workbench


class Desk:
    """Answers for one grid over an open session. Every rule is the workbench's; here is only what is shown of it."""

    def __init__(self, bench: Workbench, *, api: str | None = None, tell: Tell = lambda told: None) -> None:
        self._bench, self._tell = bench, tell
        self._lock = threading.RLock()
        self._stood: Snapshot | None = None
        self._views = {table: View(bench, table) for table in TABLES}
        self._view = self._views["customers"]
        self._editing = Editing(bench)
        self._adding = Adding(bench)
        self._reviewing = Reviewing(bench, api)
        self._resolving = Resolving(bench)
        self._sending = Sending(bench, api, self._told)
        self._verbs: dict[str, Callable[[Message], dict[str, Any]]] = {
            "hello": self._hello,
            "look": lambda message: {},
            "columns": lambda message: self._view.columns(),
            "table": self._table,
            "find": self._find,
            "window": lambda message: self._view.window(number_in(message, "start"), number_in(message, "count")),
            "mark": self._mark,
            "where": self._where,
            "cell": lambda message: self._editing.cell(self._view, message),
            "set": lambda message: self._editing.set(self._view, message),
            "forms": lambda message: self._editing.forms(self._view, message),
            "count": lambda message: self._editing.count(self._view, message),
            "bulk": lambda message: self._editing.bulk(self._view, message),
            "unstage": lambda message: self._editing.unstage(self._view, message),
            "kinds": lambda message: self._adding.kinds(self._view, message),
            "offered": lambda message: self._editing.offered(self._view, message),
            "tried": lambda message: self._adding.tried(self._view, message),
            "add": lambda message: self._adding.add(self._view, message),
            "undo": lambda message: _acted(self._bench.undo()),
            "redo": lambda message: _acted(self._bench.redo()),
            "changes": self._reviewing.changes,
            "patch": self._reviewing.patch,
            "conflicts": self._resolving.conflicts,
            "ours": self._resolving.ours,
            "weigh": self._resolving.weigh,
            "resolve": self._resolving.resolve,
            "question": lambda message: self._reviewing.question(),
            "commit": self._sending.commit,
            "resume": lambda message: self._sending.resume(),
            "outcomes": self._sending.outcomes,
            "revert": self._revert,
        }
        self._aside: dict[str, Callable[[], dict[str, Any]]] = {
            "standing": self._sending.standing,
            "stop": self._sending.stop,
        }
        together.join(self)

    def hear(self, message: Any) -> dict[str, Any] | None:
        """The answer to a message; None for one that is no question."""
        if not isinstance(message, dict) or not isinstance(message.get("ask"), str):
            return None
        ask, answer = message["ask"], {"re": message.get("id")}
        if ask in self._aside:  # asks nothing of the bench: a commit can be stopped whoever is busy with it
            return answer | {"ok": self._aside[ask]()}
        with self._lock:
            try:
                if ask not in self._verbs:
                    raise UsageError(f"the grid does not know {safe(ask)!r}")
                before = self._stood
                found, at = self._verbs[ask](message), self._at()
                if before is not self._stood:
                    together.moved_on(by=self)
                return answer | {"ok": found, "at": at}
            except WorkbenchError as error:
                return answer | {"wrong": _wrong(error)}
            except Exception as error:  # a fault of this program: told where it was asked, and nothing was lost by it
                return answer | {"wrong": {"said": safe(f"a fault of this program: {one_line(error)}"), "fault": True}}

    def close(self) -> None:
        """Lets go of what it holds; a commit that is under way ends on its own."""
        together.leave(self)
        self._sending.close()

    def look_again(self) -> None:
        """Tells the page to look, if the session stands elsewhere than the page was told. One that was given back stays with
        whoever has it now."""
        if self._stood is not None and getattr(self._bench, "held", True) and self._stands() is not self._stood:
            self._tell({"push": "moved"})

    def _stands(self) -> Snapshot | None:
        try:
            return self._bench.snapshot
        except WorkbenchError:
            return None  # it was closed: the page hears that when it looks

    def _told(self, told: dict[str, Any]) -> None:
        self._tell(told)
        if told["push"] == "ended":
            together.moved_on(by=self)

    def _at(self) -> dict[str, Any]:
        """Where the bench stands, and what is shown of it."""
        view, bench = self._view, self._bench
        self._stood = snapshot = view.fresh()
        marked, moved = view.marks.count, view.moved
        view.moved = False
        return {
            "table": view.table, "query": view.query, "sort": view.sort, "version": view.version, "found": view.found.len(),
            "total": snapshot.current[view.table].height, "marked": marked, "missing": len(view.missing),
            "hidden": marked - view.marks.among(view.found), "staged": snapshot.staged_cells, "moved": moved, "wide": view.staged,
            "unfinished": None if self._sending.running or bench.under_way is not None else bench.unfinished,
            "running": self._sending.running,
        }  # fmt: skip

    def _hello(self, message: Message) -> dict[str, Any]:
        """What a view begins with: the session, its tables, the columns, the first rows."""
        bench, view = self._bench, self._view
        view.fresh()
        return {
            "session": safe(bench.name), "origin": safe(bench.origin), "tables": list(TABLES), **view.columns(),
            "window": view.window(0, number_in(message, "count")), "standing": self._sending.standing(),
        }  # fmt: skip

    def _table(self, message: Message) -> dict[str, Any]:
        self._view = self._views[known_table(text_in(message, "table"))]
        self._view.fresh()
        return {**self._view.columns(), "window": self._view.window(0, number_in(message, "count"))}

    def _find(self, message: Message) -> dict[str, Any]:
        view = self._view
        query, sort = text_in(message, "query"), text_in(message, "sort")
        if (query, sort) != (view.query, view.sort):
            view.find(query, sort)
            if message.get("keep") and query.strip():
                self._bench.remember_query(query, view.table)
        return {"window": view.window(0, number_in(message, "count"))}

    def _mark(self, message: Message) -> dict[str, Any]:
        self._view.mark(text_in(message, "how"), number_in(message, "first"), number_in(message, "last"))
        return {}

    def _revert(self, message: Message) -> dict[str, Any]:
        """Stages the way back of a run; it is previewed and committed as anything else."""
        back = self._bench.revert(number_in(message, "run"))
        stay = len(back.irreversible)
        stays = f"; {count(stay, 'cell')} {as_it_is(stay)}" if stay else ""
        return {"changed": back.changed, "said": f"staged the way back: {back.changed:,} cells{stays}"}

    def _where(self, message: Message) -> dict[str, Any]:
        """Where a row stands among those that are shown now."""
        return {"place": self._view.place_of(number_in(message, "row"))}


def _acted(done: Acted) -> dict[str, Any]:
    return {"changed": done.operations, "said": "; ".join(shown(line, 400) for line in done.lines)}


def _wrong(error: WorkbenchError) -> dict[str, Any]:
    told: dict[str, Any] = {"said": safe(str(error))}
    if isinstance(error, QueryError):
        told["column"] = error.column
    if isinstance(error, SessionHeld):
        told["held"] = True
    return told
