"""The record view's keys say what they did: what `/` found goes on with n, `r` reads again, `b` opens the page."""

from __future__ import annotations

import webbrowser
from collections.abc import Callable
from typing import Any

import pytest

from screens.record import RecordView
from tests.screens.test_read_again import change
from tests.screens.test_record import enter, rich, to_field
from workbench.sandbox.server import Sandbox
from workbench.workbench import Workbench

Opener = Callable[..., Any]
Served = tuple[Workbench, Sandbox]
__all__ = ["rich"]


async def test_n_goes_on_to_the_next_field_that_was_found_and_says_which_of_how_many(
    rich: Workbench, open_app: Opener
) -> None:
    async with open_app(rich) as desk:
        await desk.press("G")
        view = await enter(desk)
        await desk.press("slash")
        await desk.type("city shipping")
        assert "1 of 25" in desk.text("#who")
        await desk.press("down")
        assert "2 of 25" in desk.text("#who")
        await desk.press("enter", "n")
        assert view.form.entry.path == "addresses[a5].city"
        assert "3 of 25" in desk.text("#who")
        await desk.press("N", "N")
        assert view.form.entry.path == "addresses[a1].city"
        await desk.press("N")
        assert view.form.entry.path == "addresses[a49].city"
        assert "went round the top" in desk.said
        await desk.press("n")
        assert view.form.entry.path == "addresses[a1].city"
        assert "went round the end" in desk.said


async def test_escape_ends_the_find_and_then_n_is_the_next_customer_again(rich: Workbench, open_app: Opener) -> None:
    async with open_app(rich) as desk:
        await desk.press("G", "up")
        view = await enter(desk)
        await to_field(desk, "name")
        assert "of 40" not in desk.text("#who")
        await desk.press("escape")
        assert desk.app.screen is view
        await desk.press("n")
        assert view.record.id == "rich"
        assert "41 of 41" in desk.text("#who")
        await desk.press("escape")
        assert not isinstance(desk.app.screen, RecordView)


async def test_a_field_that_is_there_once_leaves_n_to_the_customers(rich: Workbench, open_app: Opener) -> None:
    async with open_app(rich) as desk:
        view = await enter(desk)
        await to_field(desk, "payment_term")
        await desk.press("n")
        assert view.record.id == "c001"


async def test_r_in_the_record_reads_it_again_and_shows_it(served: Served, open_app: Opener) -> None:
    bench, sandbox = served
    async with open_app(bench) as desk:
        view = await enter(desk)
        await to_field(desk, "first_name")
        change(sandbox, bench.snapshot.current.customers["id"][0], first_name="Newname")
        await desk.press("escape", "r")
        assert desk.app.screen is view
        assert "read 1 customer again" in desk.said
        assert "Newname" in [entry.cell.text for entry in view.record.entries if entry.field == "first_name"]


async def test_r_in_the_record_of_a_session_without_a_server_says_why(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await enter(desk)
        await desk.press("r")
        assert "the session does not know its API yet" in desk.said


async def test_b_in_the_record_opens_the_page_or_says_what_is_missing(
    bench: Workbench, open_app: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages: list[str] = []

    class Window(webbrowser.BaseBrowser):
        def open(self, url: str, new: int = 0, autoraise: bool = True) -> bool:
            pages.append(url)
            return True

    monkeypatch.setattr("webbrowser.get", lambda: Window())
    async with open_app(bench) as desk:
        await enter(desk)
        await desk.press("b")
        assert "url" in desk.said
        bench.set_settings({"url": "https://crm.example/c/{id}"})
        await desk.press("n", "b")
        assert pages == ["https://crm.example/c/c001"]
        assert "opened https://crm.example/c/c001" in desk.said
