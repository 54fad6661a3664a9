"""Hostile data in dialogs: all 500 strings in each place."""

from __future__ import annotations

from pathlib import Path

import polars as pl
from textual.widgets import Input

from screens.dialogs.are_you_sure import AreYouSure
from screens.dialogs.columns import ColumnPicker
from screens.dialogs.confirm_commit import ConfirmCommit
from screens.dialogs.counted import example_line
from screens.dialogs.edit_cell import CellAt, EditCell
from screens.dialogs.edit_column import EditColumn, Reach
from screens.dialogs.hold_note import HoldNote
from screens.dialogs.keys import Help, KeysHelp
from screens.dialogs.new_item import NewItem
from screens.dialogs.one_line import OneLine
from screens.dialogs.rename_value import Renamed, RenameValue
from screens.dialogs.saved_searches import _line as saved_line
from screens.home.first_load import Wanted
from screens.home.loading import Loading
from screens.widgets.line_input import LineInput
from screens.widgets.suggestions import Suggested, Suggestions
from screens.widgets.text_line import TextLine
from tests.screens.conftest import opened
from tests.screens.hostile import missing
from tests.screens.hostile_session import TEXTS
from tests.screens.hostile_sinks import EVERY, composed, parts, said, tall
from workbench.preview.review import Tally
from workbench.search.kept import SavedSearch
from workbench.shown.addable import Addable
from workbench.shown.arrangement import Arrangement
from workbench.stage.edits import Edit
from workbench.stage.staging import Example
from workbench.workbench import Workbench


async def test_dialogs(hostile: Workbench) -> None:
    tally = Tally(1, 1, 1, 1, 1, 1, 1, 1, 1, "")
    none, some = pl.Series([], dtype=pl.UInt32), pl.Series([0], dtype=pl.UInt32)
    async with opened(hostile) as desk:
        for number, text in enumerate(text[:1000] for text in EVERY):
            seen = [
                composed(ConfirmCommit(tally, text)), composed(HoldNote(text)), composed(AreYouSure(text, [], text)),
                composed(OneLine(text, text, text, placeholder="why")),
                composed(RenameValue(hostile, Renamed("customers", "payment_term", (text, "b"), (text, text), 2, "", text))),
                composed(NewItem(hostile, text, [Addable("address", "addresses", 0)])),
                composed(Loading(Wanted(None, api=text))), composed(Loading(Wanted(Path(f"{text}.session"), file=Path(text)))),
            ]  # fmt: skip
            for place, one in enumerate(seen):
                assert not missing([text.strip("/")], one) or "/" in text, place
            one = Example(text, text, text, text)
            parts(example_line(one, text), (saved_line(SavedSearch(text, "customers", text, text)),))
            if number % 10 == 0:
                reach = Reach("customers", "email", some, 0, none, [])
                composed(EditColumn(hostile, reach, Edit("set", "email", text, text)))
                composed(KeysHelp({text: [Help(text, text, text)]}, text))
        desk.app.push_screen(ColumnPicker(Arrangement.of(TEXTS[:-1]), lambda _: None))
        await desk.quiet()
        assert not missing(TEXTS[:-1], said(desk.app.screen.query("*")))


async def test_the_dialog_of_a_cell(hostile: Workbench) -> None:
    rows = pl.Series(range(len(TEXTS)), dtype=pl.UInt32)
    async with tall(hostile) as desk:
        first = CellAt("customers", 0, "payment_term", TEXTS[0], TEXTS[1], rows)
        dialog = EditCell(hostile, first, lambda *_: None, lambda *_: None)
        desk.app.push_screen(dialog)
        await desk.quiet()
        for number, text in enumerate(TEXTS[:-1]):
            label = TEXTS[-2 - number]
            dialog.query_one(".title", TextLine).say(f"payment_term of {label}")
            with dialog.query_one(LineInput).prevent(Input.Changed):
                dialog.query_one(LineInput).value = text
            said(dialog.query("*"))
        found = dialog.query_one(Suggestions)
        found.styles.height = len(TEXTS)
        found.offer([Suggested(text, text, text) for text in TEXTS[:-1]], "")
        await desk.quiet()
        found._paint()
        assert not missing(TEXTS[:-1], said([found]))
        assert len(found._found) == len(set(TEXTS[:-1]))
