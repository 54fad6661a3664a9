"""The grid's own page in a real browser over a real desk, without a notebook between: its messages go through a socket."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final

from aiohttp import WSMsgType, web

from tests.report.chromium import Tab, tab
from workbench import Workbench
from workbench.notebook.grid.desk import Desk
from workbench.notebook.grid.widget import Grid

_MODEL: Final = """
const socket = new WebSocket(`ws://${location.host}/desk`);
const heard = [];
socket.onmessage = (message) => heard.forEach((hear) => hear(JSON.parse(message.data)));
socket.onopen = () => render({
  el: document.body,
  model: { get: () => 8, on: (name, hear) => heard.push(hear), off: () => {}, send: (asked) => socket.send(JSON.stringify(asked)) },
});
"""


class Kernel:
    """What stands for a kernel: a desk that answers while it is `alive`."""

    def __init__(self, bench: Workbench) -> None:
        self.desk, self.alive = Desk(bench), True

    async def page(self, _: web.Request) -> web.Response:
        """The page: the widget's script and style, with a model that speaks to `desk`."""
        patience = "const PATIENCE = 5_000;"  # a test says when it is at its end, however busy the machine is
        assert patience in Grid._esm
        script = Grid._esm.replace(patience, "globalThis.PATIENCE = 1e9;")
        body = f"<!doctype html><meta charset=utf-8><style>{Grid._css}</style><body><script type=module>{script}{_MODEL}</script>"
        return web.Response(text=body, content_type="text/html")

    async def hear(self, request: web.Request) -> web.WebSocketResponse:
        """Questions in, answers out, one after the other."""
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        async for message in socket:
            if message.type is WSMsgType.TEXT and self.alive:
                answer = await asyncio.to_thread(self.desk.hear, json.loads(message.data))
                if answer is not None:
                    await socket.send_json(answer)
        return socket


@asynccontextmanager
async def shown_grid(bench: Workbench) -> AsyncIterator[tuple[Tab, Kernel]]:
    """The grid of a session in a browser, and the kernel that answers it."""
    kernel = Kernel(bench)
    app = web.Application()
    app.router.add_get("/", kernel.page)
    app.router.add_get("/desk", kernel.hear)
    runner = web.AppRunner(app)
    async with AsyncExitStack() as stack:
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        one = await stack.enter_async_context(tab())
        await one.open(f"http://127.0.0.1:{runner.addresses[0][1]}/")
        await one.until(
            "document.querySelector('.wbg[data-ready] .wbg-row[aria-rowindex=\"2\"] .wbg-cell')?.textContent"
        )
        yield one, kernel
