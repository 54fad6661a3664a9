"""What colours say is said without them too: by a glyph, or by an attribute of the text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
from textual.widgets import OptionList

from screens.widgets.grid_paint import RANGED
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
