"""The API key never leaves: not into files, messages, exports, tracebacks or process lists, and not to another origin."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Command
from workbench.sandbox.server import Sandbox

KEY = "sk-live-7Qm2xW9vT4"
SCRIPT = str(Path(sys.executable).parent / "workbench")


class Elsewhere(BaseHTTPRequestHandler):
    """Another origin: keeps what it is sent, and answers with the key if it was told it."""

    heard: list[str]

    def do_GET(self) -> None:
        self.heard.append(f"{self.path} {self.headers}")
        self.send_response(200)
        self.end_headers()

    do_PATCH = do_GET

    def log_message(self, *_: Any) -> None:
        """Nothing is logged."""


class Redirecting(Elsewhere):
    """An API that sends everybody elsewhere."""

    target: str

    def do_GET(self) -> None:
        self.send_response(307)
        self.send_header("Location", f"{self.target}{self.path}?key={self.headers['X-API-Key']}")
        self.end_headers()

    do_PATCH = do_GET


@pytest.fixture
def redirecting() -> Iterator[tuple[str, list[str]]]:
    """The address of an API that redirects, and what the other origin heard."""
    elsewhere = type("E", (Elsewhere,), {"heard": []})
    with ThreadingHTTPServer(("127.0.0.1", 0), elsewhere) as other:
        target = f"http://127.0.0.1:{other.server_port}"
        with ThreadingHTTPServer(("127.0.0.1", 0), type("R", (Redirecting,), {"target": target})) as first:
            for server in (other, first):
                threading.Thread(target=server.serve_forever, daemon=True).start()
            yield f"http://127.0.0.1:{first.server_port}", elsewhere.heard
            for server in (other, first):
                server.shutdown()


def told(folder: Path, *arguments: str, **env: str) -> str:
    """All that a command says."""
    variables = {**os.environ, "WORKBENCH_API_KEY": KEY, "WORKBENCH_SESSIONS": str(folder), **env}
    done = subprocess.run(
        [SCRIPT, *arguments], cwd=folder, env=variables, capture_output=True, stdin=subprocess.DEVNULL
    )
    return (done.stdout + done.stderr).decode()


def test_the_key_is_in_no_file_and_no_message_of_a_whole_job_on_a_bad_server(
    folder: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKBENCH_API_KEY", KEY)
    faults = {"500": 0.2, "503_html": 0.1, "reset_after": 0.1, "truncated": 0.1, "methods": ["PATCH"]}
    with Sandbox(customers=8, key=KEY, faults=faults) as sandbox:
        job = [
            ("load", "job", "--api", sandbox.url),
            ("settings", "job", "grace=0.05"),
            ("stage", "job", "--set", "payment_term=NET7", "--note", "why"),
            ("diff", "job", "--format", "curl"),
            ("commit", "job", "--yes", "--json"),
            ("resume", "job"),
            ("log", "job", "--json"),
            ("export", "job", "--output", "out.csv"),
            ("export", "job", "--session", "copy.session"),
        ]
        here = [command(*words) for words in job]
        port = int(sandbox.url.rpartition(":")[2])
    said = [one.out + one.err for one in here]
    with Sandbox(customers=8, key="another", port=port):
        command("stage", "job", "--set", "payment_term=NET8")
        said.append(told(folder, "commit", "job", "--yes", WORKBENCH_DEBUG="1"))
        said.append(told(folder, "resume", "job", WORKBENCH_DEBUG="1"))
    assert "the API key is not valid" in "".join(said)
    assert KEY not in "".join(said)
    names = {path.name for path in folder.iterdir()}
    assert {"job.session", "out.csv", "copy.session"} <= names
    for path in folder.rglob("*"):
        assert not path.is_file() or KEY.encode() not in path.read_bytes(), path


def test_a_redirect_is_an_error_that_shows_no_key_and_takes_it_nowhere(
    tmp_path: Path, redirecting: tuple[str, list[str]]
) -> None:
    url, heard = redirecting
    said = told(tmp_path, "load", "s", "--api", url)
    assert said.count("\n") == 1
    assert "redirects" in said
    assert KEY not in said
    assert heard == []
    assert list(tmp_path.iterdir()) == []


def test_a_key_that_cannot_be_one_is_not_repeated(tmp_path: Path) -> None:
    with Sandbox(customers=1) as sandbox:
        said = told(tmp_path, "load", "s", "--api", sandbox.url, WORKBENCH_API_KEY=f"{KEY}\u00e9")
    assert "WORKBENCH_API_KEY" in said
    assert KEY not in said


def test_the_key_is_no_option_so_that_no_process_list_shows_it(tmp_path: Path) -> None:
    said = told(tmp_path, "load", "--help")
    assert "--key" not in said
    assert "--api-key" not in said
    assert KEY not in told(tmp_path, "load", "s", "--api-key", "x")
