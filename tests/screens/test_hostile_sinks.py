"""Hostile data in every place that shows data: all 500 strings in each, nothing but what can be seen on its way to the terminal.

Each place is painted by the app's own widgets, in process; `test_hostile_pty.py` shows what only a real terminal can.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import cycle
from pathlib import Path
from typing import Any

import orjson
import polars as pl
import pytest
from textual.compose import compose
from textual.widget import Widget
from textual.widgets import Input, OptionList

from screens.dialogs.are_you_sure import AreYouSure
from screens.dialogs.columns import ColumnPicker
from screens.dialogs.confirm_commit import ConfirmCommit
from screens.dialogs.counted import example_line
from screens.dialogs.dialog import Dialog
from screens.dialogs.edit_cell import CellAt, EditCell
from screens.dialogs.edit_column import EditColumn, Reach
from screens.dialogs.hold_note import HoldNote
from screens.dialogs.keys import Help, KeysHelp
from screens.dialogs.one_line import OneLine
from screens.dialogs.saved_searches import _line as saved_line
from screens.first_paint import picture
from screens.home.first_load import Wanted
from screens.home.loading import Loading
from screens.lines import cell_line, status_line, top_line
from screens.run_words import ended
from screens.safe_palette import SafeCommandInput
from screens.widgets.changes_pane import ChangesPane
from screens.widgets.difference import differing
from screens.widgets.facet_list import FacetList
from screens.widgets.grid import Grid
from screens.widgets.line_input import LineInput
from screens.widgets.outcome_pane import OutcomePane
from screens.widgets.patch_pane import PatchPane
from screens.widgets.record_form import RecordForm
from screens.widgets.search_bar import SearchBar
from screens.widgets.suggestion_line import SuggestionLine
from screens.widgets.suggestions import Suggested, Suggestions
from screens.widgets.text_line import TextBlock, TextLine, text_of
from screens.widgets.three_values import ThreeValues
from tests.screens.conftest import Desk, opened
from tests.screens.hostile import HALVES, missing, unsafe
from tests.screens.hostile_session import TEXTS, made_once
from tests.screens.test_home import home
from workbench.errors import QueryError, WorkbenchError
from workbench.preview.review import ReviewedPatch, Tally
from workbench.search.completion import Suggestion
from workbench.search.kept import SavedSearch
from workbench.shown.arrangement import Arrangement
from workbench.shown.cells import Cell, Column
from workbench.shown.first_screen import glance_of
from workbench.shown.record import Record
from workbench.stage.edits import Edit
from workbench.stage.notes import Note
from workbench.stage.staging import Example
from workbench.workbench import Workbench

TALL = (130, 540)
"""A terminal on which a list of 500 is seen at once."""
EVERY = (*TEXTS, *HALVES)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    """The hostile session. No test here changes it."""
    made = made_once(tmp_path_factory)
    copy = tmp_path_factory.mktemp("sinks") / made.name
    shutil.copy(made, copy)
    with Workbench.open(copy, key="k") as bench:
        yield bench


@asynccontextmanager
async def tall(bench: Workbench) -> AsyncIterator[Desk]:
    """The app on the tall terminal."""
    async with opened(bench, size=TALL) as desk:
        yield desk


def painted(desk: Desk) -> str:
    """All that is on the screen, checked."""
    strips = desk.app.screen._compositor.render_strips(desk.app.size)
    text = "".join(segment.text for strip in strips for segment in strip)
    assert unsafe(text) == []
    return text


def said(widgets: Iterable[Widget]) -> str:
    """All that widgets would show if there were room, checked."""
    found: list[str] = []
    for widget in widgets:
        if isinstance(widget, TextLine):
            found.append(str(widget.content))
        elif isinstance(widget, LineInput):
            found += [widget._value.plain, str(widget.placeholder)]
        elif isinstance(widget, OptionList):
            found += [str(option.prompt) for option in widget.options]
    text = "\n".join(found)
    assert unsafe(text, lines=True) == []
    return text


def composed(dialog: Dialog[Any]) -> str:
    """All that a dialog says before it is opened."""
    return said(_below(compose(dialog)))


def _below(widgets: Iterable[Widget]) -> Iterator[Widget]:
    for widget in widgets:
        yield widget
        yield from _below([*widget._pending_children, *widget.children])


def parts(*lines: Iterable[Any]) -> str:
    """What lines of parts say."""
    text = "\n".join(str(text_of(*line)) for line in lines)
    assert unsafe(text, lines=True) == []
    return text


# -- what every place is made of --------------------------------------------------------------------------------------


def test_lines_and_blocks_of_text() -> None:
    line, block = TextLine(), TextBlock()
    for text in EVERY:
        line.say((text, "bold"))
        block.say_lines([(text[:100],), ((text[:100], "dim"), text[:100])])
        assert not missing([text], said([line]))
        assert not missing([text], said([block]))


def test_inputs_and_lists_of_suggestions() -> None:
    field, palette = LineInput(), SafeCommandInput()
    for text in EVERY:
        field.set_reactive(Input.value, text)
        palette.set_reactive(Input.value, text)
        assert unsafe(field._value.plain + palette._value.plain) == []
    line = SuggestionLine()
    line.show([Suggestion(0, 1, text, text, 3) for text in EVERY])
    assert not missing(EVERY, said([line]))


def test_the_lines_around_a_grid() -> None:
    column = Column("x", "x", editable=False)
    seen = ""
    for text in (text[:1000] for text in EVERY):
        cell = Cell(text, text, True, True)
        seen += parts(
            top_line("browse", text, 1, busy=text),
            cell_line(column, cell, text),
            status_line("customers", 1, 2, query=text),
        )
        seen += parts(differing(text, "other", "bold"), differing("other", text, "bold"))
    assert not missing(EVERY, seen)


def test_the_first_paint(bench: Workbench) -> None:
    glance = glance_of(bench.snapshot)
    for text in EVERY:
        top = picture(None, text[:1000], 80, 24)[0]
        assert unsafe("".join(segment.text for segment in top)) == []
    lines = picture(glance, bench.name, 400, 110)
    seen = "".join(segment.text for line in lines for segment in line)
    assert unsafe(seen) == []
    assert not missing(TEXTS[:90], seen)


# -- the app ----------------------------------------------------------------------------------------------------------


async def test_browse_in_all_tables_its_facets_and_its_search(bench: Workbench) -> None:
    async with tall(bench) as desk:
        screen: Any = desk.app.screen
        for _ in range(4):
            assert not missing(TEXTS, painted(desk))
            await desk.press("t")
        for position in range(len(TEXTS)):
            with screen.grid.prevent(Grid.Moved):
                screen.grid.go_to(position=position)
            screen.on_grid_moved()
            said(screen.query("#cell, #status"))
        screen.grid.go_to(position=0, column="company_name")
        await desk.press("f")
        await desk.until(lambda: screen.query_one(FacetList).lines.height > 100)
        assert len(missing(TEXTS, painted(desk))) < 50, "some are shown twice, and so behind the others"
        await desk.press("escape")
        bar = screen.query_one(SearchBar)
        await desk.press("slash")
        for number, text in enumerate(TEXTS[:-1]):
            bar.wrong(_mistake(bench, text) if number % 10 == 0 else text, 3)
            if number % 10 == 0:
                query = f'company_name:"{text[:9]}'
                bar.query_one(SuggestionLine).show(bench.complete(query, len(query), "customers"))
            said(bar.query(TextLine))


def _mistake(bench: Workbench, text: str) -> str:
    """What is said of a query in which a field is called like this."""
    try:
        bench.search(f"{text}:x")
    except QueryError as error:
        return str(error)
    return text


async def test_a_record(bench: Workbench) -> None:
    async with opened(bench, size=(100, 60)) as desk:
        await desk.press("enter")
        screen: Any = desk.app.screen
        seen, record = "", bench.record(0)
        for number, text in enumerate(text[:5000] for text in TEXTS):
            shown = bench.record(number) if number % 20 == 0 else _everywhere(record, text)
            with screen.form.prevent(RecordForm.Moved):
                screen.form.go_to(number % len(shown.entries))
                screen._show(shown)
            lines = [screen.form.render_line(y) for y in range(60 if number % 20 == 0 else 3)]
            assert unsafe("".join(segment.text for line in lines for segment in line)) == []
            seen += said(screen.query("#who, #field"))
        assert not missing(TEXTS[1:], seen)
        painted(desk)


def _everywhere(record: Record, text: str) -> Record:
    """A record that holds a text wherever there is one, in a few lines."""
    section = record.sections[0]
    entries = [
        replace(
            one, label=text, cell=Cell(text, text, True, True), why=text, path=text, text=text, about=((text, text),)
        )
        for one in section.entries[:4]
    ]
    return replace(record, name=text, held=text, sections=(replace(section, title=text, entries=tuple(entries)),))


async def test_what_is_said_in_passing(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []

    def notified(message: str, *, markup: bool = True, title: str = "", **_: Any) -> None:
        assert (markup, title) == (False, "")
        told.append(message)

    async with opened(bench) as desk:
        with monkeypatch.context() as patch:
            patch.setattr(desk.app, "notify", notified)
            for text in EVERY:
                desk.app.say(text)
                desk.app.say_wrong(WorkbenchError(f"run workbench resume {text}"))
        assert len(told) == 2 * len(EVERY)
        assert unsafe("".join(told), lines=True) == []
        for text in (TEXTS[12], TEXTS[40], TEXTS[70], HALVES[0]):
            desk.app.say(text)
        await desk.quiet()
        painted(desk)


async def test_dialogs(bench: Workbench) -> None:
    tally = Tally(1, 1, 1, 1, 1, 1, 1, 1, "")
    none, some = pl.Series([], dtype=pl.UInt32), pl.Series([0], dtype=pl.UInt32)
    async with tall(bench) as desk:
        for number, text in enumerate(text[:1000] for text in EVERY):
            seen = [
                composed(ConfirmCommit(tally, text)), composed(HoldNote(text)), composed(AreYouSure(text, [], text)),
                composed(OneLine(text, text, text, placeholder="why")),
                composed(Loading(Wanted(None, api=text))), composed(Loading(Wanted(Path(f"{text}.session"), file=Path(text)))),
            ]  # fmt: skip
            for place, one in enumerate(seen):
                assert not missing([text.strip("/")], one) or "/" in text, place
            one = Example(text, text, text, text)
            parts(example_line(one, path=True), (saved_line(SavedSearch(text, "customers", text, text)),))
            if number % 10 == 0:
                reach = Reach("customers", "email", some, 0, none, [])
                composed(EditColumn(bench, reach, Edit("set", "email", text, text)))
                composed(KeysHelp({text: [Help(text, text, text)]}, text))
        desk.app.push_screen(ColumnPicker(Arrangement.of(TEXTS[:-1]), lambda _: None))
        await desk.quiet()
        assert not missing(TEXTS[:-1], said(desk.app.screen.query("*")))


async def test_the_dialog_of_a_cell(bench: Workbench) -> None:
    rows = pl.Series(range(len(TEXTS)), dtype=pl.UInt32)
    async with tall(bench) as desk:
        first = CellAt("customers", 0, "payment_term", TEXTS[0], TEXTS[1], rows)
        dialog = EditCell(bench, first, lambda *_: None, lambda *_: None)
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


async def test_review_its_opened_groups_and_the_exact_body(bench: Workbench) -> None:
    async with tall(bench) as desk:
        await desk.press("2")
        screen: Any = desk.app.screen
        painted(desk)
        await desk.press("t")
        assert not missing(TEXTS, painted(desk))
        for keys in ("enter", "t", "enter", "enter"):
            await desk.press(keys)
            painted(desk)
        review, pane = screen.list.review, screen.query_one(PatchPane)
        seen, patch = "", None
        for row, text in enumerate(text[:3000] for text in TEXTS):
            patch = review.patch(row // 20 * 20) if row % 20 == 0 else _patch_of(patch, text)
            assert patch is not None
            pane.show(text, patch)
            seen += said(pane.query(TextLine))
        assert not missing(TEXTS, seen)
        await desk.press("escape", "escape")
        for number in range(len(screen.list.lines)):
            parts((screen.list.why(number), screen.asked.words))
        await desk.press("m")
        said(desk.app.screen.query("*"))


def _patch_of(patch: ReviewedPatch | None, text: str) -> ReviewedPatch:
    """A patch that holds a text wherever there is one."""
    assert patch is not None
    changes = tuple(replace(one, path=text, before=text, after=f"{text} ") for one in patch.whole.changes)
    whole = replace(patch.whole, id=text, held=text, body=orjson.dumps({text: text}), changes=changes)
    return replace(patch, whole=whole, sent=whole)


async def test_run_and_the_words_of_the_server(bench: Workbench) -> None:
    async with tall(bench) as desk:
        await desk.press("3")
        screen: Any = desk.app.screen
        await desk.until(lambda: screen.lines is not None)
        await desk.quiet()
        assert not missing(TEXTS[:400], painted(desk)), "every fifteenth is not refused"
        await desk.press("enter")
        pane, seen = screen.query_one(OutcomePane), ""
        for seq in range(len(TEXTS)):
            pane.show(TEXTS[seq][:1000], bench.customer_outcome(1, seq))
            seen += said(pane.query(TextLine))
        assert len(missing(TEXTS, seen)) == 0
        for text in EVERY:
            parts(ended(replace(bench.runs[0], reason=text[:1000])))
            screen._wrong(WorkbenchError(text[:1000]))
            said(screen.query("#status"))
        painted(desk)


async def test_history_its_notes_and_its_cells(bench: Workbench) -> None:
    async with tall(bench) as desk:
        await desk.press("4")
        screen: Any = desk.app.screen
        assert not missing(TEXTS[:30], painted(desk))
        await desk.press("enter")
        pane, snapshot = screen.query_one(ChangesPane), bench.snapshot
        for entry, text in zip(cycle(bench.log().operations), TEXTS, strict=False):
            operation = replace(bench.operation(entry["operation"]), note=text[:1000], by=text[:1000])
            pane.query_one(TextBlock).say_lines([(operation.note, operation.by)])
            note = Note("2026-01-01T00:00:00", text[:1000], text[:1000])
            if operation.changes and operation.changes[0].count < 5:
                pane.show(snapshot, operation, text[:1000], [note])
            said(pane.query(TextLine))
        largest = max(bench.log().operations, key=lambda entry: entry["changed"])
        pane.show(snapshot, bench.operation(largest["operation"]), "", [])
        pane.styles.height = TALL[1] - 20
        await desk.quiet()
        assert not missing([text for text in TEXTS if "\0" not in text][:400], painted(desk))
        await desk.press("e")
        said(desk.app.screen.query("*"))


async def test_conflicts_and_their_three_values(bench: Workbench) -> None:
    async with tall(bench) as desk:
        await desk.app.run_action("conflicts")
        await desk.quiet()
        screen: Any = desk.app.screen
        painted(desk)
        pane, seen = screen.query_one(ThreeValues), ""
        for row in range(screen.rows.height):
            pane.show(screen.rows.label(row), screen.rows.path(row), screen.rows.values(row), gone=False)
            seen += said(pane.query(TextLine))
        assert not missing([text for text in TEXTS if "\0" not in text], seen)


async def test_home_with_the_names_that_a_folder_allows(tmp_path: Path) -> None:
    folder = tmp_path / "\x1b[31m\u202e"
    folder.mkdir()
    names = {os.fsencode(text[:60]) for text in TEXTS if not {"/", "\0"} & set(text) and text.strip(".")}
    names |= {b"\xff\x1b[2J", b"\xed\xa0\x80"}
    for name in names:
        (folder / f"{os.fsdecode(name)}.session").touch()
    async with home(folder, size=TALL, said=TEXTS[3]) as desk:
        screen: Any = desk.app.screen
        assert len(screen.sessions) == len(names) > 400
        seen = painted(desk)
        for position in range(len(screen.sessions)):
            screen.grid.go_to(position=position)
            screen.on_grid_moved()
            seen += said(screen.query(TextLine))
        assert not missing([os.fsdecode(name) for name in names], seen)
        await desk.press("enter")
        assert "empty" in desk.said
        painted(desk)
        await desk.press("f")
        form: Any = desk.app.screen
        field = form.query_one("#file", LineInput)
        field.value = f"{folder}/"
        field.focus()
        await desk.press("tab")
        assert "more" in said(form.query("*"))
        for text in EVERY:
            form.say_wrong(text[:1000])
            said(form.query("*"))
