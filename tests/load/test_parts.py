"""A session that was loaded in part says so."""

from __future__ import annotations

from pathlib import Path

from screens.lines import top_line
from workbench.load.loads import part_in
from workbench.sandbox.server import Sandbox
from workbench.shown.sessions import listed
from workbench.workbench import Workbench


def test_a_session_loaded_in_part_says_so_until_everybody_was_loaded(tmp_path: Path) -> None:
    path = tmp_path / "one.session"
    with Sandbox(customers=20) as sandbox, Workbench.create(path, key="k") as bench:
        bench.load(api=sandbox.url, status="inactive")
        assert bench.part == "status=inactive"
        bench.refresh()
        assert bench.part == "status=inactive"
        bench.close()
        assert listed(path).part == "status=inactive"
        with Workbench.open(path, key="k") as again:
            again.load()
            assert again.part == ""


def test_loads_that_were_kept_without_a_part_still_read() -> None:
    old = '[{"at": "2026-01-01", "by": "me", "kind": "load", "source": "x", "customers": 1, "gone": 0, "set_aside": 0}]'
    assert part_in({"loads": old}) == ""
    assert part_in({}) == ""


def test_the_top_line_says_it_as_long_as_there_is_room() -> None:
    def said(width: int) -> str:
        line = top_line("browse", "one", 0, part="status=inactive", width=width)
        return "".join(one if isinstance(one, str) else one[0] for one in line)

    assert "one  loaded in part: status=inactive  0 cells staged" in said(160)
    assert "one  status=inactive  0 cells staged" in said(80)
    assert "status" not in said(60)
