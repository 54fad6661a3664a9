"""What is done about duplicates: said to be none, a survivor chosen field by field, staged with marks on the others."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, ClassVar, Final

from textual.binding import Binding, BindingType

from screens.dialogs.are_you_sure import AreYouSure
from screens.dialogs.one_line import OneLine
from screens.duplicates_showing import ShowingDuplicates
from screens.lines import Part
from workbench.errors import WorkbenchError
from workbench.shown.text import count

if TYPE_CHECKING:
    from workbench.problems.duplicates_merge import Merge
    from workbench.results import Held, Staged
    from workbench.shown.side_by_side import SideBySide

_MARK: Final = "display_name=DUPLICATE of {survivor}"
_CHANGED: Final = "what is staged has changed meanwhile: look at the group again"


class DuplicateActs(ShowingDuplicates):
    """The keys are for the group that is shown, or the one under the cursor of the list."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "take", "Take it", id="duplicates.take"),
        Binding("S", "survivor", "Stays", id="duplicates.survivor"),
        Binding("s", "stage", "Stage", id="duplicates.stage"),
        Binding("m", "mark", "Mark the others", show=False, id="duplicates.mark"),
        Binding("H", "hold", "Hold the others", show=False, id="duplicates.hold"),
        Binding("n", "not_one", "No duplicate", id="duplicates.none"),
        Binding("N", "may_be_one", "Take back", id="duplicates.take_back"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.marks: dict[str, str] = {}
        self.holds = False

    def refusal(self, action: str) -> str:
        """What cannot be done here, and why."""
        if action in ("take", "survivor", "stage", "mark", "hold") and self.beside is None:
            return "Enter opens a group: there it is chosen what survives"
        if action == "survivor" and self.place is None:
            return "go to the column of the one that stays first"
        if action in ("not_one", "find") and self.beside is None and self.listed is None:
            return "there is no group here"
        if action == "may_be_one" and not (self.none and self.grid.row is not None):
            return "the list of what is known to be no duplicates, the last line, takes that back"
        return ""

    def action_take(self) -> None:
        """The value under the cursor survives."""
        beside, row, place = self.beside, self.grid.row, self.place
        if self.refuses("take") or beside is None or row is None:
            return
        if place is None:
            self.desk.say("go to the value that survives first: → leads to the customers")
            return
        try:
            beside.choose(beside.lines[row], place)
        except WorkbenchError as error:
            self.desk.say_wrong(error)
        self._repaint(beside)

    def action_survivor(self) -> None:
        """The customer under the cursor stays, the others are marked."""
        if not self.refuses("survivor") and self.beside is not None and self.place is not None:
            self.beside.survive(self.place)
            self._repaint(self.beside)

    def action_mark(self) -> None:
        """Asks what the others get, so that people and searches know them."""
        if self.refuses("mark"):
            return
        now = next((f"{field}={text}" for field, text in self.marks.items()), _MARK)
        help_ = (
            f"FIELD=TEXT for the others, such as {_MARK}; {{survivor}} is the id of the one that stays. Empty marks none; "
            "Esc leaves."
        )

        def refuses(text: str) -> str:
            field, sign, value = text.partition("=")
            fits = not text.strip() or (field.strip() and sign and value.strip())
            return "" if fits else f"write FIELD=TEXT, such as {_MARK}"

        def given(text: str | None) -> None:
            if text is None:
                return
            field, _, value = text.partition("=")
            self.marks = {field.strip(): value} if text.strip() else {}
            self.say_status()

        self.app.push_screen(OneLine("How are the others marked?", now, help_, refuses=refuses), given)

    def action_hold(self) -> None:
        """The others are put on hold when it is staged, or not."""
        if not self.refuses("hold"):
            self.holds = not self.holds
            self.say_status()

    def action_stage(self) -> None:
        """Shows what it comes to, and stages it after a question: one operation."""
        beside, group = self.beside, self.group
        if self.refuses("stage") or beside is None or group is None:
            return
        bench, holds, merge = self.bench, self.holds, beside.merge(self.marks)
        note = f"duplicates of {beside.labels[beside.survivor]}"
        if not merge.take and not merge.mark and not holds:
            self.desk.say("nothing would change: space takes a value over, m marks the others, H holds them")
            return

        def ask(counted: Staged) -> None:
            lines = [*beside.told(), *self._told_others(merge)]
            invalid = f", {counted.invalid:,} of them not valid" if counted.invalid else ""
            title = f"Stage {count(counted.changed, 'cell')} in this group of {count(len(beside.ids), 'customer')}{invalid}?"
            self.app.push_screen(AreYouSure(title, lines, "stages it as one operation"), answered)

        def stage() -> Staged:
            return bench.stage_merge(merge, hold=holds, note=note, shown=beside.snapshot)

        def staged(done: Staged) -> None:
            self.done[group.id] = done.operation or 0
            held = f", {count(len(merge.others), 'customer')} on hold" if holds else ""
            what = "the cells" if holds else "it"
            back = f"; u takes {what} back" if done.operation is not None else ""
            self.desk.say(f"staged {count(done.changed, 'cell')}{held}{back}")
            self.show_list(self.groups.index(group) if group in self.groups else 0)

        def answered(yes: bool | None) -> None:
            if yes:
                self.desk.act(stage, staged, group="stage")

        if bench.snapshot is not beside.snapshot:
            self.desk.say(_CHANGED, "warning")
            self.show_group(group)
            return
        self.desk.hold_keys(
            self.desk.look(lambda: bench.stage_merge(merge, hold=holds, dry_run=True), ask, group="fixes")
        )

    def action_not_one(self) -> None:
        """Remembers that the customer under the cursor is none of the others; from the list, that none of a group is another."""
        group = self.group or self.listed
        if self.refuses("not_one") or group is None:
            return
        bench, here = self.bench, self.place if len(group.ids) > 2 else None
        pairs = list(combinations(group.ids, 2))
        if here is not None:
            pairs = [pair for pair in pairs if group.ids[here] in pair]
        who = "these" if here is None or self.beside is None else self.beside.labels[here]

        def say(note: str) -> int:
            return sum(bench.say_apart(pair, note=note).changed for pair in pairs)

        def done(new: int) -> None:
            self.desk.say(f"remembered of {count(new, 'pair')}; the last line lists them, N there takes it back")
            if here is None:
                self._without(group.id)
            else:
                self.ask()

        def given(note: str | None) -> None:
            if note is not None:
                self.desk.act(lambda: say(note.strip()), done)

        title = (
            f"Why {'is' if here is not None else 'are'} {who} no {'duplicate' if here is not None else 'duplicates'}?"
        )
        help_ = f"Enter remembers it of {count(len(pairs), 'pair')} (a reason may stay empty); Esc leaves."
        self.app.push_screen(OneLine(title, "", help_, placeholder="a reason"), given)

    def action_may_be_one(self) -> None:
        """Takes back what was said of the pair under the cursor."""
        row, found = self.grid.row, self.found
        if self.refuses("may_be_one") or found is None or row is None:
            return
        bench, pair = self.bench, (found.apart[row].a, found.apart[row].b)

        def done(changed: Held) -> None:
            self.desk.say("these may be one again" if changed.changed else "that was taken back already")
            self.ask()

        self.desk.act(lambda: bench.say_apart(pair, apart=False), done)

    def _say_group(self, beside: SideBySide) -> list[Part]:
        others = [f"{field}={text}" for field, text in self.marks.items()] + (["on hold"] if self.holds else [])
        told = "; the others: " + ", ".join(others) if others else "; m marks the others, H holds them"
        return [*super()._say_group(beside), told]

    def _told_others(self, merge: Merge) -> list[str]:
        many = count(len(merge.others), "other")
        marked = [
            f"{many}: {field} → {text.replace('{survivor}', merge.survivor)}" for field, text in merge.mark.items()
        ]
        return [*marked, *([f"{many}: on hold, no commit sends them until they are released"] if self.holds else [])]

    def _repaint(self, beside: SideBySide) -> None:
        self.grid.show(beside)
        self.say_status()
        self.on_grid_moved()

    def _without(self, id_: str) -> None:
        """The list without a group that is none any more; it need not be compared again."""
        from dataclasses import replace

        found = self.found
        if found is None:
            return
        at = [group.id for group in self.groups].index(id_)
        groups = tuple(one for place, one in enumerate(self.groups) if place != at)
        texts = tuple(one for place, one in enumerate(found.texts) if place != at)
        duplicates = replace(found.duplicates, groups=groups)
        self.found = replace(found, duplicates=duplicates, texts=texts, apart=tuple(self.bench.apart))
        self.show_list(min(at, max(len(groups) - 1, 0)))
