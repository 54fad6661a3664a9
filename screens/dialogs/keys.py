"""The keys of where you are: the way through the job first, then what every key does, and what the signs mean."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.geometry import Region
from textual.widgets import Input

from screens.dialogs.reading import Reading
from screens.lines import Part
from screens.signs import Sign
from screens.widgets.reading_pane import page
from screens.widgets.text_line import TextBlock, TextLine
from workbench.shown.text import breadth, safe

_NEEDED: Final = "most needed"
_SIGNS: Final = "Signs"
_KEYS: Final = 9
_SAYS: Final = 37
_ALSO: Final = frozenset({"app.quit", "browse.go_to_column", "browse.peel", "grid.bring_back"})
"""Keys that are needed though the line at the bottom has no room for them: how to leave, how to come to what is out of sight, how
marks go and come back."""
_PLACES: Final = {"grid": "The grid", "screen": "Every screen", "app": "Everywhere"}
"""What the first part of a key's id stands for; those of a screen and of a pane are called as they are."""


@dataclass(frozen=True, slots=True)
class Help:
    """A key, or several for the same; what it does; its id, by which it can be changed; and the first of the keys as it is typed.
    Without one it is a sign, and what that means."""

    keys: str
    says: str
    id: str
    press: str = ""


def helps(
    active: Iterable[ActiveBinding],
    shown: Callable[[Binding], str],
    here: str,
    *,
    first: bool = False,
    signs: Sequence[Sign] = (),
) -> dict[str, list[Help]]:
    """The keys that work now: those most needed, which the line at the bottom names too, and what the `signs` of the place mean;
    then the others by the place that they belong to, first those of the screen, whose ids begin with `here` (`first`: before all
    others, as those of a pane).

    Textual's own keys (to change the focus, to copy selected text) have no id and are left out.
    """
    keys: dict[tuple[str, str], list[Binding]] = {}
    needed: set[str] = set()
    for one in active:
        binding = one.binding
        if binding.id and binding.description and one.enabled and not binding.system:
            keys.setdefault((binding.id, binding.description), []).append(binding)
            needed |= {binding.id} if binding.show else set()
    said = {says for id_, says in keys if id_ in needed}
    needed |= {id_ for id_, says in keys if id_ in _ALSO and says not in said}
    found: dict[str, list[Help]] = {_NEEDED: [], here: [], _SIGNS: [Help(sign, means, "") for sign, means in signs]}
    for (id_, says), bound in keys.items():
        place = _NEEDED if id_ in needed else id_.partition(".")[0]
        names = dict.fromkeys(map(shown, bound))
        found.setdefault(place, []).append(Help(" ".join(names), says, id_, bound[0].key))
    start = (here, _NEEDED, _SIGNS) if first else (_NEEDED, _SIGNS, here)
    order = [*start, *(place for place in found if place not in (*start, *_PLACES)), *_PLACES]
    return {_PLACES.get(place, place.capitalize()): found[place] for place in order if found.get(place)}


class KeysHelp(Reading[str]):
    """Shows keys by places; `way` is how the job is done here, in a line or two. Answers the key of the line on which Enter was
    pressed: it is to act as if it had been typed."""

    PART = "a part of a key or of what it does"
    DEFAULT_CSS = "KeysHelp #way { margin: 0 0 1 0; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark,f1", "leave", "Leave", show=False, id="keys.leave"),
        Binding("enter", "press", "Do it", show=False, id="keys.press"),
        Binding("i", "ids", "Ids of keys", show=False, id="keys.ids"),
    ]

    def __init__(self, keys: Mapping[str, Sequence[Help]], way: str = "") -> None:
        super().__init__("Keys")
        self.add_class("-whole")
        self._keys, self._way = keys, way
        self._with_ids = False
        self._places: list[tuple[int, int, Help]] = []
        self._here = 0

    def before(self) -> ComposeResult:
        """How the job is done."""
        yield TextBlock(self._way, id="way")

    def told(self, part: str) -> list[tuple[Part, ...]]:
        """One line for each, or two; that of the cursor reversed."""
        lines = self._lay_out(part) or [("no key here does that; ctrl+p finds commands",)]
        self._here = max(min(self._here, len(self._places) - 1), 0)
        if self._places:
            first, many, _ = self._places[self._here]
            lines[first : first + many] = [_reversed(line, self.room) for line in lines[first : first + many]]
        return lines

    def narrowed(self) -> None:
        """The cursor is on the first that is found."""
        self._here = 0
        super().narrowed()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter does what the line says, also while one is looked for."""
        event.stop()
        self.action_press()

    def action_find(self) -> None:
        """Narrows by what is typed."""
        super().action_find()
        self.say_more()

    def action_ids(self) -> None:
        """Shows by which id each key can be changed in `app.json`, or no more."""
        self._with_ids = not self._with_ids
        self.paint()
        self.say_more()

    def action_press(self) -> None:
        """Leaves and answers the key of this line; a sign is only read."""
        if self._places and self._places[self._here][2].press:
            self.dismiss(self._places[self._here][2].press)

    def action_move(self, lines: int) -> None:
        """To the next key; from the first one up to how the job is done."""
        self._go(self._here + lines)

    def action_page(self, pages: int) -> None:
        """A page down, or up: a line of the one before stays in sight, and the cursor where it was in it."""
        if not self._places:
            return
        scroll, above, lines = self.scroll, self._above, page(self.scroll)
        top = max(min(scroll.scroll_y + lines * pages, scroll.max_scroll_y), 0)
        if top in (0, scroll.max_scroll_y):
            self._go(0 if pages < 0 else len(self._places) - 1)
            return
        wanted = self._places[self._here][0] + lines * pages
        seen = [
            place for place, (line, many, _) in enumerate(self._places) if top <= above + line <= top + lines - many
        ]
        self._here = min(seen, key=lambda place: abs(self._places[place][0] - wanted), default=self._here)
        self.paint()
        scroll.scroll_to(y=top, animate=False)

    def action_edge(self, edge: int) -> None:
        """To the first key, or (-1) the last."""
        self._go(edge % max(len(self._places), 1))

    def action_leave(self) -> None:
        """Leaves the text that narrows, else the dialog."""
        super().action_leave()
        self.say_more()

    @property
    def _above(self) -> int:
        """So many lines stand before those of the keys."""
        return self.query_one("#list").virtual_region.y

    def _go(self, place: int) -> None:
        """Puts the cursor on a key and keeps it in sight; on the first one with all that stands before it, on the last with what
        follows."""
        scroll = self.scroll
        self._here = max(min(place, len(self._places) - 1), 0)
        self.paint()
        if self._here == 0:
            scroll.scroll_home(animate=False)
        elif self._here == len(self._places) - 1:
            scroll.scroll_end(animate=False)
        else:
            first, lines, _ = self._places[self._here]
            scroll.scroll_to_region(Region(0, self._above + first, 1, lines), animate=False)

    def paint(self) -> None:
        """Shows the lines anew; how the job is done only before all of them."""
        self.query_one("#way").display = bool(self._way) and not self.part
        super().paint()

    def say_more(self) -> None:
        """Says how much is above and below, and which keys work here."""
        super().say_more()
        if self.gone:
            return
        ids = "i hides the ids" if self._with_ids else "i ids" if self.has_class("-roomy") else ""
        finds = ("Esc shows all",) if self.has_class("-typing") else ("/ finds a key", ids, "Esc leaves")
        self.query_one("#said", TextLine).say("   ".join(filter(None, ("⏎ does it", *finds))))

    def _lay_out(self, part: str) -> list[tuple[Part, ...]]:
        """The lines of what `part` is found in; remembers where those of each key stand."""
        self._places, lines = [], list[tuple[Part, ...]]()
        for place, keys in self._keys.items():
            found = [one for one in keys if part in f"{one.keys} {one.says} {one.id}".casefold()]
            lines += [("",)] if lines and found else []
            lines += [((place, "bold underline"),)] if found else []
            for one in found:
                told = self._told(one)
                self._places.append((len(lines), len(told), one))
                lines += told
        return lines

    def _told(self, one: Help) -> list[tuple[Part, ...]]:
        """The lines of a key; its id, if that is to be seen, at the end of it, or below where there is no room for that."""
        key: Part = (f"{one.keys:<{_KEYS}} ", "bold")
        room = self.room - _KEYS - 1
        if self._with_ids and one.id and max(_SAYS, len(one.says)) + 1 + len(one.id) <= room:
            return [(key, f"{one.says:<{_SAYS}} ", (one.id, "dim"))]
        indent = " " * (_KEYS + 1)
        says = wrap(one.says, room) if room > 0 and not one.press else [one.says]
        lines: list[tuple[Part, ...]] = [(key, says[0] if says else ""), *((indent, more) for more in says[1:])]
        return [*lines, (indent, (one.id, "dim"))] if self._with_ids and one.id else lines


def _reversed(line: tuple[Part, ...], width: int) -> tuple[Part, ...]:
    """A line as that of the cursor, from edge to edge."""
    told = [(part, "") if isinstance(part, str) else part for part in line]
    rest = width - sum(breadth(safe(text)) for text, _ in told)
    return (*((text, f"{style} reverse".strip()) for text, style in told), (" " * max(rest, 0), "reverse"))
