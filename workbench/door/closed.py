"""What a workbench is once it is closed: it still says which session it was, and whatever else it is asked it refuses, in one line.

An object changes its class when it is closed, so that no method asks whether it is open, and none can forget to.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, TypeVar

from workbench.errors import SessionClosed

KEPT: Final = frozenset(
    {"open", "holding", "create", "log_all", "name", "path", "rescued", "without_key", "held", "idle", "clock"}
)
"""Public names that a closed workbench still has: they ask nothing of the session."""

_MAKERS: Final = ("open", "holding", "create", "log_all")
"""Those that are asked of the class: who asks them of a closed workbench's gets an open one."""

W = TypeVar("W")


def closed_kind(kind: type[W]) -> type[W]:
    """The class of a closed workbench of this `kind`: an instance of it may be closed again, and refuses (`SessionClosed`) every
    public method and property but those that need no session."""
    refused: dict[str, Any] = {name: _Refused() for name in dir(kind) if not name.startswith("_") and name not in KEPT}
    harmless = {"close": _close, "give_back": _give_back}
    makers = {name: getattr(kind, name) for name in _MAKERS}
    return type(
        kind.__name__, (kind,), refused | harmless | makers | {"__module__": kind.__module__, "__doc__": kind.__doc__}
    )


def closed(path: Path) -> SessionClosed:
    """What is said to whoever asks something of a session that was closed."""
    return SessionClosed(f'the session {path.stem} is closed; open it again: wb = Workbench.open("{path}")')


class _Refused:
    """A name that cannot be asked any more, be it a method's or a property's."""

    def __get__(self, bench: Any, kind: type[Any]) -> Any:
        if bench is None:
            return self
        raise closed(bench.path)


def _close(bench: Any) -> None:
    """It is closed already."""


def _give_back(bench: Any) -> bool:
    """It is given back already."""
    return True
