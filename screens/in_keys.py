"""What an error says, with the keys of the app in the place of a command."""

from __future__ import annotations

from workbench.errors import OnServer, RunUnfinished, WorkbenchError


def in_keys(error: WorkbenchError) -> str:
    """The message of an error for people who sit at the app."""
    if isinstance(error, OnServer):
        return f"{error.what}; R on run {error.run} in History (4) takes it back on the server"
    if isinstance(error, RunUnfinished):
        return f"{error.what}; r in Run (3) finishes it"
    return str(error)
