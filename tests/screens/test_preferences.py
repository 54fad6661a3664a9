"""A person's own theme and keys, and what cannot be read of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.color import Color

from screens.preferences import Preferences, keep_theme
from screens.themes import HIGH_CONTRAST
from screens.widgets.search_bar import SearchBar
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
    one, other = (luminance(Color.parse(colors[name])) for name in (text, under))
    assert (max(one, other) + 0.05) / (min(one, other) + 0.05) >= 7


def luminance(color: Color) -> float:
    """Relative luminance, as WCAG 2 defines it."""
    parts = (part / 255 for part in color.rgb)
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
