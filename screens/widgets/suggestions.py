"""What could be typed into a field: a short list below it that narrows as one types and from which the arrows choose."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Final, overload

from rich.cells import cell_len
from textual import events
from textual.message import Message

from screens.lines import Part
from screens.widgets.text_line import TextBlock
from workbench.shown.text import fit, glimpse

_COMPARED: Final = 200
"""Characters of a suggestion that are compared with what is typed, and painted at most; what is taken is always the whole."""
Split = Callable[[str], tuple[str, str]]
"""Takes what is typed apart: what stays before a suggestion, and the part that a suggestion stands for."""
_GAP: Final = 2


@dataclass(frozen=True, slots=True)
class Suggested:
    """One suggestion: the `text` that it puts there, what is said beside it, and the name that is shown instead of the text."""

    text: str
    says: str = ""
    name: str = ""


class Offer(Sequence[Suggested]):
    """Suggestions that are made when they are looked at, for there may be thousands of which five are seen: their `texts` and
    `names`, and what is said beside the one at a place."""

    def __init__(self, texts: Sequence[str], names: Sequence[str], says: Callable[[int], str]) -> None:
        self.texts, self.names, self._says = texts, names, says

    def __len__(self) -> int:
        return len(self.texts)

    @overload
    def __getitem__(self, place: int) -> Suggested: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Suggested]: ...
    def __getitem__(self, place: int | slice) -> Suggested | Sequence[Suggested]:
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(len(self)))]
        return Suggested(self.texts[place], self._says(place), self.names[place])


def whole(value: str) -> tuple[str, str]:
    """A suggestion stands for all that is typed."""
    return "", value


def after_comma(value: str) -> tuple[str, str]:
    """A suggestion stands for what comes after the last comma."""
    kept, comma, part = value.rpartition(",")
    return (f"{kept}, " if comma else ""), part.strip()


def in_braces(value: str) -> tuple[str, str]:
    """A suggestion stands for what comes after a brace that is still open, or is added at the end."""
    kept, brace, part = value.rpartition("{")
    return (value, "") if not brace or "}" in part else (kept, brace + part)


class Suggestions(TextBlock):
    """Shows as many suggestions as it has lines, and how many there are below those. It takes no keys: its dialog hands them on
    with `walk`."""

    DEFAULT_CSS = (
        "Suggestions { height: 5; color: $text-muted; text-wrap: nowrap; text-overflow: ellipsis; padding: 0 1; }"
    )

    class Picked(Message):
        """A suggestion was clicked: `value` is what the field is to hold."""

        def __init__(self, value: str) -> None:
            super().__init__()
            self.value = value

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._all: Sequence[Suggested] = ()
        self._texts: list[str] = []
        """How the text of each begins; of thousands an object each would set the collector of rubbish to work."""
        self._names: list[str] = []
        self._found: list[int] = []
        self._split: Split = whole
        self._typed, self._kept = "", ""
        self._chosen = -1
        self._painted: list[int] = []
        """Which suggestion each line is of that is painted."""

    def offer(
        self, suggestions: Sequence[Suggested], typed: str, split: Split = whole, *, all_first: bool = False
    ) -> None:
        """Offers other suggestions for a field in which `typed` stands; `all_first`: all of them until more is typed."""
        self._all, self._split = suggestions, split
        texts, names = (
            (suggestions.texts, suggestions.names)
            if isinstance(suggestions, Offer)
            else ([one.text for one in suggestions], [one.name for one in suggestions])
        )
        self._texts, self._names = [_beginning(one) for one in texts], [_beginning(one) for one in names]
        self.narrow(typed, everything=all_first)

    def narrow(self, typed: str, *, everything: bool = False) -> None:
        """Shows those in which what is typed stands: first those that begin with it."""
        self._typed, self._chosen = typed, -1
        self._kept, part = self._split(typed)
        part = "" if everything else _beginning(part)
        self._kept = "" if everything else self._kept
        begins, inside = self._holding(part, str.startswith), self._holding(part, str.__contains__) if part else []
        self._found = list(dict.fromkeys([*begins, *inside]))
        self._paint()

    def _holding(self, part: str, test: Callable[[str, str], bool]) -> list[int]:
        """The places of those in whose text or name a part stands."""
        both = zip(self._texts, self._names, strict=True)
        return [place for place, (text, name) in enumerate(both) if test(text, part) or test(name, part)]

    def walk(self, step: int) -> str | None:
        """Chooses the next suggestion, or the previous: what the field is to hold. Before the first stands what was typed."""
        if not self._found:
            return None
        self._chosen = min(max(self._chosen + step, -1), len(self._found) - 1)
        self._paint()
        return self._value(self._chosen)

    def on_click(self, event: events.Click) -> None:
        """A click chooses too."""
        place = self._painted[event.y] if event.y < len(self._painted) else -1
        if place >= 0:
            self._chosen = place
            self._paint()
            self.post_message(self.Picked(self._value(place)))

    def on_resize(self) -> None:
        """Paints as many as there is room for."""
        self._paint()

    @property
    def _top(self) -> int:
        return max(self._chosen - self._rows + 1, 0)

    @property
    def _rows(self) -> int:
        """How many suggestions are shown: what is below them has a line of its own, and so has the rest of what is said of one."""
        lines = max(self.size.height, 1)
        lines = max(lines - len(self._told_on), 1)
        return lines - 1 if 1 < lines < len(self._found) else lines

    @property
    def _told(self) -> int:
        """The suggestion of which all is said, in several lines if need be: the chosen one, or the only one; else -1."""
        return 0 if len(self._found) == 1 else self._chosen

    @property
    def _told_on(self) -> list[str]:
        """What has no room in the line of that one, word by word; as much as there are lines for."""
        return (
            []
            if self._told < 0
            else wrap(self._all[self._found[self._told]].says[:_COMPARED], self._room)[1:][: self.size.height - 1]
        )

    @property
    def _width(self) -> int:
        """The width of the texts, of as many as there are lines."""
        lines = max(self.size.height, 1)
        top = max(self._chosen - lines + 1, 0)
        widest = max((cell_len(_shown(self._all[one])) for one in self._found[top : top + lines]), default=0)
        return min(widest, max(self.size.width - 24, 20))

    @property
    def _room(self) -> int:
        """The width of what is said beside them."""
        return max(self.size.width - self._width - _GAP, _GAP)

    def _value(self, place: int) -> str:
        return self._typed if place < 0 else self._kept + self._all[self._found[place]].text

    def _paint(self) -> None:
        shown = [self._all[one] for one in self._found[self._top : self._top + self._rows]]
        width, self._painted = self._width, []
        lines: list[tuple[Part, ...]] = []
        for place, one in enumerate(shown, self._top):
            style = "reverse" if place == self._chosen else "bold"
            more = self._told_on if place == self._told else []
            says = wrap(one.says[:_COMPARED], self._room)[0] if more else one.says
            lines.append(((fit(_shown(one), width), style), " " * _GAP, says))
            lines += [(" " * (width + _GAP), line) for line in more]
            self._painted += [place] * (1 + len(more))
        below = len(self._found) - self._top - len(shown)
        if below and self.size.height > 1:
            lines.append((f"{below:,} more below",))
        self.say_lines(lines)


def _beginning(text: str) -> str:
    return text[:_COMPARED].casefold()


def _shown(one: Suggested) -> str:
    """How a suggestion is written: by its name, and with its text if that is another."""
    text = glimpse(one.text, _COMPARED)
    return f"{glimpse(one.name, _COMPARED)}  {text}" if one.name and one.name != one.text else text
