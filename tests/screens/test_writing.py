"""From the app to a file: the plan and the report of what is staged; and the story of a cell."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

import polars as pl
import pytest

from screens.dialogs.are_you_sure import AreYouSure
from screens.dialogs.cell_story import CellStory
from screens.dialogs.one_line import OneLine
from screens.record import RecordView
from screens.widgets.line_input import LineInput
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

Opener = Callable[..., Any]
HOSTILE = "A\x1b]52;c;QUJD\x07[@click=app.quit]B"


def rows(*numbers: int) -> pl.Series:
    return pl.Series(numbers, dtype=pl.UInt32)


async def command(desk: Any, title: str) -> None:
    """Runs what the palette of this screen calls so."""
    [found] = [one for one in desk.app.get_system_commands(desk.app.screen) if one.title == title]
    found.callback()
    await desk.quiet()


async def named(desk: Any, file: Path) -> None:
    await desk.until(lambda: isinstance(desk.app.screen, OneLine))
    desk.app.screen.query_one("#value").value = str(file)
    await desk.press("enter")


async def test_the_plan_is_written_from_any_screen_and_is_what_the_command_line_takes(
    bench: Workbench, open_app: Opener, tmp_path: Path
) -> None:
    async with open_app(bench) as desk:
        await command(desk, "Write the plan")
        await desk.until(lambda: "nothing is staged that could go" in desk.said)
        bench.stage([Edit("set", "payment_term", "NET30")], rows=rows(0, 1, 2))
        bench.hold(rows=rows(1))
        bench.leave_out({("customers", "payment_term"): rows(2)})
        file = tmp_path / "plan.json"
        await command(desk, "Write the plan")
        await desk.until(lambda: isinstance(desk.app.screen, OneLine))
        assert "of 1 customer: all that is staged and neither held nor out" in desk.text(".quiet")
        await named(desk, file)
        await desk.until(lambda: "wrote the plan of 1 customer" in desk.said)
        plan = bench.read_plan(file)
        assert plan.digest == bench.preview().digest
        assert plan.digest in desk.said
        assert bench.rows_of(plan).to_list() == [0]
        await desk.press("2", "P")
        await named(desk, file)
        await desk.until(lambda: isinstance(desk.app.screen, AreYouSure))
        await desk.press("escape")
        assert bench.read_plan(file).at == plan.at


async def test_the_report_is_written_as_a_page_in_which_data_is_inert(
    bench: Workbench, open_app: Opener, tmp_path: Path
) -> None:
    bench.stage([Edit("set", "payment_term", "<script>x")], rows=rows(0))
    async with open_app(bench) as desk:
        await desk.press("2", "W")
        await named(desk, tmp_path / "review.html")
        await desk.until(lambda: "wrote the report to" in desk.said)
        page = (tmp_path / "review.html").read_text()
        assert "&lt;script&gt;x" in page or "\\u003cscript" in page
        assert "<script>x" not in page
        await command(desk, "Write the report")
        await named(desk, tmp_path / "nowhere" / "r.html")
        await desk.until(lambda: "r.html cannot be written" in desk.said)


@pytest.mark.parametrize("where", ["browse", "record"])
async def test_w_tells_who_changed_a_cell_the_newest_first(bench: Workbench, open_app: Opener, where: str) -> None:
    bench.stage([Edit("set", "payment_term", HOSTILE)], rows=rows(0), note="a try")
    bench.undo()
    bench.stage([Edit("set", "payment_term", "NET30")], rows=rows(0), note="one spelling")
    async with open_app(bench) as desk:
        desk.app.screen.grid.go_to(0, "payment_term")
        if where == "record":
            await desk.press("enter")
            await desk.until(lambda: isinstance(desk.app.screen, RecordView) and desk.app.screen.form.has_focus)
        await desk.press("W")
        await desk.until(lambda: isinstance(desk.app.screen, CellStory))
        told = desk.text("#list")
        assert "\x1b" not in told
        assert "[@click=app.quit]" in told
        assert told.index("one spelling") < told.index("a try")
        assert "operation 2" in told.splitlines()[0]
        assert told.splitlines()[0].endswith(": active")
        assert "undone" in told
        await desk.press("escape")
        assert not isinstance(desk.app.screen, CellStory)


async def test_a_cell_to_which_nothing_was_done_has_no_story(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.press("right", "W")
        await desk.until(lambda: "nothing was done to this cell" in desk.said)


async def test_what_is_typed_replaces_the_name_that_was_suggested(bench: Workbench, open_app: Opener) -> None:
    bench.stage([Edit("set", "payment_term", "NET30")], rows=rows(0))
    async with open_app(bench) as desk:
        await desk.press("2", "P")
        field = desk.app.screen.query_one(LineInput)
        assert field.value == "spring.plan.json"
        await desk.press("a", "b")
        assert field.value == "ab"


async def test_esc_stops_a_file_on_its_way_without_a_trace(
    bench: Workbench, open_app: Opener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.stage([Edit("set", "payment_term", "NET30")], rows=rows(0))
    first, go_on, ended = Event(), Event(), Event()

    def slowly(preview: Any) -> Any:
        yield "{"
        first.set()
        assert go_on.wait(60)
        try:
            yield "}"
        finally:
            ended.set()

    monkeypatch.setattr(bench, "plan_lines", slowly)
    folder = tmp_path / "out"
    folder.mkdir()
    try:
        async with open_app(bench) as desk:
            await desk.press("2", "P")
            desk.app.screen.query_one("#value").value = str(folder / "plan.json")
            await desk.app._press_keys(["enter"])
            await desk.until(lambda: first.is_set() and "writing the plan" in desk.text("TopBar"))
            await desk.app._press_keys(["escape"])
            await desk.until(lambda: "stopped: nothing is written" in desk.said)
            assert desk.app.current_mode == "review", "Esc did nothing else"
            go_on.set()
            await desk.until(lambda: ended.is_set() and not list(folder.iterdir()))
            assert "wrote" not in desk.said
    finally:
        go_on.set()
