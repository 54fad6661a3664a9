"""History: what was done, the newest first; looked into, noted, undone, dropped and reverted from here."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.events import ScreenSuspend

from screens.history_acts import NOTHING
from screens.history_finding import HistoryFinding
from screens.widgets.changes_pane import ChangesPane
from screens.widgets.find_bar import FindBar
from screens.widgets.grid import Grid
from screens.widgets.keys_line import KeysLine
from screens.widgets.listed_rows import ListedRows
from screens.widgets.text_line import TextLine
from screens.widgets.titles import Titled, title
from screens.widgets.top_bar import TopBar
from screens.zooming import Zooming
from workbench.commit.report import OUTCOMES
from workbench.results import Log
from workbench.shown.rows import SnapshotRows
from workbench.shown.text import count, of_outcome
from workbench.stage.on_server import runs_named

_COLUMNS: Final = ("what", "what it did", "state", "cells", "when", "by")


class History(Zooming, HistoryFinding):
    """Operations, runs and holds in one list; beside it (below it where there is no room) the cells of the one under the cursor."""

    WAY = (
        "Everything that was done, the newest first. Enter looks into it. u undoes to here, d takes one operation out or in again; "
        "R stages the way back of a committed run, or of one operation of it."
    )
    PANES = "Titled, ChangesPane"
    DEFAULT_CSS = """
    History #panes { layout: vertical; height: 1fr; }
    History ChangesPane { height: 2fr; }
    History.-wide #panes { layout: horizontal; }
    History.-wide Titled { width: 1fr; }
    History.-wide ChangesPane { width: 1fr; height: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Look into it", id="history.open"),
        Binding("escape", "close", "One step back", show=False, id="history.close"),
        Binding("tab", "other_pane", "Other pane", show=False, id="history.pane"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._opened: tuple[Any, ...] = ()
        self._left = self._returns = False

    def compose(self) -> ComposeResult:
        """The list and the pane."""
        yield TopBar()
        with Container(id="panes"):
            with Titled():
                yield Grid(self._listed(), pinned=1, yields=("what it did", "by"), id="entries")
            yield ChangesPane(classes="pane beside")
        yield FindBar("words of what was done")
        yield TextLine(id="status")
        yield KeysLine(self.refusal)

    @property
    def pane(self) -> ChangesPane:
        """The cells of an operation."""
        return self.query_one(ChangesPane)

    def on_mount(self) -> None:
        """The keys go to the list."""
        self.grid.empty = "reading what was done .."
        title(self.query_one(Titled), "Done, the newest first", "u undoes to here, ⏎ looks into it")
        self.grid.focus()

    def on_screen_suspend(self, event: ScreenSuspend) -> None:
        """Another screen is gone to, not a dialog."""
        self._left = self.app.current_mode != "history"

    def on_screen_resume(self) -> None:
        """Whoever comes back looks for what was done meanwhile."""
        self._returns = self._left and self.generation != self.bench.snapshot.generation

    def changed(self) -> None:
        """Reads the log again. Keys wait for it where the cursor will stand elsewhere, or where nothing of it was seen yet."""
        look = self.desk.look(self.bench.log, self._show, group="history")
        if self._returns or not self.entries:
            self.desk.hold_keys(look)

    def action_open(self) -> None:
        """Opens the cells of an operation; a run opens in Run."""
        entry = self.entry
        if self.refuses("open"):
            return
        if entry is not None and "run" in entry:
            self.desk.show_run(int(entry["run"]))
        elif entry is not None and "hold" in entry:
            self._to_held(entry)
        elif entry is not None:
            self.zooms_out()
            self.pane.open()
            self._opened = ()
            self._read()

    def _to_held(self, entry: dict[str, Any]) -> None:
        """Browse, on the customer that was held or released; of several: on those that are on hold now."""
        if entry["customer"] is not None:
            self.desk.show_customer(entry["customer"])
        else:
            self.desk.find_customers("is:held")

    def action_close(self) -> None:
        """Closes the pane, else goes back to Browse."""
        if not self.pane.is_open:
            self.action_back()
            return
        self.pane.close()
        self.grid.focus()

    def on_grid_moved(self, message: Grid.Moved | None = None) -> None:
        """Lets the open pane follow."""
        if message is not None and message.grid is self.grid and self.pane.is_open:
            self._read()

    def _read(self) -> None:
        """Shows the cells of the operation under the cursor: frames are only sliced, so that costs what is painted."""
        entry = self.entry
        name = str(_line(entry)[0]).capitalize() if entry is not None and "hold" not in entry else "Hold"
        title(self.pane, name, "Tab to its cells, z larger, Esc closes")
        if entry is None or "operation" not in entry:
            is_hold = entry is not None and "hold" in entry
            self.pane.say(
                "Enter shows the customers in Browse"
                if is_hold
                else "Enter opens this run: what became of each customer"
            )
            self._opened = ()
            return
        wanted = (entry["operation"], entry["state"], entry["note"], _fate(entry))
        if wanted != self._opened:
            self._opened = wanted
            operation = self.bench.operation(int(entry["operation"]))
            self.pane.show(self.bench.snapshot, operation, entry["did"], entry["notes"], _fate(entry))
            self._read_later(operation.id)

    def _read_later(self, operation: int) -> None:
        """Adds what of an operation cannot go back on the server, and what was done on top of it, if it is still the one that is
        shown."""
        bench, opened = self.bench, self._opened

        def lines() -> list[str]:
            stays = bench.stays_on_server(operation)
            return [*([stays] if stays else []), *bench.on_top_of(operation)]

        def show(found: list[str]) -> None:
            if self._opened is opened:
                self.pane.show_later(found)

        self.desk.look(lines, show, group="on top")

    def _show(self, log: Log) -> None:
        kept, newest = _key(self.entry), _key(next(iter(self.entries), None))
        self.entries = entries = list(reversed(log.acts))
        self.grid.empty = NOTHING
        self.grid.show(self._listed(), measure=True)
        if self._returns and entries and _key(entries[0]) != newest:
            kept = _key(entries[0])
        self._returns = False
        same = next((place for place, one in enumerate(entries) if _key(one) == kept), None)
        if kept and same is not None:
            self.grid.go_to(position=same)
        done = f" {count(len(log.operations), 'operation')}, {count(len(log.runs), 'run')}"
        done += f", {count(len(log.holds), 'hold')}" if log.holds else ""
        self.query_one("#status", TextLine).say(f"{done}  u undoes to here, U brings back")

    def _listed(self) -> ListedRows:
        return ListedRows(_COLUMNS, len(self.entries), lambda place: self.told(self.entries[place]), figures=("cells",))

    def told(self, entry: dict[str, Any]) -> tuple[str, ...]:
        """The cells of the line of an entry."""
        if "hold" not in entry:
            return _line(entry)
        one = entry["customer"]
        who = (
            SnapshotRows(self.bench.snapshot, "customers").label(one)
            if one is not None
            else count(entry["customers"], "customer")
        )
        what = f"put on hold: {who}" if entry["held"] else f"released: {who}"
        note = f" ({entry['note']})" if entry["note"] else ""
        return "hold" if entry["held"] else "release", f"{what}{note}", "", "", _when(entry), entry["by"]


def _key(entry: dict[str, Any] | None) -> tuple[str, int] | None:
    """What names an entry in the log."""
    if entry is None:
        return None
    kind = next(kind for kind in ("operation", "run", "hold") if kind in entry)
    return kind, entry[kind]


def _when(entry: dict[str, Any]) -> str:
    """Of today (of the clock that the log keeps, UTC) only the time."""
    at = str(entry["at"])
    return at[11:16] if at[:10] == datetime.now(UTC).date().isoformat() else at[5:16].replace("T", " ")


def _line(entry: dict[str, Any]) -> tuple[str, ...]:
    at = _when(entry)
    if "operation" in entry:
        return f"operation {entry['operation']}", _what(entry), entry["stands"], _cells(entry), at, entry["by"]
    counts = ", ".join(of_outcome(entry[name], name) for name in OUTCOMES if entry[name])
    reverts = f"way back of cells of {runs_named(entry['reverts'])}; " if entry["reverts"] else ""
    fate = f"; {entry['fate']}" if entry["fate"] else ""
    reason = f" ({entry['reason']})" if entry["reason"] else ""
    return (
        f"run {entry['run']}",
        f"{reverts}{counts or 'nothing sent'}{reason}{fate}",
        entry["stands"],
        "",
        at,
        entry["by"],
    )


def _fate(entry: dict[str, Any]) -> str:
    """What became of an operation, in one line: what was sent and taken back, and how what is off comes back."""
    part = entry["state"] == "partly"
    off = (
        ""
        if entry["active"]
        else f"{'the rest' if part else 'it'} is off: d switches {'that' if part else 'it'} on again"
    )
    staged = "the rest is staged" if part and entry["active"] else ""
    return "; ".join(line for line in (entry["fate"], staged, off) if line)


def _cells(entry: dict[str, Any]) -> str:
    """How many cells an operation changed; where some of them are staged still, how many were sent."""
    few = entry["state"] == "partly" and entry["sent"] < entry["changed"]
    return f"{entry['sent']:,} of {entry['changed']:,}" if few else f"{entry['changed']:,}"


def _what(entry: dict[str, Any]) -> str:
    """What of an operation stands otherwise on the server than it was done; its note, and what it did where the note does not begin
    with that anyway (as the app's own notes do)."""
    note, did = entry["note"], entry["did"]
    plain = not did or entry["kind"] == "revert" or did.startswith(note)
    what = (note if plain else f"{note} ({did})") if note else str(did)
    return f"{entry['otherwise']}; {what}" if entry["otherwise"] else what
