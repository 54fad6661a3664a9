"""The family of errors that people see. Each message is one line: what happened, to which record, what to do next.

What to do next is said in two ways: `str(error)` names calls and arguments, for whoever has a `Workbench`; `error.in_commands`
names commands and options, for whoever types them. (In the app `screens.in_keys` names keys.)
"""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class WorkbenchError(Exception):
    """Something could not be done; the message says what, to which record, and what to do. Exit code 1.

    It is written as for the command line. `str(error)` says it as calls and arguments, `in_commands` as it was written.
    """

    exit_code = 1

    def __str__(self) -> str:
        from workbench.calls import as_calls

        return as_calls(self.in_commands)

    @property
    def in_commands(self) -> str:
        """The message with commands and options of the command line in the place of calls and arguments."""
        return super().__str__()

    def _render_traceback_(self) -> list[str]:
        """What IPython shows of it: one line, and where in the cell; the way through the workbench helps nobody."""
        return [one_line(self)]


class UsageError(WorkbenchError):
    """The request itself is wrong: an unknown field, a value of the wrong kind, a missing option. Exit code 2."""

    exit_code = 2


class NoSuchCell(UsageError):
    """A customer, or a cell of one, that the session does not have. Exit code 2."""


class QueryError(UsageError):
    """A query that does not parse or names what does not exist.

    Attributes: `query` the text, `column` the 1-based place of the trouble in it, `expected` what could stand there.
    """

    def __init__(self, message: str, *, query: str = "", column: int = 1, expected: str = "") -> None:
        super().__init__(message)
        self.query = query
        self.column = column
        self.expected = expected


class SessionHeld(WorkbenchError):
    """Another process has the session open. Exit code 5."""

    exit_code = 5


class SessionClosed(WorkbenchError):
    """The session was closed here; it can be opened again. Exit code 1."""


class SessionGone(WorkbenchError):
    """The session's file was removed, replaced or spoilt while it was open. `kept` is the copy that holds all of it; None if there
    is none (yet). `lost`: there can be none, and what was done is only in memory. Exit code 1."""

    def __init__(self, message: str, kept: Path | None = None, *, lost: bool = False) -> None:
        super().__init__(message)
        self.kept, self.lost = kept, lost


class SessionDamaged(WorkbenchError):
    """The session file is not a session, or a part of it does not match its checksum. Exit code 1."""


class ApiError(WorkbenchError):
    """The customer API is down, refuses the key, or answers what is no answer. Exit code 1."""


class OnServer(WorkbenchError):
    """What cannot be taken back here, because a run has brought it to the server: `what` says so, of which `operation`; `run` is
    that run; `taken_back` names those that took it back there already, empty if it is still there. `stays` says which of its
    cells cannot go back there either, and why; empty if all can. If none can, there is no way back (`has_way_back`)."""

    def __init__(
        self,
        what: str,
        operation: int,
        run: int,
        session: str,
        *,
        taken_back: str = "",
        stays: str = "",
        none: bool = False,
    ) -> None:
        self.what, self.operation, self.run, self.taken_back, self.stays = what, operation, run, taken_back, stays
        self.has_way_back = not (taken_back or none)
        if taken_back:
            how = f"{taken_back} took it back already"
        elif none:
            how = f"{stays}; what else of its run can go back, with: workbench revert {session} {run}"
        else:
            rest = f"{stays}; take the others" if stays else "take it"
            how = f"{rest} back on the server with: workbench revert {session} {run}"
        super().__init__(f"{what}; {how}")
        self._session = session

    def staying(self, stays: str, *, none: bool) -> OnServer:
        """The same, once it is known what `stays`, and whether that is all (`none` goes back)."""
        return OnServer(
            self.what, self.operation, self.run, self._session, taken_back=self.taken_back, stays=stays, none=none
        )


class RunUnfinished(WorkbenchError):
    """What cannot be done while a run is unfinished: `what` says so, `run` is that run, `command` finishes it; "" if it is under
    way in this process."""

    def __init__(self, what: str, run: int, command: str) -> None:
        super().__init__(f"{what}; {f'finish it with: {command}' if command else 'wait for it, or stop it first'}")
        self.what, self.run = what, run


def one_line(error: BaseException) -> str:
    """An error as one line that is safe to show, with the line of a notebook's cell, or of a script, in which it came up."""
    text = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in str(error))
    lines = [
        at for frame, at in traceback.walk_tb(error.__traceback__) if frame.f_globals.get("__name__") == "__main__"
    ]
    return f"{type(error).__name__}{f' (line {lines[-1]})' if lines else ''}: {text}"
