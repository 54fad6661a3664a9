"""The sandbox as a server: keys, log, state, ports, processes."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.sandbox.api import MOST_BYTES
from workbench.sandbox.errors import SandboxError
from workbench.sandbox.samples import sample_customers
from workbench.sandbox.server import Sandbox

RUN = """
import sys, pathlib
from workbench.sandbox.server import Sandbox
state, log = map(pathlib.Path, sys.argv[1:])
Sandbox(customers=20, state=state, log=log).run_forever(lambda url: print(url, flush=True))
"""


@pytest.fixture
def process(tmp_path):
    """A sandbox in a process of its own, and its URL."""
    arguments = [sys.executable, "-c", RUN, str(tmp_path / "state"), str(tmp_path / "log")]
    started = []

    def start():
        child = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)
        started.append(child)
        return child, child.stdout.readline().strip()

    yield start
    for child in started:
        child.kill()
        child.wait()
        child.stdout.close()


def test_every_call_needs_a_key(connect):
    client = connect(key="right")
    for path in ("/v1/customers", "/v1/customers/x", "/elsewhere"):
        for headers in ({"X-API-Key": ""}, {"X-API-Key": "wrong"}):
            answer = client.http.get(path, headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")
    assert client.http.get("/v1/customers", headers={"X-API-Key": "right"}).status_code == 200


def test_no_key_at_all_is_refused(client):
    assert httpx.get(client.sandbox.url + "/v1/customers").status_code == 401


def test_unknown_paths_and_methods_get_the_error_body(client):
    assert client.http.get("/v2").json()["code"] == "not_found"
    assert client.http.post("/v1/customers").json()["code"] == "method_not_allowed"


def test_a_body_that_is_too_large_is_refused_and_the_connection_goes_on(client):
    path = f"/v1/customers/{client.sandbox.world.ids()[0]}"
    assert client.http.patch(path, content=b" " * (MOST_BYTES + 1)).status_code == 413
    assert client.list()["data"]


def test_calls_are_logged_with_their_exact_bodies(connect, tmp_path):
    client = connect(log=tmp_path / "log")
    first = client.sandbox.world.ids()[0]
    client.http.patch(f"/v1/customers/{first}", content=b'{"payment_term":  "\xc3\xa9"}')
    client.send(first, {"nonsense": 1})
    client.list(page=2)
    calls = client.sandbox.log.calls()
    assert [(c.method, c.status, c.applied) for c in calls] == [
        ("PATCH", 201, True),
        ("PATCH", 400, False),
        ("GET", 200, False),
    ]
    assert calls[0].body == b'{"payment_term":  "\xc3\xa9"}'
    assert calls[2].path == "/v1/customers?page=2"
    lines = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    assert [(line["method"], line["status"], line["bytes"]) for line in lines] == [
        (c.method, c.status, len(c.body)) for c in calls
    ]


def test_a_port_in_use_is_one_line(client):
    with pytest.raises(SandboxError, match=r"^cannot listen on [^\n]+$"):
        Sandbox(customers=0, port=int(client.sandbox.url.rsplit(":", 1)[1])).start()


def test_the_url_is_there_only_when_it_runs():
    with pytest.raises(SandboxError):
        _ = Sandbox(customers=0).url


def test_a_stopped_sandbox_can_be_read_and_started_again(connect, tmp_path):
    client = connect(state=tmp_path / "state")
    sandbox, first = client.sandbox, client.sandbox.world.ids()[0]
    after = client.patch(first, {"payment_term": "KEPT"})
    sandbox.stop()
    assert sandbox.world.customer(first) == after
    sandbox.start()
    assert httpx.get(f"{sandbox.url}/v1/customers/{first}", headers={"X-API-Key": "k"}).json()["data"] == after


@settings(max_examples=15, deadline=None)
@given(changes=st.lists(st.tuples(st.integers(0, 9), st.text(max_size=20)), max_size=8))
def test_the_state_survives_a_restart(changes):
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder) / "state"
        before = Sandbox(customers=10, state=state).world
        for place, text in changes:
            before.edit(before.ids()[place], company_name=text)
        before.close()
        after = Sandbox(customers=3, seed=9, state=state).world
        assert [after.customer(i) for i in after.ids()] == [before.customer(i) for i in before.ids()]
        assert (after.staff, after.price_lists) == (before.staff, before.price_lists)
        after.close()


def test_a_file_that_is_no_state_is_left_alone(tmp_path):
    other = tmp_path / "notes.txt"
    other.write_text("my notes, " * 1000)
    with pytest.raises(SandboxError, match="no state file"):
        _ = Sandbox(state=other).world
    assert other.read_text().startswith("my notes")


def test_a_state_file_serves_one_sandbox_at_a_time(tmp_path):
    first = Sandbox(customers=3, state=tmp_path / "state").world
    with pytest.raises(SandboxError, match="in use"):
        _ = Sandbox(state=tmp_path / "state").world
    first.close()


def test_a_killed_process_has_kept_every_change_it_answered(process, tmp_path):
    child, url = process()
    with httpx.Client(base_url=url, headers={"X-API-Key": "k"}) as http:
        ids = [row["id"] for row in http.get("/v1/customers").json()["data"]]
        for customer_id in ids:
            assert http.patch(f"/v1/customers/{customer_id}", json={"payment_term": "KEPT"}).status_code == 201
    child.kill()
    child.wait()
    _, url = process()
    rows = httpx.get(url + "/v1/customers", headers={"X-API-Key": "k"}).json()["data"]
    assert {row["id"]: row["payment_term"] for row in rows} == dict.fromkeys(ids, "KEPT")
    assert len((tmp_path / "log").read_text().splitlines()) == len(ids) + 2


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_quietly(process, number):
    child, url = process()
    assert url.startswith("http://127.0.0.1:")
    child.send_signal(number)
    assert child.wait(60) == 0


def test_samples_are_the_same_for_a_seed_and_a_mess():
    many = list(sample_customers(1500, 1))
    assert many[:100] == list(sample_customers(100, 1))
    assert many[:5] != list(sample_customers(5, 2))
    assert len({c["id"] for c in many}) == 1500
    assert {"NET30", "NET 30", "Net30", "", None} < {c["payment_term"] for c in many}
    assert 0.04 < sum(c["status"] == "inactive" for c in many) / 1500 < 0.12
    references = [c["reference_id"] for c in many if c["reference_id"]]
    assert len(set(references)) < len(references)
    addresses = [a for c in many for a in c["addresses"]]
    assert {"US", "USA", "U.S.", "UK", "Deutschland"} < {a["country"] for a in addresses}
    defaults = [[a["type"] for a in c["addresses"] if a["is_default"]] for c in many]
    assert any(len(kinds) > len(set(kinds)) for kinds in defaults)
    assert any(c["addresses"] and not kinds for c, kinds in zip(many, defaults, strict=True))
    assert {len(c["addresses"]) for c in many} == {0, 1, 2, 3, 4}
    assert {len(c["contacts"]) for c in many} == {len(c["attributes"]) for c in many} == {0, 1, 2, 3}
    text = json.dumps(many, ensure_ascii=False)
    for stain in ("Ελ", "Олена", "上海", "محمد", "דוד", "สม", "राज", "🏠", "Ã", "gmial.com", "\u00a0", "  "):
        assert stain in text, stain
