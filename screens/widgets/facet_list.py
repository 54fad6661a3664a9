"""The lines of the panel of facets: values with how often each is there, painted line by line."""

from __future__ import annotations

from typing import Any, ClassVar, Final

import polars as pl
from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from workbench.shown.text import fit, isolated, revealed

PICKED: Final = "●"
EXCLUDED: Final = "−"
INVALID: Final = "!"
_BAR: Final = 10
"""Cells of a bar, where there is room for one."""
_ROOMY: Final = 40
_EIGHTHS: Final = " ▏▎▍▌▋▊▉█"


class FacetList(ScrollView, can_focus=True):
    """Lines of `value`, `label` and `count`; `picked` and `excluded` have a sign, and so have those that are `invalid`.
    Only what is seen is asked for."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"facets--{state}" for state in ("cursor", "picked", "excluded", "quiet")}
    DEFAULT_CSS = """
    FacetList { background: $surface; color: $foreground; overflow-x: hidden; overflow-y: auto; scrollbar-size: 1 1; }
    FacetList > .facets--cursor { background: $surface-lighten-2; text-style: underline; }
    FacetList:focus > .facets--cursor { text-style: reverse; }
    FacetList > .facets--picked { color: $text-success; text-style: bold; }
    FacetList > .facets--excluded { color: $text-error; text-style: bold; }
    FacetList > .facets--quiet { text-style: dim; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False, id="facets.up"),
        Binding("down,j", "move(1)", "Down", show=False, id="facets.down"),
        Binding("pageup,ctrl+u", "page(-1)", "Page up", show=False, id="facets.page_up"),
        Binding("pagedown,ctrl+d", "page(1)", "Page down", show=False, id="facets.page_down"),
        Binding("g,home", "edge(True)", "First", show=False, id="facets.first"),
        Binding("G,end", "edge(False)", "Last", show=False, id="facets.last"),
    ]

    cursor: reactive[int] = reactive(0, init=False)

    class Twice(Message):
        """A line was clicked twice."""

    def __init__(self) -> None:
        super().__init__()
        self.lines = pl.DataFrame(schema={"value": pl.String(), "count": pl.UInt32(), "label": pl.String()})
        self.empty = ""
        self.picked: frozenset[Any] = frozenset()
        self.excluded: frozenset[Any] = frozenset()
        self._total = 0
        self._most = 1
        self._page: tuple[int, list[tuple[Any, ...]]] = (0, [])

    def show(self, lines: pl.DataFrame, total: int, *, from_first: bool = False) -> None:
        """Shows these lines, whose shares are of `total` (0: no shares); the cursor stays at its value, or goes to the first."""
        here, had = self.value, self.cursor < self.lines.height
        self.lines, self._total, self._page = lines, total, (0, [])
        self._most = max(lines["count"].max() or 1, 1)  # type: ignore[assignment]
        place = 0 if from_first else lines["value"].index_of(here) if had and lines.height else None
        self.virtual_size = Size(0, lines.height)
        self.set_reactive(FacetList.cursor, place if place is not None else max(min(self.cursor, lines.height - 1), 0))
        self._follow()
        self.refresh()

    def clear(self) -> None:
        """Shows nothing until there is something."""
        self.empty = ""
        self.show(self.lines.clear(), 0)

    def mark(self, picked: frozenset[Any], excluded: frozenset[Any]) -> None:
        """Gives values their signs."""
        self.picked, self.excluded = picked, excluded
        self.refresh()

    @property
    def value(self) -> Any:
        """The value under the cursor; None for the empty one, and without lines."""
        return self.lines["value"][self.cursor] if self.cursor < self.lines.height else None

    def render_line(self, y: int) -> Strip:
        """One value."""
        width, position = self.scrollable_content_region.width, self.scroll_offset.y + y
        if position >= self.lines.height:
            text = f"  {self.empty}" if y == 0 else ""
            return Strip([Segment(fit(text, width), self._look("quiet") if text else self.rich_style)], width)
        value, count, label, *invalid = self._line(position)
        states = ["cursor"] if position == self.cursor else []
        sign = PICKED if value in self.picked else EXCLUDED if value in self.excluded else " "
        states += {PICKED: ["picked"], EXCLUDED: ["excluded"]}.get(sign, ["quiet"] if value is None else [])
        right = self._figures(count, width)
        room = max(width - 2 - len(right), 0)
        text = label if value is None else revealed(label[: 4 * room + 8])
        wrong = INVALID if any(invalid) else " "
        return Strip([Segment(f"{sign}{wrong}{isolated(fit(text, room))}{right}", self._look(*states))], width)

    def action_move(self, step: int) -> None:
        """One line up or down."""
        self.cursor = max(min(self.cursor + step, self.lines.height - 1), 0)

    def action_page(self, pages: int) -> None:
        """A page up or down."""
        self.action_move(pages * max(self.scrollable_content_region.height, 1))

    def action_edge(self, first: bool) -> None:
        """To the first line, or the last."""
        self.action_move(-self.lines.height if first else self.lines.height)

    def on_click(self, event: events.Click) -> None:
        """Puts the cursor there; a second click is told."""
        self.action_move(self.scroll_offset.y + event.y - self.cursor)
        if event.chain == 2:
            self.post_message(self.Twice())

    def on_resize(self) -> None:
        """Keeps the cursor in sight."""
        self._follow()

    def watch_cursor(self, old: int, new: int) -> None:
        """Paints the two lines."""
        self._follow()
        for position in (old, new):
            self.refresh(Region(0, position - self.scroll_offset.y, self.size.width, 1))

    @property
    def _columns(self) -> tuple[str, ...]:
        """What is read of the lines; those of the list of fields are never invalid."""
        return (
            ("value", "count", "label", "invalid") if "invalid" in self.lines.columns else ("value", "count", "label")
        )

    def _line(self, position: int) -> tuple[Any, ...]:
        """A line, from the page around it: polars is asked once for all that is seen, and waits for no search."""
        start, page = self._page
        if not start <= position < start + len(page):
            start = max(position - self.size.height, 0)
            columns = [self.lines[name].slice(start, 3 * self.size.height + 1) for name in self._columns]
            page = list(zip(*(column.to_list() for column in columns), strict=True))
            self._page = start, page
        return page[position - start]

    def _figures(self, count: int, width: int) -> str:
        """How often, the share, and a bar of it if the list is wide: at the right edge."""
        text = f" {count:>{len(f'{self._most:,}')},}"
        if not self._total:
            return text
        share = count / self._total
        said = "<1%" if 0 < share < 0.005 else f"{share:.0%}"
        bar = f" {_bar(count / self._most)}" if width >= _ROOMY else ""
        return f"{text} {said:>4}{bar}"

    def _follow(self) -> None:
        top, height = self.scroll_offset.y, max(self.scrollable_content_region.height, 1)
        wanted = self.cursor if self.cursor < top else max(top, self.cursor - height + 1)
        if wanted != top:
            self.scroll_to(0, wanted, animate=False, force=True)

    def _look(self, *states: str) -> Any:
        style = self.rich_style
        for state in states:
            style += self.get_component_rich_style(f"facets--{state}", partial=True)
        return style


def _bar(share: float) -> str:
    """A bar of `_BAR` cells, in eighths of one."""
    eighths = round(share * _BAR * 8)
    return ("█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()).ljust(_BAR)
