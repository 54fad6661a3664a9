"""Hostile data in the screens and their panes: all 500 strings in each place."""

from __future__ import annotations

import os
from dataclasses import replace
from itertools import cycle
from pathlib import Path
from typing import Any

import orjson

from screens.run_words import ended
from screens.widgets.changes_pane import ChangesPane
from screens.widgets.facet_list import FacetList
from screens.widgets.grid import Grid
from screens.widgets.line_input import LineInput
from screens.widgets.outcome_pane import OutcomePane
from screens.widgets.patch_pane import PatchPane
from screens.widgets.record_form import RecordForm
from screens.widgets.search_bar import SearchBar
from screens.widgets.suggestion_line import SuggestionLine
from screens.widgets.text_line import TextBlock, TextLine
from screens.widgets.three_values import ThreeValues
from tests.screens.conftest import opened
from tests.screens.hostile import missing, unsafe
from tests.screens.hostile_session import TEXTS
from tests.screens.hostile_sinks import EVERY, TALL, painted, parts, said, tall
from tests.screens.test_home import home
from workbench.errors import QueryError, WorkbenchError
from workbench.preview.review import ReviewedPatch
from workbench.shown.cells import Cell
from workbench.shown.record import Record
from workbench.stage.notes import Note
from workbench.workbench import Workbench


async def test_browse_in_all_tables_its_facets_and_its_search(hostile: Workbench) -> None:
    async with tall(hostile) as desk:
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
            bar.wrong(_mistake(hostile, text) if number % 10 == 0 else text, 3)
            if number % 10 == 0:
                query = f'company_name:"{text[:9]}'
                bar.query_one(SuggestionLine).show(hostile.complete(query, len(query), "customers"))
            said(bar.query(TextLine))


def _mistake(hostile: Workbench, text: str) -> str:
    """What is said of a query in which a field is called like this."""
    try:
        hostile.search(f"{text}:x")
    except QueryError as error:
        return str(error)
    return text


async def test_a_record(hostile: Workbench) -> None:
    async with opened(hostile, size=(100, 60)) as desk:
        await desk.press("enter")
        screen: Any = desk.app.screen
        seen, record = "", hostile.record(0)
        for number, text in enumerate(text[:5000] for text in TEXTS):
            shown = hostile.record(number) if number % 20 == 0 else _everywhere(record, text)
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


async def test_review_its_opened_groups_and_the_exact_body(hostile: Workbench) -> None:
    async with tall(hostile) as desk:
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


async def test_run_and_the_words_of_the_server(hostile: Workbench) -> None:
    async with tall(hostile) as desk:
        await desk.press("3")
        screen: Any = desk.app.screen
        await desk.until(lambda: screen.lines is not None)
        await desk.quiet()
        assert not missing(TEXTS[:400], painted(desk)), "every fifteenth is not refused"
        await desk.press("enter")
        pane, seen = screen.query_one(OutcomePane), ""
        for seq in range(len(TEXTS)):
            pane.show(TEXTS[seq][:1000], hostile.customer_outcome(1, seq), hostile.snapshot.current)
            seen += said(pane.query(TextLine))
        assert len(missing(TEXTS, seen)) == 0
        for text in EVERY:
            parts(ended(replace(hostile.runs[0], reason=text[:1000])))
            screen._wrong(WorkbenchError(text[:1000]))
            said(screen.query("#status"))
        painted(desk)


async def test_history_its_notes_and_its_cells(hostile: Workbench) -> None:
    async with tall(hostile) as desk:
        await desk.press("4")
        screen: Any = desk.app.screen
        assert not missing(TEXTS[:30], painted(desk))
        await desk.press("enter")
        pane, snapshot = screen.query_one(ChangesPane), hostile.snapshot
        for entry, text in zip(cycle(hostile.log().operations), TEXTS, strict=False):
            operation = replace(hostile.operation(entry["operation"]), note=text[:1000], by=text[:1000])
            pane.query_one(TextBlock).say_lines([(operation.note, operation.by)])
            note = Note("2026-01-01T00:00:00", text[:1000], text[:1000])
            if operation.changes and operation.changes[0].count < 5:
                pane.show(snapshot, operation, text[:1000], [note])
            said(pane.query(TextLine))
        largest = max(hostile.log().operations, key=lambda entry: entry["changed"])
        pane.show(snapshot, hostile.operation(largest["operation"]), "", [])
        pane.styles.height = TALL[1] - 20
        await desk.quiet()
        assert not missing([text for text in TEXTS if "\0" not in text][:400], painted(desk))
        await desk.press("e")
        said(desk.app.screen.query("*"))


async def test_conflicts_and_their_three_values(hostile: Workbench) -> None:
    async with tall(hostile) as desk:
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
