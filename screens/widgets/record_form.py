"""A record as a form: a line for each field, with the heading of its section always in sight."""

from __future__ import annotations

from itertools import accumulate
from typing import ClassVar, Final

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from screens.widgets.grid_paint import cell_segments
from workbench.shown.record import Entry, Record, Section
from workbench.shown.text import fit, isolated, safe

_STATES: Final = ("heading", "here", "row", "fixed", "staged", "invalid", "before", "cursor")
_LABELS: Final = 30
"""The most terminal cells that the names of the fields take."""
_EMPTY: Final = "(empty)"


class RecordForm(ScrollView, can_focus=True):
    """Paints a record line by line. The cursor is on a field; it edits nothing itself."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"record--{state}" for state in _STATES}
    DEFAULT_CSS = """
    RecordForm { background: $surface; color: $foreground; overflow: hidden auto; scrollbar-size: 1 1; }
    RecordForm > .record--heading { background: $panel; text-style: bold; }
    RecordForm > .record--here { color: $text-primary; text-style: bold underline; }
    RecordForm > .record--row { background: $surface-lighten-2; }
    RecordForm > .record--fixed { text-style: dim; }
    RecordForm > .record--staged { color: $text-success; text-style: bold; }
    RecordForm > .record--invalid { color: $text-error; text-style: bold; }
    RecordForm > .record--before { text-style: dim strike; }
    RecordForm > .record--cursor { text-style: reverse; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False, id="form.up"),
        Binding("down,j", "move(1)", "Down", show=False, id="form.down"),
        Binding("pageup", "page(-1.0)", "Page up", show=False, id="form.page_up"),
        Binding("pagedown", "page(1.0)", "Page down", show=False, id="form.page_down"),
        Binding("ctrl+u", "page(-0.5)", "Half a page up", show=False, id="form.half_up"),
        Binding("ctrl+d", "page(0.5)", "Half a page down", show=False, id="form.half_down"),
        Binding("g,home,ctrl+home,0", "end(0)", "First field", show=False, id="form.top"),
        Binding("G,end,ctrl+end,dollar_sign", "end(-1)", "Last field", show=False, id="form.bottom"),
        Binding("tab,right,l", "section(1)", "Next section", show=False, id="form.next_section"),
        Binding("shift+tab,left,h", "section(-1)", "Previous section", show=False, id="form.previous_section"),
        Binding("J", "staged(1)", "Next staged field", show=False, id="form.next_staged"),
        Binding("K", "staged(-1)", "Previous staged field", show=False, id="form.previous_staged"),
    ]

    cursor: reactive[int] = reactive(0, init=False)
    """The place of the field under the cursor among the record's entries."""

    class Moved(Message):
        """The cursor is on another field now."""

    class Chosen(Message):
        """A field was double-clicked."""

    def __init__(self, record: Record, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._looks: dict[tuple[str, ...], Style] = {}
        self._take(record)

    def show(self, record: Record) -> None:
        """Shows a record; of the same customer the cursor stays on its field, of another at the same line."""
        here = self.entry
        self._take(record)
        places = [entry.place for entry in self.entries]
        kept = places.index(here.place) if here is not None and here.place in places else self.cursor
        self.set_reactive(RecordForm.cursor, self._within(kept))
        self._resize()
        self._follow()
        self.refresh()
        self.post_message(self.Moved())

    @property
    def entry(self) -> Entry | None:
        """The field under the cursor."""
        return self.entries[self.cursor] if self.cursor < len(self.entries) else None

    def go_to(self, place: int) -> None:
        """Puts the cursor on an entry, by its place."""
        self.cursor = self._within(place)

    def reveal(self, place: int) -> None:
        """Puts the cursor on an entry and shows as much of its section as there is room for."""
        self.go_to(place)
        if self.entries:
            number = self._section_of(self.cursor)
            heading = self._lines.index((number, None))
            last = heading + len(self.record.sections[number].entries)
            self._scroll(min(heading, max(self.scroll_offset.y, last - self._height + 1)))
            self._follow()

    def go_to_field(self, table: str, row: int, field: str) -> None:
        """Puts the cursor on the field of a row, or on the row's first field, if they are there."""
        mine = [place for place, entry in enumerate(self.entries) if (entry.table, entry.row) == (table, row)]
        same = [place for place in mine if self.entries[place].field == field]
        if mine:
            self.reveal((same or mine)[0])

    def on_mount(self) -> None:
        """Makes room for the lines."""
        self._resize()

    def on_resize(self) -> None:
        """Keeps the cursor in sight when the terminal changes its size."""
        self._resize()
        self._follow()

    def notify_style_update(self) -> None:
        """Forgets the looks of the theme that was."""
        self._looks.clear()
        super().notify_style_update()

    # Painting

    def render_line(self, y: int) -> Strip:
        """One line: on top the heading of the section that is there, below it what comes next."""
        width, at = self.scrollable_content_region.width, self.scroll_offset.y + y
        if at >= len(self._lines):
            return Strip.blank(width, self.rich_style)
        section, place = self._lines[at]
        return self._heading(section, width) if y == 0 or place is None else self._field(place, width)

    def _heading(self, number: int, width: int) -> Strip:
        section = self.record.sections[number]
        here = ("here",) if number == self._section_of(self.cursor) and self.entries else ()
        staged = sum(entry.cell.staged for entry in section.entries)
        text = f"{'   ' if section.nested else ' '}{section.title}{f'   {staged} staged' if staged else ''}"
        return Strip([Segment(isolated(_shown(text, width)), self._look("heading", *here))], width)

    def _field(self, place: int, width: int) -> Strip:
        entry = self.entries[place]
        states = ("row",) if place == self.cursor else ()
        indent = 4 if self._nested[place] else 2
        label = " " * indent + _shown(entry.label, self._label_width)
        line = [Segment(isolated(label), self._look(*states))]
        room = max(width - cell_len(label) - 1, 1)
        cursor = ("cursor",) if place == self.cursor else ()
        line += [Segment(" ", self._look(*states)), *self._value(entry, room, (*states, *cursor))]
        return Strip(line).adjust_cell_length(width, self._look(*states))

    def _value(self, entry: Entry, width: int, states: tuple[str, ...]) -> list[Segment]:
        fixed = () if entry.editable else ("fixed",)
        if not entry.cell.text and not entry.cell.staged:
            return [Segment(f" {fit(_EMPTY, width - 1)}", self._look(*states, "fixed"))]
        return cell_segments(entry.cell, width, self._look, (*states, *fixed))

    def _look(self, *states: str) -> Style:
        if states not in self._looks:
            style = self.rich_style
            for state in states:
                style += self.get_component_rich_style(f"record--{state}", partial=True)
            self._looks[states] = style
        return self._looks[states]

    # Moving

    def action_move(self, down: int) -> None:
        """So many fields down (negative: up)."""
        self.go_to(self.cursor + down)

    def action_page(self, pages: float) -> None:
        """So many pages down (negative: up)."""
        self.go_to(self.cursor + int(pages * max(self._height - 1, 1)))

    def action_end(self, place: int) -> None:
        """To the first field, or (-1) the last."""
        self.go_to(place if place >= 0 else len(self.entries) - 1)

    def action_section(self, step: int) -> None:
        """To the first field of the next section that has any, or of the previous one."""
        firsts = sorted(set(self._starts))
        later = [place for place in firsts if place > self.cursor]
        earlier = [place for place in firsts if place < self._starts[self._section_of(self.cursor)]]
        if step > 0 and later:
            self.reveal(later[0])
        elif step < 0 and earlier:
            self.reveal(earlier[-1])

    def action_staged(self, step: int) -> None:
        """To the next field with a staged change, or the previous one."""
        places = [place for place, entry in enumerate(self.entries) if entry.cell.staged]
        found = [place for place in places if (place - self.cursor) * step > 0]
        if found:
            self.go_to(found[0] if step > 0 else found[-1])

    def on_click(self, event: events.Click) -> None:
        """Puts the cursor where the mouse clicked; a second click chooses."""
        at = self.scroll_offset.y + event.y
        place = self._lines[at][1] if at < len(self._lines) and event.y > 0 else None
        if place is not None:
            self.go_to(place)
            if event.chain == 2:
                self.post_message(self.Chosen())

    def watch_cursor(self, old: int, new: int) -> None:
        """Paints the two lines, or all if the section is another one."""
        self._follow()
        if self._section_of(old) != self._section_of(new):
            self.refresh()
        else:
            for place in (old, new):
                self.refresh(Region(0, self._line_of[place] - self.scroll_offset.y, self.size.width, 1))
        self.post_message(self.Moved())

    # Where things are

    def _take(self, record: Record) -> None:
        self.record, self.entries = record, record.entries
        counts = [len(section.entries) for section in record.sections]
        self._starts = list(accumulate(counts[:-1], initial=0))
        self._lines = [
            line for number, section in enumerate(record.sections) for line in self._lines_of(number, section)
        ]
        self._line_of = [line for line, (_, place) in enumerate(self._lines) if place is not None]
        self._nested = [section.nested for section in record.sections for _ in section.entries]
        longest = max((cell_len(safe(entry.label[: 2 * _LABELS])) for entry in self.entries), default=0)
        self._label_width = min(longest, _LABELS)

    def _lines_of(self, number: int, section: Section) -> list[tuple[int, int | None]]:
        """The lines of a section: its number, and the place of the entry, None for the heading."""
        start = self._starts[number]
        return [(number, None), *((number, start + place) for place in range(len(section.entries)))]

    def _section_of(self, place: int) -> int:
        return self._lines[self._line_of[place]][0] if place < len(self._line_of) else 0

    def _within(self, place: int) -> int:
        return max(min(place, len(self.entries) - 1), 0)

    @property
    def _height(self) -> int:
        return max(self.scrollable_content_region.height, 2)

    def _resize(self) -> None:
        self.virtual_size = Size(self.scrollable_content_region.width, len(self._lines))

    def _follow(self) -> None:
        """Scrolls as little as shows the cursor, below the heading of its section."""
        if self.entries:
            line, top = self._line_of[self.cursor], self.scroll_offset.y
            self._scroll(line - 1 if line <= top else max(top, line - self._height + 1))

    def _scroll(self, top: int) -> None:
        if top != self.scroll_offset.y:
            self.scroll_to(0, top, animate=False, force=True)


def _shown(text: str, width: int) -> str:
    """The text in exactly `width` cells; what is surely too long to be seen is not even looked at."""
    return fit(safe(text[: 4 * width + 8]), width)
