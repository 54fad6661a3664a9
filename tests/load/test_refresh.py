"""Refreshing: what changed on the server since the load, laid under what is staged; the sandbox on a real socket."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import orjson
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.form import amount
from workbench.errors import UsageError, WorkbenchError
from workbench.load.loading import Part, base_as_of
from workbench.sandbox.server import Sandbox
from workbench.stage.edits import Edit
from workbench.workbench import Workbench


class Shop:
    """A sandbox that can lose and gain customers, and a session on it."""

    def __init__(self, stack: ExitStack, folder: Path, **part: Any) -> None:
        self._stack, self._state, self.port = stack, folder / "shop.state", 0
        self.open()
        self.bench = stack.enter_context(Workbench.create(folder / "s.session", key="k"))
        self.bench.load(api=self.sandbox.url, part=Part(**part))
        self.log.clear()

    def open(self) -> None:
        self.sandbox = Sandbox(customers=30, seed=5, state=self._state, port=self.port)
        self.sandbox.start()
        self._stack.callback(self.sandbox.stop)
        self.port = int(self.sandbox.url.rpartition(":")[2])
        self.world, self.log = self.sandbox.world, self.sandbox.log

    def meanwhile(self, act: Callable[[sqlite3.Connection], object]) -> None:
        """Acts on the state file while nobody serves it."""
        self.sandbox.stop()
        with sqlite3.connect(self._state) as file:
            act(file)
        file.close()
        self.open()

    def loses(self, *ids: str) -> None:
        self.meanwhile(lambda file: file.executemany("DELETE FROM customers WHERE id = ?", [(one,) for one in ids]))

    def gains(self, like: str, **fields: Any) -> None:
        """A customer more, just made: as another one, with these fields."""
        body = {**self.world.customer(like), "updated_at": "2999-01-01T00:00:00Z", **fields}
        row = (10_000 + len(self.world.ids()), body["id"], orjson.dumps(body))
        self.meanwhile(lambda file: file.execute("INSERT INTO customers VALUES (?, ?, ?)", row))

    def ids(self, status: str = "active") -> list[str]:
        return [one for one in self.world.ids() if self.world.customer(one)["status"] == status]

    def read(self) -> set[str]:
        """The customers that were read one by one."""
        return {call.path.rpartition("/")[2] for call in self.log.calls("GET") if "?" not in call.path}

    def value(self, customer: str, field: str) -> Any:
        frame = self.bench.snapshot.current.customers
        return frame.filter(pl.col("id") == customer)[field][0]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Callable[..., Shop]]:
    with ExitStack() as stack:
        yield lambda **part: Shop(stack, tmp_path, **part)


def told(report: Any) -> tuple[int, int, int, int]:
    return report.changed, report.new, report.gone, report.conflicts


def test_where_nothing_changed_nothing_is_told(shop: Callable[..., Shop]) -> None:
    here = shop()
    before = base_as_of(here.bench._bench.facts)
    report = here.bench.refresh()
    assert told(report) == (0, 0, 0, 0)
    assert report.differences.cells.height == 0
    assert len(here.read()) < 30
    assert base_as_of(here.bench._bench.facts) >= (before or 0)


def test_only_who_changed_is_read_and_the_cells_are_told(shop: Callable[..., Shop]) -> None:
    here = shop()
    one, other = here.ids()[:2]
    address = here.world.customer(other)["addresses"][0]["id"]
    was = here.value(one, "company_name")
    here.world.edit(one, company_name="Theirs")
    here.world.edit(other, addresses=[{"id": address, "city": "Elsewhere"}])
    report = here.bench.refresh()
    assert told(report) == (2, 0, 0, 0)
    assert {one, other} <= here.read()
    cells = {(row["id"], row["path"]): row for row in report.differences.cells.iter_rows(named=True)}
    assert cells[one, "company_name"]["loaded"] == was
    assert cells[one, "company_name"]["theirs"] == "Theirs"
    assert cells[one, "company_name"]["ours"] is None
    assert cells[other, f"addresses[{address}].city"]["theirs"] == "Elsewhere"
    assert report.differences.fields == [("addresses.city", 1), ("company_name", 1)]
    assert here.bench.preview().customers == 0


def test_what_is_staged_stays_over_the_new_base(shop: Callable[..., Shop]) -> None:
    here = shop()
    one = here.ids()[0]
    here.bench.stage([Edit("set", "payment_term", "OURS")], where=f"id:={one}")
    here.world.edit(one, company_name="Theirs")
    report = here.bench.refresh()
    assert told(report) == (1, 0, 0, 0)
    assert (here.value(one, "company_name"), here.value(one, "payment_term")) == ("Theirs", "OURS")
    assert orjson.loads(next(here.bench.preview().ndjson()))["body"] == {"payment_term": "OURS"}


def test_a_cell_that_moved_underneath_is_a_conflict_three_ways(shop: Callable[..., Shop]) -> None:
    here = shop()
    one = here.ids()[0]
    was = here.value(one, "payment_term")
    here.bench.stage([Edit("set", "payment_term", "OURS")], where=f"id:={one}")
    here.world.edit(one, payment_term="THEIRS")
    report = here.bench.refresh()
    assert told(report) == (1, 0, 0, 1)
    conflict = here.bench.conflicts()[0]
    assert (conflict.loaded, conflict.theirs, conflict.ours) == (was, "THEIRS", "OURS")
    row = report.differences.cells.row(0, named=True)
    assert (row["loaded"], row["theirs"], row["ours"]) == (was, "THEIRS", "OURS")
    assert here.bench.commit().planned == 0
    assert here.world.customer(one)["payment_term"] == "THEIRS"


def test_what_is_staged_and_equals_theirs_now_is_forgotten(shop: Callable[..., Shop]) -> None:
    here = shop()
    one = here.ids()[0]
    here.bench.stage([Edit("set", "payment_term", "SAME")], where=f"id:={one}")
    here.world.edit(one, payment_term="SAME")
    assert told(here.bench.refresh()) == (1, 0, 0, 0)
    assert here.bench.status().staged == 0


def test_a_customer_that_is_gone_is_named_so_and_what_is_staged_of_it_is_held(shop: Callable[..., Shop]) -> None:
    here = shop()
    lost, kept = here.ids()[3:5]
    here.bench.stage([Edit("set", "payment_term", "OURS")], where=f"id:={lost} OR id:={kept}")
    here.loses(lost)
    report = here.bench.refresh()
    assert told(report)[:3] == (0, 0, 1)
    assert here.bench.commit().planned == 1
    assert here.world.customer(kept)["payment_term"] == "OURS"
    assert here.bench.loads[-1].gone == 1


def test_a_new_customer_comes_with_its_items(shop: Callable[..., Shop]) -> None:
    here = shop()
    like = here.ids()[0]
    here.gains(like, id="brand-new", reference_id="R-NEW", display_id="D-NEW")
    report = here.bench.refresh()
    assert told(report) == (0, 1, 0, 0)
    frame = here.bench.snapshot.current.addresses
    assert frame.filter(pl.col("customer_id") == "brand-new").height == len(here.world.customer(like)["addresses"])
    assert told(here.bench.refresh()) == (0, 0, 0, 0)


def test_a_customer_that_left_and_one_that_came_are_both_seen(shop: Callable[..., Shop]) -> None:
    here = shop()
    lost, like = here.ids()[1:3]
    here.loses(lost)
    here.gains(like, id="brand-new", reference_id="R-NEW", display_id="D-NEW")
    assert told(here.bench.refresh())[1:3] == (1, 1)


def test_a_session_of_some_ids_stays_one_of_those(shop: Callable[..., Shop]) -> None:
    with_all = shop
    here = with_all(ids=_first_ids())
    mine = here.bench.snapshot.base.customers["id"].to_list()
    other = next(one for one in here.ids() if one not in mine)
    here.world.edit(other, company_name="Not mine")
    here.world.edit(mine[0], company_name="Mine")
    here.gains(mine[0], id="brand-new", reference_id="R-NEW", display_id="D-NEW")
    assert told(here.bench.refresh()) == (1, 0, 0, 0)
    assert here.bench.status().customers == len(mine)


def test_a_session_of_active_customers_follows_one_that_became_inactive_and_takes_no_inactive_ones(
    shop: Callable[..., Shop],
) -> None:
    here = shop(statuses=("active",))
    inactive = here.ids("inactive")[0]
    here.world.edit(inactive, company_name="Not mine")
    assert told(here.bench.refresh()) == (0, 0, 0, 0)
    assert inactive not in here.bench.snapshot.base.customers["id"].to_list()


def test_what_details_tell_for_the_first_time_has_not_moved(shop: Callable[..., Shop]) -> None:
    here = shop(details="lazy")
    one = here.ids()[0]
    here.world.edit(one, payment_term="THEIRS")
    report = here.bench.refresh()
    assert told(report) == (1, 0, 0, 0)
    assert report.differences.fields == [("payment_term", 1)]


def test_reading_one_customer_again_forgets_nothing_that_was_set_aside(tmp_path: Path) -> None:
    with Sandbox(customers=5) as sandbox, Workbench.create(tmp_path / "s.session", key="k") as bench:
        bench.load(api=sandbox.url, part=Part(ids=[*sandbox.world.ids(), "nobody"]))
        bench.load(part=Part(ids=sandbox.world.ids()[:1]))
        kept = orjson.loads(bench._bench.facts["rejected"])
        assert [one["place"] for one in kept] == ["customer nobody"]


def test_a_session_from_a_file_says_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "c.ndjson"
    file.write_text('{"id":"1","name":"A"}\n')
    with Workbench.create(tmp_path / "s.session", key="k") as bench:
        bench.load(file=file)
        with pytest.raises(UsageError, match="was loaded from a file; load it again"):
            bench.refresh()


def test_an_unfinished_run_is_named(shop: Callable[..., Shop]) -> None:
    here = shop()
    here.bench.stage([Edit("set", "payment_term", "OURS")])

    def stop(engine: Any) -> None:
        engine.cancel()

    here.bench.commit(on_engine=stop)
    assert here.bench.unfinished == 1
    with pytest.raises(WorkbenchError, match="run 1"):
        here.bench.refresh()


def test_a_run_that_begins_while_the_server_is_read_keeps_its_answers(shop: Callable[..., Shop]) -> None:
    here = shop()
    here.bench.stage([Edit("set", "payment_term", "OURS")])

    def begins() -> bool:
        here.bench.commit(on_engine=lambda engine: engine.cancel())
        return True

    before = here.bench.snapshot.base.customers
    for read in (here.bench.refresh, here.bench.load):
        with pytest.raises(WorkbenchError, match="run 1"):
            read(keep=begins if here.bench.unfinished is None else None)
    assert here.bench.snapshot.base.customers.equals(before)
    assert [load.kind for load in here.bench.loads] == ["load"]
    here.bench.resume()
    assert set(here.bench.snapshot.base.customers["payment_term"]) == {"OURS"}


def test_an_api_that_has_nobody_any_more_changes_nothing(shop: Callable[..., Shop]) -> None:
    here = shop()
    here.loses(*here.world.ids())
    with pytest.raises(WorkbenchError, match="no customers at all"):
        here.bench.refresh()
    assert here.bench.status().customers == 30


def _first_ids() -> list[str]:
    with Sandbox(customers=30, seed=5) as sandbox:
        return sandbox.world.ids()[:4]


@settings(
    max_examples=amount(10, 100),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(st.tuples(st.integers(0, 29), st.sampled_from(["theirs", "ours", "both", "same"])), max_size=8))
def test_a_refresh_ends_where_a_whole_load_ends(tmp_path: Path, acts: list[tuple[int, str]]) -> None:
    """The same base, the same staged bodies, the same conflicts."""
    folder = tmp_path / str(abs(hash(tuple(acts))))
    folder.mkdir(exist_ok=True)
    with Sandbox(customers=30, seed=5) as sandbox, ExitStack() as stack:
        benches = []
        for name in ("refreshed", "loaded"):
            (folder / f"{name}.session").unlink(missing_ok=True)
            benches.append(stack.enter_context(Workbench.create(folder / f"{name}.session", key="k")))
            benches[-1].load(api=sandbox.url)
        ids = sandbox.world.ids()
        for number, (place, who) in enumerate(acts):
            theirs = f"V{0 if who == 'same' else number}"
            if who != "ours":
                sandbox.world.edit(ids[place], payment_term=theirs)
            for bench in benches if who != "theirs" else ():
                ours = theirs if who == "same" else f"W{number}"
                bench.stage([Edit("set", "payment_term", ours)], where=f"id:={ids[place]}")
        benches[0].refresh()
        benches[1].load()
        one, two = (bench.snapshot for bench in benches)
        for table in ("customers", "addresses", "contacts", "attributes"):
            assert one.base[table].equals(two.base[table])
        assert list(benches[0].preview().ndjson()) == list(benches[1].preview().ndjson())
        assert benches[0].conflicts() == benches[1].conflicts()
