"""How much goes to a real terminal for a key: over a slow line every byte counts."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.terminal import Terminal
from tests.screens.conftest import customer
from workbench.workbench import Workbench

LINE = 500
"""Bytes of a grid's line of 80 cells with its colours, and room for more columns than it has now."""
APP = "import sys; from workbench.cli.app import main; sys.exit(main())"


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    """The app on a terminal of 80 by 24, with 40 customers, ready for keys."""
    source = tmp_path / "customers.ndjson"
    source.write_text("".join(json.dumps(customer(number)) + "\n" for number in range(40)))
    with Workbench.create(tmp_path / "s.session") as bench:
        bench.load(file=source)
    monkeypatch.setenv("WORKBENCH_API_KEY", "any")
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")
    terminal = Terminal(sys.executable, "-c", APP, "open", str(tmp_path / "s.session"))
    terminal.press(b"j")
    terminal.shows("company_name \x1b[0m\x1b[38;5;253;48;5;233mCompany 001")
    try:
        yield terminal
    finally:
        terminal.close()


def sent(terminal: Terminal, keys: bytes, until: str) -> int:
    """How many bytes come for these keys, up to a text and what comes with it."""
    before = len(terminal.seen)
    terminal.press(keys)
    terminal.until(lambda seen: until.encode() in seen[before:])
    return len(terminal.seen) - before


def test_a_step_paints_two_lines_and_a_key_that_changes_nothing_paints_none(terminal: Terminal) -> None:
    sent(terminal, b"k", "Company 000\x1b")
    step = sent(terminal, b"j", "Company 001\x1b[0m\x1b[48")
    assert step < 4 * LINE
    assert sent(terminal, b"k" * 40 + b"j" + b"h" * 20 + b"y", "]52;c;") < 12 * LINE  # what is copied
