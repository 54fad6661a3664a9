"""A dialog that shows what its answer would come to while it is typed, before Enter stages it."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Any, ClassVar, Final, Generic, cast

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Checkbox
from textual.worker import Worker

from screens.dialogs.dialog import Answer, Dialog
from screens.lines import Part
from screens.widgets.keeps_focus import KeepsFocus
from screens.widgets.text_line import TextBlock, TextLine
from workbench.errors import WorkbenchError
from workbench.shown.text import revealed
from workbench.stage.staging import Example

if TYPE_CHECKING:
    from screens.app import WorkbenchApp
    from workbench.results import Staged

_AT_REST: Final = 0.08
"""Seconds without a key after which it is counted."""
_MOST: Final = 5
_NARROW: Final = 20
_LONGEST: Final = 300
"""Characters of an example: more are never seen."""


class Tick(KeepsFocus, Checkbox, inherit_bindings=False):
    """A checkbox that leaves Enter to its dialog."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("space", "toggle_button", "Tick", show=False, id="tick.toggle")]

    @property
    def _button(self) -> Content:
        """Whether it is ticked, also where there are no colours."""
        return Content("[x]" if self.value else "[ ]")


class Counted(Dialog[Answer], Generic[Answer]):
    """Counts what is asked for in a thread. Enter accepts what has been counted and shown; pressed earlier it is remembered,
    and the dialog is deaf until the count is there. It has a line `#counts` and a block `#examples`."""

    DEFAULT_CSS = """
    Counted Checkbox, Counted Checkbox:focus { border: none; height: 1; padding: 0 1; background: transparent; }
    Counted #counts { margin: 1 0 0 0; text-style: bold; }
    Counted.-slim #counts, Counted.-minute #counts { height: 2; text-wrap: wrap; text-overflow: fold; }
    Counted.-minute #counts { height: 3; }
    Counted.-low #counts { margin: 0; }
    Counted.-low #examples { max-height: 2; }
    Counted.-low Suggestions { height: 4; }
    Counted.-minute.-tiny > #frame { border: none; padding: 0; }
    Counted.-tiny #counts { margin: 0; dock: bottom; }
    Counted.-tiny Suggestions, Counted.-tiny #examples, Counted.-tiny .quiet { display: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "stage", "Stage", priority=True, id="edit.stage")]

    def __init__(self) -> None:
        super().__init__()
        self._counted: tuple[Any, Staged | WorkbenchError] | None = None
        self._to_stage: Any = None
        self._heard: Widget | None = None
        self._resting: Timer | None = None

    # What each of them says for itself

    def asked(self) -> Any:
        """What is asked for now, comparable; None while something is missing."""
        raise NotImplementedError

    def missing(self) -> str:
        """What has to be typed yet."""
        raise NotImplementedError

    def count(self, asked: Any) -> Staged:
        """What it would come to; called in a thread, may raise `WorkbenchError`."""
        raise NotImplementedError

    def accept(self, asked: Any) -> None:
        """Answers it."""
        raise NotImplementedError

    def told(self, staged: Staged) -> str:
        """What it would come to, in a line."""
        invalid = f", {staged.invalid:,} would not be valid" if staged.invalid else ""
        skipped = f", {staged.skipped:,} cannot be edited" if staged.skipped else ""
        return f"{staged.matched:,} match, {staged.changed:,} change, {staged.unchanged:,} stay{invalid}{skipped}"

    def lines(self, staged: Staged) -> list[tuple[Part, ...]]:
        """What is to be known first: which ids nobody has, why some cells are not valid."""
        return [*(((f"  {one}", "bold"),) for one in staged.unheld), *why_lines(staged)]

    def examples(self, staged: Staged) -> list[tuple[int, tuple[Part, ...]]]:
        """From what to what cells change: how many do, and a line that says so."""
        return [(one.cells, example_line(one)) for one in staged.examples[:_MOST]]

    def would(self, staged: Staged) -> bool:
        """Whether Enter takes what comes to this."""
        return bool(staged.changed)

    # What they share

    def action_stage(self) -> None:
        """Accepts what is asked if what it comes to has been shown; otherwise when it has been counted."""
        asked = self.asked()
        if self.is_deaf:
            return
        if not self._shows_counts():
            self.desk.say("the terminal is too small to show what this would do: make it larger", "warning")
        elif asked is None:
            self.ask()
        elif self._counted is None or self._counted[0] != asked:
            self._stage_when_counted(asked)
        elif not isinstance(self._counted[1], WorkbenchError) and self.would(self._counted[1]):
            self.accept(asked)
        else:
            self._say_counted("not staged: ")

    def _shows_counts(self) -> bool:
        """Whether the line that says what it would come to is in sight: nothing is staged unseen."""
        counts = self.query_one("#counts")
        return bool(counts.region) and self.find_widget(counts).visible_region.height == counts.region.height

    @property
    def desk(self) -> WorkbenchApp:
        """The app, as its own type."""
        return cast("WorkbenchApp", self.app)

    @property
    def is_deaf(self) -> bool:
        """Whether Enter was pressed and what it is to accept is still being counted."""
        return self._to_stage is not None

    def typing(self) -> None:
        """Something was typed: counts again when the typing rests."""
        if self.is_deaf:
            return
        self._rest()
        if self._counted is not None and self._counted[0] == self.asked():
            self._say_counted()
            return
        self.say("counting ..")
        self._resting = self.set_timer(_AT_REST, self.recount)

    def recount(self) -> None:
        """Counts what is asked now, unless what it comes to is shown already."""
        if self.gone or self.is_deaf:
            return
        asked = self.asked()
        if asked is None:
            self.ask()
        elif self._counted is None or self._counted[0] != asked:
            self._count(asked)

    def ask(self) -> None:
        """Says what is missing."""
        self._counted = None
        self.say(self.missing(), [])

    def say(self, said: str, lines: list[tuple[Part, ...]] | None = None) -> None:
        """Says how it stands, and what is to be known of it; None leaves that, and the examples, as they are."""
        self.query_one("#counts", TextLine).say(said)
        if lines is not None:
            self.query_one("#examples", TextBlock).say_lines(lines)

    def hear_again(self) -> str:
        """Takes keys again if it was deaf, without those typed meanwhile; what to say of that."""
        if not self.is_deaf:
            return ""
        self._to_stage = None
        self.desk.forget_keys()
        self._listen()
        return "not staged: "

    def _listen(self) -> None:
        self.query_one("#frame").disabled = False
        self.set_focus(self._heard)

    def _rest(self) -> None:
        """Forgets the count that a rest in the typing would have begun."""
        if self._resting is not None:
            self._resting.stop()

    def _stage_when_counted(self, asked: Any) -> None:
        self._rest()
        self._to_stage, self._heard = asked, self.focused
        self.set_focus(None)
        self.query_one("#frame").disabled = True
        self.say("Enter is kept: staged when it is counted; Esc leaves it", [])
        self.desk.hold_keys(self._count(asked))

    def _count(self, asked: Any) -> Worker[None]:
        def counted(staged: Staged) -> None:
            if self.gone:
                return
            if self._to_stage == asked and self.would(staged):
                self._to_stage, self._counted = None, (asked, staged)
                self._listen()
                self.accept(asked)
            elif asked in (self._to_stage, self.asked()):
                self._counted = asked, staged
                self._say_counted(self.hear_again())

        def wrong(error: WorkbenchError) -> None:
            if not self.gone and asked in (self._to_stage, self.asked()):
                self._counted = asked, error
                self._say_counted(self.hear_again())

        return self.desk.look(lambda: self.count(asked), counted, wrong, group="count", within=self)

    def _say_counted(self, before: str = "") -> None:
        """Says what was counted last."""
        if self._counted is None:
            return
        staged = self._counted[1]
        if isinstance(staged, WorkbenchError):
            self._say_why_not(before + staged.in_commands)
        else:
            self.say(before + self.told(staged))
            self._say_examples(staged)

    def _say_examples(self, staged: Staged) -> None:
        """As many examples as there is room for, and how many more cells change."""
        examples = self.examples(staged)

        def more(hidden: int) -> str:
            shown = examples[: max(len(examples) - hidden, 0)]  # where none has room there is nothing to add to
            untold = staged.changed - sum(cells for cells, _ in shown)
            return f"  and {untold:,} more" if shown and untold > 0 else ""

        lines = [*self.lines(staged), *(line for _, line in examples)]
        self.query_one("#examples", TextBlock).say_what_fits(lines, more)

    def _say_why_not(self, text: str) -> None:
        """Where there is a line for it and it has no room, it goes on in the block below."""
        counts = self.query_one("#counts")
        if counts.size.height != 1 or not self.query_one("#examples").display:
            self.say(text, [])
            return
        first, *more = wrap(text, max(counts.size.width, _NARROW)) or [""]
        self.say(first, [((" ".join(more), "bold"),)] if more else [])


def example_line(one: Example, where: str = "") -> tuple[Part, ...]:
    """A cell before and after (texts, see `workbench.shown.examples`), behind what is said of which one it is, or else how many
    change alike."""
    before, after = (revealed(value[:_LONGEST]) or "(empty)" for value in (one.before, one.after))
    which: tuple[Part, ...] = (f"  {where}",) if where else ()
    alike = f"{one.cells:,} x " if one.cells > 1 and not where else ""
    return *which, (f"  {alike}{before}", "dim"), " → ", (after, "bold")


def why_lines(staged: Staged) -> list[tuple[Part, ...]]:
    """Why some cells would not be valid, in a line: they are staged and their customers held."""
    return [((f"  not valid, would be held: {'; '.join(staged.reasons)}", "bold"),)] if staged.reasons else []
