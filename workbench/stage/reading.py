"""The base of a session that is opened: every part is read and its checksum compared then, and unpacked when it is needed."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import polars as pl

from workbench.customers.fields import NESTED, TABLES
from workbench.customers.fixed import fixed
from workbench.customers.implied import IMPLIED, NEEDED, implied
from workbench.customers.overlay import laid_over_frame
from workbench.customers.tables import Names, Tables, cut_as, schema
from workbench.customers.unread import Unread
from workbench.errors import SessionDamaged
from workbench.session.bases import Packed
from workbench.session.store import Store

_READERS: Final = 2
"""So many tables are read, and then unpacked, at a time."""


def read_base(store: Store, facts: Mapping[str, str], told: Callable[[float], None], *, whole: bool) -> Tables:
    """The tables of a session whose `facts` these are; `told` hears which share of them is read, 0 to 1.

    Most commands are about customers alone, so the nested tables are unpacked when they are asked for, unless the base is to be
    there `whole`. Their bytes are in memory then, whole and as they were written: raises `SessionDamaged` if any are not.
    """
    if "base" not in facts:
        return Tables.empty()
    told(0)
    with ThreadPoolExecutor(_READERS, thread_name_prefix="base") as pool:
        read = dict(zip(TABLES, pool.map(lambda table: _read(store, table), TABLES), strict=True))
        kept = _Kept({table: base for table, (base, _) in read.items()})
        orders = {table: store.packed_orders(table, schema(table)) for table in TABLES}
        packed = {table: Unread(_Unpacking(kept, table, read[table][1], orders[table])) for table in TABLES}
        now = {table: one for table, one in packed.items() if whole or table not in NESTED}
        frames = _unpacked(now, store.base_rows(), told, pool)
    return Tables.empty().with_frames({**packed, **frames}).with_names(*_names(facts.get("names", "{}")))


def names_text(tables: Tables) -> str:
    """The names of sales reps and price lists as a session keeps them, in its fact `names`."""
    both = {"sales_reps": tables.sales_reps, "price_lists": tables.price_lists}
    return json.dumps({key: {"records": names.records, "names": names.names} for key, names in both.items()})


def _read(store: Store, table: str) -> tuple[Packed, list[Packed]]:
    base, overlays = store.packed_base(table)
    if base is None:
        raise SessionDamaged(f"{store.path} has lost its {table}; it was left as it is: go back to a copy of it")
    return base, overlays


def _unpacked(
    packed: Mapping[str, Unread], rows: Mapping[str, int], told: Callable[[float], None], pool: ThreadPoolExecutor
) -> dict[str, pl.DataFrame]:
    cells = {table: rows.get(table, 0) * len(schema(table)) for table in packed}
    mine: Counter[int] = Counter()

    def unpack(table: str) -> pl.DataFrame:
        frame = packed[table].frame
        me = threading.get_ident()
        mine[me] += cells[table]
        told(min(1.0, _READERS * mine[me] / max(sum(cells.values()), 1)))  # the others have read about as much
        return frame

    return dict(zip(packed, pool.map(unpack, packed), strict=True))


class _Kept:
    """The tables of the base as loaded, whose columns are unpacked by whoever asks first; what tables need of each other once."""

    def __init__(self, packed: Mapping[str, Packed]) -> None:
        self._packed = dict(packed)
        self._names = {table: one.names for table, one in packed.items()}
        self._locks = {table: threading.Lock() for table in packed}
        self._columns: dict[tuple[str, str], pl.Series] = {}

    def frame(self, table: str, names: Sequence[str] | None) -> pl.DataFrame:
        """The columns with these names, or all, in the table's order; those that were left out as they follow from others.

        What others need is asked for when nothing is held: two tables may wait for each other's columns.
        """
        left_out = [name for name in IMPLIED[table] if name not in self._names[table]]
        wanted = list(schema(table)) if names is None else names
        frame = self._stored(table, [name for name in wanted if name not in left_out])
        if names is None:
            del self._packed[table]  # from now on others ask for what is kept of it
        found = {name: implied(table, name, self.column) for name in wanted if name in left_out}
        if frame.width:
            found = {name: cut_as(column, frame.to_series()) for name, column in found.items()}
        return pl.DataFrame([found[name] if name in found else frame[name] for name in wanted])

    def column(self, table: str, name: str) -> pl.Series:
        """A column that was not left out."""
        return self._stored(table, [name])[name]

    def _stored(self, table: str, names: Sequence[str]) -> pl.DataFrame:
        with self._locks[table]:
            missing = [name for name in names if (table, name) not in self._columns]
            frame = self._packed[table].frame(missing) if missing else pl.DataFrame()
            for name in NEEDED[table]:
                if name in missing:
                    self._columns[table, name] = frame[name]
            return pl.DataFrame([frame[n] if n in missing else self._columns[table, n] for n in names])


class _Unpacking:
    """Unpacks a table as loaded, and lays over it what came since, oldest first. The orders of columns in which that changes
    nothing go with it."""

    def __init__(self, kept: _Kept, table: str, overlays: Sequence[Packed], orders: Mapping[str, Packed]) -> None:
        self._kept, self._table, self._overlays, self._orders = kept, table, overlays, orders

    def __call__(self, names: Sequence[str] | None) -> pl.DataFrame:
        frame = self._kept.frame(self._table, names)
        orders = self._orders if names is None else {}
        for packed in self._overlays:
            over = packed.frame(None if names is None else ["_row", *names])
            if over.height:
                orders = {name: order for name, order in orders.items() if _holds(frame, over, name)}
                frame = laid_over_frame(frame, over)
        made = fixed(frame)
        made.orders = {name: order.frame for name, order in orders.items()}
        return made


def _holds(frame: pl.DataFrame, over: pl.DataFrame, name: str) -> bool:
    """Whether a column holds already what an overlay has for it, which appends nothing."""
    rows = over["_row"]
    return bool((rows < frame.height).all()) and frame[name].gather(rows).equals(over[name], null_equal=True)


def _names(text: str) -> tuple[Names, Names]:
    try:
        data = json.loads(text)
    except ValueError as error:
        raise SessionDamaged("the names kept in the session do not read: go back to a copy of its file") from error
    made = [Names(**data.get(key, {"records": {}, "names": {}})) for key in ("sales_reps", "price_lists")]
    return made[0], made[1]
