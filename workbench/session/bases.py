"""The base in a session file: its tables as loaded, what was laid over them since, and answers that wait to be."""

from __future__ import annotations

import hashlib
import io
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Final, TypeAlias

import polars as pl

from workbench.session.database import parquet
from workbench.session.file import VERSION
from workbench.session.moved import Moved

_COMPARED: Final = f"in lower case by polars {pl.__version__}"
"""How texts are compared in an order that is kept: another polars may know other letters."""

KeptOrders: TypeAlias = Mapping[tuple[str, str], Callable[[], pl.DataFrame]]
"""What makes the orders that are kept with a base, by table and column."""


@dataclass(frozen=True, slots=True)
class Packed:
    """A frame as the session keeps it, of which some columns can be had without the others."""

    data: bytes = field(repr=False)

    @property
    def names(self) -> list[str]:
        """The names of its columns."""
        return list(pl.read_parquet_schema(io.BytesIO(self.data)))

    def frame(self, names: Sequence[str] | None = None) -> pl.DataFrame:
        """The columns with these names, or all."""
        return pl.read_parquet(io.BytesIO(self.data), columns=None if names is None else list(names))


class Bases(Moved):
    """The verbs of the base."""

    def write_base(
        self,
        frames: dict[str, pl.DataFrame],
        *,
        generation: int,
        facts: dict[str, str],
        moved: pl.DataFrame | None = None,
        orders: KeptOrders | None = None,
    ) -> None:
        """A new base: replaces the parts of older generations, in one transaction; `moved` is what it holds otherwise, `orders`
        are kept with it.

        While a part is written the next one is made, and no more than that: together they would be the most that a load ever
        holds.
        """
        with self._transaction(), ThreadPoolExecutor(1, thread_name_prefix="parquet") as pool:
            self._connection.execute(f"PRAGMA user_version = {VERSION}")
            # by number, from rows whose seal was compared: a damaged index must not choose what is deleted
            old = [(row[0],) for row in self._seals.read("base")]
            self._connection.executemany("DELETE FROM parts WHERE id = ?", old)
            self._seals.renew("base", [])
            self._delete_unsealed("order")
            orders = orders or {}
            works = [partial(parquet, frame) for frame in frames.values()]
            made = _one_ahead(pool, [*works, *(partial(_made, order) for order in orders.values())])
            sums = {}
            for (table, frame), data in zip(frames.items(), made, strict=False):
                sums[table] = self._put("base", "base", table, generation, frame.height, data)
            for (table, name), data in zip(orders, made, strict=True):
                column, rows = f"{table}.{name}", frames[table].height
                self._put_unsealed("order", column, generation, rows, _beginning(sums[table], column) + data)
            if moved is not None:
                self._put_moved(moved, generation)
            waiting = self._seals.read("answers", self._folded())
            self._fold(max((row[0] for row in waiting), default=self._folded()), facts)

    def write_overlay(
        self, frames: dict[str, pl.DataFrame], *, generation: int, folded: int, facts: dict[str, str]
    ) -> None:
        """Rows laid over the base (a column `_row` says where), standing for all answers up to part `folded`."""
        parts = [(name, frame.height, parquet(frame)) for name, frame in frames.items() if frame.height]
        with self._transaction():
            for name, rows, data in parts:
                self._put("base", "overlay", name, generation, rows, data)
            self._fold(folded, facts)

    def base_rows(self) -> dict[str, int]:
        """How many rows each table of the base as loaded has."""
        return {part.name: part.rows for part in self._parts("base") if part.kind == "base"}

    def packed_base(self, name: str) -> tuple[Packed | None, list[Packed]]:
        """A table's base as loaded, and what was laid over it since, oldest first: read, and as they were written."""
        found = {"base": [], "overlay": []}  # type: dict[str, list[Packed]]
        for part in self._parts("base"):
            if part.name == name:
                found[part.kind].append(Packed(self._data(part)))
        return (found["base"][0] if found["base"] else None), found["overlay"]

    def read_base(self, name: str) -> tuple[pl.DataFrame | None, list[pl.DataFrame]]:
        """The same, unpacked."""
        base, overlays = self.packed_base(name)
        return (base.frame() if base else None), [one.frame() for one in overlays]

    def packed_orders(self, table: str, names: Iterable[str]) -> dict[str, Packed]:
        """The orders of these columns that were kept with a table's base as loaded, if they are whole and of this very base. They
        are no data: what is not here is made anew."""
        base = next(part for part in self._parts("base") if (part.kind, part.name) == ("base", table))
        found = {}
        for name in names:
            data, begins = self._unsealed("order", f"{table}.{name}"), _beginning(base.sha256, f"{table}.{name}")
            if data is not None and data.startswith(begins):
                found[name] = Packed(data[len(begins) :])
        return found

    def answers(self, after: int = 0) -> Iterator[tuple[int, int, list[tuple[int, bytes]]]]:
        """The server's answers that no overlay stands for yet, those `after` a part: part, run, and (customer row, record) of
        each."""
        for part in self._parts("answers", int(self.facts().get("folded", "0"))):
            if part.id <= after:
                continue
            lines = zlib.decompress(self._data(part)).split(b"\n")
            pairs = [line.partition(b"\t") for line in lines if line]
            yield part.id, part.generation, [(int(row), record) for row, _, record in pairs]

    def _put_answers(self, run: int, answers: list[bytes]) -> None:
        """Appends answers (each `ROW TAB RECORD`, one line), to wait for an overlay."""
        data = zlib.compress(b"\n".join(answers), 1)
        self._put("answers", "answers", "", run, len(answers), data, self._folded())

    def _folded(self) -> int:
        """The last part of answers that an overlay or a new base stands for."""
        found = self._connection.execute("SELECT value FROM meta WHERE key = 'folded'").fetchone()
        return int(found[0]) if found else 0

    def _fold(self, folded: int, facts: dict[str, str]) -> None:
        """From now on only answers after part `folded` wait."""
        before = self._folded()
        waiting = [row for row in self._seals.read("answers", before) if row[0] > folded]
        self._seals.forget("answers", before)
        self._seals.renew("answers", waiting, folded)
        self._keep({**facts, "folded": str(folded)})


def _made(make: Callable[[], pl.DataFrame]) -> bytes:
    return parquet(make())


def _beginning(base: bytes, column: str) -> bytes:
    """What an order begins with: of which part of the base (its checksum) it is, of which column, and how texts were compared."""
    return hashlib.sha256(base + f"{column} {_COMPARED}".encode()).digest()


def _one_ahead(pool: ThreadPoolExecutor, works: Sequence[Callable[[], bytes]]) -> Iterator[bytes]:
    """What each makes, in order; while one is used the next is made in the pool."""
    waiting = [pool.submit(work) for work in works[:1]]
    for work in [*works[1:], None]:
        data = waiting.pop().result()
        if work is not None:
            waiting.append(pool.submit(work))
        yield data
