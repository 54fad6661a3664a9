"""From one screen to a place in another, and to files: what every screen can ask the app for."""

from __future__ import annotations

from collections.abc import Iterable, Set
from functools import partial
from typing import TYPE_CHECKING, Any, Final, cast

from textual.app import SystemCommand
from textual.binding import Binding
from textual.screen import Screen

from screens.ahead import WorksAhead
from screens.at_a_prompt import AT_A_PROMPT, Command
from screens.browse import Browse
from screens.dialogs.command_told import CommandTold
from screens.duplicates import Duplicates
from screens.problems import Problems
from screens.record import RecordView
from screens.run import Run
from screens.safe_app import HOW_TO_QUIT
from screens.screen import WorkbenchScreen
from screens.writing import write_plan, write_report

if TYPE_CHECKING:
    from screens.held_terminal import HeldTerminal
    from workbench.workbench import Workbench

HOME: Final = "browse"
"""The screen with which the app begins."""

_PLACES: Final = ("browse", "review", "run", "history", "conflicts", "problems", "duplicates")
"""The screens to which a command leads from any other."""

_OF_THE_PLACE: Final = ("close", "peel", "other_pane", "zoom", "review")
"""Actions of other screens for which nobody goes there."""

_COMMANDS: Final = {
    "write_plan": ("Write the plan", "what is staged as exact bodies, to be approved by its digest"),
    "write_report": ("Write the report", "what is staged as a page of HTML, for whoever decides about it"),
}
"""The actions that are commands on every screen, though only Review has keys for them."""

_TOLD: Final = "not done in here: tells the exact command"


class Going(WorksAhead):
    """Shows places by what is there."""

    def __init__(self, workbench: Workbench, *, api: str | None = None, terminal: HeldTerminal | None = None) -> None:
        super().__init__(workbench, api=api, terminal=terminal)
        self.conflicts_from = self.run_from = HOME
        self.has_elsewhere = self.leaves_for_another = False
        """Whether it can be left for another session; whether it is."""

    def show_customer(self, row: int) -> None:
        """Browse, with the cursor on a customer (its row)."""
        self._browse().visit(row)

    def show_cell(self, table: str, row: int, field: str) -> None:
        """Browse, with the cursor on a cell: the field of a row of a table."""
        self._browse().visit(row, table, field)

    def show_problems(self, where: str, field: str = "") -> None:
        """The problems of the customers that a query finds: all, or those of a field (`phone`, `addresses.city`)."""
        self.switch_mode("problems")
        if isinstance(self.screen, Problems):
            self.screen.look_at(where, field)

    def show_duplicates(self, where: str) -> None:
        """The customers that are probably one among those that a query finds."""
        self.switch_mode("duplicates")
        if isinstance(self.screen, Duplicates):
            self.screen.look_at(where)

    def find_customers(self, query: str) -> None:
        """Browse, with the customers that a query finds."""
        self._browse().find_in("customers", query)

    def search_customers(self, query: str) -> None:
        """The same with the search open on it, as after any `/`: whoever types words searches for them."""
        browse = self._browse()
        browse.find_in("customers", query)
        browse.action_search()

    def show_run(self, number: int) -> None:
        """Run, on a run; leaving it comes back to where this was asked."""
        self.run_from = self.current_mode
        self.switch_mode("run")
        if isinstance(self.screen, Run):
            self.screen.pick(number)

    def leave_run(self) -> None:
        """Back to where a run was opened from; the next time Run leads to Browse again."""
        back, self.run_from = self.run_from, HOME
        self.switch_mode(back)

    def action_conflicts(self) -> None:
        """The open conflicts; leaving them comes back to where this was asked."""
        if self.current_mode != "conflicts":
            self.conflicts_from = self.current_mode
            self.switch_mode("conflicts")

    def action_go(self, mode: str) -> None:
        """Shows one of the four screens; a record that is open is left for the grid under it."""
        self.run_from = HOME
        if mode == self.current_mode == HOME:
            self._browse()
        self.switch_mode(mode)

    def _browse(self) -> Browse:
        """Shows Browse; a record that was left open there is left."""
        self.switch_mode(HOME)
        if isinstance(self.screen, RecordView):
            self.screen.leave()
        return cast("Browse", self.screen)

    # Files

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """The keys of where you are, then what is a command on every screen of the workbench, the usual ones, and what the other
        screens have keys for: these lead there, and do nothing yet. What only the command line does is told."""
        told = list(super().get_system_commands(screen))
        titles = {command.title for command in told}
        yield from told
        if isinstance(screen, WorkbenchScreen):
            for name, (title, about) in _COMMANDS.items():
                if title not in titles:
                    yield SystemCommand(title, about, getattr(self, f"action_{name}"))
        if self.has_elsewhere:
            yield SystemCommand(
                "Home: all sessions", "leaves this one, as it is kept, and lists all of them", self.action_sessions
            )
        if isinstance(screen, WorkbenchScreen):
            yield from self._elsewhere(screen, titles | {title for title, _ in _COMMANDS.values()})
            for one in AT_A_PROMPT:
                yield SystemCommand(f"{one.title} (at a prompt)", _TOLD, partial(self._tell, one))

    def _elsewhere(self, screen: Screen[Any], known: Set[str]) -> Iterable[SystemCommand]:
        ways = {
            "conflicts": self.action_conflicts,
            "problems": lambda: self._browse().action_problems(),
            "duplicates": lambda: self._browse().action_duplicates(),
        }
        for mode in _PLACES:
            kind: Any = self.MODES[mode]
            if isinstance(screen, kind):
                continue
            go = ways.get(mode, partial(self.action_go, mode))
            own = {binding.description: binding for binding in _own_bindings(kind)}
            for binding in own.values():
                if binding.description not in known and binding.action not in _OF_THE_PLACE:
                    about = f"goes to {mode.title()}, where {self.get_key_display(binding)} does it"
                    yield SystemCommand(f"{binding.description} ({mode.title()})", about, go)

    def _tell(self, command: Command) -> None:
        self.push_screen(CommandTold(command, command.typed(self.workbench.path)))

    async def action_sessions(self) -> None:
        """Leaves as ctrl+q does, for the list of all sessions; ctrl+q while a commit is drained for that leaves all the same."""
        await self.action_quit()
        self.leaves_for_another = True

    @property
    def how_to_quit(self) -> str:
        """How the app is left, in a line."""
        return f"{HOW_TO_QUIT}; ctrl+p home lists all sessions" if self.has_elsewhere else HOW_TO_QUIT

    def action_write_plan(self) -> None:
        """Writes the plan of what is staged to a file."""
        write_plan(self)

    def action_write_report(self) -> None:
        """Writes the report of what is staged to a file."""
        write_report(self)


def _own_bindings(screen: Any) -> Iterable[Binding]:
    """The keys that a kind of screen has by itself, without those of its grid and panes, and of every screen."""
    for base in screen.__mro__:
        if base is WorkbenchScreen:
            break
        for binding in Binding.make_bindings(base.__dict__.get("BINDINGS", ())):
            if binding.id and binding.description:
                yield binding
