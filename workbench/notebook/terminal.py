"""Long work in IPython in a terminal: one line on stderr that is written anew, and gone when the work has ended."""

from __future__ import annotations

import functools
import inspect
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from workbench.door.stopped import broken_off
from workbench.notebook.progress import LONG, Painter, heard
from workbench.notebook.shell import ipython_shell
from workbench.shown.text import fit
from workbench.workbench import Workbench

_CELLS: Final = 20
_AGAIN: Final = "\r\x1b[K"
"""To the start of the line, and nothing on it."""


def in_terminal() -> bool:
    """Whether this is IPython in a terminal that somebody looks at. It imports nothing."""
    shell = ipython_shell()
    return shell is not None and getattr(shell, "kernel", None) is None and sys.stderr.isatty()


class TerminalWorkbench(Workbench):
    """A `Workbench` that shows the progress of long work in a line of the terminal, unless the caller hears of it; what Ctrl+C
    breaks off is told in one line."""


class ProgressLine(Painter):
    """Writes the newest of the progress over what it wrote before."""

    def __init__(self) -> None:
        super().__init__()
        self._shown = False

    def end(self) -> None:
        """Takes the line away: what is written next begins where it stood."""
        with self._lock:
            if self._shown:
                self._shown = False
                self._write(_AGAIN)

    def _show(self, done: int, total: int, said: str) -> None:
        self._shown = True
        full = _CELLS * min(done, total) // max(total, 1)
        wide = max(shutil.get_terminal_size((80, 24)).columns - 1, 1)
        self._write(_AGAIN + fit(f"{'█' * full}{'░' * (_CELLS - full)} {said}", wide).rstrip())

    @staticmethod
    def _write(text: str) -> None:
        sys.stderr.write(text)
        sys.stderr.flush()


@contextmanager
def _told(name: str, options: dict[str, Any]) -> Iterator[dict[str, Any]]:
    line = ProgressLine()
    try:
        yield heard(name, options, lambda: line)
    finally:
        line.end()


def _called(name: str) -> Callable[..., Any]:
    plain = getattr(Workbench, name)
    if inspect.iscoroutinefunction(plain):

        @functools.wraps(plain)
        async def awaited(self: TerminalWorkbench, **options: Any) -> Any:
            with _told(name, options) as more:
                return await plain(self, **more)

        return awaited

    @functools.wraps(plain)
    def called(self: TerminalWorkbench, **options: Any) -> Any:
        with broken_off(f"{name}()"), _told(name, options) as more:
            return plain(self, **more)

    return called


def _short(name: str) -> Callable[..., Any]:
    plain = getattr(Workbench, name)

    @functools.wraps(plain)
    def called(self: TerminalWorkbench, *args: Any, **options: Any) -> Any:
        with broken_off(f"{name}()"):
            return plain(self, *args, **options)

    return called


def _asked(name: str, plain: property) -> property:
    def asked(self: TerminalWorkbench) -> Any:
        with broken_off(name):
            assert plain.fget is not None
            return plain.fget(self)

    return property(asked, doc=plain.__doc__)


for _name in dir(Workbench):
    _plain = inspect.getattr_static(Workbench, _name)
    if _name in LONG:
        setattr(TerminalWorkbench, _name, _called(_name))
    elif not _name.startswith("_") and inspect.isfunction(_plain) and not inspect.iscoroutinefunction(_plain):
        setattr(TerminalWorkbench, _name, _short(_name))
    elif not _name.startswith("_") and isinstance(_plain, property):
        setattr(TerminalWorkbench, _name, _asked(_name, _plain))
