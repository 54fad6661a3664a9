"""NDJSON: one customer a line, read in blocks of whole lines that are decoded beside each other."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO, Final

import polars as pl

from workbench.customers.decode import Parsed, parse
from workbench.customers.records import Collected, Rejected
from workbench.customers.tables import Tables

BLOCK: Final = 16 << 20
"""Bytes that are read at once: each block costs some hundred calls of polars, 26 ms, whatever its size."""

_SMALL: Final = 2 << 20
_BLOCKS: Final = 8
"""A file of less than so many blocks is read in smaller ones, for all cores to have some."""

_WORKERS: Final = min(4, (os.cpu_count() or 1) + 1)
"""Threads that decode: one more than cores, for each waits now and then for its turn with the interpreter, and one block is put
with the others meanwhile."""

_MARK: Final = b"\xef\xbb\xbf"
"""A byte order mark."""

Progress = Callable[[int, int | None], None]


def load_ndjson(path: Path, progress: Progress | None = None) -> tuple[Tables, list[Rejected]]:
    """The customers of a file, and the lines that were set aside; `progress` hears bytes done and in all."""
    collected, done, total = Collected(), 0, path.stat().st_size
    with path.open("rb") as handle:
        for size, lines, parsed in _in_order(blocks(handle, min(BLOCK, max(_SMALL, total // _BLOCKS)))):
            collected.add(parsed, lines)
            done += size
            if progress is not None:
                progress(min(done, total), total)
    return collected.finish(lambda index: f"line {index + 1}")


def blocks(handle: BinaryIO, size: int = BLOCK) -> Iterator[bytes]:
    """The rest of a file in blocks of about `size` bytes that end where a line ends; without a byte order mark.

    Where a line ends is looked for first: so a block is read once and never put together of parts.
    """
    start = handle.tell()
    if handle.read(len(_MARK)) == _MARK:
        start += len(_MARK)
    while True:
        handle.seek(start + size - 1)
        handle.readline()
        end = handle.tell()
        handle.seek(start)
        block = handle.read(end - start)
        if not block:
            return
        yield block
        start += len(block)


def parse_block(block: bytes) -> tuple[int, int, Parsed]:
    """The bytes and lines of a block, and what they hold; a line that is not UTF-8 is unfit."""
    try:
        lines = pl.scan_lines(block).collect()["line"]
    except pl.exceptions.ComputeError:
        return _damaged(block)
    return len(block), len(lines), parse(lines)


def _damaged(block: bytes) -> tuple[int, int, Parsed]:
    texts, unfit = [], []
    for index, line in enumerate(block.removesuffix(b"\n").split(b"\n")):
        try:
            texts.append(line.decode())
        except UnicodeDecodeError as error:
            texts.append("")
            unfit.append((index, f"is not UTF-8 text at byte {error.start + 1}"))
    parsed = parse(pl.Series(texts, dtype=pl.String))
    return len(block), len(texts), Parsed(parsed.rows, parsed.unfit + unfit, parsed.sales_reps, parsed.price_lists)


def _in_order(found: Iterator[bytes]) -> Iterator[tuple[int, int, Parsed]]:
    """What each block holds, in the blocks' order; a few are decoded at a time (polars frees the interpreter), and one more waits
    for the first that is done."""
    waiting: deque[Future[tuple[int, int, Parsed]]] = deque()
    with ThreadPoolExecutor(_WORKERS, thread_name_prefix="decode") as pool:
        for block in found:
            waiting.append(pool.submit(parse_block, block))
            if len(waiting) > _WORKERS + 1:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
