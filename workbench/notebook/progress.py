"""A bar for long work in a notebook: one display that is written anew, from whatever thread hears of the progress."""

from __future__ import annotations

import threading
import time
from html import escape
from importlib import import_module
from typing import Any, Final

from workbench.notebook.html import STYLE

_PAUSE: Final = 0.1
"""At least so many seconds between two paintings; the last one is always painted."""


class ProgressBar:
    """Hears of the progress of a run (`commit.report.Progress`) or a load (`load.api.Progress`) and shows the newest of it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._handle: Any = None
        self._painted = float("-inf")
        self._said = ""

    def __call__(self, progress: Any) -> None:
        total = progress.planned if hasattr(progress, "planned") else progress.total
        said = line(progress)
        with self._lock:
            early = progress.done < total and time.monotonic() - self._painted < _PAUSE
            if early or said == self._said:
                return
            self._painted, self._said = time.monotonic(), said
            self._show(bar(progress.done, total, said), said)

    def _show(self, page: str, said: str) -> None:
        display: Any = import_module("IPython.display").display
        bundle = {"text/html": page, "text/plain": said}
        if self._handle is None:
            self._handle = display(bundle, raw=True, display_id=True)
        else:
            self._handle.update(bundle, raw=True)


def line(progress: Any) -> str:
    """The progress in words."""
    if hasattr(progress, "planned"):
        came = ", ".join(f"{number:,} {name}" for name, number in progress.counts.items() if number)
        return f"run {progress.run}: {progress.done:,} of {progress.planned:,} customers{f' ({came})' if came else ''}"
    return f"load: {progress.done:,} of {progress.total:,} {progress.stage}"


def bar(done: int, total: int, said: str) -> str:
    """The bar as HTML that holds no data of customers."""
    share = 100 * min(done, total) / max(total, 1)
    return (
        f'<div class="wb"><style>{STYLE}</style><div class="wb-bar" role="progressbar" aria-valuenow="{share:.0f}"'
        f' aria-valuemin="0" aria-valuemax="100" aria-label="{escape(said)}"><i style="width:{share:.2f}%"></i></div>'
        f"<p>{escape(said)}</p></div>"
    )
