"""A first load going on: how far it is, how long it takes, and the customers that came so far; Esc cancels."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, ClassVar, Final, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from screens.dialogs.dialog import Dialog
from screens.home.first_load import FirstLoad, Picked, Wanted
from screens.in_keys import reason_in_keys
from screens.lines import Part
from screens.widgets.grid import Grid
from screens.widgets.listed_rows import ListedRows
from screens.widgets.text_line import TextBlock, TextLine
from workbench.errors import WorkbenchError
from workbench.results import LoadReport
from workbench.shown.arrangement import Arrangement
from workbench.shown.rows import SnapshotRows
from workbench.shown.text import count
from workbench.stage.snapshot import Snapshot

if TYPE_CHECKING:
    from screens.home.app import HomeApp

_PAINT_EVERY: Final = 0.1
_LOOK_EVERY: Final = 0.5
_BAR: Final = 40
_NAMED: Final = 4
_KEYS: Final = "Esc cancels: then nothing of it is kept."
_SPINNER: Final = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_ESTIMATED: Final = 1.0
"""Seconds after which it can be told how long it takes."""


class Loading(Dialog[str]):
    """Loads what is wanted and picks it; answers why that did not come to be. What was set aside is told first."""

    DEFAULT_CSS = """
    Loading { background: $background; }
    Loading TextBlock { margin: 1 0 0 0; }
    Loading Grid { display: none; height: 1fr; margin: 1 0 0 0; }
    Loading.-came > #frame { width: 100%; height: 100%; }
    Loading.-came Grid { display: block; }
    Loading.-came #keys { margin: 0; }
    Loading.-tiny > #frame { height: auto; }
    Loading.-tiny Grid { display: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Cancel", id="loading.cancel"),
        Binding("enter", "open", "Open", show=False, id="loading.open"),
    ]

    def __init__(self, wanted: Wanted) -> None:
        super().__init__()
        self._job = FirstLoad(wanted)
        self._picked: Picked | None = None
        self._shown, self._looking = 0, False
        self._name = wanted.path.stem if wanted.path else "a sandbox"

    @property
    def home(self) -> HomeApp:
        """The app, as its own type."""
        return cast("HomeApp", self.app)

    def compose(self) -> ComposeResult:
        """What is loaded, how far it is, and how to cancel."""
        with Vertical(id="frame"):
            yield TextLine(f"Loading {self._name} from {self._job.wanted.what}", classes="title")
            yield TextBlock(id="progress")
            yield Grid(ListedRows((), 0, lambda _: ()), id="came")
            yield TextBlock(_KEYS, id="keys", classes="quiet")

    def on_mount(self) -> None:
        """Begins; the work is the app's, so that it ends well whatever becomes of this screen."""
        self.paint_progress()
        self.set_interval(_PAINT_EVERY, self.paint_progress)
        self.set_interval(_LOOK_EVERY, self.look_at_what_came)
        self.home.load = self._job
        self.home.run_worker(self._run(), group="load")

    def paint_progress(self) -> None:
        """Paints how far it is."""
        if self._picked is None and not self.gone:
            self.query_one("#progress", TextBlock).say_lines(_progress(self._job, time.monotonic() - self._job.began))

    def look_at_what_came(self) -> None:
        """Shows the customers that came so far, if there are new ones; they are made into rows in a thread."""
        arrived = self._job.arrived
        if self.gone or self._picked is not None or self._looking or arrived.version == self._shown:
            return
        self._looking, version = True, arrived.version
        self.home.look(arrived.snapshot, lambda snapshot: self._show(snapshot, version), group="came")

    def _show(self, snapshot: Snapshot, version: int) -> None:
        self._looking = False
        if self.gone or self._picked is not None:
            return
        self._shown, grid = version, self.query_one(Grid)
        rows = SnapshotRows(snapshot, "customers")
        first = not self.has_class("-came")
        grid.show(
            rows, measure=first, arrangement=Arrangement.of([column.name for column in rows.columns]) if first else None
        )
        if first and rows.height:
            self.add_class("-came")
            grid.focus()
        whole = f"the first {rows.height:,} are" if self._job.arrived.full else "what came is"
        self.query_one("#keys", TextBlock).say(f"{whole} here to be looked at. {_KEYS}")

    def action_cancel(self) -> None:
        """Cancels; or, when it has ended and something is told first, opens nothing and goes back."""
        if self._picked is not None:
            self.home.run_worker(self._close(self._picked), group="load")
        elif not self._job.cancel():
            self.home.say("it is too late to cancel: all has come and is being kept")

    def action_open(self) -> None:
        """Opens what was loaded, when it has been told what was set aside."""
        if self._picked is not None:
            self.home.pick(self._picked)

    async def _run(self) -> None:
        try:
            picked = await self._job.run()
        except WorkbenchError as error:
            self._answer(reason_in_keys(error.in_commands))
            return
        finally:
            self.home.load = None
        report = self._job.report
        if report is not None and (report.rejected or report.warnings):
            self._picked = self.home.picked = picked
            self._tell(report)
        else:
            self.home.pick(picked)

    async def _close(self, picked: Picked) -> None:
        self._picked = self.home.picked = None
        await asyncio.to_thread(picked.ending.close)
        self._answer("")

    def _answer(self, why: str) -> None:
        if not self.gone:
            self.dismiss(why)

    def _tell(self, report: LoadReport) -> None:
        """What did not come as it should have."""
        lines: list[tuple[Part, ...]] = [(f"{count(report.customers, 'customer')} loaded",)]
        lines += [(("! ", "bold"), warning) for warning in report.warnings]
        lines += [(("! set aside: ", "bold"), f"{one.place}: {one.reason}") for one in report.set_aside[:_NAMED]]
        if report.rejected > _NAMED:
            lines.append((f"  and {report.rejected - _NAMED:,} more; all are kept in the session",))
        self.remove_class("-came")
        self.query_one("#progress", TextBlock).say_lines(lines)
        self.query_one("#keys", TextBlock).say("Enter opens it, Esc goes back to the sessions.")


def _progress(job: FirstLoad, seconds: float) -> list[tuple[Part, ...]]:
    turning = _SPINNER[int(seconds / _PAINT_EVERY) % len(_SPINNER)]
    if job.waiting:
        return [(f"{turning} {job.waiting}",), (" ",)]
    if not job.done:
        return [(f"{turning} {job.stage} ..",), (" ",)]
    share = job.done / job.total if job.total else 0.0
    rate = job.done / seconds if seconds else 0.0
    done = f"{job.done:,} of {job.total:,}" if job.total else f"{job.done:,}"
    many = f"   {rate:,.0f} a second"
    if job.wanted.file is not None:  # of a file bytes are counted: its share says it
        done, many = f"{share:.0%}", ""
    left = f"{many}   {(job.total - job.done) / rate:,.0f} s left" if job.total and seconds > _ESTIMATED else ""
    full = round(share * _BAR)
    return [(f"{turning} {job.stage}: {done}{left}",), ("█" * full, ("░" * (_BAR - full), "dim"))]
