"""A server that does what it is asked and answers what it likes: the sandbox's world behind a raw socket."""

from __future__ import annotations

import asyncio
import random
import threading
from collections import defaultdict
from collections.abc import Callable
from typing import Any, Self
from urllib.parse import unquote

import orjson

from tests.faults.garbage import garbage
from tests.faults.machine_desk import CUSTOMERS, STAFF
from workbench.sandbox.errors import Refused
from workbench.sandbox.listing import parse_query
from workbench.sandbox.world import World


class Peer:
    """Runs in a thread. `odds` is how often an answer is garbage, `malformed` how many were; `methods` are the calls by customer.

    `odd` may take over a request: it writes what it likes and says True.
    """

    def __init__(self) -> None:
        self.dice, self.odds = random.Random(1), 0.0
        self.malformed = 0
        self.mangle = garbage
        self.odd: Callable[[asyncio.StreamWriter, str], Any] | None = None
        self.url = ""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self.set_back(1, 0)

    def set_back(self, seed: int, odds: float) -> None:
        """The world as at the beginning, and the dice at `seed`."""
        self.world = World([(one["id"], orjson.dumps(one)) for one in CUSTOMERS], STAFF, [])
        self.dice, self.odds = random.Random(seed), odds
        self.methods: defaultdict[str, list[str]] = defaultdict(list)

    def __enter__(self) -> Self:
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(
            asyncio.start_server(self._serve, "127.0.0.1", 0), self._loop
        ).result()
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _end(self) -> None:
        self._server.close()
        for task in asyncio.all_tasks():
            if task is not asyncio.current_task():
                task.cancel()
        await asyncio.sleep(0)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self._one(reader, writer):
                pass
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        length = [line.partition(":")[2] for line in head.split("\r\n") if line.lower().startswith("content-length:")]
        body = await reader.readexactly(int(length[0])) if length else b""
        method, target, _ = head.split("\r\n")[0].split(" ")
        if self.odd is not None:
            await self.odd(writer, method)
            return False
        status, content = self.honest(method, target, body)
        if self.dice.random() >= self.odds:
            writer.write(b"HTTP/1.1 %d Fine\r\nContent-Length: %d\r\n\r\n%b" % (status, len(content), content))
            await writer.drain()
            return True
        self.malformed += 1
        writer.write(self.mangle(self.dice, status, orjson.loads(content)))
        await writer.drain()
        return False

    def honest(self, method: str, target: str, body: bytes) -> tuple[int, bytes]:
        """What a call does, and the answer that would say so."""
        path, _, question = target.partition("?")
        id_ = unquote(path.rpartition("/")[2])
        self.methods[id_].append(method)
        try:
            if method == "PATCH":
                return 201, b'{"data":%b}' % self.world.patch(id_, body)
            if path.endswith("/customers"):
                return 200, self.world.page(parse_query(question.encode()))
            return 200, b'{"data":%b}' % (self.world.body(id_) or b"null")
        except Refused as refused:
            return refused.status, orjson.dumps({"code": "x", "message": str(refused)})
