"""Opening a session: what is unpacked, and that nothing is taken on trust until then."""

from __future__ import annotations

import io
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import polars as pl
import pytest

from workbench.customers.fields import NESTED, TABLES
from workbench.customers.unread import Unread
from workbench.errors import SessionDamaged
from workbench.sandbox.server import Sandbox
from workbench.session.file import VERSION
from workbench.session.held import HeldFile
from workbench.stage.edits import Edit
from workbench.workbench import Workbench


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A session over whose nested tables answers were laid, and new items."""
    path = tmp_path_factory.mktemp("kept") / "kept.session"
    with Sandbox(customers=9, seed=3) as sandbox, Workbench.create(path, key="any") as bench:
        bench.load(api=sandbox.url)
        bench.stage([Edit("set", "city", "Springfield")], table="addresses")
        assert not bench.commit().failed
        bench.stage([Edit("set", "first_name", "Ann")], table="contacts", new=True)
        bench.undo()
    return path.read_bytes()


@pytest.fixture
def path(kept: bytes, tmp_path: Path) -> Path:
    made = tmp_path / "spring.session"
    made.write_bytes(kept)
    return made


def unpacked(bench: Workbench) -> set[str]:
    sources = {**bench.snapshot.base.sources}, {**bench.snapshot.current.sources}
    return {table for of in sources for table, one in of.items() if not isinstance(one, Unread) or one.is_unpacked}


def test_work_on_customers_alone_unpacks_no_other_table(path: Path, tmp_path: Path) -> None:
    with Workbench.open(path) as bench:
        bench.stage([Edit("set", "payment_term", "NET31")])
        bench.undo(), bench.redo()
        assert bench.search("payment_term:=NET31").rows.len() == bench.status().customers == 9
        assert bench.preview().groups()
        bench.write_diff(tmp_path / "bodies.ndjson", "ndjson")
        assert bench.export(tmp_path / "terms.csv", columns=["id", "payment_term"]) == 9
        assert unpacked(bench) == {"customers"}
    assert '"payment_term":"NET31"' in (tmp_path / "bodies.ndjson").read_text()


def test_what_the_app_opens_is_there_whole(path: Path) -> None:
    with Workbench.holding(HeldFile.take(path)) as bench:
        assert unpacked(bench) == set(TABLES)


def test_a_table_and_each_column_alone_hold_the_same_as_one_that_was_read_at_once(path: Path) -> None:
    with Workbench.holding(HeldFile.take(path)) as bench:
        whole = {table: bench.snapshot.base[table] for table in TABLES}
    assert (whole["addresses"]["city"] == "Springfield").any()
    with Workbench.open(path) as bench:
        base = bench.snapshot.base
        for table in TABLES:
            for name in whole[table].columns:
                assert base.column(table, name).equals(whole[table][name], null_equal=True)
        assert unpacked(bench) == {"customers"}
        assert all(base[table].equals(whole[table]) for table in TABLES)


def test_what_was_never_asked_for_can_be_after_the_session_was_given_back(path: Path) -> None:
    with Workbench.open(path) as bench:
        snapshot = bench.snapshot
    path.unlink()
    assert snapshot.current.addresses.height > 9


@pytest.mark.parametrize("table", NESTED)
def test_a_part_that_is_not_what_was_written_is_refused_at_opening_though_nobody_asks_for_it(
    table: str, path: Path
) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        query = "SELECT id, data FROM parts WHERE kind = 'base' AND name = ?"
        part, data = connection.execute(query, (table,)).fetchone()
        frame = pl.read_parquet(io.BytesIO(data))
        other = io.BytesIO()
        frame.with_columns(created_at=pl.lit("2020-01-01T00:00:00Z")).write_parquet(other)  # it reads, and is another
        connection.execute("UPDATE parts SET data = ? WHERE id = ?", (other.getvalue(), part))
    with pytest.raises(SessionDamaged, match="checksum"):
        Workbench.open(path)


@pytest.mark.parametrize("data", [None, "text", 7, b""])
def test_a_part_whose_bytes_are_gone_or_are_none_is_refused(data: object, path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE parts SET data = ? WHERE kind = 'base' AND name = 'contacts'", (data or "",))
    with pytest.raises(SessionDamaged):
        Workbench.open(path)


def columns_kept(path: Path, table: str) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        query = "SELECT data FROM parts WHERE kind = 'base' AND name = ?"
        return list(pl.read_parquet_schema(io.BytesIO(connection.execute(query, (table,)).fetchone()[0])))


def format_of(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        found: int = connection.execute("PRAGMA user_version").fetchone()[0]
        return found


def test_ids_that_follow_from_others_are_not_in_the_file(path: Path) -> None:
    kept = {table: columns_kept(path, table) for table in TABLES}
    assert all("customer_id" not in names for names in kept.values())
    assert "default_billing_address_id" not in kept["customers"]


def test_a_session_of_the_format_before_is_opened_as_it_is_and_gets_this_one_with_its_next_base(
    path: Path, tmp_path: Path
) -> None:
    with Workbench.holding(HeldFile.take(path)) as bench:
        bench.export(tmp_path / "all.ndjson")
        whole = {table: bench.snapshot.base[table] for table in TABLES}
        bench._bench.store.write_base(whole, generation=2, facts={"base": "2"})
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 2")
    with Workbench.open(path) as bench:
        assert all(bench.snapshot.base[table].equals(whole[table]) for table in TABLES)
        bench.stage([Edit("set", "payment_term", "NET31")])
    assert format_of(path) == 2
    assert "customer_id" in columns_kept(path, "addresses")
    assert not list(path.parent.glob("*backup*"))
    with Workbench.open(path) as bench:
        bench.load(file=tmp_path / "all.ndjson")
    assert format_of(path) == VERSION
    with Workbench.open(path) as bench:
        assert all(bench.snapshot.base[table].equals(whole[table]) for table in TABLES)


def test_tables_that_need_each_others_ids_can_be_asked_for_at_once(path: Path) -> None:
    for _ in range(20):
        with Workbench.open(path) as bench:
            base = bench.snapshot.base
            asked = [(table, name) for name in ("customer_id", "id") for table in NESTED]
            with ThreadPoolExecutor(8) as pool:
                frames = list(pool.map(base.__getitem__, NESTED * 2))
                columns = list(pool.map(base.column, *zip(*asked, strict=True)))
        assert all(one is other for one, other in zip(frames[:3], frames[3:], strict=True))
        assert all(one.len() == base[table].height for (table, _), one in zip(asked, columns, strict=True))
