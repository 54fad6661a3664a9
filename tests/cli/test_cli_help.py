"""Help: every command has one, it tells what the design's table has, and it costs nothing heavy."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from workbench.cli.commands import COMMANDS

HEAVY = {"polars", "textual", "httpx", "aiohttp", "phonenumbers", "uvicorn", "lark"}
OPTIONS = {
    "open": [],
    "demo": ["--script", "--customers"],
    "sandbox": ["--port", "--customers", "--seed", "--state", "--faults", "--nested", "--null", "--normalise"],
    "load": ["--api", "--file", "--details", "--status", "--updated-after", "--ids", "--rate"],
    "settings": [],
    "search": ["--table", "--columns", "--sort", "--limit", "--format"],
    "profile": ["--where", "--table", "--compare", "--format", "--output"],
    "clusters": [
        "--where", "--table", "--method", "--size", "--radius", "--accept", "--accept-all", "--winner", "--note", "--dry-run",
    ],
    "duplicates": [
        "--where", "--fields", "--threshold", "--not", "--take-back", "--list-not", "--merge", "--survivor", "--fill", "--take",
        "--mark", "--hold", "--note", "--dry-run",
    ],
    "stage": [
        "--where", "--table", "--set", "--clear", "--replace", "--regex", "--apply", "--add", "--remove", "--swap",
        "--from", "--key", "--empty", "--note", "--dry-run",
    ],
    "problems": [
        "--where", "--rule", "--severity", "--field", "--id", "--path", "--limit", "--output", "--plugins", "--fix", "--waive",
        "--unwaive", "--waived", "--note", "--dry-run",
    ],
    "diff": ["--where", "--format", "--output"],
    "unstage": ["--where", "--field"],
    "undo": [],
    "redo": [],
    "drop": [],
    "commit": [
        "--yes", "--where", "--limit", "--concurrency", "--rate", "--check", "--max-failures", "--dry-run",
    ],
    "resume": ["--accept-altered", "--abandon"],
    "outcomes": ["--outcome", "--output"],
    "conflicts": [],
    "resolve": ["--keep", "--where"],
    "revert": ["--where"],
    "log": ["--where", "--field", "--id", "--path", "--all", "--format", "--output"],
    "status": [],
    "export": ["--table", "--where", "--columns", "--output", "--session"],
}  # fmt: skip


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_tells_its_options(command: Any, name: str) -> None:
    told = command(name, "--help")
    assert (told.code, told.err) == (0, "")
    for option in [*OPTIONS.get(name, []), "--json", "--sessions-dir"]:
        assert option in told.out
    assert "--no-" not in told.out


def test_the_overview_names_every_command(command: Any) -> None:
    told = command("--help")
    assert told.code == 0
    assert all(f"\n  {name} " in told.out for name in COMMANDS)
    assert command("-h").out == told.out
    assert command("--version").code == 0


def test_without_a_terminal_the_app_is_not_started(process: Any) -> None:
    bare = process()
    assert (bare.code, bare.out) == (2, "")
    assert "Usage" in bare.err
    process("open", "s").refused(2, "terminal")
    process("opne", "s").refused(2, "open")


@pytest.mark.parametrize(
    "arguments", [["--help"], ["commit", "--help"], ["load", "--help"], ["stage", "--help"], ["completion", "bash"]]
)
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    code = (
        "import sys; from workbench.cli.app import run; run(sys.argv[1:]); "
        "sys.stderr.write(' '.join(m for m in sys.modules if '.' not in m))"
    )
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True)
    assert not HEAVY & set(done.stderr.split())


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("workbench sta", {"stage", "status"}),
        ("workbench load s --fi", {"--file"}),
        ("workbench load s --details l", {"lazy"}),
    ],
)
def test_a_shell_completes_by_itself_and_starts_nothing_for_it(
    command: Any, tmp_path: Path, typed: str, found: set[str]
) -> None:
    tmp_path.joinpath("workbench.bash").write_text(command("completion", "bash").out)
    words = typed.split()
    asked = (
        f"PATH=/nowhere; . ./workbench.bash; COMP_WORDS=({typed}); COMP_CWORD={len(words) - 1}; COMP_LINE='{typed}'; "
        '_workbench; echo "${COMPREPLY[@]}"'
    )
    done = subprocess.run(["bash", "-c", asked], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert (set(done.stdout.split()), done.stderr) == (found, "")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_command_and_option_is_completed_in_every_shell(command: Any, shell: str) -> None:
    script = command("completion", shell).out
    assert command("completion", shell, "--json").json["script"].rstrip("\n") == script.rstrip("\n")
    assert all(name in script for name in COMMANDS)
    assert all(option.lstrip("-") in script for options in OPTIONS.values() for option in options)
    command("completion", "tcsh").refused(2, "tcsh")


WORK_WITHOUT_A_SERVER = (
    "status s", "log s", "search s acme --limit 1", "facets s city --table addresses", "diff s", "undo s",
    "stage s --set payment_term=COD", "settings s",
)  # fmt: skip


def test_what_needs_no_server_and_no_screen_loads_neither(folder: Path) -> None:
    code = (
        "import sys; from workbench.cli.app import run\n"
        "for one in sys.argv[1:]: run(one.split())\n"
        "sys.stderr.write(' '.join(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *WORK_WITHOUT_A_SERVER], capture_output=True, text=True, check=True
    )
    loaded = done.stderr.splitlines()[-1].split()
    assert "polars" in loaded
    assert not (HEAVY - {"polars", "lark"} | {"starlette", "pyinstrument", "xlsxwriter", "anywidget"}) & set(loaded)
    assert not {"workbench.commit.runs", "workbench.commit.engine", "workbench.commit.steps"} & set(loaded)


@pytest.mark.parametrize("started", ["import workbench", "import workbench.cli.app"])
def test_an_import_of_the_workbench_loads_nothing_heavy(started: str) -> None:
    code = f"import sys; {started}; print(*(m for m in sys.modules if '.' not in m))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not (HEAVY | {"cyclopts", "asyncio", "sqlite3"}) & set(done.stdout.split())


@pytest.mark.parametrize("wanted", [None, "narenas:7"])
def test_a_load_tells_the_allocator_of_polars_what_it_needs_before_it_starts_unless_somebody_has(
    tmp_path: Path, wanted: str | None
) -> None:
    tmp_path.joinpath("one.ndjson").write_text('{"id": "1"}\n')
    code = (
        "import os, sys\n"
        "class Told:\n"
        "    def find_spec(self, name, *rest):\n"
        "        if name == 'polars': print(os.environ.get('_RJEM_MALLOC_CONF'), file=sys.stderr)\n"
        "sys.meta_path.insert(0, Told())\n"
        "from workbench.cli.app import run; run(['load', 'one.session', '--file', 'one.ndjson'])"
    )
    environment = {name: value for name, value in os.environ.items() if name != "_RJEM_MALLOC_CONF"}
    environment |= {"_RJEM_MALLOC_CONF": wanted} if wanted else {}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path, env=environment
    )
    assert done.stderr.startswith(wanted or "narenas:")
    assert "1 customers" in done.stdout
