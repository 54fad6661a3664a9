"""Answers that no client should have to read: bytes on the wire, made from an honest answer by a dice."""

from __future__ import annotations

import gzip
import json
import random
import zlib
from collections.abc import Callable
from copy import deepcopy
from typing import Any

Mangler = Callable[[random.Random, int, Any], bytes]

JUNK: list[Any] = [
    None, True, False, 0, 5, -1, 1.5, 1e308, 2**63, 2**70, 10**60, "", "x", "x" * 300, "null", "\x00", "\u202e", "é😀", [], {},
    [[]], [None], [{}], [{"id": None}], [{"id": ["x"]}], [{"id": {"a": 1}}], {"id": 5}, {"id": "z"}, [1, "a", None, {}],
    ["a", "a"], [{"name": ["n"], "value": 1}], [{"name": None}, {"name": 3}, {"name": "n"}], {"a": {"b": {"c": []}}},
]  # fmt: skip
"""What may stand anywhere in a record."""

RAW = ["NaN", "Infinity", "-Infinity", "1e999", "1" * 400, '"\\ud800"', '"\\udfff\\ud800"', "[" * 3000, "[" * 90_000 + "]" * 90_000,
       '{"a":' * 1500, "-", "01", "+1", "0x1", "'x'", "undefined", '"\\q"', '"\n"', '{"id":"c1","id":"c2"}', ""]  # fmt: skip
"""What may stand there that is no JSON, or hardly."""

STATUSES = [0, 99, 101, 202, 204, 205, 206, 299, 301, 302, 304, 307, 401, 403, 408, 429, 500, 502, 503, 504, 599, 600, 999,
            12345]  # fmt: skip
"""Statuses beside the truth: none that an honest server could mean as a refusal of what it has not done, but 429 and 503."""

BOMB = gzip.compress(b'{"data":"' + b" " * (6 << 20) + b'"}')


def http(status: int, body: bytes, *more: str, kind: str = "application/json", length: object = None) -> bytes:
    """An answer with its head; `length` is the Content-Length that is told."""
    told = len(body) if length is None else length
    fields = [f"Content-Type: {kind}", f"Content-Length: {told}", "Connection: close", *more]
    return (
        f"HTTP/1.1 {status} Some\r\n{chr(10).join(fields)}\r\n\r\n".replace("\n", "\r\n").replace("\r\r", "\r").encode()
        + body
    )


def chunked(status: int, data: bytes) -> bytes:
    head = f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    return head.encode() + data


def changed(dice: random.Random, document: Any) -> Any:
    """The document with junk at one to four places: other types, lost and doubled keys and items, keys nobody knows."""
    whole = [deepcopy(document)]
    for _ in range(dice.randint(1, 4)):
        nodes = list(_nodes(whole))
        parent, key = dice.choice(nodes[1:] or nodes)
        act = dice.randrange(5)
        if act == 0 and isinstance(parent, dict):
            del parent[key]
        elif act == 1 and isinstance(parent, list) and parent is not whole:
            parent.insert(dice.randrange(len(parent) + 1), deepcopy(parent[key]))
        elif act == 2 and isinstance(parent, dict):
            parent[
                dice.choice(["", "id", "name", "x.y", "addresses", "contacts", "attributes", "assigned_sales_reps"])
            ] = dice.choice(JUNK)
        else:
            parent[key] = deepcopy(dice.choice(JUNK))
    return whole[0]


def _nodes(value: Any) -> Any:
    """Every place in a document: its container, and its key there."""
    for key in list(value) if isinstance(value, dict) else range(len(value)):
        yield value, key
        if isinstance(value[key], (dict, list)):
            yield from _nodes(value[key])


def _junk(dice: random.Random, status: int, document: Any) -> bytes:
    return http(status, dumped(changed(dice, document)))


def _raw(dice: random.Random, status: int, document: Any) -> bytes:
    """No JSON at one place of a document that is."""
    text = json.dumps(changed(dice, document) if dice.random() < 0.3 else document)
    places = [at for at, one in enumerate(text) if one in ":,["] or [0]
    at = dice.choice(places) + 1
    return http(
        status, (text[:at] + dice.choice(RAW) + text[at + dice.choice([0, 0, 5]) :]).encode("utf-8", "surrogatepass")
    )


def _bytes(dice: random.Random, status: int, document: Any) -> bytes:
    data = bytearray(dumped(document))
    for _ in range(dice.randint(1, 5)):
        data[dice.randrange(len(data))] = dice.randrange(256)
    return http(status, bytes(data))


def _coded(dice: random.Random, status: int, document: Any) -> bytes:
    text = dumped(document).decode()
    codes = ["utf-16", "utf-32", "utf-8-sig", "cp037"]
    return http(
        status, text.encode(dice.choice(codes)), kind=dice.choice(["application/json", "text/plain; charset=x", ""])
    )


def _whole(dice: random.Random, status: int, document: Any) -> bytes:
    found = [None, [], {}, 5, "x", {"data": None}, {"data": []}, {"data": {}}, {"data": {"id": None}}, {"data": {"id": ["c1"]}},
             {"data": {"id": "c9"}}, {"data": {"id": "\x1b[31m"}}, [document], {"data": document}]  # fmt: skip
    return http(status, dumped(dice.choice(found)))


def _cut(dice: random.Random, status: int, document: Any) -> bytes:
    whole = http(status, dumped(document))
    return whole[: dice.randrange(len(whole))]


def _length(dice: random.Random, status: int, document: Any) -> bytes:
    body = dumped(document)
    told = len(body)
    lengths: list[object] = [told + 1, told * 2, told - 1, 1, 0, -1, "x", 10**30, "", f"{told}, {told}", "+5"]
    return http(status, body, length=dice.choice(lengths))


def _chunks(dice: random.Random, status: int, document: Any) -> bytes:
    body = dumped(document)
    good = b"%x\r\n%b\r\n" % (len(body), body)
    found = [good, good + b"0\r\n", b"zz\r\n" + body, b"FFFFFFFFFFFFFFFFFF\r\n" + body, b"-1\r\n" + body,
             b"%x\r\n%b" % (len(body) - 2, body),
             good + b"5\r\nabc", b"%x;%b\r\n%b\r\n0\r\n\r\n" % (len(body), b"e" * 9000, body), b"\r\n\r\n",
             good + b"0\r\nX: y\r\n\r\n"]  # fmt: skip
    return chunked(status, dice.choice(found))


def _packed(dice: random.Random, status: int, document: Any) -> bytes:
    body = dumped(document)
    packed = gzip.compress(body)
    found = [(body, "gzip"), (packed[:-9], "gzip"), (packed[: len(packed) // 2], "gzip"), (gzip.compress(packed), "gzip"),
             (BOMB, "gzip"), (zlib.compress(body), "gzip"), (packed + b"more", "gzip"), (body, "br"),
             (body, "zstd"), (packed, "gzip, gzip"), (b"", "gzip"),
             (zlib.compress(body)[2:-4], "deflate"), (BOMB, "deflate"), (packed, "")]  # fmt: skip
    data, name = dice.choice(found)
    return http(status, data, f"Content-Encoding: {name}")


def _status(dice: random.Random, status: int, document: Any) -> bytes:
    body = dice.choice(
        [dumped(document), b"", b"<html><title>Oops</title>", b"{", b"\xff\xfe", dumped({"message": 5, "details": "x"})]
    )
    other = dice.choice(STATUSES)
    more = [f"Retry-After: {dice.choice(['0', '-5', 'soon', '', '0x1', 'Thu, 99 Foo'])}"] if other in (429, 503) else []
    place = dice.choice(["http://127.0.0.1:1/", "//evil.example", "", "\x1b]0;x\x07", "/" * 3000])
    return http(other, body, *more, *([f"Location: {place}"] if 300 <= other < 400 else []))


def _lines(dice: random.Random, status: int, document: Any) -> bytes:
    body = dumped(document)
    firsts = [b"HTTP/9.9 200 OK", b"ICY 200 OK", b"HTTP/1.1 abc", b"HTTP/1.1", b"", b"\x00\x01\x02", b"<html>", b"HTTP/1.1 2OO OK",
              b"SSH-2.0-x", b"HTTP/1.1 200 " + b"O" * 20_000, b"HTTP/0.9 200 OK", b"GET / HTTP/1.1"]  # fmt: skip
    return dice.choice(firsts) + b"\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)


def _heads(dice: random.Random, status: int, document: Any) -> bytes:
    found = [["X: " + "y" * 100_000], [f"X{n}: y" for n in range(3000)], ["X: a\x00b"], ["no colon"], [" folded: x", "\tmore"],
             [": empty"], ["Content-Length: 5"], ["Transfer-Encoding: chunked"],
             ["Content-Encoding: " + "gzip, " * 500], ["Set-Cookie: a=b"] * 200, ["X-é: ü\x85"],
             ["Connection: keep-alive, close, upgrade", "Upgrade: websocket"]]  # fmt: skip
    return http(status, dumped(document), *dice.choice(found))


def _page(dice: random.Random, status: int, document: Any) -> bytes:
    html = b"<!doctype html><html><head><title>%b</title></head><body>x</body></html>" % (
        b"\x1b[2J" + b"T" * dice.choice([1, 100_000])
    )
    return http(status, html, kind=dice.choice(["text/html", "application/json"]))


def _large(dice: random.Random, status: int, document: Any) -> bytes:
    return http(status, dumped(document)[:-1] + b" " * ((4 << 20) + 10) + b"}")


MANGLERS: list[Mangler] = [*[_junk] * 9, *[_raw] * 3, _bytes, _bytes, _coded, _whole, _whole, _cut, _cut, _length, _chunks, _packed,
                           _packed, _status, _status, _lines, _heads, _heads, _page]  # fmt: skip


def garbage(dice: random.Random, status: int, document: Any) -> bytes:
    """Bytes instead of an honest answer; the connection is to be closed after them."""
    mangler = _large if dice.random() < 0.002 else dice.choice(MANGLERS)
    return mangler(dice, status, document)


def dumped(value: Any) -> bytes:
    return json.dumps(value).encode("utf-8", "surrogatepass")
