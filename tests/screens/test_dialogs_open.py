"""A dialog is there soon: it is arranged when it is shown, not again for its size, and what is behind it is tinted once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from rich.segment import Segment
from textual.renderables.background_screen import BackgroundScreen
from textual.screen import Screen
from textual.strip import Strip

from screens.dialogs.behind import Behind
from screens.dialogs.hold_note import HoldNote
from workbench.workbench import Workbench

Opener = Callable[..., Any]


@pytest.fixture
def arranged(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often screens are arranged, by class."""
    counted: Counter[str] = Counter()
    arrange = Screen._refresh_layout

    def counts(self: Screen[Any], *arguments: Any, **options: Any) -> None:
        counted[type(self).__name__] += 1
        arrange(self, *arguments, **options)

    monkeypatch.setattr(Screen, "_refresh_layout", counts)
    return counted


async def test_a_dialog_that_opens_is_not_arranged_again_for_its_size_nor_is_what_is_behind_it(
    bench: Workbench, open_app: Opener, arranged: Counter[str]
) -> None:
    async with open_app(bench) as desk:
        await desk.quiet()
        before = arranged["Browse"]
        await desk.press("m")
        assert isinstance(desk.app.screen, HoldNote)
        assert desk.app.screen.has_class("-roomy", "-short"), "it knows by then how large the terminal is"
        assert arranged["HoldNote"] <= 2, "when it is shown, and for what was put into it"
        assert arranged["Browse"] <= before + 1, "for what it has lost itself, not for the size of the dialog"


async def test_a_dialog_is_arranged_anew_when_the_terminal_is_resized(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.press("m")
        await desk.pilot.resize_terminal(60, 45)
        await desk.quiet()
        assert desk.app.screen.has_class("-slim", "-tall")
        assert not desk.app.screen.has_class("-roomy")
        assert not desk.app.screen.has_class("-short")
        assert desk.app.screen.query_one("#frame").region.width == 60


async def test_what_is_behind_a_dialog_looks_as_textual_would_paint_it(hostile: Workbench, open_app: Opener) -> None:
    async with open_app(hostile) as desk:
        browse = desk.app.screen
        await desk.press("m")
        dialog = desk.app.screen
        ours = Behind(BackgroundScreen(browse, dialog.background_colors[1])).render_strips(
            80,
            24,
            dialog.visual_style,
            None,  # type: ignore[arg-type]
        )
        theirs = BackgroundScreen.process_segments(
            (segment for line in browse._compositor.render_strips() for segment in line), dialog.background_colors[1]
        )
        base = dialog.visual_style.rich_style
        wanted = [Segment(text, base + style if style else base, control) for text, style, control in theirs]
        assert [segment for line in ours for segment in line] == wanted


async def test_what_changes_behind_a_dialog_is_seen_there(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        browse = desk.app.screen
        await desk.press("m")
        before = _behind(desk)
        browse.grid.go_to(column="payment_term")
        await desk.quiet()
        assert _behind(desk) != before


def _behind(desk: Any) -> list[str]:
    strips: list[Strip] = desk.app.screen._compositor.render_strips()
    return [strip.text for strip in strips[:4]]
