"""`workbench --profile FILE COMMAND ..`: where the time of one command went, as a page or for speedscope."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO

from workbench.errors import UsageError

if TYPE_CHECKING:
    from pyinstrument.renderers import Renderer

KINDS: Final = (".html", ".json")
"""A page with a flame graph; speedscope's format."""
_NOT_RUN: Final = 2
"""The exit code of a command that was asked for wrongly."""
EVERY: Final = 0.001
"""Seconds between two looks at what the command is at."""


def profiled(arguments: Sequence[str], run: Callable[[list[str]], int]) -> int:
    """Runs a command (`arguments` after the file's name) and writes its profile; the command's exit code.

    The file ends in `.html` or `.json` and must not exist yet. Raises `UsageError` before anything is run, and writes what there
    is also if the command fails, but none of one that was asked for wrongly. Only the main thread is looked at: work that a
    command waits for stands under that wait.
    """
    file, command = _asked(arguments)
    # a slow clock is nothing that the command would say
    os.environ.setdefault("PYINSTRUMENT_IGNORE_OVERHEAD_WARNING", "1")
    try:
        from pyinstrument import Profiler
        from pyinstrument.renderers import HTMLRenderer, SpeedscopeRenderer
    except ImportError:
        raise UsageError("--profile needs pyinstrument: pip install pyinstrument") from None
    kind: Renderer = HTMLRenderer() if file.suffix == ".html" else SpeedscopeRenderer()
    with _new(file):  # it can be written: a command that is killed leaves nothing in the way of the next one
        file.unlink()
    profiler = Profiler(interval=EVERY, async_mode="disabled")
    profiler.start()
    code = None
    try:
        code = run(command)
        return code
    finally:
        profiler.stop()
        if code != _NOT_RUN and not isinstance(sys.exception(), UsageError):
            with _new(file) as target:
                target.write(profiler.output(kind))


def _asked(arguments: Sequence[str]) -> tuple[Path, list[str]]:
    file, *command = arguments or [""]
    if Path(file).suffix not in KINDS or not command or command[0].startswith("--profile"):
        raise UsageError(
            "--profile stands before the command, with a file that ends in .html or .json: "
            "workbench --profile FILE.html COMMAND .."
        )
    return Path(file), command


def _new(file: Path) -> TextIO:
    try:
        return file.open("x", encoding="utf-8")
    except FileExistsError:
        raise UsageError(
            f"{file} is there already and is not written over; name another file for the profile"
        ) from None
    except OSError as error:
        raise UsageError(f"the profile cannot be written to {file}: {error.strerror or error}") from None
