"""Hostile data in what every place is made of, and in what is said in passing: all 500 strings, nothing but what can be seen.

Each place is painted by the app's own widgets, in process; `test_hostile_pty.py` and `test_hostile_walk.py` show what only a real
terminal can.
"""

from __future__ import annotations

from typing import Any

import pytest
from textual.widgets import Input

from screens.first_paint import picture
from screens.lines import cell_line, status_line, top_line
from screens.safe_palette import SafeCommandInput
from screens.widgets.difference import differing
from screens.widgets.line_input import LineInput
from screens.widgets.suggestion_line import SuggestionLine
from screens.widgets.text_line import TextBlock, TextLine
from tests.screens.conftest import opened
from tests.screens.hostile import HALVES, missing, unsafe
from tests.screens.hostile_session import TEXTS
from tests.screens.hostile_sinks import EVERY, painted, parts, said
from workbench.errors import WorkbenchError
from workbench.search.completion import Suggestion
from workbench.shown.cells import Cell, Column
from workbench.shown.first_screen import glance_of
from workbench.workbench import Workbench


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


def test_the_first_paint(hostile: Workbench) -> None:
    glance = glance_of(hostile.snapshot)
    for text in EVERY:
        top = picture(None, text[:1000], 80, 24)[0]
        assert unsafe("".join(segment.text for segment in top)) == []
    lines = picture(glance, hostile.name, 400, 110)
    seen = "".join(segment.text for line in lines for segment in line)
    assert unsafe(seen) == []
    assert not missing(TEXTS[:90], seen)


async def test_what_is_said_in_passing(hostile: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []

    def notified(message: str, *, markup: bool = True, title: str = "", **_: Any) -> None:
        assert (markup, title) == (False, "")
        told.append(message)

    async with opened(hostile) as desk:
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
