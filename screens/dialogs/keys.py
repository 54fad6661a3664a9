"""The keys of where you are: the way through the job first, then what every key does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Input

from screens.dialogs.dialog import Dialog
from screens.lines import Part
from screens.widgets.line_input import LineInput
from screens.widgets.text_line import TextBlock, TextLine
from workbench.shown.text import count

_NEEDED: Final = "most needed"
_KEYS: Final = 9
_SAYS: Final = 37
_PLACES: Final = {"grid": "The grid", "screen": "Every screen", "app": "Everywhere"}
"""What the first part of a key's id stands for; those of a screen and of a pane are called as they are."""


@dataclass(frozen=True, slots=True)
class Help:
    """A key, or several for the same; what it does; its id, by which it can be changed."""

    keys: str
    says: str
    id: str


def helps(
    active: Iterable[ActiveBinding], shown: Callable[[Binding], str], here: str, *, first: bool = False
) -> dict[str, list[Help]]:
    """The keys that work now: those most needed, which the line at the bottom names too; then the others by the place that they
    belong to, first those of the screen, whose ids begin with `here` (`first`: before all others, as those of a pane).

    Textual's own keys (to change the focus, to copy selected text) have no id and are left out.
    """
    keys: dict[tuple[str, str], list[str]] = {}
    needed: set[str] = set()
    for one in active:
        binding = one.binding
        if binding.id and binding.description and one.enabled and not binding.system:
            keys.setdefault((binding.id, binding.description), []).append(shown(binding))
            needed |= {binding.id} if binding.show else set()
    found: dict[str, list[Help]] = {_NEEDED: [], here: []}
    for (id_, says), names in keys.items():
        place = _NEEDED if id_ in needed else id_.partition(".")[0]
        found.setdefault(place, []).append(Help(" ".join(dict.fromkeys(names)), says, id_))
    start = (here, _NEEDED) if first else (_NEEDED, here)
    order = [*start, *(place for place in found if place not in (*start, *_PLACES)), *_PLACES]
    return {_PLACES.get(place, place.capitalize()): found[place] for place in order if found.get(place)}


class KeysHelp(Dialog[None]):
    """Shows keys by places; `way` is how the job is done here, in a line or two."""

    AUTO_FOCUS = ""
    DEFAULT_CSS = """
    KeysHelp > #frame { height: 90%; }
    KeysHelp #way { margin: 0 0 1 0; }
    KeysHelp VerticalScroll { scrollbar-size-vertical: 1; }
    KeysHelp LineInput { display: none; }
    KeysHelp.-typing LineInput { display: block; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,question_mark", "leave", "Leave", id="keys.leave"),
        Binding("slash", "find", "Find a key", show=False, id="keys.find"),
        Binding("i", "ids", "Ids of keys", show=False, id="keys.ids"),
        Binding("down,j", "scroll(1)", "Down", show=False, id="keys.down"),
        Binding("up,k", "scroll(-1)", "Up", show=False, id="keys.up"),
        Binding("pagedown,space", "scroll(8)", "Page down", show=False, id="keys.page_down"),
        Binding("pageup", "scroll(-8)", "Page up", show=False, id="keys.page_up"),
    ]

    def __init__(self, keys: Mapping[str, Sequence[Help]], way: str = "") -> None:
        super().__init__()
        self._keys, self._way = keys, way
        self._with_ids = False

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
        """Paints them."""
        scroll = self.query_one(VerticalScroll)
        self.watch(scroll, "scroll_y", self._say_more, init=False)
        self.watch(scroll, "virtual_size", self._say_more, init=False)
        self._list("")

    def on_resize(self) -> None:
        """More of them, or fewer, are seen; and ids stand beside or below."""
        self._list(self.query_one(LineInput).value, top=False)
        self.call_after_refresh(self._say_more)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Shows those that the text is a part of."""
        event.stop()
        self._list(event.value)

    def action_find(self) -> None:
        """Narrows by what is typed."""
        self.add_class("-typing")
        self.query_one(LineInput).focus()

    def action_ids(self) -> None:
        """Shows by which id each key can be changed in `app.json`, or no more."""
        self._with_ids = not self._with_ids
        self._list(self.query_one(LineInput).value, top=False)

    def action_scroll(self, lines: int) -> None:
        """So many lines down."""
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)

    def action_leave(self) -> None:
        """Leaves the text that narrows, else the dialog."""
        if not self.has_class("-typing"):
            self.dismiss(None)
            return
        self.remove_class("-typing")
        self.set_focus(None)
        self.query_one(LineInput).value = ""

    def _list(self, part: str, *, top: bool = True) -> None:
        self.query_one("#way").display = bool(self._way) and not part
        self.query_one("#list", TextBlock).say_lines(self._lines(part.strip().casefold()))
        if top:
            self.query_one(VerticalScroll).scroll_home(animate=False)
        self._say_more()

    def _say_more(self) -> None:
        scroll = self.query_one(VerticalScroll)
        below = round(scroll.max_scroll_y - scroll.scroll_y)
        goes_on = f"{count(below, 'line')} below: ↓, PgDn" if below > 0 else "that is all"
        ids = "i hides the ids" if self._with_ids else "i ids"
        finds = "Esc shows all" if self.has_class("-typing") else f"/ finds a key  {ids}  Esc leaves"
        self.query_one("#more", TextLine).say((goes_on, "bold"), f"  {finds}")

    def _lines(self, part: str) -> list[tuple[Part, ...]]:
        lines: list[tuple[Part, ...]] = []
        for place, keys in self._keys.items():
            found = [one for one in keys if part in f"{one.keys} {one.says} {one.id}".casefold()]
            lines += [("",)] if lines and found else []
            lines += [((place, "bold underline"),)] if found else []
            for one in found:
                lines += self._told(one)
        return lines or [("no key here does that; ctrl+p finds commands",)]

    def _told(self, one: Help) -> list[tuple[Part, ...]]:
        """The line of a key; its id, if that is to be seen, at the end of it, or below where there is no room for that."""
        key: Part = (f"{one.keys:<{_KEYS}} ", "bold")
        if not self._with_ids:
            return [(key, one.says)]
        room = self.query_one(VerticalScroll).scrollable_content_region.width - _KEYS - 1
        if max(_SAYS, len(one.says)) + 1 + len(one.id) <= room:
            return [(key, f"{one.says:<{_SAYS}} ", (one.id, "dim"))]
        return [(key, one.says), (" " * (_KEYS + 1), (one.id, "dim"))]
