"""A table that is unpacked when it is first asked for."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import polars as pl
import pytest

from workbench.customers.fields import TABLES
from workbench.customers.tables import Names, Tables, schema
from workbench.customers.unread import Unread
from workbench.errors import SessionDamaged, UsageError


class Packed:
    """What is unpacked, and what was asked for."""

    def __init__(self, table: str = "addresses", rows: int = 3) -> None:
        self.asked: list[Sequence[str] | None] = []
        self.frame = pl.DataFrame({"city": [f"C{row}" for row in range(rows)]}).with_columns(
            *(pl.lit(None, dtype).alias(name) for name, dtype in schema(table).items() if name != "city")
        )

    def __call__(self, names: Sequence[str] | None) -> pl.DataFrame:
        self.asked.append(names)
        return self.frame.clone() if names is None else self.frame.select(names)


def tables_with(packed: Packed) -> Tables:
    return Tables.empty().with_frames({"addresses": Unread(packed)})


def test_a_column_is_unpacked_alone_and_once_and_comes_from_the_table_once_that_is_there() -> None:
    packed = Packed()
    tables = tables_with(packed)
    assert tables.column("addresses", "city").to_list() == ["C0", "C1", "C2"]
    assert tables.column("addresses", "city").to_list() == ["C0", "C1", "C2"]
    assert packed.asked == [["city"]]
    assert tables.addresses.equals(packed.frame)
    assert tables.column("addresses", "_gone").len() == 3
    assert packed.asked == [["city"], None]


def test_the_frame_is_always_the_same_one_and_nobody_changes_it_in_place() -> None:
    tables = tables_with(Packed())
    assert tables["addresses"] is tables.addresses
    with pytest.raises(UsageError):
        tables.addresses[0, "city"] = "another"


def test_tables_are_handed_on_and_compared_without_unpacking_any() -> None:
    packed = Packed()
    first = tables_with(packed)
    marked = first.with_marks(dict(first.sources))
    other = marked.with_names(Names({}, {"R1": "Ann"}), Names()).with_frames({"contacts": first.contacts})
    assert all(other.same(first, "addresses", name) for name in schema("addresses"))
    assert packed.asked == []
    assert other.addresses is first.addresses
    assert {table: other[table].height for table in TABLES} == {**dict.fromkeys(TABLES, 0), "addresses": 3}


def test_of_many_threads_that_ask_at_once_one_unpacks_and_all_get_the_same() -> None:
    packed, together, got = Packed(), threading.Barrier(8), list[pl.DataFrame]()
    tables = tables_with(packed)

    def ask(turn: int) -> None:
        together.wait()
        if turn % 2:
            tables.column("addresses", "city")
        got.append(tables.addresses)

    threads = [threading.Thread(target=ask, args=(turn,)) for turn in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert packed.asked.count(None) == 1
    assert len(got) == 8
    assert all(frame is got[0] for frame in got)


def test_what_cannot_be_unpacked_is_told_to_each_who_asks() -> None:
    def unpack(names: Sequence[str] | None) -> pl.DataFrame:
        raise SessionDamaged("it does not read")

    tables = Tables.empty().with_frames({"addresses": Unread(unpack)})
    for _ in range(2):
        with pytest.raises(SessionDamaged):
            tables.addresses  # noqa: B018
        with pytest.raises(SessionDamaged):
            tables.column("addresses", "city")
