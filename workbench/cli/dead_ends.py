"""Writing to people who may be gone: a closed terminal or a pipe without a reader must not end the work."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final, TextIO

_GONE: Final = (errno.EIO, errno.EPIPE)


@contextmanager
def heard_or_not(stream: TextIO, *, at_once: bool = True) -> Iterator[None]:
    """Lets a write to `stream` fail because nobody is there any more; what is written to it from then on goes nowhere.

    So also what is still in its buffers, which Python would write at its end, and fail again. Without `at_once` what was
    written may wait there: for what is written in many pieces.
    """
    try:
        yield
        if at_once:
            stream.flush()
    except OSError as error:
        if error.errno not in _GONE:
            raise
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def open_closed_streams() -> None:
    """Puts nowhere in the place of a stdout or stderr that was closed (`>&-`), so that no file of ours is opened there instead."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
