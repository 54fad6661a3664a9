"""How the requests of a plan get into a session file: many rows a statement, what they share told once, and their seal made in
a thread beside it, as is whatever they come from."""

from __future__ import annotations

import sqlite3
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Any, Final

import orjson
import polars as pl

from workbench.session.rows import REQUEST
from workbench.session.seals import Mark

PART: Final = 2_000
"""So many requests of a plan are written, and read back while it is sent, at a time."""

_AT_ONCE: Final = 100
"""So many rows are one statement: a statement a row takes half as much again. SQLite takes 32,766 values, older ones 999."""

_TEXTS: Final = 5
"""The JSON of so many parts is in memory at a time: it is twice as long as the bodies."""

_EACH: Final = "each"
_ONE: Final = "one"
"""All rows have the first one's value."""
_ON: Final = "on"
"""Each row's number is one more than that of the row before."""

_ODD: Final = r'["\\\x00-\x1f]'


def append_requests(
    connection: sqlite3.Connection, run: int, requests: Iterable[pl.DataFrame]
) -> tuple[list[Mark], Counter[str]]:
    """Appends a plan's requests, which come as frames with the columns of `REQUEST`, within whatever transaction the connection
    is in: where each part ends, and how many have which shapes.

    While one frame is written the next is asked for, and its seal made, in a thread: SQLite, polars and zlib let other threads run.
    """
    marks, shapes = [Mark()], Counter[str]()
    for piece in _one_ahead(_sealed(requests)):
        for start in range(0, piece.frame.height, PART):
            _append(connection, run, piece, start)
        shapes.update(dict(piece.frame["shapes"].value_counts().iter_rows()))
        marks += piece.marks
    return marks, shapes


@dataclass(frozen=True, slots=True)
class _Piece:
    """Some requests, where each part of them ends, and how all values of each column are told to SQLite."""

    frame: pl.DataFrame
    marks: list[Mark]
    told: dict[str, str]


def _sealed(requests: Iterable[pl.DataFrame]) -> Iterator[_Piece]:
    """The frames that hold any, with their seals."""
    mark = Mark()
    for frame in requests:
        if not frame.height:
            continue
        told, marks = {name: _told_of_all(frame[name]) for name in REQUEST}, []
        for some in frame.iter_slices(PART * _TEXTS):
            texts = _seal_texts(some, told)
            for part in some.with_columns(text=texts).iter_slices(PART):
                text: bytes = part["text"].str.join("").cast(pl.Binary)[0]
                mark = Mark(part["seq"][-1], mark.rows + part.height, zlib.crc32(text, mark.crc))
                marks.append(mark)
        yield _Piece(frame, marks, told)


def _seal_texts(requests: pl.DataFrame, told: Mapping[str, str]) -> pl.Series:
    """The JSON of each request that its seal is made of, bytes as hex digits, with a comma after it (see `session.seals`)."""
    parts, between = [], "["
    for name in REQUEST:
        values, quote = requests[name], "" if requests[name].dtype == pl.UInt32 else '"'
        if told[name] is _ONE:
            between += f"{quote}{_json(values[:1])[0]}{quote},"
        else:
            parts += [pl.lit(between + quote), pl.lit(_json(values))]
            between = f"{quote},"
    return requests.select(t=pl.concat_str(*parts, pl.lit(between[:-1] + "],")))["t"]


def _json(values: pl.Series) -> pl.Series:
    """Numbers, bytes or texts as JSON without its quotes."""
    if values.dtype == pl.Binary:
        return values.bin.encode("hex")
    if values.dtype != pl.String:
        return values.cast(pl.String)
    odd = values.str.contains(_ODD).arg_true()
    if not odd.len():
        return values
    return values.clone().scatter(odd, [orjson.dumps(value).decode()[1:-1] for value in values.gather(odd)])


def _one_ahead(items: Iterator[_Piece]) -> Iterator[_Piece]:
    """The same; each is made in a thread while the one before is used."""
    with ThreadPoolExecutor(1, thread_name_prefix="plan") as pool:
        coming = pool.submit(next, items, None)
        while (item := coming.result()) is not None:
            coming = pool.submit(next, items, None)
            yield item


def _append(connection: sqlite3.Connection, run: int, piece: _Piece, start: int) -> None:
    """Appends the part of a piece that starts there."""
    part = piece.frame.slice(start, PART)
    # no values of Python's are made of what all rows share
    columns = [(told, part[name].to_list() if told is _EACH else [part[name][0]]) for name, told in piece.told.items()]
    for first in range(0, part.height, _AT_ONCE):
        rows = min(_AT_ONCE, part.height - first)
        told, given = zip(*(_told(how, values, first, rows) for how, values in columns), strict=True)
        connection.execute(_insert(rows, told), (run, *chain.from_iterable(given)))


def _told_of_all(values: pl.Series) -> str:
    """How the values of a column are told to SQLite: by the first where that tells the others, else each."""
    if values.dtype != pl.UInt32:
        return _ONE if (values == values[:1]).all() else _EACH
    counted = pl.int_range(values[0], values[0] + values.len(), dtype=pl.UInt32, eager=True)
    return _ON if (values == counted).all() else _EACH


def _told(how: str, values: list[Any], first: int, rows: int) -> tuple[str, Iterable[object]]:
    """How the values of some rows of a part are told to SQLite, and what is handed over for that."""
    if how is _ON:
        return _ON, (values[0] + first,)
    some = values if how is _ONE else values[first : first + rows]
    if how is _EACH:
        alike = (
            some == list(range(some[0], some[0] + rows)) if isinstance(some[0], int) else some.count(some[0]) == rows
        )
        if alike:
            how, some = _ON if isinstance(some[0], int) else _ONE, some[:1]
    # for bytes Python's sqlite3 looks up whether they are something else; for a bytearray it does not
    return how, map(bytearray, some) if isinstance(some[0], bytes) else some


@cache
def _insert(rows: int, told: Sequence[str]) -> str:
    """What inserts so many requests of a run: its number first, then the values of each column of `REQUEST`, as they are `told`.

    To hand a value over is as dear as what SQLite does with it, and a bulk edit has the same body a million times.
    """
    columns = "run, seq, customer_row, customer_id, body, cells, shapes"
    made, next_ = [["?1"] * rows], 2
    for how in told:
        values = range(next_, next_ + rows) if how is _EACH else [next_] * rows
        made.append([f"?{value} + {place}" if how is _ON else f"?{value}" for place, value in enumerate(values)])
        next_ = values[-1] + 1
    return f"INSERT INTO requests ({columns}) VALUES ({'), ('.join(map(', '.join, zip(*made, strict=True)))})"
