"""The request log: what was called, what was answered, and whether it was applied."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import Final

import orjson

from workbench.sandbox.errors import SandboxError

_MOST_CALLS: Final = 200_000
_MOST_BYTES: Final = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Call:
    """One call. `time` is in seconds since 1970, `path` has the query, `status` is 0 where no answer was sent.

    `applied` says that a PATCH was carried out (also if it changed nothing), `fault` which fault met the call. A
    change that was applied late has two lines: the call (`fault` "late" or "late_reset", not applied) and, when it
    happens, one with `fault` "applied_late" and status 0.
    """

    time: float
    method: str
    path: str
    body: bytes
    status: int
    applied: bool
    fault: str = ""


class CallLog:
    """The newest calls (200,000 at most, bodies of 256 MB at most), and a file of all of them if wanted.

    The file is NDJSON, flushed after each line: the keys of `Call`, `body` as text, and `bytes`, its size. A call is in
    the log before its answer leaves.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._calls: deque[Call] = deque()
        self._size = 0
        self._total = 0
        self._changed = threading.Condition()
        self._path = path
        self._file: FileIO | None = None
        self.open()

    def open(self) -> None:
        """Open the file again, if there is one; it is appended to."""
        if self._path is not None and self._file is None:
            try:
                self._file = self._path.open("ab", buffering=0)
            except OSError as error:
                raise SandboxError(f"cannot write the log {self._path}: {error.strerror}") from error

    def add(self, call: Call) -> None:
        """Note a call."""
        with self._changed:
            self._calls.append(call)
            self._total += 1
            self._size += len(call.body)
            while len(self._calls) > _MOST_CALLS or self._size > _MOST_BYTES:
                self._size -= len(self._calls.popleft().body)
            if self._file is not None:
                self._file.write(_line(call))
            self._changed.notify_all()

    def calls(self, method: str | None = None, status: int | None = None) -> list[Call]:
        """The calls that are kept, oldest first, of one method or one status if wanted."""
        with self._changed:
            found = list(self._calls)
        return [
            call
            for call in found
            if (method is None or call.method == method) and (status is None or call.status == status)
        ]

    def wait_for(self, wanted: Callable[[Call], bool], timeout: float = 60) -> Call:
        """The first kept call that is wanted, as soon as there is one. Raises `TimeoutError`."""
        with self._changed:
            if not self._changed.wait_for(lambda: any(map(wanted, self._calls)), timeout):
                raise TimeoutError(f"no such call within {timeout} s")
            return next(filter(wanted, self._calls))

    def clear(self) -> None:
        """Forget the calls in memory; the file keeps them."""
        with self._changed:
            self._calls.clear()
            self._size = 0

    @property
    def total(self) -> int:
        """How many calls there were, those that are no longer kept included."""
        return self._total

    def __len__(self) -> int:
        return len(self._calls)

    def close(self) -> None:
        """Close the file; the calls in memory stay."""
        if self._file is not None:
            self._file.close()
            self._file = None


def _line(call: Call) -> bytes:
    record = {
        "time": call.time,
        "method": call.method,
        "path": call.path,
        "bytes": len(call.body),
        "status": call.status,
        "applied": call.applied,
        "fault": call.fault,
        "body": call.body.decode("utf-8", "replace"),
    }
    return orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE)
