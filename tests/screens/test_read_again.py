"""Reading customers again: what somebody else changed is seen, what is staged stays, and conflicts are told."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable
from typing import Any
from urllib.request import Request, urlopen

import pytest

from screens.dialogs.are_you_sure import AreYouSure
from screens.reading_again import ServerRead
from workbench.sandbox.server import Sandbox
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

Opener = Callable[..., Any]
Served = tuple[Workbench, Sandbox]


def change(sandbox: Sandbox, id_: str, **values: str) -> None:
    """Somebody else changes a customer."""
    headers = {"X-API-Key": "k", "Content-Type": "application/json"}
    request = Request(f"{sandbox.url}/v1/customers/{id_}", json.dumps(values).encode(), headers, method="PATCH")
    with urlopen(request) as answer:
        assert answer.status in (200, 201)


async def test_r_reads_this_customer_and_keeps_what_is_staged(served: Served, open_app: Opener) -> None:
    bench, sandbox = served
    ids = bench.snapshot.current.customers["id"].to_list()
    bench.stage([Edit("set", "payment_term", "Net 61 days")])
    change(sandbox, ids[0], first_name="Newname", payment_term="SOMETHING")
    change(sandbox, ids[1], first_name="Othername")
    async with open_app(bench) as desk:
        await desk.press("r")
        assert "read 1 customer again: 2 cells changed (first_name 1, payment_term 1)" in desk.said
        assert "1 staged cell in conflict: is:conflict finds it, C in Review settles it" in desk.said
        await desk.press("r")
        assert "read 1 customer again: nothing changed" in desk.said
        desk.app.screen.grid.go_to(column="payment_term")
        await desk.quiet()
        assert "in conflict: C in Review settles it" in desk.text("#cell")
        await desk.press("down")
        assert "in conflict" not in desk.text("#cell")
        assert bench.snapshot.current.customers["first_name"][0] == "Newname"
        assert bench.snapshot.current.customers["payment_term"][0] == "Net 61 days"
        assert bench.snapshot.current.customers["first_name"][1] != "Othername"


async def test_r_reads_the_marked_ones_from_another_table_too(served: Served, open_app: Opener) -> None:
    bench, sandbox = served
    addresses = bench.snapshot.current.addresses
    owners = addresses["_customer"].unique(maintain_order=True).to_list()[:2]
    ids = bench.snapshot.current.customers["id"]
    for owner in owners:
        change(sandbox, ids[owner], first_name=f"Name {owner}")
    async with open_app(bench) as desk:
        await desk.press("t")
        grid = desk.app.screen.query_one("#grid")
        for owner in owners:
            grid.go_to(addresses["_customer"].to_list().index(owner))
            await desk.press("space")
        await desk.press("r")
        assert "read 2 customers again" in desk.said
        found = bench.snapshot.current.customers["first_name"]
        assert [found[owner] for owner in owners] == [f"Name {owner}" for owner in owners]


async def test_r_without_a_server_says_why_nothing_was_read(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.press("r")
        assert "the session does not know its API yet" in desk.said


async def test_R_reads_all_that_changed_and_says_what(served: Served, open_app: Opener) -> None:
    bench, sandbox = served
    ids = bench.snapshot.current.customers["id"].to_list()
    bench.stage([Edit("set", "payment_term", "Net 61 days")])
    change(sandbox, ids[0], first_name="Newname", payment_term="SOMETHING")
    change(sandbox, ids[1], first_name="Othername")
    async with open_app(bench) as desk:
        await desk.press("R")
        assert "customers: 2 changed (first_name 2, payment_term 1)" in desk.said
        assert "1 staged cell in conflict: is:conflict finds it, C in Review settles it" in desk.said
        assert bench.snapshot.current.customers["first_name"].to_list()[:2] == ["Newname", "Othername"]
        await desk.press("R")
        assert "nothing changed on the server" in desk.said


async def test_R_that_is_stopped_keeps_nothing(
    served: Served, open_app: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench, sandbox = served
    ids = bench.snapshot.current.customers["id"].to_list()
    change(sandbox, ids[0], first_name="Newname")
    asked, go_on = threading.Event(), threading.Event()
    keep = ServerRead.keep

    def late(self: ServerRead[Any]) -> bool:
        asked.set()
        assert go_on.wait(60)
        return keep(self)

    monkeypatch.setattr(ServerRead, "keep", late)
    async with open_app(bench) as desk:
        desk.app.screen.action_refresh()
        assert await asyncio.to_thread(asked.wait, 10)
        await desk.app._press_keys(["escape"])
        go_on.set()
        await desk.press("R")
        assert "stopped: nothing of what was read is kept" in desk.said


async def test_r_of_many_says_how_far_it_is_and_esc_ends_it_at_once_without_a_trace(
    slow: Served, open_app: Opener
) -> None:
    bench, sandbox = slow
    ids = bench.snapshot.current.customers["id"].to_list()
    change(sandbox, ids[0], first_name="Newname")
    async with open_app(bench) as desk:
        app, shares = desk.app, []
        telling = app.busy.telling
        app.busy.telling = lambda group: lambda share: (shares.append(share), telling(group)(share))
        await desk.press("a")
        app.screen.action_read_again()
        await desk.until(lambda: len(shares) >= 2 and "reading customers" in desk.text("TopBar"))
        await app._press_keys(["down", "r"])
        assert app.screen.grid.row == 1, "keys are answered meanwhile"
        assert "customers are being read already; Esc stops that" in desk.said
        await app._press_keys(["escape"])
        await desk.quiet()
        assert 0 < shares[0] < shares[-1] < 1, "nobody waited for the rest"
        assert "stopped: nothing of what was read is kept" in desk.said
        assert bench.snapshot.current.customers["first_name"][0] != "Newname"
        app.screen.grid.clear_marks()
        await desk.press("up", "r")
        assert bench.snapshot.current.customers["first_name"][0] == "Newname"


async def test_r_of_very_many_is_asked_first(served: Served, open_app: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    bench, sandbox = served
    monkeypatch.setattr("screens.reading_again._MANY", 1)
    ids = bench.snapshot.current.customers["id"].to_list()
    async with open_app(bench) as desk:
        await desk.press("a", "r")
        assert isinstance(desk.app.screen, AreYouSure)
        change(sandbox, ids[0], first_name="Newname")
        await desk.press("escape")
        assert bench.snapshot.current.customers["first_name"][0] != "Newname"
        await desk.sure("r")
        await desk.until(lambda: f"read {len(ids)} customers again" in desk.said)
        assert bench.snapshot.current.customers["first_name"][0] == "Newname"
