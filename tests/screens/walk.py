"""A walk through the app in tmux, at 80x24 and at 160x45, from the start to a commit and back: `screens/WALK.md` is what it saw.

    python tests/screens/walk.py > screens/WALK.md

It runs the real command against a sandbox of its own. Somebody looks at what it printed; no test compares it.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from workbench.sandbox.server import Sandbox
from workbench.workbench import Workbench

SIZES: Final = ((80, 24), (160, 45))
SCRIPT: Final = Path(sys.executable).parent / "workbench"

STEPS: Final = (
    ("The sessions that there are: `workbench`", (), "just now"),
    ("Enter opens one", ("Enter",), "company_name"),
    ("`?`: the way through the job, then the keys", ("?",), "Keys"),
    ("Enter on a row: the whole record", ("Escape", "Enter"), "reference_id"),
    ("`/`: a search, with what could follow", ("Escape", "/", "payment_term:"), "NET30 "),
    ("It finds as it is typed, Enter keeps it", ("net", "Enter"), " / payment_term:net"),
    ("`f`: the values of this column", ("O", "payment_t", "Enter", "f"), "values"),
    ("`C`: its spellings that are one thing, four methods, and what each would become", ("Escape", "C"), "becomes"),
    ("`p`: what the checks find, the worst first", ("Escape", "p"), "problems of"),
    ("`=`: customers that are probably one", ("Escape", "="), "groups of"),
    ("ctrl+p: everything is a command", ("Escape", "C-p"), "key: u"),
    ("`a` marks all that are found, `E` edits the column of all marked", ("Escape", "a", "E", "NET30"), "match,"),
    ("Enter stages it: nothing has left the machine", ("Enter",), "staged "),
    ("`c`: what would be sent, oddest first, beside the exact body", ("c",), "odd first"),
    ("space takes a group out, `a` accepts one", ("Space", "Down", "a"), "accepted"),
    ("`c`: the question before anything is sent", ("c",), "Commit "),
    ("Its number typed: the run", ("NUMBER", "Enter"), "run 1:"),
    ("`4`: what was done, and the way back: `R`", ("4", "R"), "way back"),
)  # fmt: skip


class Tmux:
    """An app in a tmux of its own."""

    def __init__(self, width: int, height: int, command: str) -> None:
        self._run("new-session", "-d", "-s", "walk", "-x", str(width), "-y", str(height), command)

    def __enter__(self) -> Tmux:
        return self

    def __exit__(self, *_: object) -> None:
        self._run("kill-server")

    def type(self, key: str) -> None:
        self._run("send-keys", "-t", "walk", key)

    def shows(self, text: str) -> str:
        """The screen, when this text is on it and it has not changed for a moment."""
        seen, end = "", time.monotonic() + 30
        while time.monotonic() < end:
            now = self._run("capture-pane", "-t", "walk", "-p")
            if text in now and now == seen:
                return now
            seen = now
            time.sleep(0.5)
        raise SystemExit(f"{text!r} did not come:\n{seen}")

    def _run(self, *arguments: str) -> str:
        return subprocess.run(["tmux", "-L", "walk", *arguments], capture_output=True, text=True, check=True).stdout


def walk(width: int, height: int) -> Iterator[tuple[str, str]]:
    """What was done and what was seen, step by step."""
    with tempfile.TemporaryDirectory() as folder, Sandbox(customers=500) as sandbox:
        with Workbench.create("spring", sessions_dir=Path(folder), key="k") as bench:
            bench.load(api=sandbox.url)
        env = f"WORKBENCH_SESSIONS={folder} WORKBENCH_API_KEY=k WORKBENCH_CONFIG={folder}/app.json"
        with Tmux(width, height, f"{env} {SCRIPT}") as tmux:
            seen = ""
            for title, keys, awaited in STEPS:
                for key in keys:
                    found = re.search(r"Type ([\d,]+) and Enter", seen)
                    tmux.type(found[1].replace(",", "") if key == "NUMBER" and found else key)
                    time.sleep(0.8)
                seen = tmux.shows(awaited)
                yield title, seen.replace(folder, "sessions").replace(sandbox.url, "http://127.0.0.1:8000")


def main() -> None:
    os.environ.setdefault("TERM", "xterm-256color")
    print("# A walk through the app\n")
    print("What `tests/screens/walk.py` saw in tmux: the real command against a sandbox of 500 customers.")
    print("How that compares with other terminal apps: [COMPARED.md](../tests/screens/COMPARED.md).")
    for width, height in SIZES:
        print(f"\n## {width}x{height}")
        for title, seen in walk(width, height):
            lines = "\n".join(line.rstrip() for line in seen.rstrip().splitlines())
            print(f"\n{title}\n\n```text\n{lines}\n```")


if __name__ == "__main__":
    main()
