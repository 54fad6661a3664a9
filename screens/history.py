"""History: what was done, the newest first; undone, dropped and reverted from here."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Footer

from screens.screen import WorkbenchScreen
from screens.widgets.grid import Grid
from screens.widgets.listed_rows import ListedRows
from screens.widgets.text_line import TextLine
from screens.widgets.top_bar import TopBar
from workbench.commit.report import OUTCOMES
from workbench.results import Log, Reverted
from workbench.shown.text import count

_COLUMNS = ("what", "state", "changed", "kind", "note", "at", "by")


class History(WorkbenchScreen):
    """Operations and runs in one list."""

    WAY = "Everything that was done, the newest first. d takes one operation out; R stages the way back of a committed run."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "drop", "Drop this one", id="history.drop"),
        Binding("R", "revert", "Revert this run", id="history.revert"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._entries: list[dict[str, Any]] = []

    def compose(self) -> ComposeResult:
        """The list."""
        yield TopBar()
        yield Grid(self._listed(), pinned=1, id="entries")
        yield TextLine(id="status")
        yield Footer(show_command_palette=False, compact=True)

    @property
    def grid(self) -> Grid:
        """The list of operations and runs."""
        return self.query_one("#entries", Grid)

    def on_mount(self) -> None:
        """The keys go to the list."""
        self.grid.empty = "nothing was done in this session yet"
        self.grid.focus()

    def changed(self) -> None:
        """Reads the log again."""
        self.desk.look(self.bench.log, self._show, group="history")

    def action_drop(self) -> None:
        """Switches the operation under the cursor off."""
        entry = self._entry()
        if entry is None or "operation" not in entry:
            self.desk.say("only an operation can be dropped; R reverts a run")
            return
        number = int(entry["operation"])
        self.desk.act(lambda: self.bench.drop(number), lambda done: self.desk.say("\n".join(done.lines)))

    def action_revert(self) -> None:
        """Stages the inverse of the run under the cursor; nothing is sent before it is reviewed and committed."""
        entry = self._entry()
        if entry is None or "run" not in entry:
            self.desk.say("only a run can be reverted; u undoes the newest operation, d drops one")
            return
        number = int(entry["run"])
        self.desk.act(lambda: self.bench.revert(number), self._reverted)

    def _reverted(self, found: Reverted) -> None:
        stays = f"; {count(len(found.irreversible), 'cell')} cannot go back" if found.irreversible else ""
        reason = f": {found.irreversible[0]['reason']}" if found.irreversible else ""
        self.desk.say(f"staged the way back of {count(found.changed, 'cell')}; c reviews and commits it{stays}{reason}")

    def _entry(self) -> dict[str, Any] | None:
        return self._entries[self.grid.row] if self.grid.row is not None else None

    def _show(self, log: Log) -> None:
        self._entries = sorted((*log.operations, *log.runs), key=lambda entry: str(entry["at"]), reverse=True)
        self.grid.show(self._listed(), measure=True)
        done = f" {count(len(log.operations), 'operation')}, {count(len(log.runs), 'run')}"
        self.query_one("#status", TextLine).say(done)

    def _listed(self) -> ListedRows:
        return ListedRows(_COLUMNS, len(self._entries), lambda place: _line(self._entries[place]))


def _line(entry: dict[str, Any]) -> tuple[str, ...]:
    at = str(entry["at"])[:19].replace("T", " ")
    if "operation" in entry:
        changed = f"{entry['changed']:,}"
        return f"operation {entry['operation']}", entry["state"], changed, entry["kind"], entry["note"], at, entry["by"]
    counts = ", ".join(f"{entry[name]:,} {name}" for name in OUTCOMES if entry[name])
    return f"run {entry['run']}", entry["state"], "", "commit", counts or entry["reason"], at, entry["by"]
