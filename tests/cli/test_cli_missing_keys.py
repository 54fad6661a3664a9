"""`--where id:@FILE`: every command says which keys of the file nobody has, before it does anything, and does the rest."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

WHERE = "id:@keys.txt"
COMMANDS = {
    "hold": ["--where", WHERE],
    "release": ["--where", WHERE],
    "stage": ["--where", WHERE, "--set", "payment_term=T"],
    "unstage": ["--where", WHERE],
    "diff": ["--where", WHERE],
    "commit": ["--dry-run", "--where", WHERE],
    "accept": ["--where", WHERE],
    "resolve": ["--where", WHERE, "--keep", "ours"],
    "problems": ["--where", WHERE],
    "clusters": ["payment_term", "--where", WHERE],
    "duplicates": ["--where", WHERE],
    "profile": ["--where", WHERE],
    "log": ["--where", WHERE],
    "search": [WHERE],
    "facets": ["payment_term", "--where", WHERE],
    "export": ["--where", WHERE, "--output", "out.csv"],
}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_says_which_keys_of_a_file_nobody_has(
    command: Any, folder: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(folder)
    one = command("search", "s", "--limit", "1", "--json").json["rows"][0]["id"]
    (folder / "keys.txt").write_text("\n".join([one, *(f"nobody-{n}" for n in range(7))]))
    command("stage", "s", "--where", f"id:={one}", "--set", "payment_term=STAGED")
    told = command(name, "s", *COMMANDS[name])
    assert told.code in (0, 3), told.err
    said = next(line for line in told.err.splitlines() if "keys of the list are not in this session" in line)
    assert said.startswith(
        "7 keys of the list are not in this session: nobody-0, nobody-1, nobody-2, nobody-3, nobody-4"
    )
    assert "and 2 more" in said
    assert command("search", "s", WHERE, "--json").json["missing"] == [f"nobody-{n}" for n in range(7)]
