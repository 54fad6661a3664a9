"""A process of its own for a steward's checks: one that never ends, or takes the process with it, costs its time and nothing else.

A thread could not be stopped, and a regex that never ends holds the whole interpreter. The process is started when the first
check is asked, runs the file (`plugin_child`), and is ended when it takes too long or when nobody needs it any more. What goes
to and fro is frames in Arrow's format and JSON: nothing that comes back is run.
"""

from __future__ import annotations

import io
import json
import os
import struct
import subprocess
import sys
import weakref
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event, Lock, Timer
from typing import IO, Any, Final

import polars as pl

from workbench.problems.answers import NoAnswer
from workbench.problems.check import NAMED, Asked, Check, Find

LIMIT: Final = 30.0
"""Seconds that a check may take for a column."""

_STARTING: Final = 60.0
"""Seconds for the process to be there at all."""
_SIZE: Final = struct.Struct(">Q")


class PluginProcess:
    """Asks the checks of one file, each for `limit` seconds at most. Safe to call from several threads."""

    def __init__(self, file: Path, limit: float = LIMIT) -> None:
        self.limit = limit
        self._file = file.resolve()
        self._lock = Lock()
        self._running: subprocess.Popen[bytes] | None = None
        self._stopped: dict[str, str] = {}

    def apart(self, check: Check) -> Find:
        """What asks a check there: gives back what it finds, raises `NoAnswer` that says why it could not be asked."""

        def find(asked: Asked) -> pl.DataFrame:
            return self._ask(check, asked)

        find.__doc__ = check.find.__doc__
        return find

    def _ask(self, check: Check, asked: Asked) -> pl.DataFrame:
        with self._lock:
            if check.rule in self._stopped:
                raise NoAnswer(self._stopped[check.rule])
            running = self._started()
            try:
                told, frames = self._answer(running, check, asked)
            except _Gone as gone:
                end(running)
                self._running = None
                slow = f"it took longer than {self.limit:g} s and was stopped"
                why = slow if gone.late else f"its process ended with the code {running.returncode}"
                self._stopped[check.rule] = f"{why}; it is not asked again"
                raise NoAnswer(self._stopped[check.rule]) from None
        if told["trouble"]:
            raise NoAnswer(told["trouble"])
        return frames[0]

    def _started(self) -> subprocess.Popen[bytes]:
        """The process, which has read the file. Raises `NoAnswer` if it does not come up."""
        if self._running is None:
            paths = os.pathsep.join(path for path in sys.path if path)
            command = [sys.executable, "-m", "workbench.problems.plugin_child", str(self._file), str(self.limit)]
            running = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": paths}
            )
            self._running = running
            weakref.finalize(self, end, running)
            try:
                _within(_STARTING, running, lambda: receive(_pipe(running.stdout)))
            except _Gone:
                end(running)
                self._running = None
                raise NoAnswer("the process for the checks of this file does not start") from None
        return self._running

    def _answer(self, running: subprocess.Popen[bytes], check: Check, asked: Asked) -> Message:
        """What the process answers. Raises `_Gone` if it ended, or took too long and was ended."""
        read = set(check.reads or ())
        names = {one: [*_names(asked, one)] for one in NAMED if one in read}
        told = {
            "rule": check.rule,
            "field": [asked.field.table, asked.field.name],
            "others": list(asked.others),
            "names": names,
        }

        def ask() -> Message:
            send(_pipe(running.stdin), told, [asked.frame, *asked.others.values()])
            return receive(_pipe(running.stdout))

        return _within(self.limit, running, ask)


Message = tuple[dict[str, Any], list[pl.DataFrame]]
"""JSON values, and frames beside them."""


class _Gone(Exception):
    """A process ended; `late`: because it took too long."""

    def __init__(self, late: bool) -> None:
        super().__init__()
        self.late = late


def send(pipe: IO[bytes], told: dict[str, Any], frames: Sequence[pl.DataFrame]) -> None:
    """Writes a message."""
    blocks = [json.dumps(told).encode()]
    for frame in frames:
        block = io.BytesIO()
        frame.write_ipc(block)
        blocks.append(block.getvalue())
    pipe.write(_SIZE.pack(len(blocks)))
    for one in blocks:
        pipe.write(_SIZE.pack(len(one)))
        pipe.write(one)
    pipe.flush()


def receive(pipe: IO[bytes]) -> Message:
    """Reads a message; raises `EOFError` if the other end is gone."""
    first, *frames = [_read(pipe, _number(pipe)) for _ in range(_number(pipe))]
    return json.loads(first), [pl.read_ipc(io.BytesIO(one)) for one in frames]


def end(running: subprocess.Popen[bytes]) -> None:
    """Ends a process and closes what leads to it."""
    running.kill()
    running.wait()
    for pipe in (running.stdin, running.stdout):
        if pipe is not None:
            try:
                pipe.close()
            except OSError:
                continue


def _within(seconds: float, running: subprocess.Popen[bytes], ask: Callable[[], Message]) -> Message:
    """What `ask` answers. Raises `_Gone` if the process ended meanwhile; it is killed if it takes longer."""
    late = Event()

    def stop() -> None:
        late.set()
        running.kill()

    watch = Timer(seconds, stop)
    watch.daemon = True
    watch.start()
    try:
        return ask()
    except (EOFError, OSError, ValueError):
        running.wait()
        raise _Gone(late.is_set()) from None
    except BaseException:
        running.kill()
        raise
    finally:
        watch.cancel()


def _names(asked: Asked, one: str) -> tuple[dict[str, str], dict[str, str]]:
    names = getattr(asked, one)
    return names.records, names.names


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None, "the process has pipes at both ends"
    return pipe


def _number(pipe: IO[bytes]) -> int:
    (number,) = _SIZE.unpack(_read(pipe, _SIZE.size))
    return int(number)


def _read(pipe: IO[bytes], size: int) -> bytes:
    found = pipe.read(size)
    if len(found) < size:
        raise EOFError
    return found
