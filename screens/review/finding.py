"""Finding one's way in Review: opening, closing, ordering, filtering, the next that nobody has looked at."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input

from screens.review.lists import Place
from screens.review.showing import Showing
from screens.widgets.line_input import LineInput
from screens.widgets.patch_pane import PatchPane


class FilterLine(LineInput):
    """The words that the lines of the list must hold; it is there while it is typed in."""

    DEFAULT_CSS = "FilterLine { display: none; } FilterLine.-open { display: block; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Take the filter back", show=False, id="review.filter_leave"),
        Binding("down", "submit", "Keep the filter", show=False, id="review.filter_keep"),
    ]

    class Left(Message):
        """The filter is to be taken back."""

    def action_leave(self) -> None:
        """Says that it is left."""
        self.post_message(self.Left())


class Finding(Showing):
    """Opens groups into cells and customers, and goes back."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Open", id="review.open"),
        Binding("escape", "close", "One step back", show=False, id="review.close"),
        Binding("t", "arrange", "By change, by customer", show=False, id="review.arrange"),
        Binding("o", "order", "Odd first, largest first", show=False, id="review.order"),
        Binding("n", "next_unseen(1)", "Next not accepted", id="review.next"),
        Binding("N", "next_unseen(-1)", "Previous not accepted", show=False, id="review.previous"),
        Binding("slash,ctrl+f", "filter", "Filter by table, column, value", show=False, id="review.filter"),
        Binding("w", "warned", "Only warnings", show=False, id="review.warned"),
        Binding("f", "waiting", "Only what is not accepted", show=False, id="review.waiting"),
        Binding("x", "clear_filter", "Clear the filter", show=False, id="review.clear_filter"),
    ]

    def action_open(self) -> None:
        """Opens a group into its cells; a customer, or a cell of a group, into all that is staged of the customer."""
        if self.refuses("open") or self.list is None or self.line is None:
            return
        lines = self.list.lines
        if self.trail[-1].kind == "changes":
            inside = Place("group", lines.cells_of(self.line))
        else:
            inside = Place("customer", customer=lines.first_customer(self.line))
        self._asked_before[len(self.trail)] = self.asked
        self.ask([*self.trail, inside], words="", warned=False, waiting=False)

    def action_close(self) -> None:
        """Leaves what is being read, else goes from the patch to the list, else goes back to the list from which this one was
        opened, else takes the filter away, else goes back to Browse."""
        if self.desk.stop_looking("review"):
            self.stopped()
            return
        if self.commits_no_more():
            return
        if isinstance(self.focused, PatchPane):
            self.grid.focus()
        elif len(self.trail) > 1:
            before = self._asked_before[len(self.trail) - 1]
            self.ask(self.trail[:-1], words=before.words, warned=before.warned, waiting=before.waiting)
        elif self.asked.filters:
            self.action_clear_filter()
        else:
            self.action_back()

    def action_arrange(self) -> None:
        """Lists customers instead of changes, or the other way round."""
        self.ask([Place("changes" if self.trail[0].kind == "customers" else "customers")])

    def action_order(self) -> None:
        """The oddest first, or the largest first."""
        self.ask(top=True, odd_first=not self.asked.odd_first)

    def action_next_unseen(self, step: int) -> None:
        """To the next line with something that is in and that nobody has accepted or put on hold."""
        found = self.list.next_unseen(self.grid.cursor.position, step) if self.list is not None else None
        if found is None:
            out = self.list is not None and self.list.out.sum()
            all_ = "what is in of this list" if out else "everything in this list"
            self.desk.say(f"{all_} is accepted or on hold")
        else:
            self.grid.go_to(position=found)

    def action_filter(self) -> None:
        """Opens the filter with the words that hold."""
        line = self.query_one(FilterLine)
        line.add_class("-open")
        with line.prevent(Input.Changed):
            line.value = self.asked.words
        line.cursor_position = len(line.value)
        line.focus()

    def action_warned(self) -> None:
        """Only what is warned of (`preview.lines.WARNINGS`); or everything again."""
        self.ask(warned=not self.asked.warned)

    def action_waiting(self) -> None:
        """Only what is still to be accepted or put on hold; or everything again."""
        self.ask(waiting=not self.asked.waiting)

    def action_clear_filter(self) -> None:
        """Shows all lines again."""
        self._close_filter()
        self.ask(words="", warned=False, waiting=False)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filters as it is typed."""
        event.stop()
        self.ask(words=event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """The filter stays, and the keys go back to the list."""
        event.stop()
        self._close_filter()

    def on_filter_line_left(self) -> None:
        """Esc takes the filter back."""
        self.action_clear_filter()

    def _close_filter(self) -> None:
        self.query_one(FilterLine).remove_class("-open")
        self.grid.focus()
