"""Whatever script it is written in, what is typed is what is staged, and nothing beside it moves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rich.cells import cell_len

from screens.steady import steadied
from screens.widgets.line_input import LineInput
from workbench.shown.text import glyphs
from workbench.workbench import Workbench

Opener = Callable[..., Any]
TYPED = "می\u200cروم 東京 👨\u200d👩\u200d👧 e\u0301 क्ष 10\u00a0€"
"""A word with a joiner, wide letters, a family of three, a letter and its accent, a ligature, a space that does not break."""


async def test_what_is_typed_in_any_script_is_staged_as_it_was_typed_and_the_cursor_stands_behind_it(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench) as desk:
        await desk.press("e")
        field = desk.app.focused
        assert isinstance(field, LineInput)
        await desk.press("ctrl+a")
        field.value = ""
        await desk.type(TYPED)
        assert field.value == TYPED
        await desk.press("left")
        assert field.cursor_screen_offset.x - field.content_region.x == cell_len(glyphs(TYPED[:-1]))
        assert field._cell_offset_to_index(cell_len(glyphs(TYPED[:9]))) == 9, "a click finds the letter that it is on"
        line = "".join(part.text for part in field.render_line(0))
        assert cell_len(line) == field.size.width
        assert steadied(line).startswith(f"\x1b7\x1b[{field.size.width}X"), "the frame stands where it stood"
        await desk.press("enter")
        await desk.until(lambda: bench.snapshot.staged_cells == 1)
        assert bench.snapshot.current.customers["company_name"][0] == TYPED
        below = desk.app.screen.query_one("#cell")
        assert steadied("".join(part.text for part in below.render_line(0))).startswith("\x1b7")


async def test_a_space_that_is_none_of_the_ordinary_ones_has_one_sign_everywhere_and_is_staged_as_it_is(
    bench: Workbench, open_app: Opener
) -> None:
    name = "Net\u00a030\u200b\u3000x"
    async with open_app(bench) as desk:
        await desk.press("e", "ctrl+u")
        await desk.type(name)
        assert "Net⍽30◦⍽x" in "".join(part.text for part in desk.app.screen.query_one(LineInput).render_line(0))
        await desk.press("enter")
        await desk.until(lambda: bench.snapshot.staged_cells == 1)
        assert bench.snapshot.current.customers["company_name"][0] == name
        assert "Net⍽30◦⍽x" in desk.text("#cell")
        await desk.press("slash")
        await desk.type(f'company_name:="{name}"')
        assert "Net⍽30◦⍽x" in "".join(part.text for part in desk.app.screen.query_one("#query").render_line(0))
        await desk.press("enter")
        assert '/ company_name:="Net⍽30◦⍽x"' in desk.text("#status")
        assert "Net⍽30◦⍽x" in "".join(part.text for part in desk.app.screen.query_one("#grid").render_line(1))


async def test_spaces_that_nobody_sees_are_seen_where_a_value_is_typed_and_stay_spaces(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench) as desk:
        await desk.press("e", "ctrl+u")
        await desk.type(" Net  30 days ")
        field = desk.app.screen.query_one("#value", LineInput)
        assert field.painted(0, 14) == "·Net··30 days·"
        assert field.painted(5, 9) == "·30 "
        await desk.press("enter")
        await desk.until(lambda: bench.snapshot.staged_cells == 1)
        assert bench.snapshot.current.customers["company_name"][0] == " Net  30 days "
        await desk.press("slash")
        await desk.type("a  b ")
        assert desk.app.screen.query_one("#query", LineInput).painted(0, 5) == "a  b "
