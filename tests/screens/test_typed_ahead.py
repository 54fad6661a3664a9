"""Keys that arrive in one burst: each goes where the one before it led, none to the grid behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Event
from typing import Any

import polars as pl
import pytest
from textual import events

from screens.app import WorkbenchApp
from screens.browse import Browse
from screens.dialogs.columns import ColumnPicker
from screens.dialogs.confirm_commit import ConfirmCommit
from screens.dialogs.counted import Tick
from screens.dialogs.edit_cell import EditCell
from screens.dialogs.edit_column import EditColumn
from screens.record import RecordView
from screens.review import Review
from screens.safe_palette import SafePalette
from screens.widgets.facets_panel import FacetsPanel
from screens.widgets.line_input import LineInput
from screens.widgets.search_bar import SearchBar
from tests.screens.conftest import Desk
from workbench.sandbox.server import Sandbox
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

Opener = Callable[..., Any]


async def burst(desk: Any, *keys: str) -> None:
    """All keys at once, as a terminal hands them over, and then quiet."""
    for key in keys:
        desk.app.post_message(events.Key(key, " " if key == "space" else None))
    await desk.quiet()


async def test_the_first_keys_after_another_window_had_them_go_where_the_one_before_led(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench) as desk:
        desk.app.post_message(events.AppBlur())
        await desk.until(lambda: desk.app.focused is None)
        await burst(desk, "slash", *"boston")
        assert desk.app.screen.query_one("#query").value == "boston"


@pytest.fixture
def counting(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    """Edits are not counted before this is set."""
    go, stage = Event(), bench.stage

    def slowly(*arguments: Any, **options: Any) -> Any:
        if options.get("dry_run"):
            assert go.wait(60)
        return stage(*arguments, **options)

    monkeypatch.setattr(bench, "stage", slowly)
    yield go
    go.set()


async def hurry(desk: Any, *keys: str) -> None:
    """Opens the edit of all rows, types these keys at once and waits until the dialog is deaf."""
    for key in ("a", "E", *keys):
        desk.app.post_message(events.Key(key, " " if key == "space" else None))
    await desk.until(lambda: isinstance(desk.app.screen, EditColumn) and "Enter is kept" in desk.text("#counts"))


async def test_keys_after_one_that_opens_a_dialog_are_typed_into_it(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await burst(desk, "E", "x", "a", "space", "d")
        assert isinstance(desk.app.screen, EditColumn)
        await desk.until(lambda: desk.app.screen.query_one("#first", LineInput).value == "xa d")
        await desk.press("escape")
        assert "marked" not in desk.text("#status")


async def test_a_whole_edit_in_one_burst_is_the_edit_that_was_typed(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await burst(desk, "e", "end", "backspace", "9")
        assert isinstance(desk.app.screen, EditCell)
        await desk.until(lambda: desk.app.screen.query_one(LineInput).value == "Company 009")
        await desk.press("enter")
        assert bench.snapshot.current.customers["company_name"][0] == "Company 009"


async def test_what_narrows_a_list_is_whole_in_one_burst(bench: Workbench, open_app: Opener) -> None:
    bench.stage([Edit("set", "payment_term", "NET 88")])
    async with open_app(bench) as desk:
        await burst(desk, "question_mark", "slash", *"profile", "escape", "slash", *"facets")
        await desk.until(lambda: desk.app.screen.query_one("#part", LineInput).value == "facets")
        await burst(desk, "escape", "escape", "2")
        await burst(desk, "slash", *"term")
        await desk.until(lambda: desk.app.screen.query_one("#filter", LineInput).value == "term")


async def test_keys_after_one_that_leaves_a_dialog_go_to_the_grid(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await burst(desk, "O", "escape", "down", "down")
        await desk.until(lambda: isinstance(desk.app.screen, Browse))
        await desk.until(lambda: desk.app.screen.grid.cursor.position == 2)


async def test_keys_after_the_enter_of_a_dialog_go_to_the_grid(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await burst(desk, "O", *"city", "backspace", "backspace", "backspace", "backspace", *"phone", "enter", "f")
        await desk.until(lambda: desk.app.screen.query_one(FacetsPanel).is_open)
        await desk.until(lambda: "phone  1 value" in desk.text("#facet"))


async def test_keys_after_the_one_that_closes_the_facets_go_to_the_grid(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await burst(desk, "O", *"payment_term", "enter", "f")
        await desk.until(lambda: "4 values" in desk.text("#facet"))
        await burst(desk, "slash", *"net30", "enter", "enter", "escape", "escape", "down", "space")
        await desk.until(lambda: "10 of 40  ● 1 marked" in desk.text("#status"))
        await burst(desk, "f", "space", "escape", "x")
        await desk.until(lambda: "40 of 40" in desk.text("#status"))


async def test_a_search_is_saved_and_shown_again_in_one_burst(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await burst(desk, "slash", *"cod", "enter", "apostrophe", "s", "M", "y", "enter")
        await desk.until(lambda: [one.name for one in bench.saved_searches] == ["My"])
        await desk.until(lambda: 'saved as "My"' in desk.text("#said"))
        await burst(desk, "escape", "x")
        await desk.until(lambda: isinstance(desk.app.screen, Browse) and "40 of 40" in desk.text("#status"))
        await burst(desk, "apostrophe", "enter", "down", "space")
        await desk.until(lambda: "10 of 40  ● 1 marked" in desk.text("#status"))


async def test_a_second_dialog_key_is_text_in_the_first_dialog(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await burst(desk, "O", "E", "u")
        assert isinstance(desk.app.screen, ColumnPicker)
        await desk.until(lambda: desk.app.screen.query_one(LineInput).value == "Eu")
        assert len(desk.app.screen_stack) == 2


async def test_keys_after_one_that_changes_the_screen_act_there(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await burst(desk, "2", "1", "down", "2", "q", "down")
        await desk.until(lambda: isinstance(desk.app.screen, Browse))
        await desk.until(lambda: desk.app.screen.grid.cursor.position == 2)
        await burst(desk, "c")
        assert isinstance(desk.app.screen, Review)


async def test_keys_typed_before_the_app_is_there_are_not_lost(bench: Workbench) -> None:
    from screens.app import WorkbenchApp
    from tests.screens.conftest import Desk

    app = WorkbenchApp(bench)
    for key in ("down", "down", "space"):
        app.post_message(events.Key(key, None))
    async with app.run_test(size=(80, 24)) as pilot:
        desk = Desk(app, pilot)
        await desk.until(lambda: isinstance(app.screen, Browse) and "● 1 marked" in desk.text("#status"))
        assert app.screen.grid.cursor.position == 2


async def test_enter_before_the_count_stages_what_was_typed_until_then(
    bench: Workbench, open_app: Opener, counting: Event
) -> None:
    async with open_app(bench) as desk:
        await hurry(desk, "A", "b", "c", "enter", "down", "down")
        desk.app.post_message(events.Paste("pasted"))
        desk.app.post_message(events.Key("enter", None))
        await desk.pilot.pause(0.2)
        assert desk.app.screen.query_one("#first", LineInput).value == "Abc"
        counting.set()
        await desk.until(lambda: isinstance(desk.app.screen, RecordView))  # where the second Enter leads
        assert desk.app.screen.record.id == "c002"
        await desk.until(lambda: bench.snapshot.staged_cells == 40)
        assert set(bench.snapshot.current.customers["company_name"]) == {"Abc"}


async def test_esc_before_the_count_stages_nothing(bench: Workbench, open_app: Opener, counting: Event) -> None:
    async with open_app(bench) as desk:
        await hurry(desk, "A", "enter", "down")
        await desk.pilot.press("escape")
        await desk.pilot.press("down")
        await desk.until(lambda: isinstance(desk.app.screen, Browse) and desk.app.screen.grid.cursor.position == 1)
        counting.set()
        await desk.quiet()
        assert bench.snapshot.staged_cells == 0


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (("right", "right", "Q", "Z", "enter", "j"), "not staged: "),
        (("right", "right", "(", "tab", "tab", "space", "enter", "j"), "not staged: "),
    ],
    ids=["nothing matches", "an error"],
)
async def test_enter_before_a_count_that_stages_nothing_is_said_and_keys_are_heard_again(
    bench: Workbench, open_app: Opener, counting: Event, keys: tuple[str, ...], said: str
) -> None:
    async with open_app(bench) as desk:
        await hurry(desk, *keys)
        first = desk.app.screen.query_one("#first", LineInput)
        before, focused = first.value, "regex" if "tab" in keys else "first"
        counting.set()
        await desk.until(lambda: desk.text("#counts").startswith(said))
        assert isinstance(desk.app.screen, EditColumn)
        desk.app.screen.on_checkbox_changed()
        await desk.quiet()
        assert desk.text("#counts").startswith(said), "a widget's late message took the answer away"
        assert first.value == before
        assert desk.app.focused.id == focused
        first.focus()
        await desk.press("X")
        assert first.value == before + "X"
        assert bench.snapshot.staged_cells == 0


async def test_a_whole_search_in_one_burst_is_kept_and_all_found_are_marked(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await burst(desk, "slash", *"cod", "enter", "a")
        await desk.until(lambda: "● 10 marked" in desk.text("#status"))
        assert desk.app.screen.view.query == "cod"
        assert not desk.app.screen.query_one(SearchBar).has_class("-open")


async def test_keys_after_a_search_that_is_wrong_go_on_in_it(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await burst(desk, "slash", *"nope", ":", "x", "enter", "y")
        await desk.until(lambda: desk.app.screen.query_one("#query", LineInput).value == "nope:xy")
        assert desk.app.screen.query_one(SearchBar).has_class("-open")


async def test_a_letter_typed_and_taken_back_at_once_leaves_the_count_that_is_shown(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench) as desk:
        await burst(desk, "a", "E", "A")
        await desk.until(lambda: "40 change" in desk.text("#counts"))
        await burst(desk, "b", "backspace")
        await desk.until(lambda: desk.app.screen.query_one("#first", LineInput).value == "A")
        await desk.quiet()
        assert "40 change" in desk.text("#counts")


async def test_a_field_that_was_hidden_for_a_moment_keeps_the_focus(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.press("E", "right", "right")
        await desk.press("x", "tab", "tab")
        regex = desk.app.focused
        assert regex.id == "regex"
        regex.post_message(events.Hide())
        await desk.quiet()
        assert desk.app.focused is regex, "late news of having been hidden took the focus away"
        regex.display = False
        await desk.until(lambda: desk.app.focused is not regex)


async def test_a_tick_that_has_the_keys_is_one_line_that_shows_whether_it_is_ticked(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench) as desk:
        await desk.press("E", "right", "right", "x", "tab", "tab")
        tick = desk.app.focused
        assert isinstance(tick, Tick)
        assert (tick.size.height, tick.outer_size.height) == (1, 1)
        assert "[ ] regular expression" in tick.render_line(0).text
        await desk.press("space")
        assert "[x] regular expression" in tick.render_line(0).text


async def test_tab_right_after_another_kind_of_edit_goes_by_where_its_fields_will_stand(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench) as desk:
        await burst(desk, "a", "E", "right", "right", "(", "tab", ")", "tab", "space")
        dialog = desk.app.screen
        assert isinstance(dialog, EditColumn)
        await desk.until(lambda: dialog.query_one("#regex", Tick).value)
        assert [dialog.query_one(f"#{name}", LineInput).value for name in ("first", "second", "note")] == ["(", ")", ""]


async def test_keys_from_before_the_app_lead_where_they_lead_and_never_confirm(
    served: tuple[Workbench, Sandbox],
) -> None:
    bench, _ = served
    bench.stage([Edit("set", "payment_term", "NET 88")], rows=pl.Series([1, 2], dtype=pl.UInt32))
    app = WorkbenchApp(bench)
    app.begin_with([events.Key(key, None) for key in ("2", "c", "y", "enter")])
    async with app.run_test(size=(80, 24)) as pilot:
        desk = Desk(app, pilot)
        await desk.until(lambda: isinstance(app.screen, ConfirmCommit) and app.screen.armed)
        await desk.quiet()
        assert isinstance(app.screen, ConfirmCommit)
        assert not bench.runs


@pytest.mark.parametrize("opens", ["m", "O", "question_mark", "apostrophe"])
async def test_esc_and_a_key_at_once_leave_a_dialog_and_do_what_the_key_does(
    bench: Workbench, open_app: Opener, opens: str
) -> None:
    async with open_app(bench) as desk:
        await desk.press(opens)
        await desk.pilot.press("alt+2")
        await desk.until(lambda: isinstance(desk.app.screen, Review))


@pytest.fixture
def unread(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    """What is staged is not read before this is set."""
    go, review = Event(), bench.review

    def slowly(*arguments: Any, **options: Any) -> Any:
        assert go.wait(60)
        return review(*arguments, **options)

    monkeypatch.setattr(bench, "review", slowly)
    yield go
    go.set()


async def hold(desk: Any, *keys: str) -> None:
    """Types keys while Review reads, until it is said that they wait."""
    for key in ("2", *keys):
        desk.app.post_message(events.Key(key, " " if key == "space" else None))
    await desk.until(lambda: f"{len(keys)} keys wait; " in desk.text("TopBar"))


async def test_keys_that_wait_are_counted_and_done_when_they_can_be(
    bench: Workbench, open_app: Opener, unread: Event
) -> None:
    async with open_app(bench) as desk:
        await hold(desk, "1", "down", "down")
        assert isinstance(desk.app.screen, Review)
        unread.set()
        await desk.until(lambda: isinstance(desk.app.screen, Browse) and desk.app.screen.grid.cursor.position == 2)
        assert "left out" not in desk.said


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (("space", "a", "down"), "left out what was typed meanwhile: space a down"),
        (tuple("abcdefghi"), "left out the 9 keys that were typed meanwhile"),
    ],
)
async def test_esc_says_which_keys_it_has_dropped(
    bench: Workbench, open_app: Opener, unread: Event, keys: tuple[str, ...], said: str
) -> None:
    async with open_app(bench) as desk:
        await hold(desk, *keys)
        desk.app.post_message(events.Key("escape", None))
        await desk.until(lambda: said in desk.said)
        unread.set()


async def test_esc_and_enter_at_once_leave_a_dialog_and_stage_nothing(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.press("right", "right", "e")
        await desk.type("another")
        await desk.pilot.press("alt+enter")
        await desk.until(lambda: isinstance(desk.app.screen, RecordView))
    assert not bench.snapshot.staged_cells


@pytest.mark.parametrize("key", ["alt+G", "alt+shift+g"])
async def test_esc_and_a_capital_letter_at_once_are_both(bench: Workbench, open_app: Opener, key: str) -> None:
    async with open_app(bench) as desk:
        await desk.press("v")
        await desk.pilot.press(key)
        await desk.quiet()
        assert desk.app.screen.grid.spanned is None
        assert desk.app.screen.grid.cursor.position == 39


async def test_the_palette_is_left_and_opened_again_at_once(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        for _ in range(3):
            await burst(desk, "ctrl+p", "escape", "ctrl+p", "alt+ctrl+p")
            assert isinstance(desk.app.screen, SafePalette)
            await burst(desk, "escape", "ctrl+p", "escape")
            await desk.until(lambda: isinstance(desk.app.screen, Browse))


@pytest.mark.parametrize(
    ("before", "keys", "found"),
    [
        (("f", "down"), ("enter", "a"), 'payment_term:="NET 30"'),
        (("slash", *"payment_term:=COD", "enter"), ("x", "a"), ""),
        (("slash", *"payment_term:=COD", "enter", "slash", *"x"), ("escape", "a"), "payment_term:=COD"),
        (("p", "enter"), ("slash", "enter", "a"), "problem:phone.invalid"),
    ],
    ids=["facets", "filter off", "rolled back", "problems"],
)
async def test_keys_in_one_burst_behind_one_that_finds_other_rows_act_on_those(
    before: tuple[str, ...], keys: tuple[str, ...], found: str, bench: Workbench, open_app: Opener
) -> None:
    bench.stage([Edit("set", "phone", "555")], where="id:=(c001 c002 c003)")
    async with open_app(bench) as desk:
        desk.app.screen.grid.go_to(column="payment_term")
        for key in before:
            await burst(desk, key)
        await burst(desk, *keys)
        assert isinstance(desk.app.screen, Browse)
        assert desk.app.screen.view.query == found
        assert set(desk.app.screen.view.marks.rows) == set(bench.search(found).rows)


async def test_a_key_behind_esc_never_acts_on_what_the_abandoned_search_had_found(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench) as desk:
        for key in ("slash", *"payment_term:=COD", "enter", "slash", "x"):
            await burst(desk, key)
        await desk.until(lambda: desk.app.screen.view.query == "x")
        await desk.quiet()
        await burst(desk, "escape", "a")
        assert set(desk.app.screen.view.marks.rows) == set(bench.search("payment_term:=COD").rows)


async def test_e_right_behind_enter_on_a_problem_edits_its_cell(bench: Workbench, open_app: Opener) -> None:
    bench.stage([Edit("set", "phone", "555")], where="id:=c007")
    async with open_app(bench) as desk:
        await burst(desk, "p")
        screen = desk.app.screen
        await desk.press("enter")
        await desk.until(lambda: screen.cells is not None)
        await burst(desk, "enter", "e")
        assert isinstance(desk.app.screen, EditCell)
        assert "555" in desk.app.screen.query_one(LineInput).value
