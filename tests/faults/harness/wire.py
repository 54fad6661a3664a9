"""The network between the workbench and the server, as something that can be cut and mended."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
import struct
import threading
from collections.abc import Coroutine
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import urlsplit

_HOST: Final = "127.0.0.1"
_RESET: Final = struct.pack("ii", 1, 0)
_TURNS: Final = 10
"""So many turns of the loop are more than it takes from the acceptance of a connection to its `_joined`: none is left behind."""


class Wire:
    """A relay from `url` to the server at `target`, in a thread while it is open.

    `cut` resets every connection, with whatever is on its way in either direction, and listens no more; `mend` listens at
    the same place again. Both may be called from any thread.
    """

    def __init__(self, target: str) -> None:
        place = urlsplit(target)
        self._target = (place.hostname or _HOST, place.port or 80)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="wire")
        self._open: set[asyncio.StreamWriter] = set()
        self._joins: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self._port = 0

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{_HOST}:{self._port}"

    def cut(self) -> None:
        """The network is gone."""
        self._do(self._cut())

    def mend(self) -> None:
        """The network is back."""
        self._do(self._listen())

    def __enter__(self) -> Self:
        self._thread.start()
        self.mend()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.cut()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _do(self, what: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(what, self._loop).result(timeout=60)

    async def _listen(self) -> None:
        while self._server is None:
            try:
                self._server = await asyncio.start_server(self._joined, _HOST, self._port)
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    raise
                await asyncio.sleep(0.05)  # somebody's own end of a connection has that port for a moment
        self._port = self._server.sockets[0].getsockname()[1]

    async def _cut(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
            for _ in range(_TURNS):
                await asyncio.sleep(0)
        for writer in self._open:
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            writer.transport.abort()
        await asyncio.gather(*self._joins, return_exceptions=True)

    async def _joined(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._joins.add(task)
        self._open.add(writer)
        with contextlib.suppress(OSError):
            server, to_server = await asyncio.open_connection(*self._target)
            self._open.add(to_server)
            await asyncio.gather(_passed(reader, to_server), _passed(server, writer))
            self._open.discard(to_server)
        self._open.discard(writer)
        self._joins.discard(task)


async def _passed(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Passes bytes on until one side ends."""
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()
