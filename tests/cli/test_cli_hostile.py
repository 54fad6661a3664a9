"""Hostile data in the texts of commands: what stands in a session is printed, and none of it reaches the terminal as a command."""

from __future__ import annotations

import os
import shutil
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.cli.conftest import Command, Told
from tests.screens.hostile import strings, unsafe
from tests.screens.hostile_session import made_once
from workbench.cli.common import shown

TEXTS = strings()
SHORT = [text for text in TEXTS if "\0" not in text][:-1]


@pytest.fixture
def hostile(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the hostile session."""
    return Path(shutil.copy(made_once(tmp_path_factory), folder / "h\x1b[2J.session"))


def safe(told: Told) -> str:
    """What a command printed, in which no character is left that drives a terminal or cannot be seen."""
    assert unsafe(told.out, lines=True) == []
    assert unsafe(told.err, lines=True) == []
    return told.out + told.err


def lost(texts: list[str], printed: str) -> list[str]:
    """Those of the texts whose first characters were not printed."""
    seen = "".join(printed.split())
    return [text for text in texts if "".join(shown(text[:40]).split())[:6] not in seen]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("search", "--limit", "1000"), TEXTS),
        (("search", "--table", "addresses", "--limit", "1000"), TEXTS),
        (("search", "--table", "contacts", "--limit", "1000"), TEXTS),
        (("search", "--table", "attributes", "--limit", "1000"), TEXTS),
        (("facets", "city", "--table", "addresses"), TEXTS),
        (("diff",), SHORT),
        (("outcomes",), TEXTS[:400]),
        (("conflicts",), SHORT),
        (("log",), TEXTS[:30]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_lists_print_all_500_as_data(
    words: tuple[str, ...], expected: list[str], hostile: Path, command: Command
) -> None:
    told = command(words[0], hostile, *words[1:])
    assert told.code == 0, told.err
    assert lost(expected, safe(told)) == []


@pytest.mark.parametrize(
    "words",
    [
        ("search", "--format", "ndjson"), ("search", "--json"), ("outcomes", "--json"), ("conflicts", "--json"), ("diff", "--json"),
        ("status",), ("settings",), ("problems",), ("problems", "--rule", "text.invisible"), ("profile",),
        ("profile", "--field", "company_name"), ("clusters", "company_name"), ("duplicates",), ("commit", "--dry-run"),
        ("recipe",), ("hold",), ("undo",), ("revert",), ("drop", "3"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_other_texts_hold_nothing_that_drives_a_terminal(
    words: tuple[str, ...], hostile: Path, command: Command
) -> None:
    told = command(words[0], hostile, *words[1:])
    assert len(safe(told)) > 20
    assert "Traceback" not in told.err


def test_errors_name_what_was_typed_as_data(command: Command) -> None:
    for number, text in enumerate(TEXTS[:150]):
        for words in (
            ("search", "s", f"{text}:x"), ("search", f"{text}.session"), ("facets", "s", text), (text, "s"),
            ("resolve", "s", text, text, "--keep", "ours"), ("replay", "s", "--recipe", text),
        )[number % 6 : number % 6 + 1]:  # fmt: skip
            safe(command(*words))


def test_a_replayed_recipe_of_hostile_steps_is_told_as_data(hostile: Path, folder: Path, command: Command) -> None:
    recipe = folder / "r.json"
    assert command("recipe", hostile, "--output", recipe).code == 0
    copy = shutil.copy(hostile, folder / "again.session")
    printed = safe(command("replay", copy, "--recipe", recipe))
    assert len(printed) > 100


def test_a_device_or_a_link_as_the_target_of_a_file_stays_what_it_is(command: Command, folder: Path) -> None:
    command("stage", "s", "--set", "payment_term=COD")
    pipe, link, real = folder / "pipe.txt", folder / "link.csv", folder / "real.csv"
    os.mkfifo(pipe)
    with ThreadPoolExecutor(1) as reader:
        read = reader.submit(pipe.read_text)
        assert command("diff", "s", "--format", "summary", "--output", pipe).code == 0
        assert "COD" in read.result()
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    real.write_text("an older one")
    link.symlink_to(real)
    assert command("export", "s", "--output", link).code == 0
    assert link.is_symlink()
    assert "COD" in real.read_text()
    assert {one.name for one in folder.iterdir() if one.name.startswith(".")} == set()
