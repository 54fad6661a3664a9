"""Our side and the bare loops of the cases that need a server: `python tests/bench/web.py NAME FOLDER NDJSON`.

The server is a small one in a process of its own that answers each PATCH with the customer as asked, so that the client is the
limit (see `commit.py`); it listens at two addresses, one of which answers after 50 ms.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from timing import Clock, Figures, one_of

WORKERS, DISTANT = 16, 64
"""Requests in flight on loopback, and where the server is 50 ms away."""
LATENCY = 0.05
SOME = 100
"""Customers that a server holds where nothing is sent to it."""
PLAIN = 10
"""Plain httpx is so slow that it is given one in so many customers."""


def _serve(told: Connection, file: str, most: int | None) -> None:
    """The server, until it is ended."""
    from commit import Peer, keep

    keep(Path(file), most)

    class Distant(Peer):
        """The same, further away."""

        def send(self, answer: bytes) -> None:
            asyncio.get_running_loop().call_later(LATENCY, self.transport.write, answer)

    async def run() -> None:
        loop = asyncio.get_running_loop()
        servers = [await loop.create_server(kind, "127.0.0.1", 0, backlog=256) for kind in (Peer, Distant)]
        told.send([server.sockets[0].getsockname()[1] for server in servers])
        await asyncio.gather(*(server.serve_forever() for server in servers))

    asyncio.run(run())


@contextmanager
def served(file: Path, most: int | None = None) -> Iterator[list[str]]:
    """The addresses of a server of these customers, the first ones or all: on loopback, and 50 ms away."""
    here, there = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=_serve, args=(there, str(file), most), daemon=True)
    server.start()
    try:
        yield [f"http://127.0.0.1:{port}" for port in here.recv()]
    finally:
        server.terminate()
        server.join()


def load(figures: Figures, given: list[str]) -> None:
    """All customers from the API, pages and details, into a saved session."""
    from workbench.workbench import Workbench

    with served(Path(given[1])) as (url, _), Workbench.create("api", sessions_dir=Path(given[0]), key="k") as bench:
        figures.took("load from the API, details included", lambda: bench.load(api=url))
        assert bench.status().customers == _count(given[1])


def bare_load(figures: Figures, given: list[str]) -> None:
    """The same pages and details, asked by a bare loop of httpx over aiohttp and thrown away."""
    import httpx_aiohttp  # noqa: F401 (its import is not what is measured)

    with served(Path(given[1])) as (url, _):
        figures.took("load from the API, details included", lambda: asyncio.run(_read(url, _count(given[1]))))


async def _read(url: str, customers: int) -> None:
    import json

    import httpx
    from httpx_aiohttp import AiohttpTransport

    limits = httpx.Limits(max_connections=WORKERS)
    headers = {"X-API-Key": "k"}
    async with httpx.AsyncClient(transport=AiohttpTransport(limits=limits), limits=limits, headers=headers) as client:
        ids: list[str] = []

        async def each(paths: Iterator[str]) -> None:
            for path in paths:
                answer = await client.get(url + path)
                assert answer.is_success
                if "?" in path:
                    ids.extend(one["id"] for one in json.loads(answer.content)["data"])

        last = -(-customers // 100)
        for paths in (
            (f"/v1/customers?page={page}&limit=100&status=active" for page in range(1, last + 1)),
            (f"/v1/customers/{one}" for one in ids),
        ):
            await asyncio.gather(*(each(paths) for _ in range(WORKERS)))
        assert len(ids) == customers


def commit(figures: Figures, given: list[str]) -> None:
    """Whole commits on loopback, journalled and verified, with each check."""
    with _committed(figures, given) as one:
        for check in ("none", "changed", "each"):
            one(f"commit --check {check}", check, distant=False)
        figures.same("commit, beside plain httpx", "commit --check none")


def distant_commit(figures: Figures, given: list[str]) -> None:
    """A whole commit at 50 ms with 64 in flight."""
    with _committed(figures, given) as one:
        one("commit at 50 ms, 64 in flight", "none", distant=True)


@contextmanager
def _committed(figures: Figures, given: list[str]) -> Iterator[Callable[..., None]]:
    """What stages a new value for all and measures its commit; what it imports is not measured, nor is the bare loops' client."""
    import workbench.customer_api.client  # noqa: F401
    from workbench.load.loading import AS_OF
    from workbench.stage.edits import Edit
    from workbench.workbench import Workbench

    with (
        served(Path(given[1])) as (near, far),
        Workbench.open("bench", sessions_dir=Path(given[0]), key="k") as bench,
    ):

        def all_of(url: str, check: str, workers: int) -> None:
            bench._bench.facts.update({"origin": url, AS_OF: str(time.time())})
            report = asyncio.run(bench.acommit(api=url, check=check, concurrency=workers))
            assert report.committed == report.planned == bench.status().customers, report

        def one(name: str, check: str, *, distant: bool) -> None:
            bench.stage([Edit("set", "payment_term", name[-12:])])
            where = (far, check, DISTANT) if distant else (near, check, WORKERS)
            figures.took(name, lambda: all_of(*where))

        yield one


def bare_commit(figures: Figures, given: list[str]) -> None:
    """A PATCH of each customer, by a bare loop of httpx over aiohttp; it journals and verifies nothing."""
    from commit import bare

    ids = _ids(given[1])
    with served(Path(given[1])) as (url, _):
        figures.took("commit --check none", lambda: asyncio.run(bare(url, ids, WORKERS, plain=False)))


def plain_commit(figures: Figures, given: list[str]) -> None:
    """The same with httpx as it comes, of every tenth customer; ten times that counts."""
    from commit import bare

    ids = _ids(given[1])
    few = ids[: max(WORKERS * 4, len(ids) // PLAIN)]
    with served(Path(given[1])) as (url, _):
        figures.took("commit, beside plain httpx", lambda: asyncio.run(bare(url, few, WORKERS, plain=True)))
    figures.times("commit, beside plain httpx", len(ids) / len(few))


def _ids(file: str) -> list[str]:
    import json

    with Path(file).open() as lines:
        return [json.loads(line)["id"] for line in lines]


def plan(figures: Figures, given: list[str]) -> None:
    """The plan of all as a commit keeps it: bodies, befores, inverses, digest, durable; then the run is given up."""
    from workbench.stage.edits import Edit
    from workbench.workbench import Workbench

    with (
        served(Path(given[1]), SOME) as (_, distant),
        Workbench.open("bench", sessions_dir=Path(given[0]), key="k") as bench,
    ):
        bench.stage([Edit("set", "payment_term", "NET31")])
        size, clock = _size(bench.path), Clock()

        def kept(engine: Any) -> None:
            figures.since("plan of all, durable", clock)
            figures["plan of all, KB a customer"] = (_size(bench.path) - size) / 1024 / bench.status().customers
            engine.cancel()

        bench.commit(api=distant, check="none", concurrency=1, on_engine=kept)


def _size(session: Path) -> int:
    """The bytes of a session's file and of what is not written back into it yet."""
    return sum(file.stat().st_size for file in session.parent.glob(f"{session.name}*"))


def _count(file: str) -> int:
    with Path(file).open("rb") as lines:
        return sum(1 for _ in lines)


WORKS = {work.__name__: work for work in (load, bare_load, commit, distant_commit, bare_commit, plain_commit, plan)}

if __name__ == "__main__":
    one_of(WORKS)
