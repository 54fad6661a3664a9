"""The body of an answer, read and decoded with a bound: a small gzip never becomes a big memory."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterable
from typing import Final

from workbench.customer_api.lost import Unreadable

MOST_PAGE: Final = 32 * 1024 * 1024
"""Bytes of a decoded page of customers."""

MOST_RECORD: Final = 4 * 1024 * 1024
"""Bytes of one decoded customer."""

ACCEPTED: Final = "gzip"
"""The Accept-Encoding that is asked for."""

_ANY_ZLIB: Final = 47


async def read_body(stream: AsyncIterable[bytes], encoding: str, most: int) -> bytes:
    """The whole body, decoded from its Content-Encoding (gzip, deflate or none), `most` bytes at most.

    Raises `Unreadable` if it is larger, cut off, or in another encoding.
    """
    body = await _read(stream, most)
    if encoding in ("", "identity"):
        return body
    if encoding in ("gzip", "x-gzip", "deflate"):
        return _inflated(body, most)
    raise Unreadable("the answer has an encoding that was not asked for")


async def _read(stream: AsyncIterable[bytes], most: int) -> bytes:
    chunks: list[bytes] = []
    size = 0
    async for chunk in stream:
        size += len(chunk)
        if size > most:
            raise _too_large(most)
        chunks.append(chunk)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _inflated(body: bytes, most: int) -> bytes:
    decoder = zlib.decompressobj(_ANY_ZLIB)
    try:
        decoded = decoder.decompress(body, most + 1)
    except zlib.error as error:
        raise Unreadable("the answer is damaged: it cannot be unpacked") from error
    if len(decoded) > most:
        raise _too_large(most)
    if not decoder.eof:
        raise Unreadable("the answer is damaged: it is not complete")
    return decoded


def _too_large(most: int) -> Unreadable:
    return Unreadable(f"the answer is larger than {most // (1024 * 1024)} MiB")
