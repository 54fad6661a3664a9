"""`sandbox` and `demo --script` as processes."""

from __future__ import annotations

import json
import signal
from typing import Any

import pytest

from workbench.sandbox.server import Sandbox


def test_the_first_line_of_the_sandbox_is_its_address_and_it_ends_quietly(begin: Any, process: Any) -> None:
    started = begin("sandbox", "--customers", "5", "--faults", '{"500": 0.01}')
    url = started.stdout.readline().strip()
    assert url.startswith("http://127.0.0.1:")
    assert process("load", "new", "--api", url, "--json").json["customers"] == 5
    started.send_signal(signal.SIGINT)
    assert started.wait() == 0
    assert (started.stdout.read(), started.stderr.read()) == ("", "")


def test_the_sandbox_speaks_json_too(begin: Any) -> None:
    started = begin("sandbox", "--customers", "1", "--json")
    assert list(json.loads(started.stdout.readline())) == ["url"]
    started.terminate()
    assert started.wait() == 0


def test_a_sandbox_that_cannot_be_is_refused(command: Any, sandbox: Sandbox) -> None:
    command("sandbox", "--faults", "{").refused(2, "--faults")
    command("sandbox", "--faults", "[1]").refused(2, "--faults")
    command("sandbox", "--nested", "wild").refused(2, "wild")
    command("sandbox", "--faults", '{"nope": 1}').refused(1, "nope")
    port = sandbox.url.rpartition(":")[2]
    command("sandbox", "--customers", "1", "--port", port).refused(1, port)
    command("demo", "--script", "--customers", "-3").refused(1)


def test_the_demo_ends_where_it_began(process: Any) -> None:
    told = process("demo", "--script", "--customers", "60", WORKBENCH_API_KEY="")
    assert told.code == 0
    for step in ("Load", "Search", "Stage", "Diff", "Commit", "Revert"):
        assert f"== {step} " in told.out
    assert "back where they began" in told.out


@pytest.mark.parametrize("port", ["99999", "-1"])
def test_a_port_that_is_none_leaves_no_socket_behind(process: Any, port: str) -> None:
    told = process("sandbox", "--customers", "1", f"--port={port}", PYTHONWARNINGS="always")
    told.refused(1, port, "65535")


def test_what_is_for_people_is_never_printed_as_json(command: Any) -> None:
    for arguments in (("demo",), ("demo", "--script"), ("open", "s")):
        command(*arguments, "--json").refused(2, "--json")
