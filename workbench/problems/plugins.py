"""Plugins: a steward's own checks, from a Python file that they name; never from a session or a recipe: those are data."""

from __future__ import annotations

import runpy
import traceback
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.errors import UsageError, WorkbenchError
from workbench.problems.check import Check

if TYPE_CHECKING:
    from workbench.problems.plugin_process import PluginProcess


def asked_apart(checks: Sequence[Check], process: PluginProcess) -> tuple[Check, ...]:
    """The checks, asked in a process of their own: one that never ends is stopped, and the rest is done."""
    return tuple(replace(check, find=process.apart(check)) for check in checks)


def checks_of(file: Path, known: Sequence[Check]) -> tuple[Check, ...]:
    """Runs a Python file and gives the checks that it makes (with `value_check` and `row_check`), in its order.

    Raises `UsageError` if there is no such file, if it makes no check or one of a known name, `WorkbenchError` with the line if
    it raises.
    """
    if not file.is_file():
        raise UsageError(f"there is no file {file} with checks")
    try:
        made = runpy.run_path(str(file))
    except (KeyboardInterrupt, GeneratorExit):
        raise
    except BaseException as error:
        raise WorkbenchError(f"the checks in {file} could not be read: {_said(error, file)}") from error
    found = tuple(dict.fromkeys(one for one in made.values() if isinstance(one, Check)))
    if not found:
        raise UsageError(
            f"{file} makes no checks: put @value_check or @row_check of workbench.problems.check above a function"
        )
    names = [one.rule for one in (*known, *found)]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise UsageError(f"{file} makes checks whose names are taken: {', '.join(twice)}")
    return found


def _said(error: BaseException, file: Path) -> str:
    """An error in one line, with the line of the file at which it came up."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(file)]
    place = error.lineno if isinstance(error, SyntaxError) else lines[-1] if lines else None
    what = " ".join((error.msg if isinstance(error, SyntaxError) else str(error)).split())[:200]
    return f"{type(error).__name__}{f': {what}' if what else ''}" + (f" (line {place})" if place else "")
