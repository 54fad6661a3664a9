"""The first load of a new session: it ends with a session that is open, or without a trace."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from textual.events import Key

from workbench.errors import WorkbenchError
from workbench.load.arriving import Arriving
from workbench.load.loading import Part
from workbench.load.progress import Progress
from workbench.results import LoadReport
from workbench.workbench import Workbench

SAMPLE: Final = "sandbox"
"""The name of a session on sample customers."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A session to be made at `path` from one of three: an API (`api`, its URL, with its `key`, loading `part`), a `file`, or so
    many `sample` customers of a sandbox; then `path` is None, for it goes with the sandbox."""

    path: Path | None
    api: str = ""
    key: str | None = field(default=None, repr=False)
    part: Part = field(default_factory=Part)
    file: Path | None = None
    sample: int = 0

    @property
    def what(self) -> str:
        """What it is made of, for people."""
        return f"{self.sample:,} sample customers" if self.sample else str(self.file or self.api)


@dataclass
class Picked:
    """What to open: the session at `path` (None: sample customers', which goes with its sandbox), or a `workbench` that is open
    already, whose `ending` closes all that it needs; and what was `typed` meanwhile."""

    path: Path | None = None
    workbench: Workbench | None = None
    ending: ExitStack = field(default_factory=ExitStack)
    typed: Sequence[Key] = ()


class FirstLoad:
    """A load under way: its `stage` and how much is `done` of the `total` (None: not known), since when; what of an API's
    customers has `arrived`, to be looked at meanwhile; what it is `waiting` for if the API gives no answer. `cancel` ends it.

    Written to by the threads that load, read by whoever paints.
    """

    def __init__(self, wanted: Wanted) -> None:
        self.wanted = wanted
        self.stage, self.done, self.total = "connecting" if wanted.api else "reading", 0, None  # type: tuple[str, int, int | None]
        self.began = time.monotonic()
        self.waiting = ""
        self.arrived = Arriving()
        self.report: LoadReport | None = None
        self._stop = asyncio.Event()
        self._lock = threading.Lock()
        self._cancelled = self._kept = False

    def cancel(self) -> bool:
        """Ends the load without a trace; False if it is too late, because what came is being kept already."""
        with self._lock:
            self._cancelled = not self._kept
        if self._cancelled:
            self._stop.set()
        return self._cancelled

    async def run(self) -> Picked:
        """Loads. Raises `WorkbenchError` if that failed or was cancelled: then there is no file, and no sandbox runs."""
        ending = ExitStack()
        try:
            workbench, api = await asyncio.to_thread(self._make, ending)
            try:
                await self._load(workbench, api)
            except BaseException:
                await asyncio.to_thread(workbench.discard)
                raise
        except BaseException:
            await asyncio.to_thread(ending.close)
            raise
        ending.callback(workbench.close)
        return Picked(self.wanted.path, workbench=workbench, ending=ending)

    def _make(self, ending: ExitStack) -> tuple[Workbench, str]:
        """The session, and the API that it is loaded from; what has to end with it goes to `ending`."""
        if not self.wanted.sample:
            assert self.wanted.path is not None
            return Workbench.create(self.wanted.path, key=self.wanted.key), self.wanted.api
        from workbench.sandbox.server import Sandbox

        self.stage = "making sample customers"
        folder = ending.enter_context(TemporaryDirectory(prefix="workbench-sandbox-"))
        sandbox = ending.enter_context(Sandbox(customers=self.wanted.sample))
        return Workbench.create(SAMPLE, sessions_dir=Path(folder), key="sandbox"), sandbox.url

    async def _load(self, workbench: Workbench, api: str) -> None:
        if self.wanted.file is not None:
            load = workbench.load
            self.report = await asyncio.to_thread(load, file=self.wanted.file, on_file=self._read, keep=self._keep)
        else:
            self.report = await workbench.aload(
                api=api, part=self.wanted.part, on_api=self._came, stop=self._stop, keep=self._keep,
                on_customers=self.arrived.hear,
            )  # fmt: skip

    def _came(self, now: Progress) -> None:
        if now.stage != self.stage:
            self.began = time.monotonic() - now.seconds
        self.waiting = now.waiting
        self.stage, self.done, self.total = now.stage, now.done, now.total

    def _read(self, done: int, total: int | None) -> None:
        if self._cancelled:
            raise WorkbenchError("the load was cancelled; nothing of it was kept")
        self.done, self.total = done, total

    def _keep(self) -> bool:
        with self._lock:
            self._kept = not self._cancelled
        self.stage = "keeping"
        return self._kept
