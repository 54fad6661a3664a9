"""What can be done to the operation or the run under the cursor in History."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, ClassVar, Final

from textual.binding import Binding, BindingType

from screens.dialogs.are_you_sure import AreYouSure
from screens.dialogs.one_line import OneLine
from screens.in_keys import acted_in_keys, in_keys
from screens.screen import WorkbenchScreen
from screens.widgets.grid import Grid
from screens.writing import Out, write_out
from workbench.replay.recipe import Recipe
from workbench.results import Reverted, as_it_is
from workbench.shown.rows import SnapshotRows
from workbench.shown.text import count, glimpse, short_path
from workbench.stage.acting import Acted
from workbench.stage.on_server import runs_named
from workbench.stage.snapshot import Snapshot

NOTHING: Final = "nothing was done in this session yet: edit in Browse (1)"
_OF_HOLDS: Final = "a hold is no step that undo takes back"
_OF_OPERATIONS: Final = {
    "note": "only operations have notes; R reverts a run",
    "undo_to": "a run is no step that undo takes back: R stages its way back; ctrl+z undoes the newest step",
    "drop": "only an operation can be dropped or switched on again; R reverts a run",
}
"""The actions that a run does not take, and what is said of them there."""
_NAMED_OPERATIONS: Final = 5
"""So many operations that were done on top of one are named."""
_NAMED_STEPS: Final = 6
"""So many steps are named before they are taken back."""
_NAMED: Final = 1_000
"""So many cells that stay as they are are listed; the rest is counted."""
_NAMED_CUSTOMERS: Final = 3
"""So many of their customers are named beside a reason."""
_NAME: Final = 30
"""Characters of a name that is one of several."""


class HistoryActs(WorkbenchScreen):
    """Notes, undoes to here, drops, reverts."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "review", "Review", show=False, id="history.review"),
        Binding("ctrl+z", "undo", "Undo the newest", show=False, id="history.undo"),
        Binding("e", "note", "Note", id="history.note"),
        Binding("u", "undo_to", "Undo to here", id="history.undo_to"),
        Binding("d", "drop", "Off or on", id="history.drop"),
        Binding("R", "revert", "Revert", id="history.revert"),
        Binding("w", "recipe", "Write a recipe", show=False, id="history.recipe"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.entries: list[dict[str, Any]] = []

    @property
    def grid(self) -> Grid:
        """The list of operations and runs."""
        return self.query_one("#entries", Grid)

    @property
    def entry(self) -> dict[str, Any] | None:
        """The operation or run under the cursor, as in the workbench's log; None if there is none."""
        row = self.grid.row
        return self.entries[row] if row is not None and row < len(self.entries) else None

    def refusal(self, action: str) -> str:
        """An operation has notes and can be dropped, a run can be reverted; of nothing there is nothing to do."""
        entry = self.entry
        if action not in (*_OF_OPERATIONS, "revert", "open"):
            return ""
        if entry is None:
            return NOTHING
        if "hold" in entry:
            return "" if action == "open" else f"{_OF_HOLDS}: m on the customer holds or releases it"
        if action == "revert":
            sent = "run" in entry or entry["state"] in ("committed", "partly")
            return "" if sent else "nothing of it was committed; u undoes to it, d switches it off or on"
        return "" if "operation" in entry else _OF_OPERATIONS.get(action, "")

    def action_note(self) -> None:
        """Writes a newer note of the operation; the earlier ones are kept."""
        entry = self.entry
        if self.refuses("note") or entry is None:
            return
        number, bench = int(entry["operation"]), self.bench

        def given(note: str | None) -> None:
            if note is not None and note != entry["note"]:
                self.desk.act(
                    lambda: bench.annotate(number, note), lambda _: self.desk.say(f"noted on operation {number}")
                )

        said = f"{entry['did']}. Enter keeps the note, earlier ones stay in the session; Esc leaves."
        self.app.push_screen(OneLine(f"Note on operation {number}", entry["note"], said, placeholder="why"), given)

    def action_undo_to(self) -> None:
        """Takes back this operation and all newer steps, after a question if they are several. On an operation that is not
        active: the newest step alone."""
        entry = self.entry
        if self.refuses("undo_to"):
            return
        number = int(entry["operation"]) if entry is not None else 0
        if self.bench.steps_to(number) <= 1:
            self.desk.undo()
            return

        bench = self.bench
        self.desk.hold_keys(
            self.desk.look(
                lambda: bench.look_back(number), lambda ahead: self._ask_undo(number, ahead), group="undo to"
            )
        )

    def _ask_undo(self, number: int, ahead: Acted) -> None:
        """Asks before several steps are taken back, and names them; where a committed operation ends them before, the question
        says so."""

        def answered(yes: bool | None) -> None:
            if yes:
                self.desk.undo(ahead.operations)

        lines = [f"operation {number} is taken back, and with it {count(ahead.operations - 1, 'newer step')}:"]
        done = ahead.lines
        if ahead.stopped is not None:
            lines = [f"operation {number} is not reached: {in_keys(ahead.stopped, self.desk.commit.standing)}."]
            done = ahead.lines[:-1]
        more = len(done) - _NAMED_STEPS
        lines += [*done[:_NAMED_STEPS], *([f"and {more:,} more"] if more > 0 else [])]
        lines += [f"d on operation {number} takes out that one alone." if ahead.stopped is None else ""]
        lines += ["ctrl+r or U brings them back one by one, the oldest first."]
        title = f"Undo {count(ahead.operations, 'step')}?"
        does = "undoes it" if ahead.operations == 1 else "undoes them"
        self.app.push_screen(AreYouSure(title, [line for line in lines if line], does), answered)

    def action_drop(self) -> None:
        """Switches the operation under the cursor off; one that was dropped or undone on again. Says what was done on top of it."""
        entry = self.entry
        if self.refuses("drop") or entry is None:
            return
        number, bench = int(entry["operation"]), self.bench
        switch = bench.drop if entry["active"] else bench.enable

        def switched() -> list[str]:
            return [*acted_in_keys(switch(number)), *bench.on_top_of(number)[:_NAMED_OPERATIONS]]

        self.desk.act(switched, lambda lines: self.desk.say("\n".join(lines)), group="switch")

    def action_revert(self) -> None:
        """Stages the inverse of the run under the cursor, or of what was sent of an operation alone; what cannot go back is named
        before. Nothing is sent before it is reviewed and committed."""
        entry, bench = self.entry, self.bench
        if self.refuses("revert") or entry is None:
            return
        of, number = ("run", int(entry["run"])) if "run" in entry else ("operation", int(entry["operation"]))
        if entry["stands"] == "reverted":
            self.desk.say(f"{of} {number} was {entry['fate']} already: nothing of it is left to take back")
            return
        revert = partial(bench.revert if of == "run" else bench.revert_operation, number)
        reverts = entry.get("reverts", ())

        def asked(found: Reverted) -> None:
            if not found.irreversible or not found.changed:
                self._revert(revert, reverts)
                return
            names = _names(found, bench.snapshot)
            title = f"Stage the way back of {count(found.changed, 'cell')} of {of} {number}?"
            does = f"stages the {count(found.changed, 'cell')} that can go back"
            self.app.push_screen(
                AreYouSure(title, _stays(found, names), does, _each(found, names)),
                lambda yes: self._revert(revert, reverts) if yes else None,
            )

        self.desk.hold_keys(self.desk.look(lambda: revert(dry_run=True), asked, group="revert"))

    def action_recipe(self) -> None:
        """Writes what was done and still stands as a recipe, to be done again on other data."""
        self.desk.hold_keys(self.desk.look(self.bench.recipe, self._ask_where, group="recipe"))

    def _ask_where(self, recipe: Recipe) -> None:
        unheld = f"{count(recipe.unheld, 'customer')} on hold: no step does that again" if recipe.unheld else ""
        back = recipe.takes_back
        if not recipe.steps:
            self.desk.say(f"nothing was done yet that a recipe could hold{f' ({unheld})' if unheld else ''}")
            return
        said = (
            f"{count(len(recipe.steps), 'step')} as they were meant: queries as queries, what was done by hand cell by cell. "
            f"{f'{unheld}. ' if unheld else ''}{f'{back}. ' if back else ''}"
            "Enter writes the file; workbench replay SESSION --recipe FILE does it again. Esc leaves."
        )
        name, told = f"{self.bench.name}.recipe.json", f"wrote {count(len(recipe.steps), 'step')} to {{path}}"
        write_out(
            self.desk, Out("Write a recipe to", name, said, lambda: [recipe.text().rstrip("\n")], told, "write recipe")
        )

    def _revert(self, revert: Callable[[], Reverted], reverts: tuple[int, ...]) -> None:
        again = f" (that brings what {runs_named(reverts)} had done)" if reverts else ""
        self.desk.act(revert, lambda found: self._reverted(found, again), group="way back")

    def _reverted(self, found: Reverted, again: str) -> None:
        if not found.changed:
            self.desk.say(found.stays)
            return
        stay = len(found.irreversible)
        stays = f"; {count(stay, 'cell')} {as_it_is(stay)}" if stay else ""
        stays += f"; {count(found.rest, 'cell')} came by earlier runs: R again takes back those" if found.rest else ""
        self.desk.say(
            f"staged the way back of {count(found.changed, 'cell')}{again}; c reviews it, ctrl+z takes it back{stays}"
        )


def _stays(found: Reverted, names: Mapping[str, str]) -> list[str]:
    """Why cells stay as they are, a line for each reason, the commonest first, with the customers: a few by their `names`."""
    whose = defaultdict[str, Counter[str]](Counter)
    for one in found.irreversible:
        whose[one["reason"]][one["id"]] += 1
    lines = [f"{count(len(found.irreversible), 'cell')} {as_it_is(len(found.irreversible))}:"]
    for reason, cells in sorted(whose.items(), key=lambda each: -each[1].total()):
        few = [glimpse(names.get(id_, id_), _NAME) for id_, _ in cells.most_common(_NAMED_CUSTOMERS)]
        more = len(cells) - len(few)
        who = ", ".join(few) + (f" and {more:,} more" if more else "")
        lines.append(f"{cells.total():,} x {reason}: {who}")
    return lines


def _each(found: Reverted, names: Mapping[str, str]) -> list[str]:
    """The cells that stay as they are: whose they are, and why, a line for those of one customer with one reason."""
    together = defaultdict[tuple[str, str], list[str]](list)
    for one in found.irreversible[:_NAMED]:
        together[one["id"], one["reason"]].append(short_path(one["path"]))
    lines = [f"{names.get(id_, id_)}: {', '.join(paths)}: {reason}" for (id_, reason), paths in together.items()]
    more = len(found.irreversible) - _NAMED
    return [*lines, f"and {more:,} more"] if more > 0 else lines


def _names(found: Reverted, snapshot: Snapshot) -> dict[str, str]:
    """The names of the customers whose cells stay, of as many as are told."""
    ids = list(dict.fromkeys(one["id"] for one in found.irreversible))[:_NAMED]
    rows, customers = SnapshotRows(snapshot, "customers"), snapshot.current.customers["id"]
    return {customers[place]: rows.label(place) for place in customers.is_in(ids).arg_true()}
