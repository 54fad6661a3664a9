"""Whatever bytes a server answers: no crash, an explicit outcome, a session that opens, and no more memory than documented.

`WORKBENCH_MALFORMED` says how many malformed answers there are to be (300); `tests/faults/IN_PROCESS.md` tells the long form.
"""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import os
import random
import shutil
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.garbage import dumped, garbage, http
from tests.faults.machine_desk import shown
from tests.faults.malformed_peer import Peer
from tests.faults.steward_model import FINAL, flat, same
from tests.form import LONG
from workbench.commit.report import OUTCOMES, RunReport
from workbench.customer_api.answers import Kind
from workbench.customer_api.body import MOST_RECORD
from workbench.customer_api.client import CustomerApi
from workbench.customer_api.verdicts import classify
from workbench.errors import ApiError, WorkbenchError
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

ANSWERS = int(os.environ.get("WORKBENCH_MALFORMED", "10000" if LONG else "300"))
SEED = int(os.environ.get("WORKBENCH_MALFORMED_SEED", "1"))
FEW = ANSWERS // 5
"""Through the whole engine, and through the whole loader; the rest goes through the client."""
ROOM = 72
"""MiB that reading what is far too large may take: the cap of a page (32), raw and decoded, and slack."""


@pytest.fixture(scope="module")
def peer() -> Iterator[Peer]:
    with Peer() as running:
        yield running


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch, peer: Peer) -> None:
    monkeypatch.setattr("workbench.commit.patience.backoff", lambda tries, rng: 0.001)
    monkeypatch.setattr("workbench.customer_api.reader.backoff", lambda tries, rng, **bounds: 0.0)
    peer.odd, peer.malformed, peer.mangle = None, 0, garbage


@pytest.fixture
def template(peer: Peer, tmp_path: Path) -> Path:
    peer.set_back(1, 0)
    with Workbench.create(tmp_path / "template.session", key="any") as workbench:
        workbench.load(api=peer.url)
        workbench.set_settings({"grace": "0", "concurrency": "2"})
        workbench.stage([Edit("set", "payment_term", "OURS")])
        workbench.stage([Edit("set", "city", "Ours")], table="addresses")
        workbench.stage([Edit("set", "value", "ours")], table="attributes")
    return workbench.path


def copied(template: Path) -> Path:
    path = template.with_name("s.session")
    shutil.copyfile(template, path)
    return path


async def test_every_answer_to_the_client_means_something(peer: Peer) -> None:
    kinds: Counter[str] = Counter()
    peer.set_back(SEED, 1)
    async with CustomerApi(peer.url, "any", connections=4, timeout=5) as api:
        while peer.malformed < ANSWERS - 2 * FEW:
            got, patched = await api.get("c1"), await api.patch("c1", b'{"payment_term":"x"}')
            assert max(len(got.body), len(patched.body)) <= MOST_RECORD
            kinds.update(classify(answer).kind for answer in (got, patched))
            for answer in (got, patched):
                verdict = classify(answer)
                assert verdict.kind in Kind
                assert (verdict.kind is Kind.OK) == (not verdict.reason)
                assert verdict.reason.isprintable()
            with contextlib.suppress(ApiError):
                assert all("\n" not in one.text for one in (await api.page(1)).records)
    assert {Kind.OK, Kind.AMBIGUOUS, Kind.STOP} <= kinds.keys()


def test_every_commit_ends_explicitly_and_is_finished_by_an_honest_server(peer: Peer, template: Path) -> None:
    case, states = SEED * 1_000_000, Counter[str]()
    while peer.malformed < FEW:
        case += 1
        peer.set_back(case, random.Random(case).choice([0.2, 0.5, 1]))
        before = {id_: flat(peer.world.customer(id_)) for id_ in peer.world.ids()}
        path = copied(template)
        with Workbench.open(path, key="any") as workbench:
            report = workbench.commit()
            states[report.state] += 1
            accounted(report)
        peer.odds = 0
        with Workbench.open(path, key="any") as workbench:
            finished(workbench)
        for id_, record in before.items():
            asked_or_as_before(peer, id_, record)
            assert "PATCH PATCH" not in " ".join(peer.methods[id_]), (case, id_)
    assert states["done"]


def accounted(report: RunReport) -> None:
    assert sum(getattr(report, name) for name in OUTCOMES) == report.planned == 3
    assert report.state in ("done", "stopped", "paused", "waiting")
    assert (report.state == "done") or report.reason
    assert not any("\n" in line for line in (report.reason, *report.troubles))


def finished(workbench: Workbench) -> None:
    """An honest server lets the run be finished, or given up; the session opens again and shows the same."""
    for _ in range(4):
        if workbench.status().unfinished is not None:
            accounted(workbench.resume(accept_altered=True))
    if workbench.status().unfinished is not None:
        workbench.resume(abandon=True)
    assert workbench.status().unfinished is None
    outcomes = workbench._bench.store.outcomes(1)
    assert {one.outcome for one in outcomes.values()} <= {*FINAL, "altered"}
    current = shown(workbench.snapshot.current)
    path = workbench.path
    workbench.close()
    with Workbench.open(path) as again:
        assert shown(again.snapshot.current) == current


def asked_or_as_before(peer: Peer, id_: str, before: dict[str, Any]) -> None:
    for path, value in flat(peer.world.customer(id_)).items():
        asked = {"payment_term": "OURS", "city": "Ours"}.get(
            path.rpartition(".")[2], "ours" if "attributes[" in path else value
        )
        assert same(value, before[path]) or value == asked


@pytest.mark.parametrize(
    "more",
    [
        {"addresses": "none"},
        {"addresses": [{"id": ["a1"]}]},
        {"assigned_sales_reps": [{"id": {}}]},
        {"attributes": [{"name": ["Color"], "value": "ours"}]},
        {"payment_term": {"deep": []}},
    ],
)
def test_an_answer_that_could_not_be_kept_is_no_answer(peer: Peer, template: Path, more: dict[str, Any]) -> None:
    """It was journalled as the customer's new base once, and the session never opened again."""
    peer.set_back(1, 1)
    peer.mangle = lambda dice, status, document: http(status, dumped({"data": {**document["data"], **more}}))
    path = copied(template)
    with Workbench.open(path, key="any") as workbench:
        report = workbench.commit(where="id:=c1")
        assert (report.failed, report.committed, report.state) == (1, 0, "done")
        assert "the answer cannot be read" in report.troubles[0]
    with Workbench.open(path, key="any") as workbench:
        assert workbench.preview("id:=c1").customers == 1


def test_of_a_key_that_an_answer_gives_twice_the_last_one_counts(peer: Peer, template: Path) -> None:
    """As the commit compared it, so it is kept."""
    peer.set_back(1, 1)
    peer.mangle = lambda dice, status, document: http(
        status, dumped(document).replace(b'"payment_term"', b'"payment_term": "first", "payment_term"')
    )
    path = copied(template)
    with Workbench.open(path, key="any") as workbench:
        assert workbench.commit(where="id:=c1").committed == 1
    with Workbench.open(path, key="any") as workbench:
        assert workbench.snapshot.base.customers["payment_term"][0] == "OURS"


def test_every_load_ends_with_tables_or_one_line(peer: Peer, template: Path) -> None:
    case, ends = SEED * 2_000_000, Counter[Any]()
    while peer.malformed < FEW:
        case += 1
        peer.set_back(case, random.Random(case).choice([0.2, 0.5, 1]))
        fresh = case % 2
        path = template.with_name("l.session") if fresh else copied(template)
        path.unlink() if fresh and path.exists() else None
        with Workbench.create(path, key="any") if fresh else Workbench.open(path, key="any") as workbench:
            try:
                report = workbench.load(api=peer.url)
                ends["loaded"] += 1
                assert all(one.reason.isprintable() for one in report.set_aside)
            except WorkbenchError as error:
                ends["refused", "\n" in str(error)] += 1
        with Workbench.open(path, key="any") as workbench:
            assert list(workbench.preview().patches()) is not None
            peer.odds = 0
            assert workbench.load(api=peer.url).rejected == 0
    assert ends.keys() == {"loaded", ("refused", False)}


async def _endless(writer: asyncio.StreamWriter, head: bytes, piece: bytes, size: int) -> None:
    writer.write(head)
    for _ in range(size // len(piece)):
        writer.write(piece)
        await writer.drain()


SIZE = (300 if LONG else 100) << 20
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
FLOODS = {
    "a gzip of 210 MB": (OK + b"Content-Encoding: gzip\r\nConnection: close\r\n\r\n", None),
    "MBs of JSON": (OK + b"Connection: close\r\n\r\n" + b'{"data":"', b"x" * 65_536),
    "MBs in chunks": (OK + b"Transfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b"x" * 65_536 + b"\r\n"),
    "MBs of one header": (OK + b"X: ", b"y" * 65_536),
    "MBs of headers": (OK, b"".join(b"X%d: %b\r\n" % (n, b"y" * 1000) for n in range(64))),
    "MBs of status line": (b"HTTP/1.1 200 ", b"O" * 65_536),
    "MBs of chunk extension": (OK + b"Transfer-Encoding: chunked\r\n\r\n5;", b"e" * 65_536),
    "MBs of trailers": (OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X: y\r\n" * 10_000),
    "MBs of empty lines": (b"", b"\r\n" * 32_768),
    "MBs of 100 Continue": (b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 2_000),
}


@pytest.mark.parametrize("flood", FLOODS)
def test_an_answer_far_too_large_is_never_held(peer: Peer, flood: str, template: Path) -> None:
    head, piece = FLOODS[flood]
    packed = b"" if piece else gzip.compress(b'{"data":"' + b"x" * (210 << 20) + b'"}', 9)

    async def odd(writer: asyncio.StreamWriter, method: str) -> None:
        await _endless(writer, head, piece or packed, len(packed) or SIZE)

    async def read() -> None:
        async with CustomerApi(peer.url, "any", connections=1, timeout=0.5, connect_timeout=1) as api:
            for answer in (await api.get("c1"), await api.page_answer(1), await api.patch("c1", b"{}")):
                assert classify(answer).kind in (Kind.AMBIGUOUS, Kind.STOP)
                assert not answer.body

    peer.odd = odd
    tracemalloc.start()
    try:
        asyncio.run(read())
        peak = tracemalloc.get_traced_memory()[1] / (1 << 20)
    finally:
        tracemalloc.stop()
    assert peak < ROOM
    if LONG:
        print(f"{flood}: at most {peak:.1f} MiB at a time, the server's own included")
