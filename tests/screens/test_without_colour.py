"""What colours say is said without them too: by a glyph, or by an attribute of the text."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from textual.app import App
from textual.widgets import OptionList

from screens.home.app import HomeApp
from screens.widgets.grid_paint import RANGED
from tests.cli.terminal import Terminal
from tests.screens.conftest import Desk, customer
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

Opener = Callable[..., Any]


def cursor_line(grid: Any) -> list[Any]:
    """The segments of the line that the cursor is on."""
    return list(grid.render_line(grid.cursor.position - grid.scroll_offset.y + 1))


async def test_a_range_has_a_glyph(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.press("v", "down")
        grid = desk.app.screen.grid
        assert [grid.render_line(y).text[1] == RANGED for y in (1, 2, 3)] == [True, True, False]


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_where_the_keys_go_is_seen_by_the_cursor_and_by_the_edge_of_the_pane(
    bench: Workbench, open_app: Opener, size: tuple[int, int]
) -> None:
    bench.stage([Edit("set", "payment_term", "NET30")], rows=pl.Series([1, 2], dtype=pl.UInt32))
    async with open_app(bench, size) as desk:
        await desk.press("2")
        grid, pane = desk.app.screen.grid, desk.app.screen.query_one("PatchPane")
        await desk.until(lambda: any(part.style.reverse for part in cursor_line(grid)))
        edges = {edge for edge, _ in pane.styles.border}
        assert "heavy" not in edges
        await desk.press("tab")
        await desk.until(lambda: "heavy" in {edge for edge, _ in pane.styles.border})
        parts = cursor_line(grid)
        assert any(part.style.underline for part in parts)
        assert not any(part.style.reverse for part in parts)


async def test_what_is_chosen_in_a_list_is_reversed_while_a_part_of_its_name_is_typed(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench) as desk:
        await desk.press("O")
        options = desk.app.screen.query_one(OptionList)
        assert not options.has_focus
        assert options.get_component_styles("option-list--option-highlighted").text_style.reverse


def test_with_no_color_no_colour_goes_to_the_terminal_and_what_has_the_keys_is_reversed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "c.ndjson").write_text("".join(json.dumps(customer(number)) + "\n" for number in range(40)))
    with Workbench.create(tmp_path / "s.session") as made:
        made.load(file=tmp_path / "c.ndjson")
        made.stage([Edit("set", "payment_term", "NET30")], rows=pl.Series([1, 2], dtype=pl.UInt32))
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("WORKBENCH_API_KEY", "any")
    command = "import sys; from workbench.cli.app import main; sys.exit(main())"
    with closing(Terminal(sys.executable, "-c", command, "open", str(tmp_path / "s.session"))) as terminal:
        terminal.shows("40 of 40")  # the first paint
        for keys, shown in (
            (b"s", "Company 001"), (b"\x10", "Edit marked  "), (b"\x1b", ""), (b"aE", "suggestions"), (b"\x1b", ""),
            (b"2", "PATCH /v1"), (b"a", "1 of 1 accepted"), (b"?", "Most needed"),
        ):  # fmt: skip
            before = len(terminal.seen)
            terminal.press(keys)
            terminal.until(lambda seen, before=before, shown=shown: shown.encode() in seen[before:])  # type: ignore[misc]
        assert colours(terminal.seen) == set()
        assert re.search(rb"\x1b\[1;7m.?Company 001", terminal.seen), "the cell under the cursor"


PLACES = (
    ("p", "enter", "f"), ("p", "w"), ("equals_sign",), ("equals_sign", "enter", "s"), ("C",), ("C", "space", "s"), ("I",), ("f",),
    ("f", "e"), ("F",), ("O",), ("apostrophe",), ("e",), ("E",), ("i",), ("m",), ("W",), ("enter",), ("enter", "slash"),
    ("slash", "question_mark"), ("question_mark",), ("ctrl+p",), ("2", "t"), ("2", "w"), ("2", "c"), ("2", "P"), ("3",),
    ("3", "enter"), ("4",), ("4", "enter"), ("4", "e"), ("4", "w"), ("t",), ("v", "down"), ("a",),
)  # fmt: skip
"""Keys that lead from Browse to each of its screens and dialogs."""


def coloured(app: App[Any]) -> set[str]:
    """The parts of what is on the screen that have a colour, or a ground of one, as they would be sent."""
    segments = (segment for strip in app.screen._compositor.render_strips() for segment in strip)
    return {text for text, style, _ in segments if style is not None and (style.color or style.bgcolor)}


async def test_with_no_color_no_screen_of_a_session_and_no_dialog_has_a_colour(
    served: tuple[Workbench, Any], open_app: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench, sandbox = served
    bench.stage([Edit("set", "payment_term", "NET30")], rows=pl.Series([1, 2], dtype=pl.UInt32))
    bench.commit()
    alike = [
        Edit("set", "company_name", "Company 003"),
        Edit("set", "email", "ann@company.example"),
        Edit("set", "phone", "12"),
    ]
    bench.stage(alike, rows=pl.Series([3, 4], dtype=pl.UInt32))
    monkeypatch.setenv("NO_COLOR", "1")
    seen = set()
    async with open_app(bench, api=sandbox.url) as desk:
        desk.app.screen.grid.go_to(column="payment_term")
        for keys in PLACES:
            await desk.press(*keys)
            seen.add(type(desk.app.screen).__name__)
            assert coloured(desk.app) == set(), keys
            while len(desk.app.screen_stack) > 1:
                desk.app.pop_screen()
                await desk.quiet()
            desk.app.switch_mode("browse")
            await desk.press("escape", "escape")
    assert len(seen) > 20, seen


async def test_with_no_color_home_and_its_dialogs_have_no_colour(
    bench: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.close()
    async with HomeApp(tmp_path).run_test() as pilot:
        assert coloured(pilot.app), "else this finds nothing"
    monkeypatch.setenv("NO_COLOR", "1")
    async with HomeApp(tmp_path).run_test() as pilot:
        desk = Desk(pilot.app, pilot)  # type: ignore[arg-type]
        await desk.quiet()
        for key in ("a", "f", "s", "question_mark"):
            assert coloured(pilot.app) == set()
            await desk.press(key)
            assert coloured(pilot.app) == set(), key
            await desk.press("escape")


def colours(seen: bytes) -> set[bytes]:
    """The codes of colours that were sent: whatever sets a colour of letters or of their ground."""
    codes = {code for sgr in re.findall(rb"\x1b\[([\d;:]*)m", seen) for code in re.split(rb"[;:]", sgr)}
    return codes - {b"", b"0", b"1", b"2", b"3", b"4", b"7", b"9"}
