"""A grid painted line by line: what can be seen of a million rows, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Mapping, Sequence
from math import ceil
from textwrap import wrap
from typing import ClassVar, Final, NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBar
from textual.strip import Strip

from screens.widgets.grid_page import Cursor, Known, Page, body, first_page, heading
from screens.widgets.grid_paint import Signs, arrow, counted
from workbench.shown.arrangement import Arrangement
from workbench.shown.cells import GridRows
from workbench.shown.layout import Layout, laid_out, measured
from workbench.shown.marks import Marks
from workbench.shown.text import fit, safe

_STATES: Final = (
    "header",
    "row",
    "pinned",
    "fixed",
    "marked",
    "range",
    "staged",
    "invalid",
    "problem",
    "held",
    "before",
    "cursor",
    "here",
)


_KEPT: Final = 300
"""So many rows and lines are kept: more than a few screens of them."""


class Made(NamedTuple):
    """What a painted line depends on, beside what the rows hold and how the columns stand: where it is, how far it is scrolled, how
    wide it is, its states, and the column of the cursor if that is on it."""

    position: int
    left: int
    width: int
    states: tuple[str, ...]
    column: int | None


class PaintedGrid(ScrollView):
    """Paints `rows`, arranged in columns, with the cursor, a range and `marks`.

    What the headings say beside the labels is the caller's to set, and `repaint` to be called then: `sort` (columns by name,
    and whether each descends), the columns that are `filtered`, how many cells of which are `invalid`, how many `problems` each
    has (as of before the last change, if they were `counted_before`). So is `held`, which tells
    of the rows at the positions from one to another (exclusive) which numbers are on hold; it is asked once for a page.
    """

    ALLOW_SELECT = False
    FILLS: ClassVar[bool] = True
    """Whether columns whose texts are cut get the room that is left beside them."""
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"grid--{state}" for state in _STATES}
    DEFAULT_CSS = """
    PaintedGrid { background: $surface; color: $foreground; overflow: auto; scrollbar-size: 1 1; }
    PaintedGrid > .grid--header { background: $panel; text-style: bold; }
    PaintedGrid > .grid--here { text-style: bold underline; }
    PaintedGrid > .grid--row { background: $surface-lighten-2; }
    PaintedGrid > .grid--pinned { text-style: bold; }
    PaintedGrid > .grid--fixed { text-style: dim; }
    PaintedGrid > .grid--marked { color: $text-accent; }
    PaintedGrid > .grid--range { background: $accent-muted; }
    PaintedGrid > .grid--staged { color: $text-success; text-style: bold; }
    PaintedGrid > .grid--invalid { color: $text-error; text-style: bold; }
    PaintedGrid > .grid--problem { color: $text-warning; }
    PaintedGrid > .grid--held { color: $text-warning; text-style: bold; }
    PaintedGrid > .grid--before { text-style: dim strike; }
    PaintedGrid > .grid--cursor { text-style: underline; }
    PaintedGrid:focus > .grid--cursor { text-style: reverse; }
    """

    cursor: reactive[Cursor] = reactive(Cursor(), init=False, repaint=False)
    range_from: reactive[int | None] = reactive(None, init=False, repaint=False)
    """The position where a range began, or None."""
    empty: reactive[str] = reactive("nothing here", init=False)
    """What stands in the place of rows where there are none."""

    def __init__(
        self,
        rows: GridRows,
        *,
        pinned: int = 1,
        arrangement: Arrangement | None = None,
        yields: Collection[str] = (),
        id: str | None = None,
    ) -> None:
        """`yields` names columns that become narrower, the widest first, where one up to the last of them would not be seen."""
        super().__init__(id=id)
        self._pinned, self._yields = pinned, yields
        self._looks: dict[tuple[str, ...], Style] = {}
        self._known: dict[int, Known] = {}
        self._places: tuple[int, ...] = ()
        self._lines_made: dict[Made, Strip] = {}
        self.held: Callable[[int, int], Container[int]] = lambda start, stop: ()
        self.within: Callable[[int, int], Container[int]] = lambda start, stop: ()
        self.marks = Marks()
        self.sort: Sequence[tuple[str, bool]] = ()
        self.filtered: Collection[str] = ()
        self.invalid: Mapping[str, int] = {}
        self.problems: Mapping[str, int] = {}
        self.counted_before = False
        self.in_sight = ""
        # on a row that is not the first: it may be painted before it hears of its size, and scrolls
        self._begins = False
        self.rows = rows
        self.arrangement = arrangement or Arrangement.of([column.name for column in rows.columns], pinned)
        self._fits = measured(rows)
        self.arranged: Layout = laid_out(rows.columns, self.arrangement, self._fits)

    def on_mount(self) -> None:
        """Makes room for the rows."""
        self._resize()

    def on_resize(self) -> None:
        """Keeps the cursor in sight when the terminal changes its size; the first time, where it begins is in the middle."""
        self._lay_out()
        if self._begins:
            page, self._begins = self._page(), False
            self.scroll_to(page.left, page.top, animate=False, force=True)
        self._follow()

    def notify_style_update(self) -> None:
        """Forgets the looks of the theme that was."""
        self._looks.clear()
        self._lines_made.clear()
        super().notify_style_update()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Paints the lines again, but the bar beside them only when its thumb stands elsewhere, which it seldom does among many
        rows: it is as dear as all of them."""
        bar = self.vertical_scrollbar
        if thumb(bar, new_value) == thumb(bar, bar.position):
            bar.set_reactive(ScrollBar.position, new_value)
        super().watch_scroll_y(old_value, new_value)

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines as they are made, with what the app does to all of them (no colours, say): a grid has no border and no padding
        of which more would have to be made for each line each time."""
        if self.styles.gutter.totals != (0, 0) or self.opacity != 1 or self.styles.tint.a:
            return super().render_lines(crop)
        (_, background), width = self.background_colors, self.region.width
        page, look = self._page(), self._look()
        lines = [self._line_at(y, page).adjust_cell_length(width, look) for y in crop.line_range]
        for one in self.get_line_filters():
            lines = [strip.apply_filter(one, background) for strip in lines]
        first, last = crop.column_span
        return lines if (first, last) == (0, width) else [strip.crop(first, last) for strip in lines]

    def render_line(self, y: int) -> Strip:
        """One line: the heading, then the rows."""
        return self._line_at(y, self._page())

    def _page(self) -> Page:
        """Asked once for all lines: Textual finds out anew each time."""
        width, (left, top), layout = self.scrollable_content_region.width, self.scroll_offset, self.arranged
        if self._begins:
            return first_page(layout, self.cursor, self.rows.height, width, self._lines)
        return Page(layout, width, left, top, layout.seen(left, width), self.cursor, self.spanned)

    def _line_at(self, y: int, page: Page) -> Strip:
        width = page.width
        if y == 0:
            return Strip(heading(page, self._signs, self._look), width)
        position = page.top + y - 1
        if position < self.rows.height:
            return self._body(position, page)
        said = ["", "", *wrap(safe(self.empty), max(width - 3, 1))] if not self.rows.height else []
        return Strip([Segment(fit(f"  {said[y]}" if y < len(said) else "", width), self._look("fixed"))], width)

    def _signs(self, name: str) -> Signs:
        staged, filtered = name in self.rows.staged, name in self.filtered
        problems = counted(self.problems.get(name, 0), before=self.counted_before)
        return Signs(staged, arrow(name, self.sort), filtered, self.invalid.get(name, 0), problems)

    def _body(self, position: int, page: Page) -> Strip:
        """The line of a row: made once for as long as nothing in it changes, for a page that scrolls by one has all but one."""
        known = self._asked(position, page)
        states = page.states(position, known.row in self.marks)
        here = page.column_at(position)
        made = Made(position, page.left, page.width, states, here)
        if made not in self._lines_made:
            if len(self._lines_made) > _KEPT:
                self._lines_made.clear()
            self._lines_made[made] = Strip(body(page, known, states, here, self._look), page.width)
        return self._lines_made[made]

    def _asked(self, position: int, page: Page) -> Known:
        """What the rows hold at a position of the page in sight: one question for all of its lines that were not asked yet."""
        if page.places != self._places:
            self._known.clear()
            self._places = page.places
        if position not in self._known:
            self._ask(position, page.top)
        return self._known[position]

    def _ask(self, position: int, top: int) -> None:
        known = self._known
        if len(known) > _KEPT:
            known.clear()
        stop = min(max(top + self._lines, position) + 1, self.rows.height)
        new = [place for place in range(min(top, position), stop) if place not in known]
        first, stop = new[0], new[-1] + 1
        names = [self.arranged.columns[place].name for place in self._places]
        held, within = self.held(first, stop), self.within(first, stop)
        for place, cells in enumerate(self.rows.window(first, stop, names), start=first):
            row = self.rows.row_at(place)
            known[place] = Known(row, row in held, row in within, cells)

    def _look(self, *states: str) -> Style:
        if states not in self._looks:
            style = self.rich_style
            for state in states:
                style += self.get_component_rich_style(f"grid--{state}", partial=True)
            self._looks[states] = style
        return self._looks[states]

    def _lay_out(self) -> None:
        """Puts the columns where the arrangement has them, as far as there is room to stand still."""
        layout = laid_out(self.rows.columns, self.arrangement, self._fits)
        if self.FILLS and self.size.width:
            free = [name for name in self._fits if name not in self.arrangement.widths]
            room = self.size.width - self.styles.scrollbar_size_vertical
            layout = layout.filling(room, {name: 1 + self._fits[name].widest for name in free})
        if self.size.width:
            free = [name for name in self._yields if name not in self.arrangement.widths]
            layout = layout.yielding(self.size.width - self.styles.scrollbar_size_vertical, free)
        self.arranged = layout.within(self.size.width) if self.size.width else layout
        self._forget()
        self._resize()

    def _forget(self) -> None:
        """What is seen has to be asked again and painted anew."""
        self._known.clear()
        self._lines_made.clear()

    def _resize(self) -> None:
        self.virtual_size = Size(self.arranged.width, self.rows.height + 1)

    @property
    def spanned(self) -> tuple[int, int] | None:
        """The positions from where the range began to the cursor (both inclusive), or None."""
        if self.range_from is None:
            return None
        return min(self.range_from, self.cursor.position), max(self.range_from, self.cursor.position)

    @property
    def _lines(self) -> int:
        return max(self.scrollable_content_region.height - 1, 1)

    def _follow(self) -> None:
        """Scrolls as little as shows the cursor, and the column that is to be `in_sight` rather than the cursor's."""
        if self._begins:
            return
        position, column = self.cursor
        top, left = self.scroll_offset.y, self.scroll_offset.x
        width = self.scrollable_content_region.width
        top = position if position < top else max(top, position - self._lines + 1)
        others = [place for place, one in enumerate(self.arranged.columns) if one.name == self.in_sight]
        for place in (column, *others) if width else ():
            left = self.arranged.scroll_for(place, left, width)
        if (left, top) != tuple(self.scroll_offset):
            self.scroll_to(left, top, animate=False, force=True)


def thumb(bar: ScrollBar, position: float) -> int:
    """Where the thumb of a vertical bar begins, in eighths of a terminal cell, as Textual draws it."""
    size, whole, seen = bar.size.height, ceil(bar.window_virtual_size), ceil(bar.window_size)
    return int(8 * (size - max(1, seen * size / whole)) * position / (whole - seen)) if whole > seen else 0
