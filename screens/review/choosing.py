"""What is done with a line of Review: in or out of this commit, accepted, on hold, unstaged."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.binding import Binding, BindingType

from screens.customer_hold import hold_or_release
from screens.review.finding import Finding
from workbench.results import Held
from workbench.shown.text import count
from workbench.stage.choice import Cells


class Choosing(Finding):
    """Acts on the cells of the line under the cursor: a group's, a customer's, or a single one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "in_or_out", "In or out", id="review.toggle"),
        Binding("i", "all_in", "Everything in again", show=False, id="review.all_in"),
        Binding("a", "accept", "Accept", id="review.accept"),
        Binding("A", "accept_and_next", "Accept, go to the next", show=False, id="review.accept_next"),
        Binding("m", "hold", "Put on hold, or release", show=False, id="review.hold"),
        Binding("d", "unstage", "Unstage", show=False, id="review.unstage"),
    ]

    def action_in_or_out(self) -> None:
        """Takes the line out of this commit, or in again."""
        cells, bench = self._cells(), self.bench
        if self.refuses("in_or_out") or self.list is None:
            return
        whole, out = self.list.review.toggling(cells)
        self._choose(lambda: bench.leave_out(whole) if out else bench.take_in(whole))

    def action_all_in(self) -> None:
        """Takes in whatever was left out."""
        self._choose(self.bench.take_in)

    def _choose(self, do: Callable[[], Held]) -> None:
        """Keys wait until the list shows what was chosen: a second space takes in again."""
        self.desk.hold_keys(self.desk.act(do, lambda done: self.ask(), group="choose"))

    def action_accept(self) -> None:
        """Accepts all cells of the line; if they are accepted already, takes that back."""
        number, cells = self.line, self._cells()
        if self.refuses("accept") or self.list is None or number is None:
            return
        review, bench = self.list.review, self.bench
        open_ = self.list.lines.counted(review.unaccepted)[number]
        if open_:
            self.desk.act(
                lambda: bench.accept(cells),
                lambda done: self.desk.say(f"accepted {count(done.changed, 'change')}"),
                group="accept",
            )
        else:
            self.desk.act(
                lambda: bench.withdraw(cells),
                lambda done: self.desk.say(f"{count(done.changed, 'change')} not accepted any more"),
                group="accept",
            )

    def action_accept_and_next(self) -> None:
        """Accepts the line (never takes that back) and goes to the next one that is not reviewed."""
        cells, bench = self._cells(), self.bench
        if not self.refuses("accept"):
            self.desk.act(lambda: bench.accept(cells), lambda done: None, group="accept")
            self.action_next_unseen(1)

    def action_hold(self) -> None:
        """Puts the customers of the line on hold; releases them, after a question, if all are on hold already."""
        if self.refuses("hold") or self.list is None or self.line is None:
            return
        lines, line = self.list.lines, self.line
        hold_or_release(self.desk, lambda: lines.customers_of(line))

    def action_unstage(self) -> None:
        """Takes the cells of the line back: one operation."""
        cells, bench = self._cells(), self.bench
        if not self.refuses("unstage"):
            self.desk.act(
                lambda: bench.unstage_cells(cells),
                lambda done: self.desk.say(f"unstaged {count(done.changed, 'cell')}; u brings it back"),
                group="unstage",
            )

    def _cells(self) -> Cells:
        return {} if self.list is None or self.line is None else self.list.lines.cells_of(self.line)
