"""`doctor`: what is installed, configured and reachable; it changes nothing and never shows the key."""

from __future__ import annotations

import contextlib
import shutil
import socket
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from workbench.sandbox.server import Sandbox

SECRET = "sk-very-secret"


def states(told: Any) -> dict[str, str]:
    return {one["name"]: one["state"] for one in told.json["checks"]}


def said(told: Any, name: str) -> str:
    return next(f"{one['told']} {one['advice']}" for one in told.json["checks"] if one["name"] == name)


@pytest.fixture(autouse=True)
def _key(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKBENCH_API_KEY", SECRET)
    monkeypatch.delenv("WORKBENCH_API_URL", raising=False)


def test_an_api_that_answers_is_told_with_what_it_has(command: Any, sandbox: Sandbox) -> None:
    told = command("doctor", "--api", sandbox.url, "--json")
    assert told.code == 0
    assert states(told)["API"] == "good"
    assert "active customers" in said(told, "API")
    assert SECRET not in told.out + told.err


def test_an_api_that_does_not_answer_is_told_in_one_line(command: Any) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        told = command("doctor", "--api", f"http://127.0.0.1:{taken.getsockname()[1]}", "--json")
    assert (told.code, states(told)["API"]) == (0, "bad")
    assert "does not answer" in said(told, "API")


def test_a_key_that_is_refused_is_told(command: Any, start: Any) -> None:
    told = command("doctor", "--api", start(key="another").url, "--json")
    assert states(told)["API"] == "bad"
    assert "refused the key" in said(told, "API")
    assert SECRET not in told.out + told.err


def test_what_is_no_address_is_told(command: Any) -> None:
    told = command("doctor", "--api", "ftp://nowhere", "--json")
    assert states(told)["API"] == "bad"


def test_without_a_key_nothing_is_asked(command: Any, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WORKBENCH_API_KEY")
    sandbox.log.clear()
    told = command("doctor", "--api", sandbox.url, "--json")
    assert (states(told)["key"], states(told)["API"]) == ("look", "look")
    assert not sandbox.log.calls()


def test_a_session_that_is_damaged_or_held_is_named(command: Any, folder: Path, loaded: Path) -> None:
    (folder / "broken.session").write_bytes(b"nonsense" * 1000)
    shutil.copy(loaded, folder / "whole.session")
    told = command("doctor", "--sessions-dir", str(folder), "--json")
    assert "broken" in said(told, "session")
    assert states(told)["session"] == "bad"


def test_a_value_that_a_bad_disk_has_changed_is_found_though_the_file_reads(
    command: Any, folder: Path, loaded: Path
) -> None:
    shutil.copy(loaded, folder / "flipped.session")
    with contextlib.closing(sqlite3.connect(folder / "flipped.session", isolation_level=None)) as connection:
        [data] = connection.execute("SELECT data FROM parts WHERE kind = 'base'").fetchone()
        connection.execute("UPDATE parts SET data = ? WHERE kind = 'base'", (bytes([data[0] ^ 8]) + data[1:],))
    told = command("doctor", "--sessions-dir", str(folder), "--json")
    assert states(told)["session"] == "bad"
    assert "does not match its checksum" in said(told, "session")


def test_people_read_lines_and_what_to_do(command: Any) -> None:
    told = command("doctor")
    assert told.code == 0
    assert any(line.startswith("ok workbench") for line in told.out.splitlines())
    assert "-> set WORKBENCH_API_URL" in told.out
