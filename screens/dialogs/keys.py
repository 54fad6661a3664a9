"""The keys of where you are: the way through the job first, then what every key does, and what the signs mean."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.geometry import Region
from textual.widgets import Input

from screens.dialogs.dialog import Dialog
from screens.lines import Part
from screens.signs import Sign
from screens.widgets.line_input import LineInput
from screens.widgets.text_line import TextBlock, TextLine
from workbench.shown.text import breadth, count, safe

_NEEDED: Final = "most needed"
_SIGNS: Final = "Signs"
_KEYS: Final = 9
_SAYS: Final = 37
_ALSO: Final = frozenset({"app.quit", "browse.go_to_column"})
"""Keys that are needed though the line at the bottom has no room for them: how to leave, how to come to what is out of sight."""
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


class KeysHelp(Dialog[str]):
    """Shows keys by places; `way` is how the job is done here, in a line or two. Answers the key of the line on which Enter was
    pressed: it is to act as if it had been typed."""

    AUTO_FOCUS = ""
    DEFAULT_CSS = """
    KeysHelp > #frame { height: 90%; }
    KeysHelp #way { margin: 0 0 1 0; }
    KeysHelp VerticalScroll { scrollbar-size-vertical: 1; scrollbar-gutter: stable; }
    KeysHelp LineInput { display: none; }
    KeysHelp.-typing LineInput { display: block; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,question_mark", "leave", "Leave", id="keys.leave"),
        Binding("enter", "press", "Do it", show=False, id="keys.press"),
        Binding("slash", "find", "Find a key", show=False, id="keys.find"),
        Binding("i", "ids", "Ids of keys", show=False, id="keys.ids"),
        Binding("down,j", "move(1)", "Down", show=False, id="keys.down"),
        Binding("up,k", "move(-1)", "Up", show=False, id="keys.up"),
        Binding("pagedown,space", "page(1)", "Page down", show=False, id="keys.page_down"),
        Binding("pageup", "page(-1)", "Page up", show=False, id="keys.page_up"),
        Binding("home,g,ctrl+home", "edge(0)", "First", show=False, id="keys.first"),
        Binding("end,G,ctrl+end", "edge(-1)", "Last", show=False, id="keys.last"),
    ]

    def __init__(self, keys: Mapping[str, Sequence[Help]], way: str = "") -> None:
        super().__init__()
        self._keys, self._way = keys, way
        self._with_ids = False
        self._lines: list[tuple[Part, ...]] = []
        self._places: list[tuple[int, int, Help]] = []
        self._here = 0

    def compose(self) -> ComposeResult:
        """One line for each."""
        with Vertical(id="frame"):
            yield TextLine("Keys", classes="title")
            yield LineInput(placeholder="a part of a key or of what it does", id="part")
            with VerticalScroll(can_focus=False):
                yield TextBlock(self._way, id="way")
                yield TextBlock(id="list")
            yield TextLine(id="more", classes="quiet")

    def on_mount(self) -> None:
        """Says how many are below. They are painted when it is known how wide."""
        scroll = self._scroll
        self.watch(scroll, "scroll_y", self._say_more, init=False)
        self.watch(scroll, "virtual_size", self._say_more, init=False)

    def on_resize(self) -> None:
        """More of them, or fewer, are seen; and ids stand beside or below."""
        self._list(self.query_one(LineInput).value, top=False)
        self.call_after_refresh(self._say_more)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Shows those that the text is a part of."""
        event.stop()
        self._list(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter does what the line says, also while one is looked for."""
        event.stop()
        self.action_press()

    def action_find(self) -> None:
        """Narrows by what is typed."""
        self.add_class("-typing")
        self.query_one(LineInput).focus()

    def action_ids(self) -> None:
        """Shows by which id each key can be changed in `app.json`, or no more."""
        self._with_ids = not self._with_ids
        self._list(self.query_one(LineInput).value, top=False)

    def action_press(self) -> None:
        """Leaves and answers the key of this line; a sign is only read."""
        if self._places and self._places[self._here][2].press:
            self.dismiss(self._places[self._here][2].press)

    def action_move(self, step: int) -> None:
        """To the next key; from the first one up to how the job is done."""
        self._go(self._here + step)

    def action_page(self, pages: int) -> None:
        """A page down, or up: a line of the one before stays in sight, and the cursor where it was in it."""
        if not self._places:
            return
        scroll, above = self._scroll, self._above
        page = max(scroll.size.height - 1, 1) * pages
        top = max(min(scroll.scroll_y + page, scroll.max_scroll_y), 0)
        if top in (0, scroll.max_scroll_y):
            self._go(0 if pages < 0 else len(self._places) - 1)
            return
        wanted = self._places[self._here][0] + page
        seen = [
            place for place, (line, many, _) in enumerate(self._places) if top <= above + line <= top + abs(page) - many
        ]
        self._here = min(seen, key=lambda place: abs(self._places[place][0] - wanted), default=self._here)
        self._paint()
        scroll.scroll_to(y=top, animate=False)

    def action_edge(self, place: int) -> None:
        """To the first key, or the last."""
        self._go(place % max(len(self._places), 1))

    def action_leave(self) -> None:
        """Leaves the text that narrows, else the dialog."""
        if not self.has_class("-typing"):
            self.dismiss(None)
            return
        self.remove_class("-typing")
        self.set_focus(None)
        self.query_one(LineInput).value = ""

    @property
    def _scroll(self) -> VerticalScroll:
        return self.query_one(VerticalScroll)

    @property
    def _above(self) -> int:
        """So many lines stand before those of the keys."""
        return self.query_one("#list").virtual_region.y

    def _go(self, place: int) -> None:
        """Puts the cursor on a key and keeps it in sight; on the first one with all that stands before it, on the last with what
        follows."""
        scroll = self._scroll
        self._here = max(min(place, len(self._places) - 1), 0)
        self._paint()
        if self._here == 0:
            scroll.scroll_home(animate=False)
        elif self._here == len(self._places) - 1:
            scroll.scroll_end(animate=False)
        else:
            first, lines, _ = self._places[self._here]
            scroll.scroll_to_region(Region(0, self._above + first, 1, lines), animate=False)

    def _list(self, part: str, *, top: bool = True) -> None:
        self.query_one("#way").display = bool(self._way) and not part
        self._lay_out(part.strip().casefold())
        self._here = 0 if top else max(min(self._here, len(self._places) - 1), 0)
        self._paint()
        if top:
            self._scroll.scroll_home(animate=False)
        self._say_more()

    def _paint(self) -> None:
        """The lines, that of the cursor reversed."""
        lines = list(self._lines)
        if self._places:
            first, many, _ = self._places[self._here]
            width = self._scroll.scrollable_content_region.width
            lines[first : first + many] = [_reversed(line, width) for line in lines[first : first + many]]
        self.query_one("#list", TextBlock).say_lines(lines)

    def _say_more(self) -> None:
        scroll = self._scroll
        below = round(scroll.max_scroll_y - scroll.scroll_y)
        goes_on = f"{count(below, 'line')} below" if below > 0 else "that is all"
        ids = "i hides the ids" if self._with_ids else "i ids" if self.has_class("-roomy") else ""
        finds = (
            "Esc shows all"
            if self.has_class("-typing")
            else "  ".join(filter(None, ("/ finds a key", ids, "Esc leaves")))
        )
        self.query_one("#more", TextLine).say((goes_on, "bold"), f"  ⏎ does it  {finds}")

    def _lay_out(self, part: str) -> None:
        """The lines of what `part` is found in, and where those of each key stand."""
        self._lines, self._places = [], []
        for place, keys in self._keys.items():
            found = [one for one in keys if part in f"{one.keys} {one.says} {one.id}".casefold()]
            self._lines += [("",)] if self._lines and found else []
            self._lines += [((place, "bold underline"),)] if found else []
            for one in found:
                told = self._told(one)
                self._places.append((len(self._lines), len(told), one))
                self._lines += told
        if not self._lines:
            self._lines = [("no key here does that; ctrl+p finds commands",)]

    def _told(self, one: Help) -> list[tuple[Part, ...]]:
        """The lines of a key; its id, if that is to be seen, at the end of it, or below where there is no room for that."""
        key: Part = (f"{one.keys:<{_KEYS}} ", "bold")
        room = self._scroll.scrollable_content_region.width - _KEYS - 1
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
