"""What the command line says to do next, and what it says first."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def mine(command: Any, start: Any) -> Any:
    """A sandbox of the test's own, and the session `mine` on it."""
    sandbox = start()
    assert command("load", "mine", "--api", sandbox.url).code == 0
    return sandbox


def test_an_undo_of_what_is_committed_names_the_session_to_revert(command: Any, mine: Any) -> None:
    command("stage", "mine", "--set", "payment_term=TERM7")
    assert command("commit", "mine", "--yes").code == 0
    command("undo", "mine").refused(1, "workbench revert mine 1")


def test_while_a_run_is_unfinished_a_commit_says_that_and_nothing_else(
    command: Any, mine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.commit.patience.backoff", lambda tries, rng: 0.001)
    new = ("stage", "mine", "--table", "addresses", "--new", "--set", "city=Bonn")
    assert "the API refuses it: it needs a type too: billing or shipping" in command(*new, "--dry-run").err
    assert "refuses" not in command(*new, "--set", "type=billing").err
    assert "the run made this item" in command("commit", "mine", "--dry-run").err
    mine.set_faults({"500": 1})
    command("settings", "mine", "grace=0")
    assert command("commit", "mine", "--yes").code == 4
    for more in ((), ("--dry-run",)):
        command("commit", "mine", "--yes", *more).refused(1, "run 1 is unfinished", "workbench resume mine")
    command("undo", "mine").refused(1, "workbench resume mine")


def test_the_log_says_what_an_operation_did_that_has_no_note(command: Any) -> None:
    command("stage", "s", "--where", "id:*", "--set", "payment_term=TERM7")
    command("stage", "s", "--clear", "email", "--note", "as Ann asked")
    told = command("log", "s").out
    assert "payment_term: set TERM7" in told
    assert "as Ann asked" in told
    assert [one["note"] for one in command("log", "s", "--json").json["operations"]] == ["", "as Ann asked"]


def test_a_long_message_is_broken_between_words_where_somebody_reads_it_on_a_terminal(
    command: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = command("status", "a-session-of-a-rather-long-name-that-is-not-there-at-all-and-never-was").err
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setattr(sys.stderr, "fileno", lambda: 2)
    monkeypatch.setattr(os, "get_terminal_size", lambda of=1: os.terminal_size((40, 24)))
    several = command("status", "a-session-of-a-rather-long-name-that-is-not-there-at-all-and-never-was").err
    assert one.count("\n") == 1
    assert several.count("\n") > 2
    assert several.split() == one.split()


@pytest.mark.parametrize(("verb", "terminal"), [("load", True), ("refresh", False), ("commit", False)])
def test_an_api_that_is_not_there_is_waited_for_and_each_try_is_said(
    command: Any, start: Any, monkeypatch: pytest.MonkeyPatch, verb: str, terminal: bool
) -> None:
    sandbox = start(customers=2)
    if verb != "load":
        command("load", "mine", "--api", sandbox.url)
        command("stage", "mine", "--set", "payment_term=COD")
    sandbox.stop()
    monkeypatch.setattr("workbench.customer_api.quiet.QUIET", 0.0)
    monkeypatch.setattr("workbench.load.api._LOOK", 0.001)
    for patient in ("customer_api.reader", "commit.patience"):
        monkeypatch.setattr(f"workbench.{patient}.backoff", lambda *given, **bounds: 0.03)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal)
    told = command(verb, "mine", *{"load": ("--api", sandbox.url), "commit": ("--yes",)}.get(verb, ()))
    before = "\r" if terminal else ""
    assert f"{before}{sandbox.url} gives no answer (connection refused): try 3 of 10 in 1 s" in told.err
    assert told.code == (4 if verb == "commit" else 1)
    assert verb == "commit" or told.err.rpartition("\r")[2].splitlines()[-1].startswith("workbench: ")


def test_of_whom_only_a_summary_came_is_said_wherever_that_matters_until_they_are_loaded(
    command: Any, start: Any, folder: Path
) -> None:
    sandbox = start(customers=12)
    command("load", "lazy", "--api", sandbox.url, "--details", "lazy")
    asked = [
        ("status", "lazy"),
        ("search", "lazy", "addresses.city:a"),
        ("stage", "lazy", "--table", "addresses", "--set", "city=Rome", "--dry-run"),
    ]
    for one in asked:
        assert "12 customers came without addresses, contacts and attributes" in command(*one).err
    assert command("load", "lazy", "--api", sandbox.url).code == 0
    for one in asked:
        assert "without addresses" not in command(*one).err
    assert "without addresses" not in command("status", "s").err
