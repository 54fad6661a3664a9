"""What all jobs of Review share: the list that is shown, the patch beside it, and the lines that count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from textual.timer import Timer
from textual.worker import Worker

from screens.lines import Part
from screens.review.counts import counts, is_checked, mended, warnings
from screens.review.lists import NAMES, OF, Asked, Listed, Place, listed, titled
from screens.screen import WorkbenchScreen
from screens.widgets.grid import Grid
from screens.widgets.listed_rows import ListedRows
from screens.widgets.patch_pane import PatchPane
from screens.widgets.text_line import TextLine
from screens.widgets.titles import Titled, title
from workbench.preview.review import Review as Reviewed
from workbench.preview.review import ReviewedPatch, Tally
from workbench.shown.arrangement import Arrangement
from workbench.shown.named import named_in
from workbench.shown.rows import SnapshotRows
from workbench.shown.text import ELLIPSIS

STILL_READING: Final = "still reading what is staged"
STOPPED: Final = "stopped: what is staged is not read yet; x reads it"
NONE_STAGED: Final = "nothing is staged: edit in Browse (1)"
_WORDS: Final = 24
"""Characters of a filter that are said: what follows, how far the review is, has to be seen too."""
AT_REST: Final = 1.0
"""Seconds for which the list has to stay as it is before the checks are asked: whoever goes on does not wait for them."""
_OF_A_LINE: Final = ("open", "in_or_out", "accept", "accept_and_next", "next_unseen", "hold", "unstage")
"""The actions on the line under the cursor."""
_KINDS: Final = {"changes": "Changes", "customers": "Customers", "group": "One change", "customer": "One customer"}
"""How the list of each kind of place is called."""
NOTHING: Final = ListedRows(NAMES["changes"], 0, lambda number: (), figures=("cells",), sorts=False)
"""The list before it is read."""


class Showing(WorkbenchScreen):
    """Asks for a list in a thread and paints it; then for the counts of what a commit would send."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = Asked()
        self.trail = [Place("changes")]
        self._asked_before: dict[int, Asked] = {}  # of the list from which another was opened, by how many led to it
        self.list: Listed | None = None
        self.tally: Tally | None = None
        self._counting: Worker[None] | None = None
        self._commits = False
        self._tally_of: Reviewed | None = None
        self._effect: tuple[Reviewed, str] | None = None
        self._rest: Timer | None = None
        self._arranged: dict[str, Arrangement] = {}
        self._pane: tuple[int, Reviewed] | None = None

    @property
    def grid(self) -> Grid:
        """The list."""
        return self.query_one("#groups", Grid)

    @property
    def line(self) -> int | None:
        """The number of the line under the cursor."""
        return self.grid.row if self.list is not None else None

    def changed(self) -> None:
        """Asks for the list of the new snapshot."""
        if self.list is None or self.list.review.snapshot is not self.bench.snapshot:
            before = ": the list is of before" if self.list is not None else ""
            self.query_one("#status", TextLine).say((f" reading what is staged{before} ..", "bold"))
        self.ask()

    def ask(self, trail: list[Place] | None = None, *, top: bool = False, **asked: Any) -> None:
        """Shows the list at the end of a trail (the one that is shown unless told), ordered and filtered as asked.

        The cursor stays with its line, or goes to the `top`; on the first line it stays the first when others are staged.

        Keys wait for it: they go where it leads.
        """
        bench, wanted = self.bench, trail or self.trail
        how = replace(self.asked, **asked)
        known = self.list.review if self.list is not None else None

        def read() -> tuple[Listed, list[Place]]:
            return listed(bench.review(known=known), wanted, how)

        def show(found: tuple[Listed, list[Place]]) -> None:
            self.asked = how
            self._show(*found, top=top)

        self.desk.hold_keys(self.desk.look(read, show, group="review"))

    def stopped(self) -> None:
        """The list was not waited for: that is said where it would stand, and whoever comes back asks again."""
        if self.list is None:
            self.generation = -1
            self.grid.empty = STOPPED
            self.grid.repaint()
            self.query_one("#status", TextLine).say(f" {STOPPED}")

    def _show(self, found: Listed, trail: list[Place], *, top: bool) -> None:
        before, self.list = self.list, found
        self.desk.take_back(STILL_READING)
        same = before is not None and before.place.kind == trail[-1].kind and self.trail[: len(trail)] == trail
        cell = self._kept_cell(before) if before is not None else None
        position = found.position_of(cell) if cell is not None else None
        other = before is None or before.review.snapshot is not found.review.snapshot
        not_moved = same and other and self.grid.cursor.position == 0  # the oddest stays in sight
        first = top or not_moved or len(trail) > len(self.trail)
        self.trail = trail
        self.grid.empty = self._empty()
        if before is not None:
            self._arranged[before.place.kind] = self.grid.arrangement
        arranged = self._arranged.get(found.place.kind) or Arrangement.of(NAMES[found.place.kind], 0)
        self.grid.show(found.rows, measure=other or not same, arrangement=arranged)
        if first or position is not None:
            self.grid.go_to(position=0 if first else position, column=None if same else 0)
        self._ask_tally(found.review)
        self._ask_effect(found.review)
        self.on_grid_moved()

    def _kept_cell(self, before: Listed) -> Any:
        """The first cell of the line under the cursor: the cursor stays with it."""
        number = self.grid.row
        return before.lines.cell(number) if number is not None else None

    def refusal(self, action: str) -> str:
        """Without a line there is nothing to be done to it; the last list cannot be opened further; nothing staged is not
        committed."""
        if action == "commit":
            return "" if self.bench.snapshot.staged_cells else NONE_STAGED
        if action not in _OF_A_LINE:
            return ""
        if self.line is None:
            return STILL_READING if self.list is None else self._empty()
        at_its_end = action == "open" and self.trail[-1].kind == "customer"
        return "this is all that is staged of the customer; Esc goes back" if at_its_end else ""

    def _empty(self) -> str:
        if self.asked.waiting and not (self.asked.words or self.asked.warned):
            return "nothing is left: all is accepted, on hold or out; x shows all again"
        if self.asked.filters:
            return "nothing is found; x shows all again"
        return NONE_STAGED

    # -- counting -------------------------------------------------------------------------------------------------

    def _ask_tally(self, review: Reviewed) -> None:
        if self._tally_of is not review:
            self.tally, self._commits = None, False
        self._say_status()
        if self.tally is not None:
            return
        self._tally_of = review

        def show(tally: Tally) -> None:
            self.tally = tally
            self._say_status()
            if self._commits:
                self._commits = False
                self.action_commit()

        self._counting = self.desk.look(lambda: review.tally, show, group="tally")

    def _ask_effect(self, review: Reviewed) -> None:
        """Asks all checks which problems what is in mends, and which it brings: once the list rests, for that may take long."""
        if self._rest is not None:
            self._rest.stop()
        if self._effect_of(review) is not None:
            return
        if not review.snapshot.staged_cells or not is_checked(review):
            return
        self._rest = self.set_timer(AT_REST, lambda: self._look_for_effect(review))

    def _effect_of(self, review: Reviewed) -> str | None:
        """What the checks say of what is in, if they were asked: who accepts or puts on hold changes no value."""
        return self._effect[1] if self._effect is not None and self._effect[0].has_in_what(review) else None

    def _look_for_effect(self, review: Reviewed) -> None:
        bench, choice = self.bench, review.choice

        def read() -> str:
            effect = bench.effect(choice)
            return mended(effect.fixed.counts, effect.introduced.counts)

        def show(told: str) -> None:
            self._effect = review, told
            self._say_status()

        self.desk.look(read, show, group="effect")

    def commit_when_counted(self) -> None:
        """Asks for the commit as soon as what it would send is counted; keys wait for it."""
        if self._counting is not None:
            self._commits = True
            self.desk.hold_keys(self._counting)

    def commits_no_more(self) -> bool:
        """Asks nothing when it is counted what would be sent; whether it would have been asked."""
        waited, self._commits = self._commits, False
        return waited

    def action_commit(self) -> None:
        """Asks whether what is in is to be sent (see `Review`)."""

    def _say_status(self) -> None:
        if self.list is None:
            return
        tally, review = self.tally, self.list.review
        checked = self._effect_of(review)
        self.query_one("#warnings", TextLine).say(*warnings(review, checked))
        if not review.snapshot.staged_cells:
            self.query_one("#status", TextLine).say(" nothing is staged")
            return
        self._say_title()
        order = "odd first" if self.asked.odd_first else "largest first"
        words = self.asked.words[:_WORDS] + ELLIPSIS * (len(self.asked.words) > _WORDS)
        told = (
            titled(self.trail[-1], review),
            f"/ {words}" if words else "",
            "only warnings" * self.asked.warned,
            "only not accepted" * self.asked.waiting,
        )
        where: list[Part] = [part for one in told if one for part in (" ", (one, "reverse"))]
        self.query_one("#status", TextLine).say(*where, *counts(tally), f"  {order}")

    def _say_title(self) -> None:
        """What the lines of the list are, and what one does with them."""
        kind = self.trail[-1].kind
        opens = "" if kind == "customer" else "⏎ opens, "
        title(self.query_one(Titled), _KINDS[kind], f"{opens}space in or out, a accepts")

    # -- the line and the patch under the cursor --------------------------------------------------------------------

    def on_grid_moved(self) -> None:
        """Says what is odd about the line under the cursor, and shows the patch of its first customer."""
        number, shown = self.line, self.list
        if shown is None or number is None:
            self.query_one("#why", TextLine).say()
            self.query_one(PatchPane).say("")
            self._pane = None
            return
        why = shown.why(number)
        self.query_one("#why", TextLine).say(*(((f" {OF[shown.place.kind]}: ", "bold"), why) if why else ()))
        customer = shown.lines.first_customer(number)
        if self._pane is not None and self._pane[0] == customer and self._pane[1] is shown.review:
            return
        moved = self._pane is None or self._pane[0] != customer
        self._pane = customer, shown.review
        label = SnapshotRows(shown.review.snapshot, "customers").label(customer)

        def read() -> tuple[ReviewedPatch, Mapping[str, str]] | None:
            patch = shown.review.patch(customer)
            if patch is None:
                return None
            values = ((change.path, value) for change in patch.whole.changes for value in (change.before, change.after))
            return patch, named_in(shown.review.snapshot.current, values)

        def show(found: tuple[ReviewedPatch, Mapping[str, str]] | None) -> None:
            pane.awaits_no_more()
            if found is not None:
                pane.show(label, *found)

        pane = self.query_one(PatchPane)
        if moved:
            pane.awaits(label)
        self.desk.look(read, show, group="patch")
