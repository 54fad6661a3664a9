"""The next of many things made in a thread, while the one before is used."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def one_ahead(items: Iterator[T]) -> Iterator[T]:
    """The same items (none is None), each asked for in a thread: the first one now, every other when the one before it is taken.

    What is raised for one is raised where it is taken.
    """
    pool = ThreadPoolExecutor(1, thread_name_prefix="one-ahead")
    return _taken(pool, items, pool.submit(next, items, None))


def _taken(pool: ThreadPoolExecutor, items: Iterator[T], coming: Future[T | None]) -> Iterator[T]:
    with pool:
        while (item := coming.result()) is not None:
            coming = pool.submit(next, items, None)
            yield item
