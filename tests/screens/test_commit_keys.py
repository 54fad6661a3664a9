"""From Review to the server and back: the question before a commit, the run, the history."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from textual import events
from textual.widgets import Input
from textual.widgets._footer import FooterKey

from screens.dialogs.are_you_sure import AreYouSure
from screens.dialogs.confirm_commit import ConfirmCommit
from screens.dialogs.one_line import OneLine
from screens.dialogs.stop_commit import StopCommit
from screens.review import Review
from screens.run import Run
from screens.widgets.line_input import NumberInput
from screens.widgets.text_line import TextBlock
from workbench.sandbox.server import Sandbox
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

Opener = Callable[..., Any]
Served = tuple[Workbench, Sandbox]


def staged(bench: Workbench, value: str = "NET30", rows: int = 3) -> None:
    bench.stage([Edit("set", "payment_term", value)], rows=pl.Series(range(rows), dtype=pl.UInt32))


def stored(sandbox: Sandbox, bench: Workbench, rows: int = 3) -> list[str]:
    """What the server holds; null and empty are the same."""
    ids = bench.snapshot.base.customers["id"].to_list()[:rows]
    return [sandbox.world.customer(id_)["payment_term"] or "" for id_ in ids]


async def asked(desk: Any) -> ConfirmCommit:
    """Review, and in it the question, when it takes keys."""
    await desk.press("c")
    assert isinstance(desk.app.screen, Review)
    await desk.press("c")
    dialog = desk.app.screen
    assert isinstance(dialog, ConfirmCommit)
    await desk.until(lambda: dialog.armed)
    return dialog


async def test_review_groups_the_same_change_and_shows_the_exact_body(bench: Workbench, open_app: Opener) -> None:
    staged(bench, "NET60", 40)
    staged(bench, "COD", 1)
    async with open_app(bench) as desk:
        await desk.press("2")
        grid = desk.app.screen.query_one("#groups")
        assert "10     payment_term NET 30     NET60" not in grid.render_line(1).text
        assert grid.rows.height == 5
        await desk.press("o")
        assert [cell.text for (cell,) in grid.rows.window(0, 5, ["cells"])] == ["10", "10", "10", "9", "1"]
        assert '{"payment_term":"NET60"}' in desk.text("#patch")
        await desk.press("enter", "down")
        _, row = desk.app.screen.list.lines.cell(grid.row)
        body = bench.preview().patch(row).body.decode()
        assert body in desk.text("#patch")
        await desk.press("escape")
        assert grid.rows.height == 5


async def test_a_group_or_a_row_of_it_is_taken_back(bench: Workbench, open_app: Opener) -> None:
    staged(bench, "NET60", 40)
    async with open_app(bench) as desk:
        await desk.press("2", "d")
        assert bench.snapshot.staged_cells == 30
        await desk.press("enter", "d")
        assert bench.snapshot.staged_cells == 29
        assert desk.app.screen.query_one("#groups").rows.height == 9
        await desk.press("u", "u")
        assert bench.snapshot.staged_cells == 40


async def test_with_nothing_staged_there_is_nothing_to_commit(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.press("c", "c")
        assert isinstance(desk.app.screen, Review)
        assert "nothing is staged" in desk.said


async def test_held_customers_cannot_be_committed(bench: Workbench, open_app: Opener) -> None:
    bench.stage([Edit("set", "phone", "12")], rows=pl.Series([0], dtype=pl.UInt32))
    async with open_app(bench) as desk:
        await desk.press("c", "c")
        assert "1 customer held" in desk.said
        assert "held, does not go" in desk.text("#patch")


async def test_a_commit_is_confirmed_sent_counted_and_reverted(served: Served, open_app: Opener) -> None:
    bench, sandbox = served
    before = stored(sandbox, bench)
    staged(bench)
    expected = bench.preview().customers
    async with open_app(bench) as desk:
        await asked(desk)
        await desk.press("y")
        assert isinstance(desk.app.screen, Run)
        assert f"{expected} committed" in desk.text("#how")
        assert stored(sandbox, bench) == ["NET30"] * 3
        assert bench.snapshot.staged_cells == 0
        await desk.until(lambda: not desk.app.is_deaf)
        await desk.press("u")
        assert "is committed and cannot be undone" in desk.said
        await desk.press("4")
        grid = desk.app.screen.query_one("#entries")
        await desk.until(lambda: grid.rows.height == 2)
        await desk.press("R")
        assert "staged the way back" in desk.said
        await asked(desk)
        await desk.press("y")
        assert stored(sandbox, bench) == before


async def test_the_key_that_asked_does_not_confirm_and_esc_leaves(served: Served, open_app: Opener) -> None:
    bench, _ = served
    staged(bench)
    async with open_app(bench) as desk:
        await asked(desk)
        await desk.press("c", "enter", "space")
        assert isinstance(desk.app.screen, ConfirmCommit)
        await desk.press("escape")
        assert isinstance(desk.app.screen, Review)
        assert bench.status().runs == 0


async def test_keys_typed_ahead_confirm_nothing(
    served: Served, open_app: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("screens.dialogs.to_be_read.DEAF", 60)  # a busy machine may take as long as the real one
    bench, _ = served
    staged(bench)
    async with open_app(bench) as desk:
        await desk.press("2")
        await desk.pilot.press("c", "y", "y")
        await desk.until(lambda: isinstance(desk.app.screen, ConfirmCommit))
        assert bench.status().runs == 0


@pytest.mark.parametrize("large", [False, True])
async def test_keys_typed_before_the_question_was_read_confirm_nothing_however_late_they_are_handled(
    served: Served, open_app: Opener, monkeypatch: pytest.MonkeyPatch, large: bool
) -> None:
    if large:
        monkeypatch.setattr("screens.dialogs.confirm_commit.LARGE", 2)
    bench, _ = served
    staged(bench)
    async with open_app(bench) as desk:
        early = [events.Key(key, key) for key in ("y", "3")] + [events.Key("enter", None), events.Paste("3")]
        dialog = await asked(desk)
        for one in early:
            desk.app.post_message(one)
        await desk.quiet()
        assert desk.app.screen is dialog
        assert bench.status().runs == 0
        assert not large or dialog.query_one("#typed", NumberInput).value == ""
        early = [events.Key("escape", None)]
        dialog.armed_at = early[0].time + 60
        desk.app.post_message(early[0])
        await desk.until(lambda: isinstance(desk.app.screen, Review))


async def test_many_customers_are_typed_as_a_number_and_a_paste_is_not_typing(
    served: Served, open_app: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench, _ = served
    monkeypatch.setattr("screens.dialogs.confirm_commit.LARGE", 2)
    staged(bench)
    customers = bench.preview().customers
    assert customers == 3
    async with open_app(bench) as desk:
        dialog = await asked(desk)
        field = dialog.query_one(NumberInput)
        assert not dialog.query_one("#other").display, "an empty line would have to be scrolled to"
        for letter in ("y", "c", "space", "e"):
            await desk.press(letter)
            assert field.value == ""
            assert "Nothing is sent by that key. Type 3 and Enter to commit." in desk.text("#other")
        field.post_message(events.Paste("3"))
        await desk.quiet()
        assert field.value == ""
        await desk.press("4")
        assert desk.text("#other") == ""
        await desk.press("enter")
        assert "another number" in desk.text("#other")
        await desk.press("backspace", "3", "enter")
        assert isinstance(desk.app.screen, Run)
        assert bench.status().runs == 1


@pytest.mark.parametrize("large", [False, True])
async def test_where_the_question_is_higher_than_the_terminal_it_is_answered_only_when_it_was_read_to_its_end(
    served: Served, open_app: Opener, monkeypatch: pytest.MonkeyPatch, large: bool
) -> None:
    bench, _ = served
    monkeypatch.setattr("screens.dialogs.confirm_commit.LARGE", 2 if large else 100)
    staged(bench)
    async with open_app(bench, (20, 6)) as desk:
        dialog, frame = await asked_in_part(desk)
        assert frame.scroll_y == 0, "it begins with what is asked"
        seen: set[str] = set()
        while frame.scroll_y < frame.max_scroll_y:
            await desk.press("y", "3", "enter")
            assert desk.app.screen is dialog
            assert not dialog.armed
            seen |= {one.id or str(one.render()) for one in dialog.query("TextBlock") if in_sight(dialog, one)}
            await desk.press("down" if frame.scroll_y < 2 else "pagedown")
        assert any("3 PATCH requests" in one for one in seen)
        assert any("http://127.0.0.1" in one for one in seen)
        await desk.until(lambda: dialog.armed)
        assert not frame.border_subtitle
        await desk.press(*(["3", "enter"] if large else ["y"]))
        assert isinstance(desk.app.screen, Run)


async def test_a_question_that_has_to_be_read_on_says_with_which_key(served: Served, open_app: Opener) -> None:
    bench, _ = served
    staged(bench)
    async with open_app(bench, (40, 8)) as desk:
        dialog, frame = await asked_in_part(desk)
        assert str(frame.border_subtitle).endswith(": read on with ↓ to answer")
        await desk.press("end")
        await desk.until(lambda: dialog.armed)
        assert not frame.border_subtitle


@pytest.mark.parametrize("large", [False, True])
async def test_a_question_is_read_when_a_wider_terminal_shows_all_of_it_and_in_a_narrower_one_its_end_stays_in_sight(
    served: Served, open_app: Opener, monkeypatch: pytest.MonkeyPatch, large: bool
) -> None:
    bench, _ = served
    monkeypatch.setattr("screens.dialogs.confirm_commit.LARGE", 2 if large else 100)
    staged(bench)
    async with open_app(bench, (20, 6)) as desk:
        dialog, frame = await asked_in_part(desk)
        await desk.pilot.resize_terminal(80, 24)
        await desk.until(lambda: dialog.armed)
        assert not frame.border_subtitle
        await desk.pilot.resize_terminal(20, 6)
        answer = dialog.query_one("#typed" if large else "#way")
        await desk.until(lambda: frame.max_scroll_y > 0 and in_sight(dialog, answer))
        assert frame.scroll_y == frame.max_scroll_y
        await desk.press("up", "pageup")
        assert goes_on(frame), "it can be read again"
        assert frame.scroll_y < frame.max_scroll_y - 1
        await desk.press(*(["3", "enter"] if large else ["y"]))
        assert isinstance(desk.app.screen, Run)


async def asked_in_part(desk: Any) -> tuple[Any, Any]:
    """The question before a commit, where it is higher than the terminal, and its frame."""
    await desk.press("c")
    await desk.until(lambda: desk.app.screen.tally is not None)
    await desk.press("c")
    dialog = desk.app.screen
    frame = dialog.query_one("#frame")
    await desk.until(lambda: goes_on(frame))
    return dialog, frame


def goes_on(frame: Any) -> bool:
    """Whether the frame says that there is more below."""
    return str(frame.border_subtitle).startswith(f"↓ {frame.max_scroll_y - frame.scroll_y:.0f} more")


def in_sight(dialog: ConfirmCommit, widget: Any) -> bool:
    """Whether a part of a widget is painted."""
    return bool(dialog.find_widget(widget).visible_region.area)


async def test_what_changed_since_it_was_shown_is_not_committed(served: Served, open_app: Opener) -> None:
    bench, _ = served
    staged(bench)
    async with open_app(bench) as desk:
        await asked(desk)
        staged(bench, "COD", 5)
        await desk.press("y")
        assert "has changed meanwhile" in desk.said
        assert bench.status().runs == 0


async def test_leaving_the_screen_does_not_stop_a_commit(slow: Served, open_app: Opener) -> None:
    bench, _ = slow
    staged(bench, rows=9)
    expected = bench.preview().customers
    async with open_app(bench) as desk:
        await asked(desk)
        await desk.pilot.press("y")
        await desk.until(lambda: isinstance(desk.app.screen, Run) and not desk.app.is_deaf)
        await desk.pilot.press("1")
        await desk.until(lambda: desk.app.commit.report is not None)
        assert desk.app.commit.report.committed == expected
        assert desk.app.screen is not None
        await desk.quiet()
        assert f"run 1: {expected} committed" in desk.said


@pytest.mark.parametrize("key", ["d", "c"])
async def test_ctrl_c_pauses_a_commit_and_asks(slow: Served, key: str, open_app: Opener) -> None:
    bench, _ = slow
    staged(bench, rows=25)
    expected = bench.preview().customers
    async with open_app(bench) as desk:
        await asked(desk)
        await desk.pilot.press("y")
        await desk.until(lambda: desk.app.commit.progress is not None)
        await desk.pilot.press("ctrl+c")
        await desk.until(lambda: isinstance(desk.app.screen, StopCommit))
        await desk.pilot.press(key)
        await desk.until(lambda: not desk.app.commit.running)
        await desk.quiet()
        assert 0 < desk.app.commit.report.committed < expected
        await desk.sure("r")
        await desk.until(lambda: not desk.app.commit.running)
        report = desk.app.commit.report
        assert report.committed + report.already == expected


async def test_a_run_that_an_earlier_app_left_unfinished_is_resumed_only_after_a_question(
    slow: Served, open_app: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench, sandbox = slow
    staged(bench, rows=8)
    expected = bench.preview().customers
    async with open_app(bench) as desk:
        await asked(desk)
        await desk.pilot.press("y")
        await desk.until(lambda: desk.app.commit.progress is not None and not desk.app.is_deaf)
        await desk.pilot.press("p")
        await desk.until(
            lambda: "Resume" in {key.description for key in desk.app.screen.query(FooterKey) if key.display}
        )
        desk.app.commit.drain()
        await desk.until(lambda: not desk.app.commit.running)
    left = bench.run_lines().counts["unsent"]
    sent = len(sandbox.log.calls("PATCH"))
    async with open_app(bench) as desk:
        await desk.press("3", "r")
        question = desk.app.screen
        assert isinstance(question, AreYouSure)
        assert desk.text(".title") == f"Resume run 1: {left} customers not done, to {sandbox.url}?"
        assert f"{left} customers not sent yet" in desk.text("#lines")
        with monkeypatch.context() as slowly:
            # on a busy machine a key takes longer than one reads
            slowly.setattr("screens.dialogs.to_be_read.DEAF", 60.0)
            await desk.press("escape", "r", "y")  # typed ahead: the question cannot have been read
            assert isinstance(desk.app.screen, AreYouSure)
        assert len(sandbox.log.calls("PATCH")) == sent
        await desk.press("escape")
        await desk.sure("r")
        await desk.until(lambda: not desk.app.commit.running)
        assert desk.app.commit.report.committed == expected


async def test_quitting_drains_a_commit_first(served: Served, open_app: Opener) -> None:
    bench, _ = served
    staged(bench, rows=20)
    async with open_app(bench) as desk:
        await asked(desk)
        await desk.pilot.press("y", "ctrl+q")
        await desk.until(lambda: not desk.app.is_running)
        assert not desk.app.commit.running
        report = desk.app.commit.report
        assert report is None or report.unknown == 0


async def test_ctrl_q_again_while_a_commit_is_drained_lets_it_be_drained(slow: Served, open_app: Opener) -> None:
    bench, sandbox = slow
    staged(bench, rows=8)
    async with open_app(bench) as desk:
        await asked(desk)
        await desk.pilot.press("y")
        await desk.until(lambda: desk.app.commit.progress is not None and bool(sandbox.log.calls("GET")))
        await desk.pilot.press("ctrl+q", "ctrl+q", "ctrl+q")
        await desk.until(lambda: not desk.app.is_running)
        report = desk.app.commit.report
        assert report is not None
        assert (report.unknown, report.failed) == (0, 0)


async def test_who_waits_for_a_commit_to_leave_is_no_crash_where_the_app_is_left_otherwise(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench) as desk:
        desk.app.run_worker(asyncio.Event().wait(), group="commit")
        desk.app._leave_when_done()
        await desk.pilot.pause()
        await desk.app.action_quit()
        await desk.until(lambda: not desk.app.is_running)


async def test_ctrl_q_while_a_commit_is_drained_for_the_list_of_sessions_leaves_the_app_altogether(
    slow: Served, open_app: Opener
) -> None:
    bench, _ = slow
    staged(bench, rows=8)
    async with open_app(bench) as desk:
        await asked(desk)
        await desk.pilot.press("y")
        await desk.until(lambda: desk.app.commit.progress is not None)
        await desk.app.action_sessions()
        assert desk.app.leaves_for_another
        await desk.pilot.press("ctrl+q")
        await desk.until(lambda: not desk.app.is_running)
        assert not desk.app.leaves_for_another


@pytest.fixture
def unserved(served: Served, tmp_path: Path) -> Iterator[Served]:
    """A session from a file of the sandbox's customers: it does not know the API."""
    bench, sandbox = served
    file = tmp_path / "customers.ndjson"
    bench.export(file)
    with Workbench.create(tmp_path / "unserved.session", key="k") as other:
        other.load(file=file)
        yield other, sandbox


async def test_an_api_that_is_not_known_is_asked_for_and_kept_only_by_the_commit(
    unserved: Served, open_app: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench, sandbox = unserved
    staged(bench)
    async with open_app(bench) as desk:
        await desk.press("c", "c")
        question = desk.app.screen
        assert isinstance(question, OneLine)
        for typed, wrong in (("", "no address is typed"), ("ftp://x", "it must begin with https://")):
            await desk.type(typed)
            await desk.press("enter")
            assert wrong in desk.text("#wrong")
        await desk.press(*["backspace"] * len("ftp://x"), "y")
        assert desk.text("#wrong") == ""
        await desk.press("backspace")
        await desk.type(f"{sandbox.url}/v1/")
        with monkeypatch.context() as patch:
            patch.setattr("screens.dialogs.to_be_read.DEAF", 60)  # a busy machine may take as long as the real one
            await desk.press("enter", "y", "enter")  # typed ahead
        asks = desk.app.screen
        assert isinstance(asks, ConfirmCommit)
        assert f"to {sandbox.url}?" in desk.text(".title")
        await desk.press("escape")
        assert (bench.origin, bench.status().runs, desk.app.api) == (None, 0, None)
        await desk.press("c")
        assert isinstance(desk.app.screen, OneLine)
        await desk.type(sandbox.url)
        await desk.press("enter")
        asks = desk.app.screen
        await desk.until(lambda: asks.armed)
        await desk.press("y")
        await desk.until(lambda: desk.app.commit.report is not None)
        assert desk.app.commit.report.committed == 3
        assert bench.origin == sandbox.url


async def test_the_api_that_the_app_was_told_of_is_asked_about_at_once(unserved: Served, open_app: Opener) -> None:
    bench, sandbox = unserved
    staged(bench)
    async with open_app(bench) as desk:
        desk.app.api = f"{sandbox.url}/"
        await asked(desk)
        assert f"to {sandbox.url}?" in desk.text(".title")
        assert any("goes to no other address" in str(one.content) for one in desk.app.screen.query(TextBlock))
        await desk.press("y")
        await desk.until(lambda: desk.app.commit.report is not None)
        assert bench.origin == sandbox.url


async def test_an_address_where_no_api_was_found_is_asked_for_again(unserved: Served, open_app: Opener) -> None:
    bench, _ = unserved
    staged(bench)
    with Sandbox(customers=1, seed=99) as other:
        async with open_app(bench) as desk:
            desk.app.api = other.url
            await asked(desk)
            await desk.press("y")
            await desk.until(lambda: desk.app.doubted is not None and not desk.app.commit.running)
            await desk.until(lambda: not desk.app.is_deaf)
            assert (desk.app.commit.report.failed, bench.origin) == (3, None)
            await desk.press("2")
            await desk.until(lambda: isinstance(desk.app.screen, Review))
            await desk.press("c")
            await desk.until(lambda: isinstance(desk.app.screen, OneLine))
            question = desk.app.screen
            assert question.query_one(Input).value == other.url


async def test_another_api_than_the_sessions_own_is_refused(served: Served, open_app: Opener) -> None:
    bench, sandbox = served
    staged(bench)
    async with open_app(bench) as desk:
        desk.app.api = "https://other.example.com"
        await desk.press("c", "c")
        assert isinstance(desk.app.screen, Review)
        assert f"belongs to {sandbox.url}, not to https://other.example.com" in desk.said


async def test_without_a_key_no_address_leads_to_the_question(
    bench: Workbench, open_app: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WORKBENCH_API_KEY", raising=False)
    staged(bench)
    async with open_app(bench) as desk:
        await desk.press("c", "c")
        await desk.type("https://api.example.com")
        await desk.press("enter")
        assert isinstance(desk.app.screen, OneLine)
        assert "there is no API key" in desk.text("#wrong")


async def test_an_operation_is_dropped_from_the_history(bench: Workbench, open_app: Opener) -> None:
    staged(bench, "A", 2)
    staged(bench, "B", 1)
    async with open_app(bench) as desk:
        await desk.press("4", "down", "R")
        assert "nothing of it was committed" in desk.said
        await desk.press("d")
        assert "dropped operation 1" in desk.said
        assert bench.snapshot.staged_cells == 1
        await desk.press("u")
        assert bench.snapshot.staged_cells == 2


async def test_without_a_run_the_run_screen_says_how_to_begin(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.press("3")
        assert "nothing was committed in this session yet" in desk.text("#how")
        await desk.press("ctrl+c")
        assert "no commit is running" in desk.said
