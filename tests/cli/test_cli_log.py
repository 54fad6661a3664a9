"""`log`: its JSON keys, the audit of cells as text, JSON and CSV, and all sessions of a folder."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from workbench.commit.audit import COLUMNS
from workbench.workbench import Workbench


def test_the_keys_of_the_plain_log_stay(command: Any) -> None:
    command("stage", "s", "--set", "payment_term=T", "--note", "why")
    told = command("log", "s", "--json").json
    assert list(told) == ["operations", "runs"]
    assert list(told["operations"][0]) == ["operation", "at", "by", "note", "kind", "changed", "state"]
    assert json.loads(command("log", "s", "--format", "json").out) == told


def test_who_changed_a_field_is_answered_as_text_json_and_csv(command: Any, folder: Path) -> None:
    command("stage", "s", "--set", "payment_term=T\x1b[2J", "--note", "as \x1b[1mAnn asked")
    told = command("log", "s", "--where", "status:active", "--field", "payment_term", "--json").json
    assert list(told) == ["operations", "runs", "cells"]
    assert {one["path"] for one in told["cells"]} == {"payment_term"}
    assert all(list(one) == list(COLUMNS) for one in told["cells"])
    one = told["cells"][0]
    text = command("log", "s", "--id", one["id"], "--path", "payment_term").out
    assert f"payment_term of {one['id']}: " in text
    assert "-> “T\\x1b[2J”  operation 1 (stage, active)" in text
    assert "as \\x1b[1mAnn asked" in text
    rows = list(csv.DictReader(io.StringIO(command("log", "s", "--format", "csv").out)))
    assert len(rows) == told["operations"][0]["changed"] >= len(told["cells"])
    assert list(rows[0]) == list(COLUMNS)
    written = command("log", "s", "--format", "csv", "--output", "log.csv")
    assert (written.code, written.out) == (0, "")
    assert list(csv.DictReader(io.StringIO((folder / "log.csv").read_text()))) == rows


def test_a_clock_that_was_set_back_does_not_turn_the_order_round(
    command: Any, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    days = iter(range(28, 0, -1))
    monkeypatch.setattr("workbench.door.session.now", lambda: f"2026-11-{next(days):02d}T10:00:00.000000Z")
    for note in ("first", "second", "third"):
        command("stage", "s", "--set", f"payment_term={note}", "--note", note)
    told = [line.split() for line in command("log", "s").out.splitlines()]
    assert [line[2:4] for line in told] == [["operation", number] for number in "123"]
    assert [line[0] for line in told] == ["2026-11-28", "2026-11-27", "2026-11-26"], "the times are shown as they are"
    assert [line.split()[4] for line in command("log", "--all").out.splitlines()] == ["1", "2", "3"]
    assert [one["operation"] for one in command("log", "--all", "--json").json["operations"]] == [1, 2, 3]


def test_nothing_that_was_done_is_said(command: Any) -> None:
    told = command("log", "s", "--where", "")
    assert (told.code, told.out) == (0, "")
    assert "nothing was done to such cells" in told.err


def test_all_sessions_are_merged_and_those_that_cannot_be_read_are_named(command: Any, folder: Path) -> None:
    shutil.copy(folder / "s.session", folder / "t.session")
    shutil.copy(folder / "s.session", folder / "held.session")
    (folder / "broken.session").write_bytes(b"no database" * 100)
    for name, note in (("s", "first"), ("t", "second"), ("s", "third")):
        command("stage", name, "--set", f"payment_term={note}", "--note", note)
    with Workbench.open(folder / "held.session"):
        told = command("log", "--all", "--json")
        lines = command("log", "--all").out.splitlines()
    assert told.code == 0
    assert list(told.json) == ["operations", "runs", "skipped"]
    assert [(one["session"], one["note"]) for one in told.json["operations"]] == [
        ("s", "first"), ("t", "second"), ("s", "third"),
    ]  # fmt: skip
    assert [one["session"] for one in told.json["skipped"]] == ["broken", "held"]
    for words in ("broken was left out: ", "held was left out: "):
        assert words in told.err
    assert [line.split()[2] for line in lines] == ["s", "t", "s"]
    cells = command("log", "--all", "--where", "", "--json").json["cells"]
    assert [one["session"] for one in cells[:1] + cells[-1:]] == ["s", "s"]
    one = cells[0]["id"]
    assert {cell["session"] for cell in command("log", "--all", "--id", one, "--json").json["cells"]} == {"s", "t"}


def test_a_file_whose_name_is_no_text_is_read_too(command: Any, folder: Path) -> None:
    command("stage", "s", "--set", "payment_term=T")
    (folder / "s.session").rename(folder / "odd\udcff.session")
    told = command("log", "--all", "--where", "", "--json")
    assert told.code == 0
    assert {one["session"] for one in told.json["cells"]} == {"odd?"}
    assert command("log", "--all", "--format", "csv", "--output", "all.csv").code == 0
    assert "odd?" in (folder / "all.csv").read_text()


def test_a_customer_of_one_session_is_found_among_all(command: Any, folder: Path) -> None:
    (folder / "x.ndjson").write_text('{"id": "only", "name": "A"}')
    command("load", "other", "--file", "x.ndjson")
    command("stage", "other", "--set", "payment_term=T")
    told = command("log", "--all", "--id", "only", "--json").json
    assert [(one["session"], one["path"]) for one in told["cells"]] == [("other", "payment_term")]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "--all"),
        (["s", "--all"], "--all"),
        (["s", "--path", "payment_term"], "--id"),
        (["s", "--id", "nobody"], "nobody"),
        (["s", "--field", "nofield"], "nofield"),
        (["s", "--where", "nofield:x"], "nofield"),
        (["s", "--format", "xml"], "xml"),
    ],
)
def test_what_cannot_be_asked_is_refused(command: Any, arguments: list[str], words: str) -> None:
    command("log", *arguments).refused(2, words)
