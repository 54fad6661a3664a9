"""A real browser, headless, spoken to over its DevTools protocol: what a page does, asks for and complains of."""

from __future__ import annotations

import asyncio
import base64
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import aiohttp

CHROMIUM: Final = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
_OPTIONS: Final = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-extensions",
    "--disable-background-networking", "--remote-debugging-port=0", "--hide-scrollbars", "--lang=en",
)  # fmt: skip
_QUIET: Final = ("Network.requestWillBeSent", "Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded",
                 "Page.javascriptDialogOpening", "Page.windowOpen", "Page.frameRequestedNavigation")  # fmt: skip
_PATIENCE: Final = 60


class Tab:
    """One page. `events` are those of `_QUIET` that came: (name, what it tells), in order."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.events: list[tuple[str, dict[str, Any]]] = []
        self._socket = socket
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._loaded = asyncio.Event()
        self._last = 0
        self._reader = asyncio.create_task(self._read())

    async def call(self, method: str, **params: Any) -> dict[str, Any]:
        """Calls a method of the protocol."""
        self._last += 1
        answer = self._answers[self._last] = asyncio.get_running_loop().create_future()
        await self._socket.send_json({"id": self._last, "method": method, "params": params})
        return await asyncio.wait_for(answer, _PATIENCE)

    async def open(self, page: Path | str) -> None:
        """Opens a file, or an address, and waits until it is loaded; what it does from then on is among the events."""
        for domain in ("Page", "Runtime", "Network", "Log"):
            await self.call(f"{domain}.enable")
        self.events.clear()
        self._loaded.clear()
        await self.call("Page.navigate", url=page if isinstance(page, str) else page.as_uri())
        await asyncio.wait_for(self._loaded.wait(), _PATIENCE)

    async def tell(self, script: str) -> Any:
        """The value of a script (it may be a promise)."""
        found = await self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    async def until(self, script: str) -> None:
        """Waits until a script says true, asked once a frame."""
        looking = f"new Promise(done => {{ const look = () => ({script}) ? done(true) : requestAnimationFrame(look); look(); }})"
        assert await self.tell(looking)

    async def key(self, key: str, text: str = "", *, modifiers: int = 0) -> None:
        """Presses a key; `modifiers` are 2 for ctrl, 8 for shift."""
        more: dict[str, Any] = {"text": text} if text else {}
        more |= {"modifiers": modifiers} if modifiers else {}
        await self.call("Input.dispatchKeyEvent", type="keyDown", key=key, **more)
        await self.call("Input.dispatchKeyEvent", type="keyUp", key=key)

    async def click(self, script: str, times: int = 1) -> None:
        """Clicks in the middle of the element that a script names, or double clicks."""
        middle = "(one => { one.scrollIntoView({block: 'nearest'}); const at = one.getBoundingClientRect();"
        x, y = await self.tell(f"{middle} return [at.x + at.width / 2, at.y + at.height / 2]; }})({script})")
        for number in range(1, times + 1):
            for kind in ("mousePressed", "mouseReleased"):
                await self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=number)

    async def write(self, text: str) -> None:
        """Types a text where the focus is."""
        await self.call("Input.insertText", text=text)

    async def media(self, *, scheme: str = "light", media: str = "") -> None:
        """Light or dark, screen or paper."""
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        await self.call("Emulation.setEmulatedMedia", media=media, features=features)

    async def picture(self, *, width: int = 1100, height: int = 1400) -> bytes:
        """A PNG of what is seen."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        await self.call("Emulation.setDeviceMetricsOverride", **size)
        return base64.b64decode((await self.call("Page.captureScreenshot", format="png"))["data"])

    async def paper(self) -> bytes:
        """The page as PDF."""
        return base64.b64decode((await self.call("Page.printToPDF", printBackground=True))["data"])

    async def _read(self) -> None:
        async for message in self._socket:
            told = message.json()
            if "id" in told:
                answer = self._answers.pop(told["id"])
                if not answer.done():
                    answer.set_result(told.get("result", {"exceptionDetails": told.get("error")}))
            elif told["method"] == "Page.loadEventFired":
                self._loaded.set()
            elif told["method"] in _QUIET:
                self.events.append((told["method"], told["params"]))

    def close(self) -> None:
        """Reads no more."""
        self._reader.cancel()


@asynccontextmanager
async def tab() -> AsyncIterator[Tab]:
    """A browser of its own with one page."""
    assert CHROMIUM
    with tempfile.TemporaryDirectory(prefix="chromium", ignore_cleanup_errors=True) as profile:
        browser = await asyncio.create_subprocess_exec(
            CHROMIUM, *_OPTIONS, f"--user-data-dir={profile}", "about:blank",
            stderr=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        try:
            port = await asyncio.wait_for(_port(browser), _PATIENCE)
            async with aiohttp.ClientSession() as session:
                async with session.get(f"http://127.0.0.1:{port}/json/list") as answer:
                    pages = [one for one in await answer.json() if one["type"] == "page"]
                async with session.ws_connect(pages[0]["webSocketDebuggerUrl"], max_msg_size=0) as socket:
                    one = Tab(socket)
                    yield one
                    one.close()
        finally:
            browser.terminate()
            await browser.wait()


async def _port(browser: asyncio.subprocess.Process) -> int:
    assert browser.stderr is not None
    while line := (await browser.stderr.readline()).decode(errors="replace"):
        if "DevTools listening on" in line:
            return int(line.split("127.0.0.1:")[1].split("/")[0])
    raise AssertionError("the browser ended before it listened")
