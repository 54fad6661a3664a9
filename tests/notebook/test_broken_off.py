"""Ctrl+C in the middle of a call: one line in IPython, nothing half done, and what is shown is what is kept."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from workbench.door.stopped import BrokenOff
from workbench.notebook.shared import SharedWorkbench
from workbench.notebook.terminal import TerminalWorkbench
from workbench.session.store import Store
from workbench.workbench import Workbench


@pytest.fixture(params=[TerminalWorkbench, SharedWorkbench])
def wb(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Workbench]:
    file = tmp_path / "x.ndjson"
    file.write_text("\n".join(json.dumps({"id": one, "name": "N", "payment_term": "T0"}) for one in "abc"))
    kind: type[Workbench] = request.param
    with kind.create("s", sessions_dir=tmp_path, key="k") as made:
        made.load(file=file)
        yield made


def interrupting(verb: Callable[..., Any]) -> Callable[..., Any]:
    """`verb`, and Ctrl+C as soon as it is done."""

    def done(*given: Any, **options: Any) -> Any:
        found = verb(*given, **options)
        signal.raise_signal(signal.SIGINT)
        return found

    return done


def test_an_export_that_is_broken_off_leaves_the_older_file_and_one_line(
    wb: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "out.csv"
    target.write_text("an older file")
    monkeypatch.setattr("workbench.preview.export.inert_frame", interrupting(lambda frame: frame))
    with pytest.raises(BrokenOff) as told:
        wb.export(target)
    assert told.value._render_traceback_() == ["BrokenOff: stopped: export() was broken off, nothing is half done"]
    assert target.read_text() == "an older file"
    assert not list(tmp_path.glob(".out*"))


def test_what_is_broken_off_while_it_becomes_durable_is_shown_as_it_is_kept(
    wb: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    for verb in ("add_operation", "add_acts", "add_hold", "keep"):
        monkeypatch.setattr(Store, verb, interrupting(getattr(Store, verb)))
    calls: list[Callable[[], Any]] = [
        lambda: wb.search().set("payment_term", "T1"),
        lambda: wb.search("id:a").set("payment_term", "T2"),
        lambda: wb.undo(),
        lambda: wb.hold("id:b"),
        lambda: wb.set_settings({"region": "DE"}),
    ]
    for call in calls:
        with pytest.raises(KeyboardInterrupt):
            call()
    monkeypatch.undo()

    def standing(of: Workbench) -> tuple[Any, ...]:
        return of.log(), of.settings, of.preview().plan_digest, of.snapshot.current.customers["payment_term"].to_list()

    before = standing(wb)
    assert before[3] == ["T1"] * 3
    path = wb.path
    wb.close()
    with Workbench.open(path) as again:
        assert standing(again) == before
