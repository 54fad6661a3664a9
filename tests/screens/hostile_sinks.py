"""What the tests of hostile data share: a terminal on which all 500 are seen at once, and all that is on it, checked."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from typing import Any

from textual.compose import compose
from textual.widget import Widget
from textual.widgets import OptionList

from screens.dialogs.dialog import Dialog
from screens.widgets.labelled import Labelled
from screens.widgets.line_input import LineInput
from screens.widgets.text_line import TextLine, text_of
from tests.screens.conftest import Desk, opened
from tests.screens.hostile import HALVES, unsafe
from tests.screens.hostile_session import TEXTS
from workbench.workbench import Workbench

TALL = (130, 540)
"""A terminal on which a list of 500 is seen at once."""
EVERY = (*TEXTS, *HALVES)


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
        own = compose(widget) if isinstance(widget, Labelled) else []
        yield from _below([*widget._pending_children, *widget.children, *own])


def parts(*lines: Iterable[Any]) -> str:
    """What lines of parts say."""
    text = "\n".join(str(text_of(*line)) for line in lines)
    assert unsafe(text, lines=True) == []
    return text
