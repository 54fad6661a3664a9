"""Commit throughput on loopback beside bare loops: `python tests/bench/commit.py [CUSTOMERS] [WORKERS]`.

The peer is a small server in a process of its own that answers each PATCH with the customer as asked and lists those that
changed, so that the client is the limit. Ours is the whole `commit` with each of its checks: frozen plan, durable intents
and outcomes, verification, and the answers laid over base. The bare loops journal and verify nothing. In turns, medians;
nothing is asserted.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import re
import statistics
import sys
import tempfile
import time
from itertools import islice, takewhile
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import httpx
from httpx_aiohttp import AiohttpTransport
from load import write_customers

from workbench.load.loading import AS_OF
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

TURNS = 3
PATH = re.compile(rb"(GET|PATCH) /v1/customers/([0-9a-f-]{36}) ")
LIST = re.compile(rb"GET /v1/customers\?([^ ]*)")
UPDATED = re.compile(rb'"updated_at": ?"[^"]*"(?=}\s*$)')


class Peer(asyncio.Protocol):
    """Answers every request with the stored customer; a PATCH sets its payment term first."""

    records: dict[bytes, bytes]
    summaries: list[bytes]
    changed: dict[bytes, bytes]
    """When a customer was changed last, newest last."""

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
            body, listed = self.data[end + 4 : end + 4 + length], LIST.match(self.data)
            found = PATH.match(self.data)
            self.data = self.data[end + 4 + length :]
            if listed is not None:
                self.list({name: value[-1] for name, value in parse_qs(listed.group(1)).items()})
                continue
            assert found is not None
            record = self.records[found.group(2)]
            if found.group(1) == b"PATCH":
                term = json.loads(body)["payment_term"].encode()
                record = re.sub(rb'"payment_term": ?"[^"]*"', b'"payment_term": "%s"' % term, record)
                now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()).encode()
                record = UPDATED.sub(b'"updated_at": "%s"' % now, record)
                self.records[found.group(2)] = record
                self.changed.pop(found.group(2), None)
                self.changed[found.group(2)] = now
            self.answer(b'{"data": %s}' % record)

    def answer(self, body: bytes) -> None:
        head = b"HTTP/1.1 201 Created\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
        self.send(head % len(body) + body)

    def send(self, answer: bytes) -> None:
        self.transport.write(answer)

    def list(self, asked: dict[bytes, bytes]) -> None:
        """A page of those that changed after a time, or of all; who are active."""
        page = int(asked[b"page"])
        if asked.get(b"status") == b"inactive":
            found = []
        elif b"updated_after" in asked:
            found = [
                b'{"id": "%s", "updated_at": "%s"}' % (customer, self.changed[customer])
                for customer in takewhile(
                    lambda one: self.changed[one] > asked[b"updated_after"], reversed(self.changed)
                )
            ]
        else:
            found = self.summaries
        part = found[page * 100 - 100 : page * 100]
        counts = b'"total_records": %d, "total_pages": %d, "next_page": 0' % (len(found), -(-len(found) // 100))
        self.answer(b'{"data": [%s], "pagination": {%s}}' % (b", ".join(part), counts))


def keep(file: Path, most: int | None = None) -> None:
    """Has the peer serve the customers of a file, the first ones or all."""
    with file.open("rb") as opened:
        lines = [line.rstrip() for line in islice(opened, most)]
    Peer.records = {json.loads(line)["id"].encode(): line for line in lines}
    Peer.summaries = [_summary(json.loads(line)) for line in lines]
    Peer.changed = {}


def _summary(customer: dict[str, Any]) -> bytes:
    """A customer as the list gives it: without its nested records."""
    return json.dumps({name: value for name, value in customer.items() if not isinstance(value, list | dict)}).encode()


def serve(told: Connection, file: str) -> None:
    keep(Path(file))

    async def run() -> None:
        server = await asyncio.get_running_loop().create_server(Peer, "127.0.0.1", 0)
        told.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


async def bare(url: str, ids: list[str], workers: int, *, plain: bool) -> float:
    limits = httpx.Limits(max_connections=workers)
    transport = None if plain else AiohttpTransport(limits=limits)
    headers = {"X-API-Key": "k", "Content-Type": "application/json"}
    turns = iter(ids)

    async with httpx.AsyncClient(transport=transport, limits=limits) as client:

        async def work() -> None:
            for one in turns:
                answer = await client.patch(
                    f"{url}/v1/customers/{one}", headers=headers, content=b'{"payment_term":"N"}'
                )
                assert answer.status_code == 201

        start = time.perf_counter()
        await asyncio.gather(*(work() for _ in range(workers)))
        return len(ids) / (time.perf_counter() - start)


def ours(workbench: Workbench, url: str, workers: int, check: str, turn: int) -> tuple[float, float]:
    workbench.stage([Edit("set", "payment_term", f"{check.upper()}{turn}")])
    start = time.perf_counter()
    report = asyncio.run(workbench.acommit(api=url, check=check, concurrency=workers))
    assert report.committed == report.planned, report
    return report.planned / (time.perf_counter() - start), report.planned / report.seconds


def main(customers: int, workers: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "customers.ndjson"
        write_customers(file, customers)
        here, there = multiprocessing.Pipe()
        peer = multiprocessing.get_context("spawn").Process(target=serve, args=(there, str(file)), daemon=True)
        peer.start()
        url = f"http://127.0.0.1:{here.recv()}"
        try:
            with Workbench.create("bench", sessions_dir=folder, key="k") as workbench:
                workbench.load(file=file)
                compare(workbench, url, workers)
        finally:
            peer.terminate()
            peer.join()


def compare(workbench: Workbench, url: str, workers: int) -> None:
    ids = workbench.snapshot.base.customers["id"].to_list()
    rates: dict[str, list[float]] = {}
    for turn in range(TURNS):
        rates.setdefault("bare loop, httpx over aiohttp", []).append(asyncio.run(bare(url, ids, workers, plain=False)))
        whole, engine = ours(workbench, url, workers, "none", turn)
        rates.setdefault("commit --check none, all of it", []).append(whole)
        rates.setdefault("  its requests alone", []).append(engine)
        workbench._bench.facts[AS_OF] = str(time.time())
        rates.setdefault("commit --check changed, all of it", []).append(
            ours(workbench, url, workers, "changed", turn)[0]
        )
        rates.setdefault("commit --check each, all of it", []).append(ours(workbench, url, workers, "each", turn)[0])
        few = ids[: max(workers * 4, len(ids) // 10)]
        rates.setdefault("plain httpx", []).append(asyncio.run(bare(url, few, workers, plain=True)))
    medians = {what: statistics.median(found) for what, found in rates.items()}
    for what, value in medians.items():
        print(f"{what:36}{value:8.0f} customers/s at {workers} workers")
    none = medians["commit --check none, all of it"]
    print(f"none / bare loop:  {none / medians['bare loop, httpx over aiohttp']:.2f}   (at least 0.60)")
    print(f"none / plain httpx: {none / medians['plain httpx']:.2f}   (at least 3)")
    print(
        f"changed / none:    {medians['commit --check changed, all of it'] / none:.2f}   (nobody else changes anything)"
    )
    print(f"each / none:       {medians['commit --check each, all of it'] / none:.2f}")


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:3]]
    main(*[*given, *(20_000, 16)[len(given) :]])
