"""`--profile FILE COMMAND`: a profile of one command, which stays what it is."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest


def test_a_command_does_what_it_does_and_its_profile_is_written(command: Any, tmp_path: Path) -> None:
    pytest.importorskip("pyinstrument")
    plain, file = command("queries"), tmp_path / "where.json"
    told = command("--profile", str(file), "queries")
    assert (told.code, told.out, told.err) == (plain.code, plain.out, plain.err)
    assert json.loads(file.read_text())["$schema"].endswith("speedscope.app/file-format-schema.json")


def test_the_profile_of_a_command_that_fails_is_written_too_as_a_page(command: Any, tmp_path: Path) -> None:
    pytest.importorskip("pyinstrument")
    page = tmp_path / "where.html"
    command("--profile", str(page), "status", "nobody").refused(1, "nobody")
    assert "<html" in page.read_text()


def test_a_command_that_is_asked_for_wrongly_leaves_no_profile_in_the_way_of_the_next(
    command: Any, tmp_path: Path
) -> None:
    pytest.importorskip("pyinstrument")
    page = tmp_path / "where.html"
    for wrong in (("nonsense",), ("search", "nobody", "--sort"), ("load", "s", "--api", "http://x", "--file", "y")):
        assert command("--profile", str(page), *wrong).code == 2
    assert not page.exists()
    assert command(f"--profile={page}", "queries").code == 0
    assert "<html" in page.read_text()


@pytest.mark.parametrize("given", [(), ("p.html",), ("plan.txt", "status", "s"), ("status", "s")])
def test_what_is_no_profile_of_a_command_is_refused_before_anything_runs(command: Any, given: tuple[str, ...]) -> None:
    command("--profile", *given).refused(2, "--profile stands before the command")


def test_no_file_is_written_over_and_none_where_none_can_be(command: Any, tmp_path: Path) -> None:
    pytest.importorskip("pyinstrument")
    plan = tmp_path / "plan.json"
    plan.write_text("{}")
    command("--profile", str(plan), "status", "s").refused(2, "is there already")
    assert plan.read_text() == "{}"
    command("--profile", str(tmp_path / "none" / "p.html"), "status", "s").refused(2, "cannot be written")


def test_without_the_profiler_it_says_what_to_install(command: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyinstrument", None)
    command("--profile", "p.html", "status", "s").refused(2, "pip install pyinstrument")
    assert not Path("p.html").exists()
