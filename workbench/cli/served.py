"""The app in a browser, one window at a time and on this machine only.

textual-serve brings the page, its terminal and the wire between them. What is added here: a second window is refused (the
session is one person's), a reload waits until the app before it has let go of the session, an app whose window is closed
finishes what is on its way, and a page of another origin cannot reach in.
"""

from __future__ import annotations

import asyncio
import html
import shlex
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

from aiohttp import WSMsgType, web
from textual_serve.app_service import AppService
from textual_serve.server import Server

HOST: Final = "127.0.0.1"
_DRIVER: Final = "screens.web_driver:WebDriver"
_GONE: Final = (WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED, WSMsgType.ERROR)
_NOWHERE_ELSE: Final = {
    "Content-Security-Policy": "default-src 'self' 'unsafe-inline' data:; connect-src 'self' ws:; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}
"""Nothing is fetched from another machine, no other page shows this one in a frame."""
_PAGE: Final = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/static/css/xterm.css">
<script src="/static/js/textual.js"></script>
<style>
@font-face {{ font-family: "Roboto Mono"; src: url("/static/fonts/RobotoMono-VariableFont_wght.ttf"); font-weight: 100 700; }}
body {{ background: #121212; margin: 0; }}
#over {{ display: none; position: fixed; bottom: 0; left: 0; right: 0; z-index: 10; padding: 8px;
  font: 16px "Roboto Mono", monospace; background: #242f38; color: #e0e0e0; }}
body.-closed #over {{ display: block; }}
</style>
</head>
<body>
<div id="terminal" class="textual-terminal" data-session-websocket-url="{websocket}" data-font-size="16"></div>
<div id="over" role="status">The app is not open here any more.
<button type="button" onclick="location.reload()">Open it again</button></div>
<script>
const typing = setInterval(() => {{
  const keys = document.querySelector(".xterm-helper-textarea");
  if (keys) {{ keys.focus(); clearInterval(typing); }}
}}, 50);
</script>
</body>
</html>
"""
_CLEARED: Final = b"\x1b[?1049l\x1b[?25h\x1b[0m\x1b[2J\x1b[H"
_TAKEN: Final = "This session is open in another window. Close that one, then load this page again."
_WAITS: Final = "The window before is being closed; what is on its way is finished first .."
_LEFT: Final = "The app was left. Load this page again to open it."


class Window:
    """A page's websocket, which may go away at any time: what is sent then is dropped, since nobody can see it."""

    def __init__(self, websocket: web.WebSocketResponse) -> None:
        self.websocket = websocket

    async def send_bytes(self, data: bytes) -> None:
        """What the app's terminal shows."""
        await self._send(self.websocket.send_bytes, data)

    async def send_str(self, text: str) -> None:
        """A message for the page itself."""
        await self._send(self.websocket.send_str, text)

    async def tell(self, line: str) -> None:
        """Says something on a line of its own, outside the app."""
        await self.send_bytes(f"\r\n  {line}\r\n".encode())

    async def close(self) -> None:
        """Lets the page go."""
        if not self.websocket.closed:
            await self.websocket.close()

    async def _send(self, send: Callable[[Any], Awaitable[None]], what: bytes | str) -> None:
        if not self.websocket.closed:
            try:
                await send(what)
            except ConnectionError:
                await self.websocket.close()


class ServedApp(AppService):
    """One app in a process of its own, and the window that shows it."""

    def __init__(self, command: Sequence[str], window: Window, **options: Any) -> None:
        super().__init__(
            shlex.join(command), write_bytes=window.send_bytes, write_str=window.send_str, close=window.close, **options
        )
        self._arguments, self._window = list(command), window

    def terminate(self) -> None:
        """Tells the app once more to leave: it lets go of what is on its way too."""
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()

    async def run(self) -> None:
        """Passes on what the app shows until it has ended, and only then lets the window go."""
        await super().run()
        assert self._process is not None
        await self._process.wait()
        await self._window.tell(_LEFT)
        await self._window.close()

    async def on_meta(self, data: bytes) -> None:
        """Passes on what the app says to the page. Its end is known from the process: one app may follow another."""
        if b'"exit"' in data:
            await self._window.send_bytes(_CLEARED)
        else:
            await super().on_meta(data)

    async def _open_app_process(self, width: int = 80, height: int = 24) -> Process:
        environment = {**self._build_environment(width, height), "TEXTUAL_DRIVER": _DRIVER}
        process = await asyncio.create_subprocess_exec(
            *self._arguments, stdin=PIPE, stdout=PIPE, stderr=PIPE, env=environment, start_new_session=True
        )
        self._process, self._stdin = process, process.stdin
        assert process.stderr is not None
        said, process.stderr = process.stderr, asyncio.StreamReader()
        process.stderr.feed_eof()
        self._said = asyncio.create_task(self._tell(said))
        return process

    async def _tell(self, said: asyncio.StreamReader) -> None:
        """Shows what the app says outside its screen, such as why it could not open the session."""
        while line := await said.readline():
            text = line.decode("utf-8", "replace").rstrip()
            sys.stderr.write(text + "\n")
            await self._window.tell("".join(c if c.isprintable() else "?" for c in text))


class AppServer(Server):
    """Serves the command of an app to one window at a time."""

    def __init__(self, command: Sequence[str], port: int, title: str) -> None:
        super().__init__(shlex.join(command), host=HOST, port=port, title=title)
        self._arguments = command
        self._seat = asyncio.Lock()
        self._window: Window | None = None
        self._app: ServedApp | None = None
        self._names = {f"{name}:{port}" for name in (HOST, "localhost")}

    async def serve_until(self, ended: asyncio.Event, listening: socket.socket, begun: Callable[[str], None]) -> None:
        """Serves on a socket that listens. When it is to end, the app is told to leave, and finishes what is on its way."""
        application = await self._make_app()
        application.middlewares.append(self._only_from_here)
        runner = web.AppRunner(application, handle_signals=False)
        await runner.setup()
        try:
            await web.SockSite(runner, listening).start()
            begun(self.public_url)
            await ended.wait()
            if self._window is not None:
                await self._window.close()
            async with self._seat:
                pass
        finally:
            await runner.cleanup()

    def hurry(self) -> None:
        """Lets the app go without finishing what is on its way; `resume` reads it back."""
        if self._app is not None:
            self._app.terminate()

    async def on_startup(self, app: web.Application) -> None:
        """Says nothing: the command has said where it serves."""

    async def handle_index(self, request: web.Request) -> web.Response:
        """The page: as textual-serve's, but it fetches no font from elsewhere, and its end hides nothing."""
        websocket = f"ws://{request.host}/ws"
        page = _PAGE.format(title=html.escape(self.title), websocket=html.escape(websocket))
        return web.Response(text=page, content_type="text/html", headers=_NOWHERE_ELSE)

    async def handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
        """A window: shows the app in it until either is closed."""
        websocket = web.WebSocketResponse(heartbeat=15)
        await websocket.prepare(request)
        window = Window(websocket)
        if self._window is not None:
            await window.tell(_TAKEN)
            await window.close()
            return websocket
        self._window = window
        try:
            if await self._seated(window):
                try:
                    await self._show(window, request)
                finally:
                    self._seat.release()
        finally:
            if self._window is window:
                self._window = None
        return websocket

    async def _seated(self, window: Window) -> bool:
        """Waits until the app before has ended; False if the window is closed first."""
        if self._seat.locked():
            await window.tell(_WAITS)
        taking = asyncio.ensure_future(self._seat.acquire())
        while not taking.done():
            hearing = asyncio.ensure_future(window.websocket.receive())
            await asyncio.wait({taking, hearing}, return_when=asyncio.FIRST_COMPLETED)
            if hearing.done() and hearing.result().type in _GONE:
                if not taking.cancel():
                    self._seat.release()
                return False
            hearing.cancel()
        return True

    async def _show(self, window: Window, request: web.Request) -> None:
        width, height = (_number(request.query.get(name), default) for name, default in (("width", 80), ("height", 24)))
        self._app = app = ServedApp(self._arguments, window, download_manager=self.download_manager)
        try:
            await app.start(width, height)
            await self._process_messages(window.websocket, app)
        finally:
            self._window = None
            await app.stop()
            self._app = None

    @web.middleware
    async def _only_from_here(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        """Refuses other names for this machine, and pages of other origins: they could type into the app."""
        origin = request.headers.get("Origin")
        if request.host not in self._names or (origin and origin.removeprefix("http://") not in self._names):
            raise web.HTTPForbidden(text="this page is served to this machine only")
        return await handler(request)


def listen(port: int) -> socket.socket:
    """A socket that listens on the loopback address; port 0 takes a free one. Raises `OSError`."""
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
        listening.listen()
    except BaseException:
        listening.close()
        raise
    return listening


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 5 else default
