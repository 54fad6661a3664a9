"""The panel of facets beside a grid: the values of one field, or the list of all fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import polars as pl
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from screens.widgets.facet_list import FacetList
from screens.widgets.facets_listing import Listing, as_line
from screens.widgets.line_input import LineInput
from screens.widgets.text_line import TextBlock, TextLine
from screens.widgets.titles import RuledLine
from workbench.search.facet_values import span_of
from workbench.search.facets import Span

if TYPE_CHECKING:
    from workbench.search.picks import Picks


class FacetsPanel(Vertical):
    """Lists what it is given; 30 columns wide unless the screen's style says otherwise.

    It posts `Wanted` to be given other lines, `Chosen` for a value, and `Closed`.

    `field` is whose values are listed (empty: the fields themselves), `part` what their labels hold, `by_value` how they
    are sorted, `ranged` whether ranges of them are wanted (None: where the field holds times).
    """

    PLACE: ClassVar[str] = "facets"
    """What the ids of its keys begin with."""
    WAY: ClassVar[str] = (
        "The values of one field in what is found, with how often each is there. Space picks values (several: any of them), "
        "- leaves one out, Enter keeps only this one: the query says so. F lists all fields, a marks what is found, Esc leaves."
    )
    DEFAULT_CSS = """
    FacetsPanel { width: 30; height: 1fr; display: none; border-left: solid $primary; }
    FacetsPanel.-open { display: block; }
    FacetsPanel > LineInput { display: none; }
    FacetsPanel.-narrowing > LineInput { display: block; }
    FacetsPanel > #elsewhere { height: auto; max-height: 5; text-wrap: nowrap; text-overflow: ellipsis; }
    FacetsPanel > .keys { color: $text-muted; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "choose('pick')", "Pick the value", show=False, id="facets.pick"),
        Binding("enter", "only", "Only this value", show=False, priority=True, id="facets.only"),
        Binding("minus", "choose('exclude')", "Exclude the value", show=False, id="facets.exclude"),
        Binding("slash", "narrow", "Narrow the values", show=False, id="facets.narrow"),
        Binding("s", "sort", "Sort by count or value", show=False, id="facets.sort"),
        Binding("e", "rename", "Rename the picked values, else this one", show=False, id="facets.rename"),
        Binding("r", "ranges", "Ranges or values", show=False, id="facets.ranges"),
        Binding("F", "fields", "All facets", show=False, id="facets.fields"),
        Binding("down", "list('move(1)')", "Down", show=False, id="facets.list_down"),
        Binding("up", "list('move(-1)')", "Up", show=False, id="facets.list_up"),
        Binding("escape", "peel", "One step back", show=False, id="facets.peel"),
        Binding("a", "mark_all", "Mark all found, or unmark them", show=False, id="facets.mark_all"),
    ]

    class MarkAll(Message):
        """All rows that are found are to be marked: who has picked values goes on to edit what they find."""

    class Wanted(Message):
        """Other lines are wanted: `field`, `part` or `by_value` changed."""

    class Closed(Message):
        """It was taken away: nobody waits for its lines any more."""

    class Chosen(Message):
        """A value of a field is to be picked (`way` is `pick`), excluded (`exclude`) or the only one (`only`)."""

        def __init__(self, field: str, way: str, value: str | bool | Span | None) -> None:
            super().__init__()
            self.field, self.way, self.value = field, way, value

    class Rename(Message):
        """What is picked of a field is to be renamed, or else the `value` under the cursor."""

        def __init__(self, field: str, value: str | bool | None) -> None:
            super().__init__()
            self.field, self.value = field, value

    def __init__(self) -> None:
        super().__init__()
        self.field = ""
        self.by_value = False
        self.ranged: bool | None = None
        self._listing: Listing | None = None
        self._came_from: Widget | None = None

    def compose(self) -> ComposeResult:
        """A title, the values, and the keys."""
        yield RuledLine(id="facet")
        yield TextBlock(id="elsewhere")
        yield LineInput(placeholder="a part of the value", id="part")
        yield FacetList()
        yield TextLine(id="facet-keys", classes="keys")
        yield TextLine("/ narrow  s sort  F fields", classes="keys")
        yield TextLine(id="value-keys", classes="keys")

    @property
    def is_open(self) -> bool:
        """Whether it is seen."""
        return self.has_class("-open")

    @property
    def listing(self) -> Listing | None:
        """What it was given to list; None before it was given anything."""
        return self._listing

    @property
    def part(self) -> str:
        """What the labels must hold."""
        return self.query_one(LineInput).value if self.has_class("-narrowing") else ""

    def open(self, field: str) -> None:
        """Opens on a field, or on all of them (empty). What it lists is given by `show`."""
        if field != self.field or not self.is_open:
            self.field, self.ranged, self._listing = field, None, None
            self._widen()
            self.query_one(FacetList).clear()
            self.query_one("#facet", TextLine).say((field or "all fields", "bold"), "  …")
        if not self.has_focus_within:
            self._came_from = self.screen.focused
        self.add_class("-open")
        self.query_one("#facet-keys", TextLine).say("space pick  - not  ⏎ only" if field else "⏎ its values")
        self.query_one("#value-keys", TextLine).say("e rename  r ranges  a mark" if field else "a mark")
        self.focus_list()

    def close(self) -> None:
        """Takes it away; the keys go back to where they went before."""
        if self.has_focus_within:
            self.screen.set_focus(self._came_from)
        self.remove_class("-open")
        self._widen()
        self.post_message(self.Closed())

    def focus_list(self) -> None:
        """The keys go to the values."""
        self.screen.set_focus(self.query_one(FacetList))

    def show(self, listing: Listing) -> None:
        """Lists this. Where another part was typed the cursor goes to the first that has it, where the eye goes too."""
        narrowed = bool(listing.part) and (self._listing is None or listing.part != self._listing.part)
        self._listing = listing
        above = listing.above()
        self.query_one("#elsewhere", TextBlock).say_lines(above)
        self.query_one("#elsewhere").display = bool(above)
        listed = self.query_one(FacetList)
        listed.empty = "no value"
        values, lines = listing.values, listing.lines
        if values is None:
            listed.mark(frozenset(lines.filter(pl.col("picked") > 0)["value"]), frozenset())
        else:
            self.picked(values.picks)
        listed.show(lines, values.total if values is not None else 0, from_first=narrowed)
        self._say_title()

    def _catch_up(self) -> FacetList:
        """The list as it is narrowed and sorted now, for a key that acts on its cursor may come before what was typed is listed."""
        if self._listing is not None:
            wanted = self._listing.asked(self.part, self.by_value)
            if wanted is not self._listing:
                self.show(wanted)
        return self.query_one(FacetList)

    @property
    def _shows_ranges(self) -> bool:
        return self._listing is not None and self._listing.ranged

    def picked(self, picks: Picks) -> None:
        """Shows what is picked."""
        if picks.name == self.field:
            picked, excluded = (map(as_line, some) for some in (picks.picked, picks.excluded))
            self.query_one(FacetList).mark(frozenset(picked), frozenset(excluded))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrows as you type."""
        event.stop()
        self.post_message(self.Wanted())

    def on_facet_list_twice(self, message: FacetList.Twice) -> None:
        """A double click picks."""
        message.stop()
        self.action_choose("pick")

    def action_mark_all(self) -> None:
        """Marks what is found, as in the grid."""
        self.post_message(self.MarkAll())

    def action_choose(self, way: str) -> None:
        """Picks, excludes, or keeps only the value under the cursor; of the list of fields: opens one."""
        listed = self._catch_up()
        if not listed.lines.height:
            return
        if self.field:
            self.post_message(self.Chosen(self.field, way, self._chosen()))
        elif way == "exclude":
            self._say_no_value()
        else:
            self.open(str(listed.value))
            self.post_message(self.Wanted())

    def action_only(self) -> None:
        """Keeps only this value, or opens this field; from a part of a value on to the values that are left."""
        if self.field and self.query_one(LineInput).has_focus:
            self.focus_list()
        else:
            self.action_choose("only")

    def action_narrow(self) -> None:
        """Asks for a part of the values."""
        self.add_class("-narrowing")
        self.screen.set_focus(self.query_one(LineInput))

    def action_sort(self) -> None:
        """By count, or by value."""
        self.by_value = not self.by_value
        self.post_message(self.Wanted())

    def action_rename(self) -> None:
        """Asks what the picked values are to be called, or the one under the cursor if none is."""
        listed = self._catch_up()
        if not self.field:
            self._say_no_value()
        elif self._shows_ranges:
            self.query_one("#facet", TextLine).say(("r shows values", "bold"), ", e renames")
        elif listed.lines.height:
            self.post_message(self.Rename(self.field, listed.value))

    def action_ranges(self) -> None:
        """Ranges of the values, or the values."""
        if not self.field:
            self._say_no_value()
            return
        self.ranged = not self._shows_ranges
        self.post_message(self.Wanted())

    def _say_no_value(self) -> None:
        """A key of values was pressed in the list of fields."""
        self.query_one("#facet", TextLine).say(("⏎ opens a field", "bold"), " first")

    def action_fields(self) -> None:
        """The list of all fields."""
        self.open("")
        self.post_message(self.Wanted())

    def action_list(self, action: str) -> None:
        """Moves in the list while its values are narrowed: from the first of those that are left."""
        self.call_later(self._catch_up().run_action, action)

    def action_peel(self) -> None:
        """All values again if they are narrowed; else away."""
        if self.has_class("-narrowing"):
            self._widen()
            self.focus_list()
            self.post_message(self.Wanted())
        else:
            self.close()

    def _widen(self) -> None:
        self.remove_class("-narrowing")
        part = self.query_one(LineInput)
        with part.prevent(Input.Changed):
            part.value = ""

    def on_resize(self) -> None:
        """The title as it has room."""
        self._say_title()

    def _say_title(self) -> None:
        if self._listing is not None:
            self.query_one("#facet", TextLine).say(*self._listing.title(max(self.content_size.width - 1, 0)))

    def _chosen(self) -> str | bool | Span | None:
        """The value under the cursor, or the range."""
        value: str | bool | None = self.query_one(FacetList).value
        return span_of(value) if self._shows_ranges and isinstance(value, str) else value
