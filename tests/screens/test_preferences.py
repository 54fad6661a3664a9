"""A person's own theme and keys, and what cannot be read of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from textual.app import App
from textual.color import Color

from screens.contrast import LEAST, contrast
from screens.preferences import Preferences, keep_theme
from screens.themes import HIGH_CONTRAST
from screens.widgets.search_bar import SearchBar
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

Opener = Callable[..., Any]


def keep(place: Path, text: str) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text)


async def test_the_theme_that_is_chosen_is_there_the_next_time_and_keys_stay(
    bench: Workbench, open_app: Opener, preferences: Path
) -> None:
    keep(preferences, '{"keys": {"browse.search": "ctrl+s"}}')
    async with open_app(bench) as desk:
        assert desk.app.theme == "textual-dark"
        desk.app.theme = "high-contrast"
        await desk.until(lambda: "high-contrast" in preferences.read_text())
    async with open_app(bench) as desk:
        assert desk.app.theme == "high-contrast"
    assert Preferences.read() == Preferences("high-contrast", {"browse.search": "ctrl+s"})


async def test_opening_keeps_nothing(bench: Workbench, open_app: Opener, preferences: Path) -> None:
    async with open_app(bench):
        pass
    assert Preferences.read() == Preferences()


async def test_a_key_of_ones_own_takes_the_place_of_the_usual_one(
    bench: Workbench, open_app: Opener, preferences: Path
) -> None:
    keep(preferences, '{"keys": {"browse.search": "ctrl+s"}}')
    async with open_app(bench) as desk:
        await desk.press("slash")
        assert not desk.app.screen.query_one(SearchBar).has_class("-open")
        await desk.press("ctrl+s")
        assert desk.app.screen.query_one(SearchBar).has_class("-open")


def test_the_key_that_confirms_a_commit_cannot_be_changed(preferences: Path) -> None:
    keep(preferences, '{"keys": {"confirm.yes": "c", "grid.mark": "b"}}')
    found = Preferences.read()
    assert found.keys == {"grid.mark": "b"}
    assert "confirm.yes" in found.wrong


@pytest.mark.parametrize(
    "text",
    ["{", "[]", '{"theme": 3}', '{"keys": []}', '{"keys": {"grid.mark": 3}}', '{"theme": "no such"}'],
)  # fmt: skip
async def test_preferences_that_cannot_be_read_are_said_and_the_app_opens(
    bench: Workbench, open_app: Opener, preferences: Path, text: str
) -> None:
    keep(preferences, text)
    async with open_app(bench) as desk:
        assert desk.app.theme == "textual-dark"
        assert "app.json" in desk.said or "no theme" in desk.said


async def test_a_folder_that_cannot_be_written_is_said(bench: Workbench, open_app: Opener, preferences: Path) -> None:
    preferences.parent.write_text("a file where the folder should be")
    async with open_app(bench) as desk:
        desk.app.theme = "high-contrast"
        await desk.until(lambda: "cannot be kept" in desk.said)


def test_a_broken_file_is_made_anew_when_a_theme_is_kept(preferences: Path) -> None:
    keep(preferences, "{")
    keep_theme("nord")
    assert Preferences.read() == Preferences(theme="nord")


@pytest.mark.parametrize(
    "text", ["foreground", "text-accent", "text-success", "text-error", "text-muted", "text-primary"]
)
@pytest.mark.parametrize("under", ["surface", "surface-lighten-2", "panel", "accent-muted"])
def test_high_contrast_is_high(text: str, under: str) -> None:
    colors = HIGH_CONTRAST.to_color_system().generate()
    assert contrast(Color.parse(colors[text]).rgb, Color.parse(colors[under]).rgb) >= 7


@pytest.mark.parametrize("theme", [name for name in App().available_themes if "ansi" not in name])
async def test_in_every_theme_every_text_can_be_read_on_its_ground(
    bench: Workbench, open_app: Opener, theme: str
) -> None:
    bench.stage([Edit("set", "payment_term", "NET60")], rows=pl.Series(range(8), dtype=pl.UInt32))
    bench.stage([Edit("set", "phone", "12")], rows=pl.Series([1, 2], dtype=pl.UInt32))
    async with open_app(bench, (120, 40)) as desk:
        desk.app.theme = theme
        await desk.press("s", "v", "down", "down")
        assert hard_to_read(desk) == []
        await desk.press("escape", "f")
        await desk.until(lambda: "values" in desk.text("#facet"))
        await desk.press("space", "down", "minus")
        assert hard_to_read(desk) == []
        await desk.press("escape", "escape", "enter", "J")
        assert hard_to_read(desk) == []
        await desk.press("escape", "2")
        await desk.until(lambda: "odd first" in desk.text("#status"))
        assert hard_to_read(desk) == []


def hard_to_read(desk: Any) -> list[str]:
    """The texts on the screen whose colour is too near to that of their ground."""
    found = []
    for strip in desk.app.screen._compositor.render_strips(desk.app.size):
        for text, style, _ in strip:
            if style is None or not any(char.isalnum() or char in "•!●?" for char in text):
                continue
            color, ground = style.color.get_truecolor(), style.bgcolor.get_truecolor()
            if contrast(tuple(color), tuple(ground)) < LEAST:
                found.append(f"{text.strip()}: {style}")
    return found
