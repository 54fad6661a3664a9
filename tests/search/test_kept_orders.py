"""An order that a session keeps is the order of what is there, or it is not used."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.customers.fields import field
from workbench.customers.tables import Tables
from workbench.errors import SessionDamaged, UsageError
from workbench.load.loading import Fetched, take
from workbench.search import kept_orders
from workbench.session.moved import MOVED
from workbench.session.seen import look
from workbench.session.store import Store
from workbench.stage.edits import Edit
from workbench.stage.order import ordered
from workbench.workbench import Workbench

SORTS = ("company_name", "-company_name", "display_name", "-email", "email,-company_name", "-payment_term,company_name")
TEXTS = st.one_of(
    st.none(),
    st.sampled_from(
        ["", "a", "A", "ß", "SS", "ΑΣ", "ας", "İ", "𐐀", "日本", "e\u0301", "\x00", "x" * 17, "X" * 16 + "y", "x" * 16]
    ),
    st.text(max_size=3),
    st.builds("initech 12345{}".format, st.text(st.sampled_from("aAbB1é"), max_size=3)),
)
ROWS = st.tuples(TEXTS, TEXTS, TEXTS)
STEPS = st.one_of(
    st.tuples(st.just("set"), st.sampled_from(["company_name", "email", "payment_term"]), st.integers(0, 11), TEXTS),
    st.tuples(st.sampled_from(["undo", "redo", "open", "ahead"])),
    st.tuples(st.just("laid"), st.integers(0, 11), st.lists(ROWS, min_size=1, max_size=3)),
    st.tuples(st.just("load"), st.lists(ROWS, min_size=1, max_size=12)),
)


def tables(example: SimpleNamespace, rows: Sequence[tuple[str | None, ...]], first: int = 0) -> Tables:
    names = ("company_name", "display_name", "email")
    customers = [
        {"id": f"C{n}", "detailed": True, **dict(zip(names, row, strict=True))} for n, row in enumerate(rows, first)
    ]
    made: Tables = example.tables(customers, [])
    return made.with_frames({table: made[table].clear() for table in ("contacts", "attributes")})


def load(bench: Workbench, found: Tables) -> None:
    with patch.object(kept_orders, "_LEAST", 1), patch.object(kept_orders, "_SHARE", 1_000):
        take(bench._bench, Fetched(found), {}, lambda *_: pl.DataFrame(schema=MOVED))


def lay(path: Path, at: int, over: Tables) -> None:
    """As a commit's answers are laid over base."""
    store = Store.open(path)
    frame = over.customers.with_columns(_row=pl.int_range(at, at + over.customers.height, dtype=pl.UInt32, eager=True))
    store.write_overlay({"customers": frame}, generation=int(store.facts()["base"]), folded=0, facts={})
    store.close()


def check(bench: Workbench) -> None:
    current = bench.snapshot.current
    alive = bench.search("").rows
    for sort in SORTS:
        assert bench.search("", sort=sort).rows.to_list() == ordered(current, "customers", alive, sort).to_list(), sort


@settings(max_examples=15, deadline=None)
@given(st.lists(ROWS, min_size=1, max_size=12), st.lists(STEPS, max_size=6))
def test_whatever_is_staged_sent_or_loaded_rows_are_sorted_as_without_kept_orders(
    example: SimpleNamespace, rows: list[tuple[str | None, ...]], steps: list[tuple[Any, ...]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.session"
        bench = Workbench.create(path, key="any")
        load(bench, tables(example, rows))
        for what, *more in [("open",), *steps, ("open",)]:
            if what == "set":
                name, row, text = more
                chosen = pl.Series([row % len(rows)], dtype=pl.UInt32)
                bench.stage([Edit("set", name, text) if text else Edit("clear", name)], rows=chosen)
            elif what in ("undo", "redo"):
                with suppress(UsageError):  # there is nothing to redo
                    bench.undo() if what == "undo" else bench.redo()
            elif what == "ahead":
                bench.prepare_orders("customers", ["email", "company_name"])
            elif what == "load":
                load(bench, tables(example, more[0]))
            else:
                bench.close()
                if what == "laid":
                    at = more[0] % len(rows)
                    lay(path, at, tables(example, more[1], at))
                bench = Workbench.open(path)
            check(bench)
        bench.close()


NAMES = [("b", "x", "1"), ("A", "y", "2"), (None, "z", "3"), ("C", "", "4")]


@pytest.fixture
def path(example: SimpleNamespace, tmp_path: Path) -> Path:
    with Workbench.create(tmp_path / "x.session", key="any") as bench:
        load(bench, tables(example, NAMES))
    return tmp_path / "x.session"


@contextmanager
def nothing_sorted() -> Iterator[None]:
    with patch("workbench.search.orders.in_order", side_effect=AssertionError("sorted anew")):
        yield


def is_kept(path: Path) -> bool:
    with Workbench.open(path) as bench:
        check(bench)
    try:
        with Workbench.open(path) as bench, nothing_sorted():
            return bench.search("", sort="company_name").rows.to_list() == [1, 0, 3, 2]
    except AssertionError:
        return False


def test_a_session_that_is_opened_sorts_by_the_order_that_it_keeps(path: Path) -> None:
    with Workbench.open(path) as bench, nothing_sorted():
        bench.prepare_orders("customers", ["company_name", "display_name", "email"])
        check(bench)
        bench.stage([Edit("set", "payment_term", "COD")])
    with Workbench.open(path) as bench, nothing_sorted():  # whatever is staged in other columns
        check(bench)


def test_an_order_is_not_used_for_a_column_in_which_anything_is_staged(path: Path) -> None:
    with Workbench.open(path) as bench:
        bench.stage([Edit("set", "company_name", "D")], rows=pl.Series([1], dtype=pl.UInt32))
        assert bench.search("", sort="company_name").rows.to_list() == [0, 3, 1, 2]
    assert not is_kept(path)


def test_what_a_commit_brings_outdates_the_orders_of_the_columns_that_it_changes(
    path: Path, example: SimpleNamespace
) -> None:
    lay(path, 1, tables(example, [("A", "another", "2")], 1))
    assert is_kept(path)
    lay(path, 1, tables(example, [("a", "y", "2")], 1))
    assert not is_kept(path)


def test_few_rows_and_texts_that_repeat_are_kept_without_an_order(example: SimpleNamespace) -> None:
    assert not kept_orders.orders_to_keep(tables(example, NAMES))
    with patch.object(kept_orders, "_LEAST", 1):
        found = kept_orders.orders_to_keep(tables(example, [("same", "same", str(n)) for n in range(9)]))
    assert list(found) == [("customers", "email")]


def change(path: Path, sql: str, *values: Any) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(sql, values)


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM parts WHERE kind = 'order'",
        "UPDATE parts SET data = zeroblob(length(data)) WHERE kind = 'order'",
        "UPDATE parts SET data = substr(data, 1, 40) WHERE kind = 'order'",
        "UPDATE parts SET data = 'text', sha256 = 7, generation = 'none' WHERE kind = 'order'",
        "UPDATE parts SET name = x'ff' WHERE kind = 'order'",
        "UPDATE parts SET name = CAST(x'ff' AS TEXT) WHERE kind = 'order'",
        "UPDATE parts SET name = 'customers.company_name' WHERE name = 'customers.email'",
        "UPDATE parts SET name = CASE name WHEN 'customers.email' THEN 'customers.company_name' ELSE 'no' END"
        " WHERE kind = 'order'",
    ],
)
def test_an_order_that_is_missing_or_not_what_was_written_is_made_anew(sql: str, path: Path) -> None:
    assert is_kept(path)
    change(path, sql)
    with Workbench.open(path) as bench:
        check(bench)


def test_a_look_through_a_file_finds_a_damaged_order_as_it_does_other_parts(path: Path) -> None:
    look(path, through=True)
    change(path, "UPDATE parts SET data = zeroblob(length(data)) WHERE name = 'customers.email'")
    with pytest.raises(SessionDamaged, match="checksum"):
        look(path, through=True)


def test_an_order_of_another_base_or_made_by_another_polars_is_not_used(path: Path, example: SimpleNamespace) -> None:
    with patch("workbench.session.bases._COMPARED", "in lower case by polars 99"):
        assert not is_kept(path)
    assert is_kept(path)
    with Workbench.open(path) as bench:  # as a workbench does that knows of no orders
        other = tables(example, [("A", "y", "2"), ("b", "x", "1"), *NAMES[2:]])
        with patch("workbench.session.bases.Bases._delete_unsealed"):
            bench._bench.rebase(other)
    with Workbench.open(path) as bench:
        check(bench)
        assert not bench.snapshot.base.customers.orders


def test_a_new_base_takes_the_orders_of_the_old_one_away(path: Path) -> None:
    with Workbench.open(path) as bench:
        bench._bench.rebase(bench.snapshot.base)
    with closing(sqlite3.connect(path)) as connection:
        assert not connection.execute("SELECT count(*) FROM parts WHERE kind = 'order'").fetchone()[0]


def test_rows_that_are_not_each_there_once_are_no_order(path: Path) -> None:
    with Workbench.open(path) as bench:
        for rows in ([0, 1, 2], [0, 1, 2, 2], [0, 1, 2, 4], [3, 2, 1, 0, 0]):
            frame = pl.DataFrame({"row": rows, "begins": [True] * len(rows)}, schema_overrides={"row": pl.UInt32})
            bench.snapshot.base.customers.orders = {"company_name": lambda frame=frame: frame}
            assert kept_orders.kept_order(bench.snapshot.current, field("customers", "company_name")) is None


def test_a_copy_has_the_orders_too(path: Path, tmp_path: Path) -> None:
    with Workbench.open(path) as bench:
        bench.copy_to(tmp_path / "copy.session")
    assert is_kept(tmp_path / "copy.session")
