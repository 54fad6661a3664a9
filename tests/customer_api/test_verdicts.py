from __future__ import annotations

import errno
import json

import aiohttp
import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.customer_api.answers import Answer, Kind
from workbench.customer_api.failure import describe_failure
from workbench.customer_api.origin import parse_origin
from workbench.customer_api.verdicts import classify
from workbench.customer_api.words import Reason, describe, reasons, safe_line

ORIGIN = parse_origin("https://api.example.com")
RECORD = b'{"data":{"id":"c1","name":"Acme"}}'
ERROR = json.dumps(
    {
        "code": "validation_failed",
        "message": "the customer is not valid",
        "details": [
            {"field": "addresses[0].city", "reason": "is longer than 50"},
            {"field": "phone", "reason": "E.164"},
        ],
    }
).encode()
PAGE = b"<!DOCTYPE html><html><head><title>503 Service\n Unavailable</title></head><body><h1>Oh</h1></body></html>"


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (301, Kind.STOP),
        (302, Kind.STOP),
        (304, Kind.STOP),
        (308, Kind.STOP),
        (400, Kind.REFUSED),
        (401, Kind.STOP),
        (403, Kind.STOP),
        (404, Kind.REFUSED),
        (405, Kind.REFUSED),
        (408, Kind.AMBIGUOUS),
        (409, Kind.REFUSED),
        (413, Kind.REFUSED),
        (422, Kind.REFUSED),
        (429, Kind.LATER),
        (500, Kind.AMBIGUOUS),
        (501, Kind.AMBIGUOUS),
        (502, Kind.AMBIGUOUS),
        (503, Kind.LATER),
        (504, Kind.AMBIGUOUS),
        (507, Kind.AMBIGUOUS),
        (599, Kind.AMBIGUOUS),
        (700, Kind.AMBIGUOUS),
    ],
)
def test_a_status_decides(status: int, kind: Kind) -> None:
    verdict = classify(Answer(status, ERROR))
    assert verdict.kind is kind
    assert verdict.unknown is (kind is Kind.AMBIGUOUS or 300 <= status <= 399)
    assert verdict.busy is (status in (408, 429, 503, 504))
    assert str(status) in verdict.reason


@pytest.mark.parametrize("status", [200, 201, 202])
def test_a_success_with_the_customer_is_ok(status: int) -> None:
    verdict = classify(Answer(status, RECORD, asked="c1"))
    assert (verdict.kind, verdict.reason, verdict.unknown) == (Kind.OK, "", False)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"null",
        b"[]",
        b'{"data":null}',
        b'{"data":[]}',
        b'{"data":{}}',
        b'{"data":{"id":7}}',
        RECORD[:-1],
        RECORD + b"x",
        b"\xff" + RECORD,
        b'{"data":{"id":"c1","n":NaN}}',
        b"<html>ok</html>",
    ],
)
def test_a_success_that_cannot_be_read_is_ambiguous(body: bytes) -> None:
    verdict = classify(Answer(201, body, asked="c1"))
    assert verdict.kind is Kind.AMBIGUOUS
    assert verdict.unknown


def test_an_answer_for_another_customer_stops_and_leaves_the_patch_unknown() -> None:
    verdict = classify(Answer(201, RECORD, asked="c2"))
    assert verdict.kind is Kind.STOP
    assert verdict.unknown
    assert "c2" in verdict.reason
    assert "c1" in verdict.reason


def test_later_carries_what_the_server_asked() -> None:
    assert classify(Answer(429, retry_after="12")).retry_after == 12
    assert classify(Answer(503)).retry_after is None
    date = "Mon, 23 Nov 2026 22:00:30 GMT"
    assert classify(Answer(429, retry_after=date, date="Mon, 23 Nov 2026 22:00:00 GMT")).retry_after == 30
    assert classify(Answer(429, retry_after=date), now=1795471200.0).retry_after is not None


@pytest.mark.parametrize(
    "error",
    [
        TimeoutError(),
        aiohttp.SocketTimeoutError(),
        aiohttp.ConnectionTimeoutError(),
        aiohttp.ClientOSError(errno.ETIMEDOUT, "x"),
    ],
    ids=repr,
)
def test_a_call_that_ran_out_of_time_says_that_the_server_is_busy(error: Exception) -> None:
    assert classify(error).busy


@pytest.mark.parametrize(
    "error",
    [aiohttp.ServerDisconnectedError(), aiohttp.ClientOSError(errno.ECONNRESET, "x"), aiohttp.ClientPayloadError()],
    ids=repr,
)
def test_a_connection_that_broke_says_nothing_of_that(error: Exception) -> None:
    assert not classify(error).busy


def test_an_exception_nobody_knows_is_ambiguous() -> None:
    for error in (
        RuntimeError("secret"),
        httpx.ConnectTimeout("secret"),
        aiohttp.ClientError("secret"),
        OSError(5, "x"),
    ):
        verdict = classify(error)
        assert verdict.kind is Kind.AMBIGUOUS
        assert verdict.unknown
        assert "secret" not in verdict.reason


def test_the_documented_error_body_is_read() -> None:
    answer = Answer(422, ERROR)
    assert reasons(answer) == [Reason("addresses[0].city", "is longer than 50"), Reason("phone", "E.164")]
    assert describe(answer) == (
        "422 Unprocessable Entity: the customer is not valid (addresses[0].city: is longer than 50; phone: E.164)"
    )


@pytest.mark.parametrize(
    "document",
    [
        {"details": 1},
        {"details": [1, None, {"field": 3}]},
        {"message": ["x"]},
        [],
        7,
        None,
        {"details": [{"reason": None}]},
    ],
)
def test_an_odd_error_body_is_no_trouble(document: object) -> None:
    answer = Answer(400, json.dumps(document).encode())
    assert all(isinstance(reason, Reason) for reason in reasons(answer))
    assert describe(answer).startswith("400 Bad Request")


def test_an_html_answer_says_its_title() -> None:
    assert describe(Answer(503, PAGE, "text/html")) == "503 Service Unavailable"
    titled = PAGE.replace(b"503 Service\n Unavailable", b"Down for &lt;b&gt; maintenance")
    assert describe(Answer(502, titled, "text/html")) == "502 Bad Gateway: Down for <b> maintenance"
    untitled = b"<html><style>b{}</style><script>evil()</script><body><h1>Gateway</h1><p>is\tsleeping</body></html>"
    assert describe(Answer(502, untitled)) == "502 Bad Gateway: Gateway is sleeping"


def test_a_line_has_nothing_that_drives_a_terminal() -> None:
    body = json.dumps({"message": "a\x1b]52;c;eA==\x07b\x9bc\u202ed\u200be\u2028f" + "x" * 500}).encode()
    line = describe(Answer(400, body))
    assert line.isprintable()
    assert len(line) < 260


@given(st.binary(max_size=300), st.sampled_from(["", "text/html", "application/json"]), st.integers(100, 699))
def test_any_body_makes_a_safe_line(body: bytes, content_type: str, status: int) -> None:
    answer = Answer(status, body, content_type, location="\x1b[0m\r\nx")
    for line in (describe(answer), describe_failure(answer, ORIGIN), classify(answer).reason):
        assert line.isprintable()
        assert len(line) <= 500


@given(st.text())
def test_a_safe_line_is_short_printable_and_stays_so(text: str) -> None:
    line = safe_line(text)
    assert line.isprintable()
    assert len(line) <= 200
    assert safe_line(line) == line


@pytest.mark.parametrize(
    ("answer", "line"),
    [
        (
            Answer(0, sent=False, lost=Kind.NOT_SENT, trouble="connection refused"),
            "the API at https://api.example.com does not answer (connection refused); check --api and the network",
        ),
        (
            Answer(401, b'{"code":"unauthorized","message":"wrong key"}'),
            "the API at https://api.example.com refused the key (401 Unauthorized: wrong key): set WORKBENCH_API_KEY",
        ),
        (
            Answer(503, PAGE, "text/html"),
            "the API at https://api.example.com answered HTML, not JSON (503 Service Unavailable); try again later",
        ),
        (
            Answer(200, b"<html><title>Welcome</title>", "text/html"),
            "the API at https://api.example.com answered HTML, not JSON (200 OK: Welcome); check --api",
        ),
        (
            Answer(301, location="https://elsewhere.example/v1"),
            "the API at https://api.example.com answered with a redirect, which is not followed "
            "(301 Moved Permanently: it redirects to https://elsewhere.example/v1); check --api",
        ),
        (
            Answer(200, b"[1]", "application/json"),
            "https://api.example.com answered something that is not the customer API's (200 OK); check --api",
        ),
        (
            Answer(0, lost=Kind.AMBIGUOUS, trouble="connection reset"),
            "the API at https://api.example.com gave no answer that can be read (connection reset); "
            "try again, or check --api",
        ),
    ],
)
def test_a_failure_says_what_happened_and_what_to_do(answer: Answer, line: str) -> None:
    assert describe_failure(answer, ORIGIN) == line
