"""The address that a commit gives to a session from a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
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


def test_an_address_where_nothing_was_sent_and_nothing_answered_is_not_kept(filed: Any) -> None:
    bench, sandboxed = filed
    report = bench.commit(api=NOWHERE, on_engine=Engine.drain)
    assert (report.state == "done", report.unsent) == (False, 12)
    assert bench.origin is None
    assert bench.resume(api=sandboxed.sandbox.url).committed == 12
    assert bench.origin == sandboxed.sandbox.url


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
