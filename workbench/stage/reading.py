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
from workbench.customers.overlay import laid_over_frame
from workbench.customers.tables import Names, Source, Tables, schema
from workbench.customers.unread import Unread
from workbench.errors import SessionDamaged
from workbench.session.bases import Packed
from workbench.session.store import Store

_READERS: Final = 2
"""So many tables are read at a time: while one is unpacked the next is read and its checksum compared."""


def read_base(store: Store, facts: Mapping[str, str], told: Callable[[float], None], *, whole: bool) -> Tables:
    """The tables of a session whose `facts` these are; `told` hears which share of them is read, 0 to 1.

    Most commands are about customers alone, so the nested tables are unpacked when they are asked for, unless the base is to be
    there `whole`. Their bytes are in memory then, whole and as they were written: raises `SessionDamaged` if any are not.
    """
    if "base" not in facts:
        return Tables.empty()
    cells = {table: rows * len(schema(table)) for table, rows in store.base_rows().items()}
    mine: Counter[int] = Counter()

    def read(table: str) -> Source:
        source = _source(store, table, unpacked=whole or table not in NESTED)
        me = threading.get_ident()
        mine[me] += cells.get(table, 0)
        told(min(1.0, _READERS * mine[me] / max(sum(cells.values()), 1)))  # the others have read about as much
        return source

    told(0)
    with ThreadPoolExecutor(_READERS, thread_name_prefix="base") as pool:
        sources = dict(zip(TABLES, pool.map(read, TABLES), strict=True))
    return Tables.empty().with_frames(sources).with_names(*_names(facts.get("names", "{}")))


def names_text(tables: Tables) -> str:
    """The names of sales reps and price lists as a session keeps them, in its fact `names`."""
    both = {"sales_reps": tables.sales_reps, "price_lists": tables.price_lists}
    return json.dumps({key: {"records": names.records, "names": names.names} for key, names in both.items()})


def _source(store: Store, table: str, *, unpacked: bool) -> Source:
    base, overlays = store.packed_base(table)
    if base is None:
        raise SessionDamaged(f"{store.path} has lost its {table}; it was left as it is: go back to a copy of it")
    source = Unread(_Unpacking(base, overlays))
    return source.frame if unpacked else source


class _Unpacking:
    """Unpacks a table as loaded, and lays over it what came since, oldest first."""

    def __init__(self, base: Packed, overlays: Sequence[Packed]) -> None:
        self._base, self._overlays = base, overlays

    def __call__(self, names: Sequence[str] | None) -> pl.DataFrame:
        frame = self._base.frame(names)
        for packed in self._overlays:
            over = packed.frame(None if names is None else ["_row", *names])
            frame = laid_over_frame(frame, over) if over.height else frame
        return frame


def _names(text: str) -> tuple[Names, Names]:
    try:
        data = json.loads(text)
    except ValueError as error:
        raise SessionDamaged("the names kept in the session do not read: go back to a copy of its file") from error
    made = [Names(**data.get(key, {"records": {}, "names": {}})) for key in ("sales_reps", "price_lists")]
    return made[0], made[1]
