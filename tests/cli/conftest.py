"""The command line against a sandbox on a real socket: in this process for its contracts, as processes where that matters."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from workbench.cli.app import run
from workbench.sandbox.server import Sandbox
from workbench.workbench import Workbench

SCRIPT = Path(sys.executable).parent / "workbench"


@dataclass(frozen=True)
class Told:
    """What a command told: its exit code, stdout, stderr."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one JSON object on stdout."""
        assert self.out.count("\n") == 1, self
        found: dict[str, Any] = json.loads(self.out)
        return found

    def refused(self, code: int, *words: str) -> None:
        """Nothing on stdout, one line on stderr that has these words, no traceback."""
        assert self.code == code, self
        assert self.out == ""
        assert self.err.count("\n") == 1, self.err
        assert self.err.startswith("workbench: ")
        for word in words:
            assert word in self.err


Command = Callable[..., Told]
Start = Callable[..., Sandbox]


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """A sandbox that no test changes."""
    with Sandbox(customers=30, seed=3) as running:
        yield running


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts a sandbox of the test's own."""
    with ExitStack() as stack:
        yield lambda **options: stack.enter_context(Sandbox(**{"customers": 8, **options}))


@pytest.fixture(scope="session")
def loaded(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A session on that sandbox, loaded; to be copied."""
    path = tmp_path_factory.mktemp("loaded") / "s.session"
    with Workbench.create(path, key="any") as workbench:
        workbench.load(api=sandbox.url)
    return path


@pytest.fixture
def folder(tmp_path: Path, loaded: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of sessions, with the session `s`; also where the commands run."""
    shutil.copy(loaded, tmp_path / "s.session")
    monkeypatch.setenv("WORKBENCH_SESSIONS", str(tmp_path))
    monkeypatch.setenv("WORKBENCH_API_KEY", "any")
    monkeypatch.delenv("WORKBENCH_API_URL", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def command(folder: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs a command in this process."""

    def told(*arguments: object) -> Told:
        capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return Told(code, out, err)

    return told


@pytest.fixture
def process(folder: Path) -> Command:
    """Runs a command as a process of its own, without a terminal."""

    def told(*arguments: object, **env: str) -> Told:
        done = subprocess.run(
            [str(SCRIPT), *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env={**os.environ, **env},
        )
        assert b"Traceback" not in done.stderr
        return Told(done.returncode, done.stdout.decode(), done.stderr.decode())

    return told


@pytest.fixture
def begin(folder: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Begins a command as a process that the test talks to."""
    with ExitStack() as stack:

        def begun(*arguments: object) -> subprocess.Popen[str]:
            started = subprocess.Popen(
                [str(SCRIPT), *map(str, arguments)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            stack.enter_context(started)
            stack.callback(started.kill)
            return started

        yield begun
