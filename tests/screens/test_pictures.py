"""What the app looks like. `pytest --snapshot-update` keeps new ones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import polars as pl
import pytest
from syrupy.assertion import SnapshotAssertion

from screens.home.app import HomeApp
from screens.widgets.top_bar import TopBar
from tests.screens.conftest import Desk
from workbench.sandbox.server import Sandbox
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

Opener = Callable[..., Any]


def staged(bench: Workbench) -> None:
    bench.stage([Edit("set", "payment_term", "NET60")], rows=pl.Series(range(30), dtype=pl.UInt32))
    bench.stage([Edit("set", "phone", "12")], rows=pl.Series([1], dtype=pl.UInt32))


async def column(desk: Any, name: str) -> None:
    await desk.press("O")
    await desk.type(name)
    await desk.press("enter")


async def still(desk: Any) -> None:
    """Waits until nothing is going on, and the line at the top does not say that something is."""
    bars = [bar for screen in desk.app.screen_stack for bar in screen.query(TopBar)]
    await desk.until(lambda: not desk.app.busy.line() and not any(bar.busy for bar in bars))


async def test_browse_with_marks_a_filter_and_staged_cells(
    bench: Workbench, open_app: Opener, picture: SnapshotAssertion
) -> None:
    staged(bench)
    async with open_app(bench) as desk:
        await desk.press("slash")
        await desk.type("payment_term:NET60")
        await desk.until(lambda: "30 of 40" in desk.text("#status"))
        await desk.press("enter", "s", "s", "s", "up")
        await column(desk, "payment_term")
        await still(desk)
        assert desk.app == picture


async def test_browse_with_the_problems_in_its_headings_as_of_before_an_edit(
    bench: Workbench, open_app: Opener, picture: SnapshotAssertion
) -> None:
    bench.count_problems()
    async with open_app(bench) as desk:
        await column(desk, "phone")
        await desk.press("]")
        await still(desk)
        assert desk.app == picture
        staged(bench)
        desk.app.catch_up()
        await desk.quiet()
        await still(desk)
        assert desk.app == picture


async def test_browse_with_names_that_would_like_to_drive_the_terminal(
    bench: Workbench, open_app: Opener, picture: SnapshotAssertion
) -> None:
    async with open_app(bench, size=(120, 30)) as desk:
        await desk.press("G")
        await still(desk)
        assert desk.app == picture


async def test_the_dialog_that_edits_a_column(bench: Workbench, open_app: Opener, picture: SnapshotAssertion) -> None:
    async with open_app(bench) as desk:
        await column(desk, "payment_term")
        await desk.press("a", "E")
        await desk.type("NET30")
        await desk.until(lambda: desk.text("#counts").startswith("40 match, 30 change"))
        await still(desk)
        assert desk.app == picture


async def test_review_beside_its_patch(bench: Workbench, open_app: Opener, picture: SnapshotAssertion) -> None:
    staged(bench)
    async with open_app(bench, size=(140, 30)) as desk:
        await desk.press("2")
        await still(desk)
        assert desk.app == picture


async def test_review_in_a_small_terminal_with_an_open_group(
    bench: Workbench, open_app: Opener, picture: SnapshotAssertion
) -> None:
    staged(bench)
    async with open_app(bench) as desk:
        await desk.press("2", "enter", "down")
        await still(desk)
        assert desk.app == picture


async def test_the_search_with_suggestions(bench: Workbench, open_app: Opener, picture: SnapshotAssertion) -> None:
    async with open_app(bench) as desk:
        await desk.press("slash")
        await desk.type("payment_term:")
        await desk.until(lambda: "NET 30" in desk.text("#suggestions"))
        await still(desk)
        assert desk.app == picture


async def test_a_mistake_in_a_search_at_its_place(
    bench: Workbench, open_app: Opener, picture: SnapshotAssertion
) -> None:
    async with open_app(bench) as desk:
        await desk.press("slash")
        await desk.type("payment_term:COD nope:x")
        await desk.until(lambda: "nope" in desk.text("#mistake"))
        await still(desk)
        assert desk.app == picture


async def test_facets_with_two_values_picked(bench: Workbench, open_app: Opener, picture: SnapshotAssertion) -> None:
    async with open_app(bench) as desk:
        await column(desk, "payment_term")
        await desk.press("f")
        await desk.until(lambda: "4 values" in desk.text("#facet"))
        await desk.press("space", "down", "space")
        await desk.until(lambda: "20 of 40" in desk.text("#status"))
        await still(desk)
        assert desk.app == picture


async def test_the_record_of_a_customer(bench: Workbench, open_app: Opener, picture: SnapshotAssertion) -> None:
    staged(bench)
    async with open_app(bench) as desk:
        await desk.press("down", "enter")
        await desk.until(lambda: "Company 001" in desk.text("#who"))
        await desk.press("J")
        await still(desk)
        assert desk.app == picture


async def test_the_edit_of_a_cell_that_would_not_be_valid(
    bench: Workbench, open_app: Opener, picture: SnapshotAssertion
) -> None:
    async with open_app(bench) as desk:
        await column(desk, "phone")
        await desk.press("e")
        await desk.type("x" * 40)
        await desk.until(lambda: desk.text("#counts") not in ("", "counting .."))
        await still(desk)
        assert desk.app == picture


async def test_the_keys(bench: Workbench, open_app: Opener, picture: SnapshotAssertion) -> None:
    async with open_app(bench) as desk:
        await desk.press("question_mark")
        await still(desk)
        assert desk.app == picture


async def test_the_columns(bench: Workbench, open_app: Opener, picture: SnapshotAssertion) -> None:
    async with open_app(bench) as desk:
        await desk.press("right", "minus", "O")
        await still(desk)
        assert desk.app == picture


async def test_the_question_before_a_commit(bench: Workbench, open_app: Opener, picture: SnapshotAssertion) -> None:
    staged(bench)
    async with open_app(bench, api="https://api.example") as desk:
        await desk.press("2")
        await desk.until(lambda: "odd first" in desk.text("#status"))
        await desk.press("c")
        await desk.until(lambda: getattr(desk.app.screen, "armed", False))
        await still(desk)
        assert desk.app == picture


async def test_high_contrast(bench: Workbench, open_app: Opener, picture: SnapshotAssertion) -> None:
    staged(bench)
    async with open_app(bench) as desk:
        desk.app.theme = "high-contrast"
        await desk.press("s", "down", "v", "down", "down")
        await column(desk, "payment_term")
        await still(desk)
        assert desk.app == picture


async def test_home_with_a_session_that_is_damaged(
    bench: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, picture: SnapshotAssertion
) -> None:
    staged(bench)
    bench.close()
    (tmp_path / "old.session").write_bytes(b"this is no session")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("screens.home.sessions._ago", lambda seconds: "1 hour ago")
    monkeypatch.setattr("screens.home.sessions.time.strftime", lambda *_: "2026-11-28 20:30")
    app = HomeApp(Path())
    async with app.run_test(size=(80, 24)) as pilot:
        desk = Desk(app, pilot)  # type: ignore[arg-type]
        await desk.quiet()
        await desk.until(lambda: app.screen.grid.rows.height == 2)  # type: ignore[attr-defined]
        assert app == picture


async def test_a_run_that_needs_somebody_and_the_history_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_app: Opener, picture: SnapshotAssertion
) -> None:
    monkeypatch.setenv("LOGNAME", "ann")
    monkeypatch.setattr("workbench.door.session.now", lambda: "2026-11-28T20:29:00.000000Z")
    monkeypatch.setattr("workbench.door.committing.now", lambda: "2026-11-28T20:30:00.000000Z")
    monkeypatch.setattr("screens.run_words.duration", lambda seconds: "2 s")
    with Sandbox(customers=8) as sandbox, Workbench.create(tmp_path / "run.session", key="k") as bench:
        bench.load(api=sandbox.url)
        bench.set_settings({"concurrency": "1"})
        bench.stage([Edit("set", "payment_term", "NET60")], note="one spelling")
        sandbox.world.edit(bench.snapshot.base.customers["id"][2], payment_term="theirs")
        assert bench.commit().conflict == 1
        async with open_app(bench) as desk:
            await desk.press("3")
            await desk.until(lambda: "run 1: " in desk.text("#status"))
            await still(desk)
            assert desk.app == picture(name="run")
            await desk.press("4", "G", "enter")
            await still(desk)
            assert desk.app == picture(name="history")


def alike(bench: Workbench) -> None:
    """Makes two customers one, and changes some of the rest."""
    staged(bench)
    same = [Edit("set", "company_name", "Company 003"), Edit("set", "email", "ann@company.example")]
    bench.stage(same, rows=pl.Series([3, 4], dtype=pl.UInt32))
    bench.stage([Edit("set", "company_name", "Company 003 Ltd")], rows=pl.Series([3], dtype=pl.UInt32))


LOOKS: Final = {
    "problems": ("p",),
    "problems of a rule": ("p", "enter"),
    "duplicates": ("equals_sign",),
    "a group of duplicates": ("equals_sign", "enter"),
    "clusters": ("C", "space"),
    "profile": ("I",),
    "history": ("4", "enter"),
}
"""What is to be seen, and the keys that lead there from the column of payment terms."""


async def look(desk: Any, name: str) -> None:
    """Goes there and waits until nothing moves."""
    await column(desk, "payment_term")
    for key in LOOKS[name]:
        await desk.press(key)
        await still(desk)


@pytest.mark.parametrize("size", [(80, 24), (160, 45)], ids=["small", "large"])
@pytest.mark.parametrize("name", [name for name in LOOKS if name != "history"])
async def test_what_is_found_in_the_data(
    bench: Workbench, open_app: Opener, picture: SnapshotAssertion, name: str, size: tuple[int, int]
) -> None:
    alike(bench)
    async with open_app(bench, size) as desk:
        await look(desk, name)
        assert desk.app == picture
