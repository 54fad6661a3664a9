"""The keys of where you are: the way through the job first, then what every key does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.containers import Vertical, VerticalScroll

from screens.dialogs.dialog import Dialog
from screens.widgets.text_line import Part, TextBlock, TextLine

_KEYS: Final = 13
_SAYS: Final = 35
_PLACES: Final = {"grid": "The grid", "screen": "Every screen", "app": "Everywhere"}
"""What the first part of a key's id stands for; those of a screen and of a pane are called as they are."""


@dataclass(frozen=True, slots=True)
class Help:
    """A key, or several for the same; what it does; its id, by which it can be changed."""

    keys: str
    says: str
    id: str


def helps(active: Iterable[ActiveBinding], shown: Callable[[Binding], str], here: str) -> dict[str, list[Help]]:
    """The keys that work now by the place that they belong to: first those of the screen, whose ids begin with `here`.

    Textual's own keys (to change the focus, to copy selected text) have no id and are left out.
    """
    keys: dict[tuple[str, str], list[str]] = {}
    for one in active:
        if one.binding.id and one.binding.description and one.enabled and not one.binding.system:
            keys.setdefault((one.binding.id, one.binding.description), []).append(shown(one.binding))
    found: dict[str, list[Help]] = {here: []}
    for (id_, says), names in keys.items():
        found.setdefault(id_.partition(".")[0], []).append(Help(" ".join(dict.fromkeys(names)), says, id_))
    order = sorted(
        found,
        key=lambda place: (place != here, place in _PLACES, list(_PLACES).index(place) if place in _PLACES else 0),
    )
    return {_PLACES.get(place, place.capitalize()): found[place] for place in order if found[place]}


class KeysHelp(Dialog[None]):
    """Shows keys by places; `way` is how the job is done here, in a line or two."""

    DEFAULT_CSS = """
    KeysHelp > #frame { height: 90%; }
    KeysHelp #way { margin: 0 0 1 0; }
    KeysHelp #list { text-wrap: nowrap; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("q,question_mark", "leave", "Leave", id="keys.leave")]

    def __init__(self, keys: Mapping[str, Sequence[Help]], way: str = "") -> None:
        super().__init__()
        self._keys, self._way = keys, way

    def compose(self) -> ComposeResult:
        """One line for each."""
        with Vertical(id="frame"):
            yield TextLine("Keys", classes="title")
            with VerticalScroll():
                if self._way:
                    yield TextBlock(self._way, id="way")
                yield TextBlock(id="list")
            yield TextLine("arrows scroll, Esc leaves; app.json changes keys by the ids on the right", classes="quiet")

    def on_mount(self) -> None:
        """Paints them."""
        self.query_one("#list", TextBlock).say_lines(self._lines())
        self.query_one(VerticalScroll).focus()

    def _lines(self) -> list[tuple[Part, ...]]:
        lines: list[tuple[Part, ...]] = []
        for place, keys in self._keys.items():
            lines += [("",)] if lines else []
            lines.append(((place, "bold underline"),))
            lines += [((f"{one.keys:<{_KEYS}} ", "bold"), f"{one.says:<{_SAYS}} ", (one.id, "dim")) for one in keys]
        return lines
