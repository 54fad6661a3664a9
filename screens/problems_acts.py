"""What is done about problems: suggestions staged, problems waived, waivers taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from textual.binding import Binding, BindingType

from screens.dialogs.are_you_sure import AreYouSure
from screens.dialogs.one_line import OneLine
from screens.problems_showing import ShowingProblems
from workbench.errors import UsageError
from workbench.results import Held, Staged
from workbench.shown.problems import example_lines
from workbench.shown.text import count
from workbench.stage.snapshot import Snapshot

if TYPE_CHECKING:
    from workbench.problems.book import Which

_CELL: Final = ("table", "field", "row", "rule")
_WHOLE: Final = "Nothing is marked: this is for the whole rule. Mark some with space for fewer."
_CHANGED: Final = "what is staged has changed meanwhile: look at the problems again"


class ProblemActs(ShowingProblems):
    """The keys are for what is marked; with nothing marked for all problems of the rule, and for the waiver under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f", "fix", "Fix", id="problems.fix"),
        Binding("w", "waive", "Waive", id="problems.waive"),
        Binding("W", "unwaive", "Take back", id="problems.unwaive"),
    ]

    def refusal(self, action: str) -> str:
        """What cannot be done with the line under the cursor, and why."""
        if action not in ("fix", "waive", "unwaive", "open", "find"):
            return ""
        if self.list is None:
            return "still looking for problems"
        if not self.list.rows.height:
            return "there is no problem here"
        waivers = self.place.kind == "waivers" or (self.place.kind == "rules" and self.rule is None)
        if action == "unwaive" and self.place.kind != "waivers":
            none = self.place.kind == "rules" and not self.list.waivers
            lists = "the list of what is waived, the last line of the rules, takes them back"
            return "nothing is waived: w lets a problem stay, with a reason" if none else lists
        if action == "unwaive":
            return ""
        if waivers and action != "open" and not self._marked_rules():
            return "these may stay: W in their list takes that back"
        if action == "fix" and not self._certain():
            return "for none of these a suggestion is certain: Enter leads to the cell, / finds them in Browse"
        return ""

    def action_fix(self) -> None:
        """Counts what the suggestions would change, shows examples, and stages them after a question: one operation."""
        which = self._which("fix")
        if which is None:
            return
        bench, where, snapshot, about = self.bench, self.where or "", self.bench.snapshot, self._about()
        every, reach = ("all ", [_WHOLE]) if self._takes_all() else ("", [])

        def read() -> tuple[Staged, list[str]]:
            counted = bench.fix(where, dry_run=True, **which)
            return counted, [*reach, _told(counted), *example_lines(snapshot.current, counted.examples)]

        def ask(answer: tuple[Staged, list[str]]) -> None:
            counted, lines = answer
            if not counted.changed:
                self.desk.say("the suggestions change nothing: these cells cannot be edited")
                return
            title = f"Stage {count(counted.changed, 'fix', 'fixes')} of {every}{about}?"
            self.app.push_screen(AreYouSure(title, lines, "stages them as one operation"), answered)

        def stage() -> Staged:
            self._same(snapshot)
            return bench.fix(where, note=f"fix {about}", **which)

        def answered(yes: bool | None) -> None:
            if yes:
                self.desk.act(
                    stage,
                    lambda done: self.desk.say(f"staged {count(done.changed, 'cell')}; u takes it back"),
                    group="stage",
                )

        look = self.desk.look(read, ask, group="fixes")
        self.desk.hold_keys(look)

    def action_waive(self) -> None:
        """Lets problems stay, for a reason that is asked for."""
        which = self._which("waive")
        if which is None:
            return
        bench, where, snapshot, about = self.bench, self.where or "", self.bench.snapshot, self._about()

        def waive(reason: str) -> Held:
            self._same(snapshot)
            return bench.waive(reason, where, **which)

        def done(found: Held) -> None:
            self.desk.say(
                f"waived {count(found.changed, 'problem')}; the last line of the rules lists them, W there takes them back"
            )
            self.ask(self.place)

        def given(reason: str | None) -> None:
            if reason is not None and not reason.strip():
                self.desk.say("nothing was waived: a reason is needed, others will read it")
            elif reason is not None:
                self.desk.act(lambda: waive(reason), done, group="waive")

        help_ = (
            "Enter waives them as long as their cells hold what they hold now; Esc leaves. Nothing is changed or sent."
        )
        every, reach = ("all ", f"{_WHOLE} ") if self._takes_all() else ("", "")
        self.app.push_screen(OneLine(f"Why may {every}{about} stay?", "", reach + help_, placeholder="a reason"), given)

    def action_unwaive(self) -> None:
        """Takes the marked waivers back, or the one under the cursor."""
        cells, row, marks = self.cells, self.grid.row, self.grid.take_range()
        if self.refuses("unwaive") or cells is None or row is None:
            return
        lines = cells.lines[marks.rows] if marks.count else cells.lines.slice(row, 1)
        bench, holding = self.bench, lines.filter("holds")
        if not holding.height:
            self.desk.say("this waiver has lapsed already: its cell holds another value")
            return

        def done(found: Held) -> None:
            self.desk.say(f"took {count(found.changed, 'waiver')} back: these are problems again")
            self.ask(self.place)

        self.desk.act(lambda: bench.unwaive(lines=holding.select(_CELL)), done, group="waive")

    # What the keys are for

    def _marked_rules(self) -> list[str]:
        if self.list is None or self.place.kind != "rules":
            return []
        return [self.list.rules[row].rule for row in self.grid.marks.rows if row < len(self.list.rules)]

    def _which(self, action: str) -> Which | None:
        """The problems that a key is for; None (and says so) if it does nothing here."""
        marks = self.grid.take_range()
        if self.refuses(action):
            return None
        if self.place.kind == "rules":
            return self.chosen(self._marked_rules() or ([self.rule.rule] if self.rule else []))
        cells = self.cells
        if cells is not None and marks.count:
            return {"rules": [self.place.rule], "lines": cells.lines[marks.rows].select(_CELL)}
        return self.chosen([self.place.rule])

    def _takes_all(self) -> bool:
        """Whether a key in a list of problems takes more than the one under the cursor, because nothing is marked."""
        rows = self.list.rows.height if self.list is not None else 0
        return self.place.kind == "problems" and rows > 1 and not self.grid.marks.count

    def _about(self) -> str:
        """The problems that a key is for, in words."""
        if self.list is None:
            return ""
        where = f" in {self.field}" if self.field else ""
        if self.place.kind == "problems":
            return f"{count(self.grid.marks.count or self.list.rows.height, 'problem')} of {self.place.rule}{where}"
        names = self._marked_rules() or ([self.rule.rule] if self.rule else [])
        many = sum(one.count for one in self.list.rules if one.rule in names)
        return f"{count(many, 'problem')} of {names[0] if len(names) == 1 else count(len(names), 'rule')}{where}"

    def _certain(self) -> bool:
        """Whether any of the problems that a key is for has a suggestion."""
        if self.list is None:
            return False
        if self.place.kind == "rules":
            names = self._marked_rules() or ([self.rule.rule] if self.rule else [])
            return any(one.suggested for one in self.list.rules if one.rule in names)
        cells, marks = self.cells, self.grid.marks
        if cells is None:
            return False
        some = cells.lines["suggestion"]
        return (some.gather(marks.rows) if marks.count else some).is_not_null().any()

    def _same(self, snapshot: Snapshot) -> None:
        """Raises `UsageError` if what was shown is not what there is any more."""
        if self.bench.snapshot is not snapshot:
            raise UsageError(_CHANGED)


def _told(counted: Staged) -> str:
    """What fixing comes to."""
    skipped = f"; {counted.skipped:,} cannot be edited" if counted.skipped else ""
    invalid = f"; {counted.invalid:,} would not be valid, their customers held" if counted.invalid else ""
    cells = count(counted.changed + counted.unchanged, "cell")
    looked = f"{cells} looked at, {counted.changed:,} change, {counted.unchanged:,} stay"
    return f"{looked}{skipped}{invalid}"
