"""The facets of Browse: the values of a column in a panel beside the grid, picked into the query."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

import polars as pl
from textual.binding import Binding, BindingType

from screens.browse.showing import Showing
from screens.widgets.facets_listing import Listing
from screens.widgets.facets_panel import FacetsPanel
from screens.widgets.search_bar import SearchBar
from workbench.customers.fields import Kind
from workbench.errors import WorkbenchError
from workbench.search.facets import Span, facet_field
from workbench.shown.rows import PARENT
from workbench.shown.text import count

if TYPE_CHECKING:
    from screens.dialogs.rename_value import Renamed
    from workbench.results import Staged
    from workbench.search.picks import Value


class Faceting(Showing):
    """Counts, and edits the query: what is picked is nowhere but in its text."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f", "facets", "Facets", id="browse.facets"),
        Binding("F", "facet_fields", "All facets", show=False, id="browse.all_facets"),
    ]

    @property
    def facets(self) -> FacetsPanel:
        """The panel."""
        return self.query_one(FacetsPanel)

    def action_facets(self) -> None:
        """Leads to the values of the cursor's column, also from the panel: `f` `e` renames one whatever stood open. Esc closes."""
        if self.grid.column is None:
            return
        name = "customers.company_name" if self.grid.column.name == PARENT else self.grid.column.name
        if self.facets.is_open and self.facets.field == name and self.facets.has_focus_within:
            self.desk.say(f"these are the facets of {self.grid.column.label}; Esc closes them")
        self._open(name)

    def unoffered(self, action: str) -> str:
        """Why the line of keys does not offer an action: who is in the facets needs no way there."""
        return "the facets have the keys" if action == "facets" and self.facets.has_focus_within else ""

    def action_facet_fields(self) -> None:
        """Opens the list of all fields: which of them has how many values."""
        self._open("")

    def close_facets(self) -> bool:
        """Closes the panel; whether it was open. What is picked stays in the query."""
        if not self.facets.is_open:
            return False
        self.facets.close()
        return True

    def on_facets_panel_mark_all(self) -> None:
        """Marks all rows that are found, or takes their marks if all of them are marked."""
        if self.grid.partial:
            self.desk.say("all that is found is not known yet: mark it when it has been counted")
        self.grid.action_mark_all()

    def on_facets_panel_wanted(self) -> None:
        """Another field is to be listed, or the same in another way."""
        self._count()

    def on_facets_panel_closed(self) -> None:
        """Ends the counting."""
        if not self.facets.is_open:
            self.desk.stop_looking("facets")

    def on_facets_panel_chosen(self, message: FacetsPanel.Chosen) -> None:
        """Writes into the query what was picked, and shows what that finds."""
        try:
            before = self.bench.picks(message.field, self.view.newest, self.view.table)
        except WorkbenchError as error:
            self.desk.say_wrong(error)
            return
        ways = {"pick": before.toggled, "exclude": before.toggled_out, "only": before.only}
        picks = ways[message.way](message.value)
        self.facets.picked(picks)
        self.find(picks.query)
        bar = self.query_one(SearchBar)
        if bar.has_class("-open"):
            bar.close()
            self.facets.focus_list()

    def look_at(self, fields: frozenset[str]) -> None:
        """Who picks in the panel sees there what is picked: the grid keeps the cursor in sight, on which the keys work next."""
        super().look_at(fields)
        if self.facets.has_focus_within and not self.grid.sees_cursor:
            self.grid.keep_in_sight(())

    def on_facets_panel_rename(self, message: FacetsPanel.Rename) -> None:
        """Asks for the new value of what is picked, or else of the value under the cursor, and stages it for all the rows that
        the panel counts."""
        from screens.dialogs.rename_value import RenameValue

        if not self._renames(message.field):
            return
        try:
            picked = self.bench.picks(message.field, self.view.newest, self.view.table).picked
        except WorkbenchError as error:
            self.desk.say_wrong(error)
            return
        if any(isinstance(value, Span) for value in picked):
            self.say_no_typing("a range is picked, which holds many values; space lets it go")
            return
        meant = self._meant(message, picked)

        def answered(answer: tuple[str, str] | None) -> None:
            if answer is not None:
                self._rename(meant, *answer)

        self.app.push_screen(RenameValue(self.bench, meant), answered)

    def _meant(self, message: FacetsPanel.Rename, picked: Sequence[Value]) -> Renamed:
        """What is renamed: each row of a list of ids may hold several of the values, so that how many it are is not known yet."""
        from screens.dialogs.rename_value import Renamed

        field, listing = (
            facet_field(self.view.table, message.field),
            self.facets.listing or Listing(None, pl.DataFrame()),
        )
        beside = listing.told([message.value])[0][1] if picked and message.value not in picked else ""
        values, labels, counts = zip(*listing.told(picked or [message.value]), strict=True)
        rows = None if field.kind is Kind.IDS else sum(counts)
        return Renamed(self.view.table, message.field, values, labels, rows, self.view.newest, beside)

    def _renames(self, name: str) -> bool:
        """Whether values of a field can be renamed; says so if not."""
        field = facet_field(self.view.table, name)
        if not field.editable:
            self.say_no_typing(f"{name} is read-only: the API has no way to change it")
        return field.editable

    def _rename(self, meant: Renamed, new: str, note: str) -> None:
        bench, view = self.bench, self.view
        becomes = f'"{new}"' if new else "(empty)"

        def done(staged: Staged) -> None:
            if staged.operation is None:
                self.desk.say(f"nothing changes: {'they are' if meant.several else 'this value is'} gone meanwhile")
                return
            invalid = f"; {staged.invalid:,} not valid, their customers are held" if staged.invalid else ""
            said = f"{meant.called} {'are' if meant.several else 'is'} {becomes}"
            self.desk.say(f"staged {count(staged.changed, 'cell')}: {said}{invalid}; u takes it back")
            picks = bench.picks(meant.field, view.newest, view.table)
            if view is self.view and (renamed := picks.renamed(meant.values, new or None)) != picks:
                self.call_later(self.find, renamed.query)  # after what is shown has caught up

        self.desk.act(
            lambda: bench.rename_value(
                meant.field, meant.values, new, query=meant.query, table=meant.table,
                note=note or f"{meant.field}: {meant.called} renamed {becomes}",
            ),
            done, group="stage",
        )  # fmt: skip

    def _open(self, field: str) -> None:
        """Opens the panel, and counts when it has been painted: painting would wait for polars, which counts on all cores. Keys
        wait for that: they go to what is listed."""
        self.facets.open(field)
        self.call_after_refresh(self._count)
        self.desk.arranged_anew()

    def _show_table(self, *, measure: bool = True) -> None:
        """Another table has other fields."""
        self.facets.close()
        super()._show_table(measure=measure)

    def _show_rows(self, *, measure: bool = False) -> None:
        super()._show_rows(measure=measure)
        self._count()

    def _count(self) -> None:
        """Counts what the panel lists, within what is shown."""
        panel, view, bench = self.facets, self.view, self.bench
        if not panel.is_open:
            return
        field, query, part, by_value = panel.field, view.query, panel.part, panel.by_value
        wanted = panel.ranged

        def asked() -> Listing:
            if not field:
                listing = Listing(None, bench.facet_fields(query, view.table), part, by_value)
            else:
                values = bench.facet_values(field, query, view.table)
                ranged = values.ranged.height > 0 and (values.of_times if wanted is None else wanted)
                elsewhere = bench.picks_elsewhere(field, query, view.table)
                listing = Listing(values, values.counted, part, by_value, ranged, elsewhere)
            listing.lines  # noqa: B018  # made here, in the thread
            return listing

        def counted(listing: Listing) -> None:
            if view is self.view and panel.field == field:
                panel.show(listing.asked(panel.part, panel.by_value))
                if wanted and not listing.ranged:
                    self.desk.say(f"{field} holds neither times nor numbers: there are no ranges of it")

        counting = self.desk.look(asked, counted, group="facets")
        if panel.listing is None:
            self.desk.hold_keys(counting)
