"""The last question before a commit: another key than the one that asked answers it, never type-ahead or a paste."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.events import Key
from textual.widgets import Input

from screens.dialogs.read_to_the_end import ReadToTheEnd
from screens.widgets.line_input import NumberInput
from screens.widgets.text_line import TextBlock, TextLine
from workbench.preview.review import Tally
from workbench.shown.text import count, glimpse

LARGE: Final = 100
"""More customers than this, and their number is typed."""
_VALUE: Final = 40
"""Characters of a value that is named."""
_WAIT: Final = "Read it first: no key is taken yet."


class ConfirmCommit(ReadToTheEnd[bool]):
    """Answers True if so many customers are to be changed at `origin`, which may be new to the session. `ways_back` says how many
    of the changes take back one of which run."""

    DEFAULT_CSS = """
    ConfirmCommit TextBlock { margin: 1 0 0 0; }
    ConfirmCommit .title { margin: 0; }
    ConfirmCommit #other { display: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("y", "confirm", "Commit", id="confirm.yes")]

    def __init__(
        self, tally: Tally, origin: str, *, is_new: bool = False, ways_back: Mapping[int, int] | None = None
    ) -> None:
        super().__init__()
        self._ways_back = ways_back or {}
        self._is_new = is_new
        self._tally, self._customers, self._origin = tally, tally.customers, origin

    def compose(self) -> ComposeResult:
        """What will be sent and where to, and how to say yes."""
        with Vertical(id="frame"):
            yield TextBlock(f"Commit {count(self._customers, 'customer')} to {self._origin}?", classes="title")
            yield TextBlock(
                f"{count(self._tally.changes, 'change')} in {count(self._customers, 'PATCH request')}, one for each customer. "
                "Each is read first; what somebody else changed meanwhile is not overwritten."
            )
            for line in (*self._reverts(), *self._stays()):
                yield TextBlock(line)
            yield TextBlock(_WAIT, id="way")
            if self.large:
                field = NumberInput(placeholder="how many customers", id="typed")
                field.disabled = True
                yield field
            yield TextLine(id="other")

    def _reverts(self) -> list[str]:
        """Which runs it takes back, and how much of it does."""
        runs, all_ = self._ways_back, self._tally.changes
        if not runs:
            return []
        if len(runs) == 1 and sum(runs.values()) == all_:
            return [f"All of it is a way back: each change takes back one that run {next(iter(runs))} brought."]
        each = [
            f"{count(number, 'change takes', 'changes take')} back as many of run {run}"
            for run, number in sorted(runs.items())
        ]
        rest = all_ - sum(runs.values())
        return ["; ".join([*each, *([f"{rest:,} {'is' if rest == 1 else 'are'} no way back"] if rest else [])]) + "."]

    def _stays(self) -> list[str]:
        """What does not go, and what goes though it deserves a second look."""
        tally, told = self._tally, []
        if self._is_new:
            told.append("Once the API has answered there, the session goes to no other address.")
        if tally.left_out:
            told.append(f"Left out: {count(tally.left_out, 'change')}; still staged afterwards.")
        if tally.held:
            told.append(
                "1 customer is held and does not go at all; what is staged of it stays staged."
                if tally.held == 1
                else f"{tally.held:,} customers are held and do not go at all; what is staged of them stays staged."
            )
        if tally.unseen:
            told.append(
                "1 of these is not accepted; it goes too."
                if tally.unseen == 1
                else f"{tally.unseen:,} of these are not accepted; they go too."
            )
        if tally.waiting:
            told.append(f"{count(tally.waiting, 'change')} for a second commit: this one makes what they point to.")
        if tally.over:
            told.append(
                f"{count(tally.over, 'change overwrites', 'changes overwrite')} what somebody else wrote since, as decided."
            )
        if tally.irreversible:
            told.append(f"{count(tally.irreversible, 'change')} cannot be reverted once committed.")
        if tally.beside and tally.named is not None:
            path, value, reason = tally.named
            one = f"{path} {glimpse(value, _VALUE)} ({reason})."
            told.append(
                f"1 untouched value that is not valid goes along; the server may refuse it: {one}"
                if tally.beside == 1
                else f"{tally.beside:,} untouched values that are not valid go along; the server may refuse them, for example {one}"
            )
        told.append(f"Digest: {tally.digest}")
        return told

    @property
    def large(self) -> bool:
        """Whether the number has to be typed."""
        return self._customers > LARGE

    def on_mount(self) -> None:
        """Takes no key until it has been painted and a moment more: nobody types ahead into a question."""
        self.arm_when_read()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """`y` counts only when the question can have been read, and never where the number is typed."""
        return action != "confirm" or (self.armed and not self.large)

    def action_confirm(self) -> None:
        """Yes."""
        self.dismiss(True)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter says yes if the number is the right one."""
        event.stop()
        if self.armed and event.value.replace(",", "").strip() == str(self._customers):
            self.dismiss(True)
        elif event.value.strip():
            self._say_other(f"that is another number than {self._customers}")

    def on_input_changed(self) -> None:
        """What was said of the number before is said of it no more."""
        self._say_other("")

    def on_number_input_refused(self) -> None:
        """A letter is typed into no number: who goes on with what opened this is told what is asked."""
        self._say_no_answer()

    def on_key(self, event: Key) -> None:
        """Neither is any other key an answer, that which asked the least."""
        if event.is_printable and not self.large:
            self._say_no_answer()

    def _say_no_answer(self) -> None:
        if self.armed:
            self._say_other(f"Nothing is sent by that key. {self._yes}.")

    def _say_other(self, text: str) -> None:
        """Has a line only while there is something to say: an empty one would have to be scrolled to."""
        other = self.query_one("#other", TextLine)
        other.say(text)
        other.display = bool(text)
        if text:
            self.call_after_refresh(self.query_one("#frame", Vertical).scroll_end, animate=False)

    @property
    def _yes(self) -> str:
        return f"Type {self._customers} and Enter to commit" if self.large else "y commits"

    def say_armed(self) -> None:
        """Says how to say yes."""
        self.query_one("#way", TextBlock).say((f"{self._yes}, Esc {'to leave' if self.large else 'leaves'}.", "bold"))
        if self.large:
            field = self.query_one(NumberInput)
            field.disabled = False
            field.focus()
