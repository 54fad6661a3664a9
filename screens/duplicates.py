"""Duplicates: customers of a search that are probably one, in groups; a group side by side, and what survives of it."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from screens.dialogs.one_line import OneLine
from screens.duplicates_acts import DuplicateActs
from screens.duplicates_showing import LOOKING, NOTHING
from screens.widgets.grid import Grid
from screens.widgets.keys_line import KeysLine
from screens.widgets.text_line import TextBlock, TextLine
from screens.widgets.titles import Titled
from screens.widgets.top_bar import TopBar
from screens.zooming import Zooming


class Duplicates(Zooming, DuplicateActs):
    """A list of groups, the surest first; one opens side by side, the last line into what was said to be none."""

    PANES = "Titled"
    ASIDE = "#why"
    DEFAULT_CSS = "Duplicates #why { height: 5; padding: 0 1; }"
    WAY = (
        "Customers that are probably one. Enter puts a group side by side, what differs first (≠); ● is what survives: space takes "
        "the value under the cursor, S makes its customer the one that stays. s stages it, after a question. n remembers that they "
        "are no duplicates. The API merges nothing: addresses and contacts stay where they are."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "review", "Review", show=False, id="duplicates.review"),
        Binding("enter", "open", "Open", id="duplicates.open"),
        Binding("slash,ctrl+f", "find", "In Browse", id="duplicates.find"),
        Binding("t", "threshold", "Another score", show=False, id="duplicates.threshold"),
        Binding("r", "again", "Compare again", show=False, id="duplicates.again"),
        Binding("escape,q", "back", "Back", show=False, id="duplicates.back"),
    ]

    def compose(self) -> ComposeResult:
        """The list, and what there is to say of its line."""
        yield TopBar()
        with Titled():
            yield Grid(NOTHING, pinned=1, yields=("stays", "because", "done"), id="duplicates")
        yield TextBlock(id="why", classes="pane")
        yield TextLine(id="status")
        yield KeysLine(self.refusal)

    def on_mount(self) -> None:
        """The keys go to the list."""
        self.grid.empty = LOOKING
        self.grid.focus()
        if self.where is not None:
            self.ask()

    def on_grid_chosen(self) -> None:
        """A double click is Enter."""
        self.action_open()

    def action_open(self) -> None:
        """Puts a group side by side, or lists what is known to be none; in a group it takes the value, as space does."""
        if self.beside is not None:
            self.action_take()
        elif self.listed is not None:
            self.show_group(self.listed)
        elif self.found is not None and not self.none and self.grid.row is not None:
            self.show_none()

    def action_find(self) -> None:
        """Shows the customers of the group in Browse."""
        group = self.group or self.listed
        if not self.refuses("find") and group is not None:
            self.desk.search_customers(" OR ".join(f"id:={id_}" for id_ in group.ids))

    def action_threshold(self) -> None:
        """Asks from which score on customers count as alike."""

        def given(text: str | None) -> None:
            try:
                score = float(text) if text is not None else self.threshold
            except ValueError:
                score = 0.0
            if not 0 < score <= 1:
                self.desk.say("a score is a number above 0 and at most 1, such as 0.7")
            elif score != self.threshold:
                self.threshold = score
                self.ask()

        help_ = "Any two whole agreements (name, email, phone, address) make 0.7. Enter compares; Esc leaves."
        self.app.push_screen(OneLine("From which score on (0 to 1)?", f"{self.threshold:g}", help_), given)

    def action_again(self) -> None:
        """Compares anew."""
        self.ask()

    def action_back(self) -> None:
        """Stops what is waited for, else goes back to the list, else to Browse."""
        if self.desk.stop_looking("duplicates", "fixes") and self.found is not None:
            self.desk.say("stopped; what is shown is from before")
        elif self.beside is not None or self.none:
            group = self.group
            self.show_list(self.groups.index(group) if group in self.groups else len(self.groups) if self.none else 0)
        else:
            self.desk.switch_mode("browse")
