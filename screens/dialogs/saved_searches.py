"""The searches that are saved in a session: pick one, save the one that holds, delete one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Final, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from screens.dialogs.dialog import Dialog
from screens.widgets.line_input import LineInput
from screens.widgets.text_line import TextBlock, TextLine
from workbench.search.kept import SavedSearch
from workbench.shown.arrangement import Arrangement
from workbench.shown.text import count, fit, safe

if TYPE_CHECKING:
    from screens.app import WorkbenchApp

_KEYS: Final = "Enter shows it  s saves the search that holds  / narrows  d deletes  Esc leaves  ? keys"
_SAID: Final = 200
"""Terminal cells that a query is shown in."""


class SavedSearches(Dialog[SavedSearch]):
    """Answers the search that is picked. `here` is the one that holds, without a name; it is not worth saving if it is `plain`:
    all rows in their order, with the columns as they come."""

    PLACE: ClassVar[str] = "saved"
    WAY: ClassVar[str] = (
        "Each line is a search that you saved, with its table, sort and columns. Enter shows it, s saves the search that holds, "
        "d deletes one and u brings that back, / narrows the list by a part of a name or a query."
    )
    DEFAULT_CSS = """
    SavedSearches OptionList, SavedSearches OptionList:focus { max-height: 14; border: none; padding: 0; }
    SavedSearches LineInput { display: none; }
    SavedSearches.-typing LineInput { display: block; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "Show it", show=False, priority=True, id="saved.choose"),
        Binding("s", "save", "Save this search", show=False, id="saved.save"),
        Binding("d", "delete", "Delete it", show=False, id="saved.delete"),
        Binding("u", "bring_back", "Bring back the deleted one", show=False, id="saved.bring_back"),
        Binding("slash", "narrow", "Narrow", show=False, id="saved.narrow"),
        Binding("down", "next(1)", "Next", show=False, id="saved.next"),
        Binding("up", "next(-1)", "Previous", show=False, id="saved.previous"),
    ]

    def __init__(self, here: SavedSearch, *, plain: bool = False) -> None:
        super().__init__()
        self._here, self._plain = here, plain
        self._shown: list[SavedSearch] = []
        self._deleted: SavedSearch | None = None
        self._naming = False

    @property
    def _desk(self) -> WorkbenchApp:
        return cast("WorkbenchApp", self.app)

    def compose(self) -> ComposeResult:
        """The searches, and a line to type a name or a part of one into."""
        with Vertical(id="frame"):
            yield TextLine("Saved searches", classes="title")
            yield LineInput(id="name")
            yield OptionList()
            yield TextBlock(id="said")
            yield TextBlock(_KEYS, id="saved-keys", classes="quiet")

    def on_mount(self) -> None:
        """Lists all."""
        self._list()
        self.set_focus(self.query_one(OptionList))

    def on_input_changed(self) -> None:
        """Narrows the list as you type."""
        if not self._naming:
            self._list()

    def action_choose(self) -> None:
        """Enter saves under the name, or picks."""
        if self._naming:
            self._save(self.query_one(LineInput).value.strip())
        else:
            self._answer()

    def on_option_list_option_selected(self) -> None:
        """A click picks."""
        self._answer()

    def action_save(self) -> None:
        """Asks for a name for the search that holds."""
        if self._plain:
            self._say("nothing is searched for, sorted or arranged: there is nothing to save")
            return
        self._type("a name for it", naming=True)
        sort = f", sorted by {self._here.sort}" if self._here.sort else ""
        query = fit(self._here.query, _SAID).strip() or "all rows"
        self._say(f"Enter saves, Esc leaves. What is saved: {query}{sort}, with the columns as they are")

    def action_narrow(self) -> None:
        """Asks for a part of a name."""
        self._type("a part of its name or its query", naming=False)

    def action_delete(self) -> None:
        """Deletes the chosen one."""
        chosen = self._chosen
        if chosen is None:
            return
        self._deleted, bench = chosen, self._desk.workbench
        told = f'deleted "{chosen.name}"; u brings it back'
        self._desk.act(lambda: bench.forget_search(chosen.name), lambda _: self._changed(told))

    def action_bring_back(self) -> None:
        """Saves again what was deleted last."""
        gone, bench = self._deleted, self._desk.workbench
        if gone is not None:
            self._deleted = None
            self._desk.act(
                lambda: bench.save_search(gone), lambda _: self._changed(f'"{gone.name}" is back', gone.name)
            )

    def action_next(self, step: int) -> None:
        """Chooses the next one, or the previous, while a part is typed."""
        options = self.query_one(OptionList)
        (options.action_cursor_down if step > 0 else options.action_cursor_up)()

    def action_leave(self) -> None:
        """Leaves the line that is typed into, else the dialog."""
        if not self.has_class("-typing"):
            self.dismiss(None)
            return
        self._stop_typing()
        self._list()

    @property
    def _chosen(self) -> SavedSearch | None:
        place = self.query_one(OptionList).highlighted
        return self._shown[place] if place is not None and place < len(self._shown) else None

    def _answer(self) -> None:
        if self._chosen is not None:
            self.dismiss(self._chosen)

    def _save(self, name: str) -> None:
        search, bench = replace(self._here, name=name), self._desk.workbench
        before = next((one for one in bench.saved_searches if one.name == name), None)
        if before is not None:
            self._deleted = before
        told = f'saved as "{name}"' + (", in the place of what had that name; u brings that back" if before else "")
        self._desk.act(lambda: bench.save_search(search), lambda _: self._changed(told, name))

    def _changed(self, told: str, name: str = "") -> None:
        """Lists what there is now, with the search of this name chosen."""
        if self.gone:
            return
        self._stop_typing()
        self._list()
        names = [one.name for one in self._shown]
        if name in names:
            self.query_one(OptionList).highlighted = names.index(name)
        self._say(told)

    def _type(self, placeholder: str, *, naming: bool) -> None:
        self._naming = naming
        self._empty()
        self.query_one(LineInput).placeholder = placeholder
        self.add_class("-typing")
        self.set_focus(self.query_one(LineInput))

    def _stop_typing(self) -> None:
        self._naming = False
        self._empty()
        self.remove_class("-typing")
        self.set_focus(self.query_one(OptionList))

    def _empty(self) -> None:
        field = self.query_one(LineInput)
        with field.prevent(Input.Changed):
            field.value = ""

    def _list(self) -> None:
        part = "" if self._naming else self.query_one(LineInput).value.casefold()
        every = self._desk.workbench.saved_searches
        self._shown = [one for one in every if part in f"{one.name} {one.query}".casefold()]
        options = self.query_one(OptionList)
        place = options.highlighted or 0
        options.clear_options()
        options.add_options(Option(Content(_line(one))) for one in self._shown)
        options.highlighted = min(place, len(self._shown) - 1) if self._shown else None
        self._say("" if every else "nothing is saved yet: s saves the search that holds")

    def _say(self, text: str) -> None:
        """Says something above the keys, which stay."""
        self.query_one("#said", TextBlock).say(text)
        self.query_one("#said").display = bool(text)


def _line(search: SavedSearch) -> str:
    """A search in a line: its name, its table, its query, its sort, how many columns it shows."""
    sort = f"  sorted by {search.sort}" if search.sort else ""
    columns = f"  {count(len(Arrangement.loaded(search.columns).shown), 'column')}" if search.columns else ""
    return f"{fit(safe(search.name), 22)} {search.table:<10} {safe(search.query[:400])}{safe(sort)}{columns}"
