"""The address that a commit gives to a session from a file."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from workbench.commit.engine import Engine
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

NOWHERE = "http://127.0.0.1:9"


@pytest.fixture
def filed(desk: Callable[..., Any], tmp_path: Path) -> Iterator[tuple[Workbench, Any]]:
    """A session from a file of the sandbox's customers with an edit staged: it does not know the API."""
    sandboxed, file = desk(), tmp_path / "customers.ndjson"
    sandboxed.workbench.export(file)
    with Workbench.create(tmp_path / "filed.session", key="k") as bench:
        bench.load(file=file)
        bench.set_settings({"grace": "0"})
        bench.stage([Edit("set", "first_name", "Ada")])
        yield bench, sandboxed


@pytest.fixture
def site() -> Iterator[Callable[[int], str]]:
    """Makes a web site that answers everything with a page of this status."""
    servers: list[ThreadingHTTPServer] = []

    def made(status: int) -> str:
        class Page(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_PATCH = do_GET

            def log_message(self, *_: object) -> None:
                """Nobody reads it."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
        threading.Thread(target=server.serve_forever, args=(0.01,)).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    yield made
    for server in servers:
        server.shutdown()
        server.server_close()


def at_the_first_job(engine: Engine) -> None:
    """Drains the run when its first job, whose intent is durable, is about to go."""
    engine.give_way = engine.drain


def test_an_address_where_nothing_was_sent_and_nothing_answered_is_not_kept(filed: Any) -> None:
    bench, sandboxed = filed
    report = bench.commit(api=NOWHERE, on_engine=Engine.drain)
    assert (report.state == "done", report.unsent) == (False, 12)
    assert bench.origin is None
    assert bench.resume(api=sandboxed.sandbox.url).committed == 12
    assert bench.origin == sandboxed.sandbox.url


@pytest.mark.parametrize("check", ["each", "none"])
def test_an_address_of_a_web_site_that_knows_no_customers_is_not_kept(
    filed: Any, site: Callable[[int], str], check: str
) -> None:
    bench, sandboxed = filed
    report = bench.commit(api=site(404), check=check)
    assert (report.state, report.failed) == ("done", 12)
    assert bench.origin is None
    assert bench.commit(api=sandboxed.sandbox.url).committed == 12
    assert bench.origin == sandboxed.sandbox.url


def test_an_address_is_kept_whose_server_refused_what_it_understood(filed: Any, site: Callable[[int], str]) -> None:
    bench, _ = filed
    url = site(422)
    assert bench.commit(api=url, check="none").failed == 12
    assert bench.origin == url


def test_an_address_is_kept_whose_server_may_have_done_what_it_was_asked(
    filed: Any, site: Callable[[int], str]
) -> None:
    bench, _ = filed
    url = site(500)
    assert bench.commit(api=url, check="none", on_engine=at_the_first_job).unknown == 1
    assert bench.origin == url


def test_an_address_where_nobody_listens_is_not_kept_though_a_request_was_about_to_be_sent(filed: Any) -> None:
    bench, sandboxed = filed
    report = bench.commit(api=NOWHERE, on_engine=at_the_first_job)
    assert (report.state == "done", report.unsent) == (False, 12)
    assert bench._bench.store.intents(report.run)
    assert bench.origin is None
    assert bench.resume(api=sandboxed.sandbox.url).committed == 12


def test_an_address_to_which_a_request_may_have_gone_is_kept(filed: Any) -> None:
    bench, sandboxed = filed
    report = bench.commit(api=sandboxed.sandbox.url, on_engine=sandboxed.draining())
    assert report.unsent
    assert bench.origin == sandboxed.sandbox.url


def test_an_address_is_known_while_its_run_goes_on_so_that_a_killed_one_finds_it(filed: Any) -> None:
    bench, _ = filed
    seen: list[str | None] = []
    bench.commit(api=NOWHERE, on_engine=lambda engine: (seen.append(bench.origin), engine.drain()))
    assert seen == [NOWHERE]
