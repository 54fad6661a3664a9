"""Requests a second on loopback: CustomerApi beside bare loops over httpx, in one run. Printed, not asserted.

    python tests/bench/requests.py [REQUESTS] [WORKERS]

The peer is a small asyncio server in a second process that parses nothing but the length of a request, so that the
client is the limit. Each loop is run three times, in turns; the median counts.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import statistics
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

import httpx
from httpx_aiohttp import AiohttpTransport

from workbench.customer_api.answers import Kind
from workbench.customer_api.client import CustomerApi
from workbench.customer_api.verdicts import classify

ID = "01f5d171-d3e3-4b2b-bd57-0727194b5bed"
BODY = b'{"payment_term":"NET30"}'
KEY = "a-key"
_ITEM = {"id": ID, "city": "Anytown", "first_name": "John", "email": "john@example.com", "attributes": []}
_RECORD = {"id": ID, "name": "Customer", "addresses": [_ITEM] * 2, "contacts": [_ITEM], "note": "x" * 1200}
DATA = json.dumps({"data": _RECORD}).encode()
ANSWER = (
    b"HTTP/1.1 201 Created\r\ndate: Mon, 23 Nov 2026 22:00:00 GMT\r\nserver: bench\r\n"
    b"content-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(DATA)
) + DATA

Send = Callable[[], Awaitable[None]]


class Peer(asyncio.Protocol):
    """Answers every whole request with the same customer."""

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self.data = b""

    def data_received(self, data: bytes) -> None:
        self.data += data
        while (end := self.data.find(b"\r\n\r\n")) >= 0:
            head = self.data[:end].lower()
            at = head.find(b"content-length:")
            length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
            if len(self.data) < end + 4 + length:
                return
            self.data = self.data[end + 4 + length :]
            self.transport.write(ANSWER)


def serve(told: Connection) -> None:
    async def run() -> None:
        server = await asyncio.get_running_loop().create_server(Peer, "127.0.0.1", 0)
        told.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


@dataclass(frozen=True)
class Speed:
    """Requests a second, by the clock and by the processor's time: the second hardly minds a busy machine."""

    clock: float
    processor: float


async def speed(send: Send, requests: int, workers: int) -> Speed:
    """How fast a fixed set of workers is."""
    turns: Iterator[int] = iter(range(requests))

    async def work() -> None:
        for _ in turns:
            await send()

    await asyncio.gather(*(send() for _ in range(workers)))
    start, spent = time.perf_counter(), time.process_time()
    await asyncio.gather(*(work() for _ in range(workers)))
    return Speed(requests / (time.perf_counter() - start), requests / (time.process_time() - spent))


def bare(client: httpx.AsyncClient, url: str, method: str) -> Send:
    headers = {"X-API-Key": KEY, "Content-Type": "application/json"}

    async def send() -> None:
        answer = await client.request(method, url, headers=headers, content=BODY if method == "PATCH" else None)
        assert answer.status_code == 201

    return send


def ours(api: CustomerApi, method: str) -> Send:
    async def send() -> None:
        answer = await (api.patch(ID, BODY) if method == "PATCH" else api.get(ID))
        assert classify(answer).kind is Kind.OK

    return send


async def compare(base: str, requests: int, workers: int) -> None:
    url = f"{base}/v1/customers/{ID}"
    limits = httpx.Limits(max_connections=workers)
    async with (
        httpx.AsyncClient(transport=AiohttpTransport(limits=limits)) as over_aiohttp,
        httpx.AsyncClient(limits=limits) as plain,
        CustomerApi(base, KEY, connections=workers) as api,
    ):
        loops = {
            "httpx over aiohttp, PATCH": (bare(over_aiohttp, url, "PATCH"), requests),
            "CustomerApi.patch + classify": (ours(api, "PATCH"), requests),
            "httpx over aiohttp, GET": (bare(over_aiohttp, url, "GET"), requests),
            "CustomerApi.get + classify": (ours(api, "GET"), requests),
            "plain httpx, PATCH": (bare(plain, url, "PATCH"), max(workers, requests // 10)),
        }
        found: dict[str, list[Speed]] = {name: [] for name in loops}
        for _ in range(3):
            for name, (send, count) in loops.items():
                found[name].append(await speed(send, count, workers))
    show({name: median(speeds) for name, speeds in found.items()}, workers)


def median(speeds: list[Speed]) -> Speed:
    return Speed(statistics.median(s.clock for s in speeds), statistics.median(s.processor for s in speeds))


def show(speeds: dict[str, Speed], workers: int) -> None:
    for name, value in speeds.items():
        print(f"{name:32}{value.clock:8.0f} requests/s at {workers} workers, {1000 / value.processor:.2f} ms CPU each")
    pairs = ("patch", "httpx over aiohttp, PATCH"), ("get", "httpx over aiohttp, GET"), ("patch", "plain httpx, PATCH")
    for ours, other in pairs:
        one, two = speeds[f"CustomerApi.{ours} + classify"], speeds[other]
        ratios = f"{one.clock / two.clock:.2f} by the clock, {one.processor / two.processor:.2f} by CPU time"
        print(f"CustomerApi.{ours} / {other}: {ratios}")


def main() -> None:
    given = [int(argument) for argument in sys.argv[1:3]]
    requests, workers = [*given, *(6000, 16)[len(given) :]]
    here, there = multiprocessing.Pipe()
    peer = multiprocessing.get_context("spawn").Process(target=serve, args=(there,), daemon=True)
    peer.start()
    try:
        asyncio.run(compare(f"http://127.0.0.1:{here.recv()}", requests, workers))
    finally:
        peer.terminate()
        peer.join()


if __name__ == "__main__":
    main()
