"""The client on real sockets: what each thing that a network can do becomes."""

from __future__ import annotations

import asyncio
import gc
import gzip
import json
import shutil
import socket
import ssl
import subprocess
import tracemalloc
import zlib
from pathlib import Path
from urllib.parse import unquote

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.customer_api.answers import Answer, Kind
from workbench.customer_api.client import CustomerApi
from workbench.customer_api.origin import parse_origin
from workbench.customer_api.transport import Transport
from workbench.customer_api.verdicts import classify
from workbench.errors import ApiError, UsageError

KEY = "s3cr3t-k3y"
RECORD = b'{"data":{"id":"c1","name":"Acme"}}'


def api(url: str, **options: float) -> CustomerApi:
    return CustomerApi(url, KEY, **options)  # type: ignore[arg-type]


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port: int = held.getsockname()[1]
        return port


async def settled() -> None:
    """Return when what stands in the sockets of this loop has been read."""
    for _ in range(20):
        await asyncio.sleep(0)


async def ok(turn) -> None:
    await turn.answer(200, RECORD)


async def test_a_patch_carries_these_bytes_and_headers(serve) -> None:
    peer = await serve(lambda turn: turn.answer(201, RECORD))
    body = b'{"payment_term":"NET 30","name":"\xc3\xa9"}'
    async with api(peer.url) as client:
        answer = await client.patch("c1", body)
    (request,) = peer.requests
    assert request.line == "PATCH /v1/customers/c1 HTTP/1.1"
    assert request.body == body
    headers = request.headers
    assert headers["host"] == peer.url.removeprefix("http://")
    assert headers["x-api-key"] == KEY
    assert headers["content-type"] == "application/json"
    assert headers["accept"] == "application/json"
    assert headers["accept-encoding"] == "gzip"
    assert headers["content-length"] == str(len(body))
    assert "cookie" not in headers
    assert (answer.status, answer.body, answer.sent, answer.asked) == (201, RECORD, True, "c1")
    assert classify(answer).kind is Kind.OK


async def test_its_transport_serves_any_client_of_httpx(serve) -> None:
    peer = await serve(lambda turn: turn.answer(200, RECORD))
    transport = Transport(parse_origin(peer.url), 2, timeout=5, connect_timeout=5)
    async with httpx.AsyncClient(transport=transport) as client:
        for _ in range(3):
            answer = await client.patch(f"{peer.url}/v1/customers/c1?dry=1", content=b"{}", headers={"X-API-Key": KEY})
            assert (answer.status_code, answer.json()["data"]["id"]) == (200, "c1")
    assert {(one.line, one.body, one.headers["x-api-key"]) for one in peer.requests} == {
        ("PATCH /v1/customers/c1?dry=1 HTTP/1.1", b"{}", KEY)
    }
    assert peer.connections == 1


async def test_a_page_asks_as_documented(serve) -> None:
    pagination = {"total_records": 1, "total_pages": 1, "next_page": 0}
    body = json.dumps({"data": [{"id": "c1"}], "pagination": pagination}).encode()
    peer = await serve(lambda turn: turn.answer(200, body))
    async with api(peer.url + "/base/v1/") as client:
        page = await client.page(3, status="inactive", updated_after="2026-01-01T00:00:00Z")
    assert [record.id for record in page.records] == ["c1"]
    assert peer.requests[0].line == (
        "GET /base/v1/customers?page=3&page_size=100&status=inactive&sort_by=created_at&sort=asc"
        "&updated_after=2026-01-01T00:00:00Z HTTP/1.1"
    )


async def test_a_page_that_is_none_is_an_error_for_people(serve) -> None:
    html = {"Content-Type": "text/html"}
    peer = await serve(lambda turn: turn.answer(503, b"<html><title>Maintenance</title></html>", html))
    async with api(peer.url) as client:
        with pytest.raises(ApiError, match=r"answered HTML, not JSON \(503 Service Unavailable: Maintenance\)"):
            await client.page(1)


async def test_connections_are_kept_and_never_more_than_allowed(serve) -> None:
    peer = await serve(ok)
    async with api(peer.url, connections=3) as client:
        await asyncio.gather(*(client.get("c1") for _ in range(40)))
    assert len(peer.requests) == 40
    assert peer.connections == peer.most_open == 3


async def test_cookies_are_not_kept(serve) -> None:
    peer = await serve(lambda turn: turn.answer(200, RECORD, {"Set-Cookie": "a=b"}))
    async with api(peer.url) as client:
        await client.get("c1")
        await client.get("c1")
    assert all("cookie" not in request.headers for request in peer.requests)


# What the network can do. Each script is met by the first PATCH of a fresh connection, and by one of a kept connection.


async def reset(turn) -> None:
    turn.reset()


async def closed(turn) -> None:
    turn.close()


async def hangs(turn) -> None:
    await asyncio.Event().wait()


async def hangs_in_the_body(turn) -> None:
    await turn.raw(b"HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{")
    await asyncio.Event().wait()


async def reset_in_the_body(turn) -> None:
    await turn.raw(b"HTTP/1.1 201 Created\r\nContent-Length: 1000\r\n\r\n" + RECORD)
    await asyncio.sleep(0)
    turn.reset()


async def closed_in_the_body(turn) -> None:
    await turn.raw(b"HTTP/1.1 201 Created\r\nContent-Length: 1000\r\n\r\n" + RECORD)
    turn.close()


async def closed_in_a_chunk(turn) -> None:
    await turn.raw(b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{")
    turn.close()


async def closed_in_the_head(turn) -> None:
    await turn.raw(b"HTTP/1.1 201 Crea")
    turn.close()


async def garbage(turn) -> None:
    await turn.raw(b"\x00\x01 what is this\r\n\r\n")
    turn.close()


async def too_short_a_length(turn) -> None:
    await turn.raw(b"HTTP/1.1 201 Created\r\nContent-Length: 7\r\n\r\n" + RECORD)


async def bad_length(turn) -> None:
    await turn.raw(b"HTTP/1.1 201 Created\r\nContent-Length: many\r\n\r\n" + RECORD)


async def huge_header(turn) -> None:
    await turn.raw(b"HTTP/1.1 201 Created\r\nX-A: " + b"a" * 200_000 + b"\r\n\r\n")


async def bad_gzip(turn) -> None:
    await turn.answer(201, b"no gzip at all", {"Content-Encoding": "gzip"})


async def half_a_gzip(turn) -> None:
    await turn.answer(201, gzip.compress(RECORD)[:-6], {"Content-Encoding": "gzip"})


async def brotli(turn) -> None:
    await turn.answer(201, RECORD, {"Content-Encoding": "br"})


async def html(turn) -> None:
    await turn.answer(200, b"<html>Sign in</html>", {"Content-Type": "text/html"})


async def nothing(turn) -> None:
    await turn.raw(b"HTTP/1.1 204 No Content\r\n\r\n")


ODD = [
    (reset, "connection reset"),
    (closed, "connection closed without an answer"),
    (hangs, "no whole answer in time"),
    (hangs_in_the_body, "no whole answer in time"),
    (reset_in_the_body, ""),
    (closed_in_the_body, "the answer broke off in the middle"),
    (closed_in_a_chunk, "the answer broke off in the middle"),
    (closed_in_the_head, ""),
    (garbage, "answered something that is not HTTP"),
    (too_short_a_length, "answered something that is not HTTP"),
    (bad_length, "answered something that is not HTTP"),
    (huge_header, "answered something that is not HTTP"),
    (bad_gzip, "it cannot be unpacked"),
    (half_a_gzip, "it is not complete"),
    (brotli, "an encoding that was not asked for"),
    (html, "Sign in"),
    (nothing, "204"),
]


@pytest.mark.parametrize("kept", [False, True], ids=["fresh", "kept"])
@pytest.mark.parametrize(("script", "reason"), ODD, ids=[script.__name__ for script, _ in ODD])
async def test_a_patch_without_a_readable_answer_is_ambiguous_and_on_the_wire_once(serve, script, reason, kept) -> None:
    async def answer(turn) -> None:
        await (ok(turn) if turn.request.line.startswith("GET") else script(turn))

    peer = await serve(answer)
    silence = 1 if script in (hangs, hangs_in_the_body) else 60  # what does answer may take its time
    async with api(peer.url, timeout=silence) as client:
        if kept:
            assert (await client.get("c1")).status == 200
        verdict = classify(await client.patch("c1", b"{}"))
    assert verdict.kind is Kind.AMBIGUOUS
    assert verdict.unknown
    assert reason in verdict.reason
    patches = [request for request in peer.requests if request.line.startswith("PATCH")]
    assert len(patches) == 1
    assert patches[0].nth == (1 if kept else 0)


async def test_a_drip_of_bytes_does_not_hold_a_call_for_ever(serve) -> None:
    async def drip(turn) -> None:
        await turn.raw(b"HTTP/1.1 201 Created\r\nContent-Length: 100000\r\n\r\n")
        while True:
            await turn.raw(b" ")
            await asyncio.sleep(0.02)

    peer = await serve(drip)
    async with api(peer.url, timeout=0.5, connect_timeout=1) as client:
        answer = await client.patch("c1", b"{}")
    assert classify(answer).kind is Kind.AMBIGUOUS
    assert "in time" in answer.trouble


async def test_a_refused_connection_was_surely_not_sent() -> None:
    async with api(f"http://127.0.0.1:{free_port()}") as client:
        answer = await client.patch("c1", b"{}")
    assert (answer.sent, classify(answer).kind) == (False, Kind.NOT_SENT)
    assert answer.trouble == "connection refused"
    assert classify(answer).unknown is False


async def test_a_name_that_does_not_resolve_was_surely_not_sent() -> None:
    async with api("http://no-such-host.invalid") as client:
        answer = await client.patch("c1", b"{}")
    assert (answer.sent, answer.lost, answer.trouble) == (False, Kind.NOT_SENT, "no such host name")


async def test_a_connection_that_does_not_come_about_in_time_was_surely_not_sent() -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        port = deaf.getsockname()[1]
        fill = [socket.socket() for _ in range(4)]
        try:
            for one in fill:
                one.setblocking(False)
                one.connect_ex(("127.0.0.1", port))
            async with api(f"http://127.0.0.1:{port}", connect_timeout=0.3) as client:
                answer = await client.patch("c1", b"{}")
        finally:
            for one in fill:
                one.close()
    assert (answer.sent, answer.lost, answer.trouble) == (False, Kind.NOT_SENT, "no connection in time")


async def test_waiting_for_a_free_connection_in_vain_was_surely_not_sent(serve) -> None:
    arrived = asyncio.Event()

    async def hangs_there(turn) -> None:
        arrived.set()
        await hangs(turn)

    peer = await serve(hangs_there)
    async with api(peer.url, connections=1, timeout=60, connect_timeout=1) as client:
        first = asyncio.ensure_future(client.patch("c1", b"{}"))
        await arrived.wait()
        answer = await client.patch("c2", b"{}")
        assert not first.done()
        first.cancel()
        await asyncio.wait({first})
    assert (answer.sent, classify(answer).kind) == (False, Kind.NOT_SENT)
    assert len(peer.requests) == 1


async def test_a_kept_connection_that_the_server_closed_is_not_used_again(serve) -> None:
    async def answer_and_close(turn) -> None:
        await ok(turn)
        turn.close()

    peer = await serve(answer_and_close)
    async with api(peer.url) as client:
        for _ in range(5):
            assert classify(await client.patch("c1", b"{}")).kind is Kind.OK
            await peer.quiet()
    assert len(peer.requests) == 5


async def test_an_answer_that_nobody_asked_for_is_never_taken_for_the_next_ones(serve) -> None:
    async def twice(turn) -> None:
        await turn.answer(201, RECORD)
        if turn.request.nth == 0:
            await turn.answer(404, b'{"code":"not_found","message":"late"}')

    peer = await serve(twice)
    async with api(peer.url, connections=1) as client:
        for _ in range(4):
            assert classify(await client.patch("c1", b"{}")).kind is Kind.OK
            await settled()
    assert len(peer.requests) == 4


async def test_a_redirect_is_not_followed_and_stops(serve) -> None:
    other = await serve(ok)
    peer = await serve(lambda turn: turn.answer(307, b"", {"Location": other.url + "/v1/customers/c1"}))
    async with api(peer.url) as client:
        verdict = classify(await client.patch("c1", b"{}"))
    assert verdict.kind is Kind.STOP
    assert other.url in verdict.reason
    assert other.requests == []


async def test_headers_of_a_refusal_are_read(serve) -> None:
    headers = {"Retry-After": "Mon, 23 Nov 2026 22:00:09 GMT", "Date": "Mon, 23 Nov 2026 22:00:00 GMT"}
    peer = await serve(lambda turn: turn.answer(429, b"{}", headers))
    async with api(peer.url) as client:
        verdict = classify(await client.patch("c1", b"{}"))
    assert (verdict.kind, verdict.retry_after) == (Kind.LATER, 9)


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [("gzip", gzip.compress), ("GZIP", gzip.compress), ("deflate", zlib.compress), ("identity", bytes)],
)
async def test_a_packed_answer_is_unpacked(serve, encoding, pack) -> None:
    peer = await serve(lambda turn: turn.answer(200, pack(RECORD), {"Content-Encoding": encoding}))
    async with api(peer.url) as client:
        assert (await client.get("c1")).body == RECORD


async def test_a_small_gzip_never_becomes_a_big_memory(serve) -> None:
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packer.compress(bytes(1024 * 1024)) for _ in range(200)) + packer.flush()
    assert len(bomb) < 250_000
    peer = await serve(lambda turn: turn.answer(201, bomb, {"Content-Encoding": "gzip"}))
    async with api(peer.url) as client:
        gc.collect()
        tracemalloc.start()
        record = await client.patch("c1", b"{}")
        page = await client.page_answer(1)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 100 * 1024 * 1024
    assert classify(record).kind is Kind.AMBIGUOUS
    assert "larger than 4 MiB" in record.trouble
    assert "larger than 32 MiB" in page.trouble


async def test_a_body_that_does_not_end_is_cut_off(serve) -> None:
    async def endless(turn) -> None:
        await turn.raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            await turn.raw(b"10000\r\n" + b" " * 65536 + b"\r\n")

    peer = await serve(endless)
    async with api(peer.url) as client:
        answer = await client.get("c1")
        assert "larger than 4 MiB" in answer.trouble
        await peer.quiet()
    assert peer.open == 0


@pytest.mark.parametrize("customer_id", ["", ".", "..", "\ud800"])
async def test_an_id_that_cannot_stand_in_a_path_is_refused_unsent(serve, customer_id) -> None:
    peer = await serve(ok)
    async with api(peer.url) as client:
        answer = await client.patch(customer_id, b"{}")
    assert (answer.sent, classify(answer).kind) == (False, Kind.REFUSED)
    assert peer.requests == []


@given(
    st.text(min_size=1, max_size=20) | st.sampled_from(["a/b", "../x", "%2e%2e", "a%2Fb", "?x=1", "#f", "a\r\nX: y"])
)
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=60, deadline=None
)
def test_any_id_is_one_segment_of_the_path_and_comes_back_the_same(customer_id: str) -> None:
    lines: list[str] = []

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines.append((await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")[0].decode("ascii"))
        writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    async def run() -> Answer:
        server = await asyncio.start_server(one, "127.0.0.1", 0)
        async with server, api(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}") as client:
            return await client.get(customer_id)

    answer = asyncio.run(run())
    if not answer.sent:
        assert lines == []
        return
    method, path, _ = lines[0].split(" ")
    assert method == "GET"
    assert path.startswith("/v1/customers/")
    segment = path.removeprefix("/v1/customers/")
    assert not {"/", "?", "#"} & set(segment)
    assert unquote(segment) == customer_id


@pytest.mark.parametrize("key", ["", "  ", "a\nb", "schlüssel", "a\x00"])
def test_a_key_that_cannot_be_one_is_refused_without_showing_it(key) -> None:
    with pytest.raises(UsageError, match="WORKBENCH_API_KEY") as raised:
        CustomerApi("http://127.0.0.1:1", key)
    assert not key.strip() or key not in str(raised.value)


async def test_the_key_is_nowhere_to_be_seen(serve, caplog) -> None:
    caplog.set_level(0)
    peer = await serve(garbage)
    async with api(peer.url) as client:
        answer = await client.patch("c1", b"{}")
        with pytest.raises(ApiError) as raised:
            await client.page(1)
    assert KEY not in repr(client) + str(client) + repr(answer) + repr(classify(answer)) + repr(raised.value)
    assert raised.value.__cause__ is raised.value.__context__ is None
    assert KEY not in caplog.text


async def test_plain_http_and_loopback_never_go_through_a_proxy(serve, monkeypatch) -> None:
    proxy = await serve(ok)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, proxy.url)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    peer = await serve(ok)
    async with api(peer.url) as client, api("http://no-such-host.invalid") as plain:
        assert (await client.get("c1")).status == 200
        assert (await plain.get("c1")).lost is Kind.NOT_SENT
    assert proxy.requests == []


async def test_a_proxy_for_https_sees_neither_key_nor_path(serve, monkeypatch) -> None:
    proxy = await serve(lambda turn: turn.answer(407))
    monkeypatch.setenv("HTTPS_PROXY", proxy.url)
    monkeypatch.setenv("https_proxy", proxy.url)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    async with api("https://api.example.com") as client:
        answer = await client.patch("c1", b"{}")
    (request,) = proxy.requests
    assert request.line.startswith("CONNECT api.example.com:443 ")
    assert KEY.encode() not in request.head
    assert b"c1" not in request.head
    assert (answer.sent, answer.lost) == (False, Kind.NOT_SENT)
    assert "the proxy refused the connection (407)" in answer.trouble


async def test_no_proxy_is_honoured(serve, monkeypatch) -> None:
    proxy = await serve(ok)
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, proxy.url)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, ".invalid")
    async with api("https://no-such-host.invalid") as client:
        assert (await client.get("c1")).trouble == "no such host name"
    assert proxy.requests == []


@pytest.fixture(scope="session")
def own_certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed")
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    new = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost"
    names = ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    key, certificate = file.with_name("key.pem"), file.with_name("certificate.pem")
    command = [openssl, *new.split(), *names, "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
    file.write_bytes(key.read_bytes() + certificate.read_bytes())
    return file


async def test_a_certificate_that_is_not_trusted_stops_before_anything_is_sent(serve, own_certificate) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(own_certificate)
    peer = await serve(ok, ssl=context)
    async with api(peer.url) as client:
        answer = await client.patch("c1", b"{}")
    assert (answer.sent, classify(answer).kind) == (False, Kind.STOP)
    assert "certificate is not trusted" in answer.trouble
    assert peer.requests == []


async def test_a_company_s_authority_is_trusted_when_it_is_named(serve, own_certificate, monkeypatch) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(own_certificate)
    peer = await serve(ok, ssl=context)
    monkeypatch.setenv("SSL_CERT_FILE", str(own_certificate.with_name("certificate.pem")))
    async with api(peer.url) as client:
        assert (await client.get("c1")).status == 200


async def test_https_where_plain_http_is_spoken_was_surely_not_sent(serve) -> None:
    peer = await serve(ok)
    async with api(peer.url.replace("http:", "https:"), connect_timeout=1) as client:
        answer = await client.patch("c1", b"{}")
    assert (answer.sent, answer.lost) == (False, Kind.NOT_SENT)


async def test_a_cancelled_call_leaves_its_connection_unused(serve) -> None:
    arrived = asyncio.Event()

    async def first_hangs(turn) -> None:
        if len(peer.requests) == 1:
            arrived.set()
            await asyncio.sleep(0.05)
        await ok(turn)

    peer = await serve(first_hangs)
    async with api(peer.url, connections=1) as client:
        call = asyncio.ensure_future(client.patch("c1", b"{}"))
        await arrived.wait()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert classify(await client.patch("c1", b"{}")).kind is Kind.OK
    assert peer.connections == 2


@pytest.mark.parametrize("status", [302, 401, 403, 422, 500])
async def test_a_key_that_the_server_repeats_is_taken_out_of_what_is_kept_and_shown(serve, status) -> None:
    body = b'{"code":"x","message":"the key %s is odd"}' % KEY.encode()
    peer = await serve(lambda turn: turn.answer(status, body, {"Location": f"/x?key={KEY}"}))
    async with api(peer.url) as client:
        answer = await client.patch("c1", b"{}")
    assert KEY not in repr(answer) + classify(answer).reason
    assert b"the key [the key] is odd" in answer.body


SPELLINGS = [
    b"sk\\/live+1c77==",
    b"sk/live+1c77\\u003d=",
    b"\\u0073k/live+1c77==",
    b"sk&#47;live+1c77==",
    b"sk%2Flive%2B1c77%3D%3D",
]


@pytest.mark.parametrize("spelling", SPELLINGS)
async def test_a_key_is_found_in_the_escapes_of_json_html_and_addresses(serve, spelling) -> None:
    key = "sk/live+1c77=="
    body = b'{"code":"x","message":"the key %s is odd"}' % spelling
    peer = await serve(lambda turn: turn.answer(422, body))
    async with CustomerApi(peer.url, key) as client:
        answer = await client.patch("c1", b"{}")
    assert "the key [the key] is odd" in classify(answer).reason
    assert b"live" not in answer.body


async def test_an_answer_whose_record_holds_the_key_stops_and_nothing_of_it_is_kept(serve) -> None:
    peer = await serve(lambda turn: turn.answer(200, b'{"data":{"id":"c1","name":"%s"}}' % KEY.encode()))
    async with api(peer.url) as client:
        verdict = classify(answer := await client.patch("c1", b"{}"))
    assert (verdict.kind, verdict.unknown) == (Kind.STOP, True)
    assert KEY not in repr(answer) + verdict.reason


async def test_a_key_as_short_as_a_word_is_no_secret_that_could_be_told_from_words(serve) -> None:
    peer = await serve(lambda turn: turn.answer(422, b'{"code":"x","message":"many companies"}'))
    async with CustomerApi(peer.url, "any") as client:
        assert "many companies" in classify(await client.patch("c1", b"{}")).reason
