"""The progress of long work, painted some ten times a second at most, from whatever thread hears of it; in a notebook a bar."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from importlib import import_module
from typing import Any, Final

from workbench.notebook.html import STYLE
from workbench.shown.text import of_outcome

_PAUSE: Final = 0.1
"""At least so many seconds between two paintings; the last one is always painted."""


LONG: Final = {
    **dict.fromkeys(("commit", "acommit", "resume", "aresume"), "progress"),
    **dict.fromkeys(("load", "aload", "refresh", "arefresh"), "on_api"),
}
"""Long work, and the option that hears of its progress. A load from a file has one more, `on_file`."""


@dataclass(frozen=True, slots=True)
class FileProgress:
    """How much of a file was read, in its format's own unit; where nobody knows how much it is, `total` is 0, and `done` rows."""

    done: int
    total: int


def heard(name: str, options: dict[str, Any], painter: Callable[[], Painter]) -> dict[str, Any]:
    """The options of a call, with a painter for long work unless the caller hears of the progress."""
    told = LONG.get(name)
    if told is None:
        return options
    if options.get("file") is not None:
        told = "on_file"
    if told in options:
        return options
    paint = painter()
    if told == "on_file":
        return {**options, told: lambda done, total: paint(FileProgress(done, total or 0))}
    return {**options, told: paint}


class Painter:
    """Hears of the progress of a run (`commit.report.Progress`), a load (`load.progress.Progress`) or a file (`FileProgress`), and
    shows the newest of it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._painted = float("-inf")
        self._said = ""

    def __call__(self, progress: Any) -> None:
        total = progress.planned if hasattr(progress, "planned") else progress.total
        said = line(progress)
        with self._lock:
            early = (not total or progress.done < total) and time.monotonic() - self._painted < _PAUSE
            if early or said == self._said:
                return
            self._painted, self._said = time.monotonic(), said
            self._show(progress.done, total, said)

    def _show(self, done: int, total: int, said: str) -> None:
        raise NotImplementedError


class ProgressBar(Painter):
    """Shows it in a notebook: one display that is written anew."""

    def __init__(self) -> None:
        super().__init__()
        self._handle: Any = None

    def _show(self, done: int, total: int, said: str) -> None:
        display: Any = import_module("IPython.display").display
        bundle = {"text/html": bar(done, total, said), "text/plain": said}
        if self._handle is None:
            self._handle = display(bundle, raw=True, display_id=True)
        else:
            self._handle.update(bundle, raw=True)


def line(progress: Any) -> str:
    """The progress in words, or what it waits for."""
    waiting: str = getattr(progress, "waiting", "")
    if waiting:
        return waiting
    if hasattr(progress, "planned"):
        came = ", ".join(of_outcome(number, name) for name, number in progress.counts.items() if number)
        return f"run {progress.run}: {progress.done:,} of {progress.planned:,} customers{f' ({came})' if came else ''}"
    if isinstance(progress, FileProgress):
        if not progress.total:
            return f"load: {progress.done:,} rows read"
        return f"load: {100 * progress.done // progress.total} % of the file read"
    return f"load: {progress.done:,} of {progress.total:,} {progress.stage}"


def bar(done: int, total: int, said: str) -> str:
    """The bar as HTML that holds no data of customers."""
    share = 100 * min(done, total) / max(total, 1)
    return (
        f'<div class="wb"><style>{STYLE}</style><div class="wb-bar" role="progressbar" aria-valuenow="{share:.0f}"'
        f' aria-valuemin="0" aria-valuemax="100" aria-label="{escape(said)}"><i style="width:{share:.2f}%"></i></div>'
        f"<p>{escape(said)}</p></div>"
    )
