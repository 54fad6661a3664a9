"""`serve`: the app behind a real websocket, one window at a time; whatever goes away, the session is let go of."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import aiohttp
import pytest

from tests.cli.conftest import Command
from workbench.errors import SessionHeld
from workbench.sandbox.server import Sandbox
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

Begin = Callable[..., subprocess.Popen[str]]


class Window:
    """A window of a browser: what its terminal was sent, and keys."""

    def __init__(self, websocket: aiohttp.ClientWebSocketResponse) -> None:
        self.websocket = websocket
        self.shown = ""

    async def until(self, words: str) -> None:
        async with asyncio.timeout(60):
            while words not in self.shown:
                await self.see()

    async def see(self, seconds: float | None = None) -> None:
        message = await self.websocket.receive(seconds)
        assert message.type in (aiohttp.WSMsgType.BINARY, aiohttp.WSMsgType.TEXT), self.shown
        self.shown += message.data.decode() if isinstance(message.data, bytes) else message.data

    async def type(self, keys: str) -> None:
        await self.websocket.send_json(["stdin", keys])

    async def confirm(self) -> None:
        """Says yes to the question of a commit, which hears nothing at first."""
        async with asyncio.timeout(60):
            while "run 1" not in self.shown:
                await self.type("y")
                with suppress(TimeoutError):
                    await self.see(0.1)

    async def closed(self) -> str:
        """Reads until the other side closes; answers all that was shown."""
        async with asyncio.timeout(60):
            async for message in self.websocket:
                self.shown += message.data.decode() if isinstance(message.data, bytes) else message.data
        return self.shown


@asynccontextmanager
async def window(url: str, **headers: str) -> AsyncIterator[Window]:
    async with (
        aiohttp.ClientSession() as client,
        client.ws_connect(f"{url}/ws?width=80&height=24", headers=headers) as ws,
    ):
        yield Window(ws)


@pytest.fixture
def url(begin: Begin) -> str:
    """Where the session `s` is served."""
    return served(begin("serve", "s"))


def served(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


async def let_go(folder: Path, session: str = "s") -> None:
    """Waits until nobody holds the session."""
    async with asyncio.timeout(60):
        while True:
            try:
                Workbench.open(folder / f"{session}.session").close()
            except SessionHeld:
                await asyncio.sleep(0.05)
            else:
                return


async def test_the_page_is_whole_without_any_other_machine(url: str) -> None:
    assert url.startswith("http://127.0.0.1:")
    async with aiohttp.ClientSession() as client, client.get(url) as answer:
        page = await answer.text()
        policy = answer.headers["Content-Security-Policy"]
    assert answer.status == 200
    assert "https://" not in page
    assert "default-src 'self'" in policy
    async with aiohttp.ClientSession() as client:
        for path in (
            "/static/js/textual.js",
            "/static/css/xterm.css",
            "/static/fonts/RobotoMono-VariableFont_wght.ttf",
        ):
            async with client.get(url + path) as answer:
                assert answer.status == 200


async def test_the_app_is_seen_and_hears_keys_and_a_second_window_is_refused(url: str) -> None:
    async with window(url) as first:
        await first.until("1 Browse")
        await first.type(" ")
        await first.until("1 marked")
        async with window(url) as second:
            assert "open in another window" in await second.closed()
        await first.type("s")
        await first.type("s")
        await first.until("2 marked")


async def test_a_page_that_is_loaded_again_does_not_meet_its_own_lock(url: str, folder: Path) -> None:
    async with window(url) as before:
        await before.until("1 Browse")
    async with window(url) as after:
        await after.until("1 Browse")
    assert "held" not in after.shown
    await let_go(folder)


async def test_an_app_that_is_left_closes_its_window_and_can_be_opened_again(url: str) -> None:
    async with window(url) as first:
        await first.until("1 Browse")
        await first.type("\x11")
        assert "The app was left" in await first.closed()
    async with window(url) as again:
        await again.until("1 Browse")


@pytest.mark.parametrize("header", ["Host", "Origin"])
async def test_pages_of_others_cannot_reach_in(url: str, header: str) -> None:
    value = "evil.example" if header == "Host" else "http://evil.example"
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        async with window(url, **{header: value}):
            pass
    assert refused.value.status == 403


async def test_ctrl_c_ends_the_app_and_lets_go_of_the_session(begin: Begin, command: Command) -> None:
    process = begin("serve", "s")
    async with window(served(process)) as shown:
        await shown.until("1 Browse")
        process.send_signal(signal.SIGINT)
        await shown.closed()
    code, (_, err) = await asyncio.to_thread(process.wait, 60), process.communicate()
    assert code == 0
    assert "works as you" in err
    assert "Traceback" not in err
    assert command("status", "s").code == 0


async def test_an_app_whose_server_was_killed_lets_go_of_the_session(begin: Begin, folder: Path) -> None:
    process = begin("serve", "s")
    async with window(served(process)) as shown:
        await shown.until("1 Browse")
        process.kill()
    await let_go(folder)


async def test_a_window_that_is_closed_in_mid_commit_leaves_nothing_in_flight(begin: Begin, folder: Path) -> None:
    with Sandbox(customers=20, latency=0.2) as slow:
        with Workbench.create(folder / "slow.session", key="k") as bench:
            await bench.aload(api=slow.url)
            bench.set_settings({"concurrency": "1"})
            bench.stage([Edit("set", "payment_term", "NET 45")])
        async with window(served(begin("serve", "slow"))) as shown:
            await shown.until("1 Browse")
            await shown.type("c")
            await shown.until("odd first")
            await shown.type("c")
            await shown.until("y commits")
            await shown.confirm()
            await shown.until("of 20  ")
        await let_go(folder, "slow")
        with Workbench.open(folder / "slow.session") as bench:
            run = bench.log().runs[0]
            assert run["committed"] > 0
            assert run["unsent"] > 0
            assert run["unknown"] == 0
            assert bench.status().unfinished == 1


def test_a_session_that_is_not_there_is_said_before_anything_is_served(command: Command) -> None:
    command("serve", "nowhere").refused(1, "nowhere")


def test_a_session_that_somebody_holds_is_said_before_anything_is_served(command: Command, folder: Path) -> None:
    with Workbench.open(folder / "s.session"):
        command("serve", "s").refused(5, "s.session")


def test_a_port_that_is_no_port_or_taken_is_said(command: Command, url: str) -> None:
    command("serve", "s", "--port", "70000").refused(2, "70000")
    command("serve", "--port", url.rpartition(":")[2]).refused(1, "--port")


def test_the_address_can_be_had_as_json(begin: Begin) -> None:
    assert json.loads(served(begin("serve", "s", "--json")))["url"].startswith("http://127.0.0.1:")
