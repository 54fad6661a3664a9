"""A small server on a real socket that answers as a test says: whole, odd, or not at all."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from socket import SO_LINGER, SOL_SOCKET
from typing import Any

import pytest


@dataclass(frozen=True)
class Request:
    """A request as it stood on the wire. `nth` counts those of its connection, from 0."""

    line: str
    head: bytes
    body: bytes
    nth: int

    @property
    def headers(self) -> dict[str, str]:
        lines = self.head.decode("latin-1").split("\r\n")[1:]
        return {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}


class Turn:
    """What a test can do with one request."""

    def __init__(self, request: Request, writer: asyncio.StreamWriter) -> None:
        self.request = request
        self.writer = writer

    async def answer(self, status: int, body: bytes = b"", headers: dict[str, str] | None = None) -> None:
        fields = {"Content-Type": "application/json", "Content-Length": str(len(body)), **(headers or {})}
        head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        await self.raw(f"HTTP/1.1 {status} Some\r\n{head}\r\n".encode() + body)

    async def raw(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    def reset(self) -> None:
        """End the connection with a RST instead of a FIN."""
        self.writer.get_extra_info("socket").setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()

    def close(self) -> None:
        self.writer.close()


Script = Callable[[Turn], Awaitable[Any]]


@dataclass
class Peer:
    """The server: `requests` are those that arrived, `connections` how many there were, `most_open` at one time."""

    script: Script
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    open: int = 0
    most_open: int = 0
    url: str = ""
    _server: asyncio.Server | None = None
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def start(self, **options: Any) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, **options)
        port = self._server.sockets[0].getsockname()[1]
        self.url = f"{'https' if options else 'http'}://127.0.0.1:{port}"

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def quiet(self) -> None:
        """Return when every connection has ended, and the other side had the time to see it."""
        await asyncio.gather(*self._tasks)
        for _ in range(20):
            await asyncio.sleep(0)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        self.open += 1
        self.most_open = max(self.most_open, self.open)
        try:
            await self._answer_all(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self.open -= 1
            self._tasks.discard(task)
            writer.close()

    async def _answer_all(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nth = 0
        while not writer.is_closing():
            head = await reader.readuntil(b"\r\n\r\n")
            request = Request(head.split(b"\r\n")[0].decode("latin-1"), head[:-4], b"", nth)
            length = int(request.headers.get("content-length", "0"))
            request = Request(request.line, request.head, await reader.readexactly(length), nth)
            self.requests.append(request)
            await self.script(Turn(request, writer))
            nth += 1


Serve = Callable[..., Awaitable[Peer]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Starts peers: `await serve(script)`; they end with the test."""
    peers: list[Peer] = []

    async def start(script: Script, **options: Any) -> Peer:
        peer = Peer(script)
        await peer.start(**options)
        peers.append(peer)
        return peer

    yield start
    for peer in peers:
        await peer.stop()
