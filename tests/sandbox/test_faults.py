"""Each fault, seen from the other end of a real socket."""

from __future__ import annotations

import time
from contextlib import suppress
from email.utils import parsedate_to_datetime

import httpx
import pytest

from workbench.sandbox.errors import SandboxError
from workbench.sandbox.faults import parse_faults

BODY = {"payment_term": "FAULTY"}


def patched(client):
    return client.sandbox.world.customer(client.sandbox.world.ids()[0])["payment_term"] == "FAULTY"


def send(client):
    return client.send(client.sandbox.world.ids()[0], BODY)


def test_too_many_says_when_to_come_back(connect):
    client = connect(faults={"429": 1, "retry_after": 7})
    answer = send(client)
    assert (answer.status_code, answer.headers["Retry-After"], patched(client)) == (429, "7", False)


def test_too_many_may_say_it_as_a_date(connect):
    answer = send(connect(faults={"429": 1, "retry_after": 3600, "retry_after_date": True}))
    assert parsedate_to_datetime(answer.headers["Retry-After"]).timestamp() > time.time()


@pytest.mark.parametrize(("fault", "applied"), [("500", False), ("500_after", True)])
def test_an_error_comes_before_or_after_the_change(connect, fault, applied):
    client = connect(faults={fault: 1})
    answer = send(client)
    assert (answer.status_code, answer.json()["code"], patched(client)) == (500, "internal_error", applied)


def test_a_proxy_answers_html(connect):
    client = connect(faults={"503_html": 1})
    answer = send(client)
    assert answer.status_code == 503
    assert answer.headers["content-type"].startswith("text/html")
    assert not patched(client)


@pytest.mark.parametrize(("fault", "applied"), [("reset_before", False), ("reset_after", True)])
def test_the_connection_is_really_reset(connect, fault, applied):
    client = connect(faults={fault: 1})
    with pytest.raises(httpx.ReadError) as caught:
        send(client)
    cause = caught.value
    while not isinstance(cause, OSError) and (cause.__cause__ or cause.__context__):
        cause = cause.__cause__ or cause.__context__
    assert isinstance(cause, ConnectionResetError)
    assert patched(client) is applied
    call = client.sandbox.log.calls("PATCH")[-1]
    assert (call.status, call.applied, call.fault) == (0, applied, fault)


def test_half_a_body_comes_and_then_the_end(connect):
    client = connect(faults={"truncated": 1})
    path = f"/v1/customers/{client.sandbox.world.ids()[0]}"
    got = b""
    with client.http.stream("PATCH", path, json=BODY) as answer:
        assert answer.status_code == 201
        chunks = answer.iter_raw()
        with suppress(httpx.RemoteProtocolError):
            while True:
                got += next(chunks)
    assert len(got) == int(answer.headers["content-length"]) // 2
    assert patched(client)


def test_garbage_comes_with_the_right_status(connect):
    client = connect(faults={"garbage": 1})
    answer = send(client)
    assert (answer.status_code, answer.headers["content-type"]) == (201, "application/json")
    with pytest.raises(ValueError, match="codec"):
        answer.json()
    assert patched(client)


def test_a_slow_call_is_answered_after_all(connect):
    client = connect(faults={"slow": 1, "slow_seconds": 0.05})
    assert send(client).status_code == 201


def test_a_slow_call_does_not_keep_the_sandbox_from_stopping(connect):
    client = connect(faults={"slow": 1, "slow_seconds": 3600, "methods": ["GET"]})
    with pytest.raises(httpx.ReadTimeout):
        client.http.get("/v1/customers", timeout=0.05)
    client.sandbox.stop()


@pytest.mark.parametrize("fault", ["late", "late_reset"])
def test_a_late_change_comes_after_its_answer(connect, fault):
    client = connect(faults={fault: 1, "late_seconds": 0.3})
    if fault == "late":
        answer = send(client)
        assert answer.status_code == 504
        assert answer.headers["content-type"].startswith("text/html")
    else:
        with pytest.raises(httpx.ReadError):
            send(client)
    assert not client.sandbox.log.calls("PATCH")[0].applied
    assert client.sandbox.log.wait_for(lambda call: call.fault == "applied_late").applied
    assert patched(client)


def test_faults_spare_other_methods_and_can_be_taken_away(connect):
    client = connect(faults={"500": 1, "methods": ["PATCH"]})
    assert client.list()["data"]
    assert send(client).status_code == 500
    client.sandbox.set_faults(None)
    assert send(client).status_code == 201


def test_the_same_seed_throws_the_same_dice():
    thrown = [[faults.draw("GET") for _ in range(50)] for faults in map(parse_faults, [{"500": 0.3, "slow": 0.2}] * 2)]
    assert thrown[0] == thrown[1]
    assert set(thrown[0]) == {"", "500", "slow"}


@pytest.mark.parametrize(
    ("faults", "word"),
    [
        ({"reset_afer": 0.1}, "reset_after"),
        ({"500": 2}, "probability"),
        ({"500": True}, "probability"),
        ({"500": 0.6, "slow": 0.6}, "add up"),
        ({"methods": ["POST"]}, "methods"),
        ({"retry_after": -1}, "retry_after"),
        ({"slow_seconds": "2"}, "seconds"),
    ],
)
def test_a_wrong_faults_object_is_explained(faults, word):
    with pytest.raises(SandboxError, match=word):
        parse_faults(faults)
