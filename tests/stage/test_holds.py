"""Holding customers back: whom the steward put on hold, and whose bodies cannot be sent; search and preview agree."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from workbench.errors import UsageError
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

TERM = Edit("set", "payment_term", "NET30")
CITY = Edit("set", "city", "Y")


def customer(id_: str, *addresses: str, attributes: tuple[str, ...] = ()) -> dict[str, Any]:
    made = [
        {"id": one, "city": "X", "attributes": [{"name": n, "value": "v"} for n in attributes]} for one in addresses
    ]
    return {
        "id": id_,
        "name": id_.upper(),
        "payment_term": "net 30",
        "addresses": made,
        "contacts": [],
        "attributes": [],
    }


def load(bench: Workbench, *records: dict[str, Any]) -> None:
    file = bench.path.with_name("load.ndjson")
    file.write_text("\n".join(map(json.dumps, records)))
    bench.load(file=file)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    with Workbench.create("s", sessions_dir=tmp_path) as made:
        load(made, *(customer(c, "1") for c in "abc"))
        yield made


def found(bench: Workbench, query: str) -> list[str]:
    return bench.search(query).frame["id"].to_list()


def held(bench: Workbench) -> dict[str, str]:
    return {patch.id: patch.held for patch in bench.staged.patches() if patch.held is not None}


def reopened(bench: Workbench) -> Workbench:
    bench.close()
    return Workbench.open(bench.path)


def test_who_is_on_hold_is_found_though_nothing_is_staged(bench: Workbench) -> None:
    assert bench.hold("b").changed == 1
    assert found(bench, "is:held") == ["b"]
    assert bench.search("is:held", "addresses").frame["customer_id"].to_list() == ["b"]
    assert (bench.staged.customers, bench.staged.held, bench.plan().planned) == (0, 0, 0)


def test_the_note_says_why_a_customer_stays_out(bench: Workbench) -> None:
    bench.hold("a", note="ask Ann")
    bench.hold("b")
    bench.stage([TERM])
    assert held(bench) == {"a": "on hold: ask Ann", "b": "on hold"}
    assert (bench.plan().planned, bench.plan().held) == (1, 2)


def test_a_reason_of_ones_own_does_not_hide_the_others(bench: Workbench) -> None:
    bench.hold("a", note="why")
    bench.stage([Edit("set", "phone", "12")], where="a")
    assert held(bench)["a"].startswith("on hold: why; phone: ")


def test_only_a_change_of_state_is_one(bench: Workbench) -> None:
    assert bench.hold("a OR b", note="one").changed == 2
    assert bench.hold("a OR b OR c", note="one").changed == 1
    assert bench.hold("a").changed == 0
    assert bench.hold("a", note="two").changed == 1
    bench.stage([TERM], where="a")
    assert held(bench) == {"a": "on hold: two"}
    assert bench.release("is:held").changed == 3
    assert bench.release("a").changed == 0
    assert found(bench, "is:held") == []


def test_holds_outlive_the_process_and_a_reload(bench: Workbench) -> None:
    bench.stage([TERM])
    bench.hold("a OR b", note="why")
    bench.release("b")
    again = reopened(bench)
    assert held(again) == {"a": "on hold: why"}
    load(again, customer("c", "1"), customer("new"), customer("a", "1", "2"))
    assert found(again, "is:held") == ["a"]
    again.close()


def test_holding_is_no_operation(bench: Workbench) -> None:
    bench.stage([TERM])
    bench.hold("a")
    assert [one["operation"] for one in bench.log().operations] == [1]
    assert bench.undo().operations == 1
    assert (bench.undo().operations, found(bench, "is:held")) == (0, ["a"])


def test_a_note_that_no_file_can_hold_is_refused_and_nobody_is_held(bench: Workbench) -> None:
    with pytest.raises(UsageError, match="half a character"):
        bench.hold("a", note="\ud800")
    assert found(reopened(bench), "is:held") == []


def test_search_finds_whom_an_array_keeps_back(tmp_path: Path) -> None:
    """An address twice, an attribute twice: under `full` the array cannot be sent, under `sparse` what is touched can."""
    with Workbench.create("t", sessions_dir=tmp_path) as bench:
        twice = customer("a", "1", "2", "2")
        load(bench, twice, customer("b", "1", attributes=("n", "n")), customer("c", "1", attributes=("n",)))
        assert found(bench, "is:held") == []
        bench.stage([CITY], table="addresses")
        assert found(bench, "is:held") == list(held(bench)) == ["a", "b"]
        assert "cannot be sent safely" in held(bench)["a"]
        bench.set_settings({"nested": "sparse"})
        assert found(bench, "is:held") == list(held(bench)) == []


@pytest.mark.parametrize("nested", ["full", "sparse"])
def test_an_attribute_is_enough_to_touch_its_item(tmp_path: Path, nested: str) -> None:
    """An item that became ambiguous under a staged attribute of its own is held under both settings."""
    with Workbench.create("t", sessions_dir=tmp_path) as bench:
        bench.set_settings({"nested": nested})
        load(bench, customer("a", "1", attributes=("n",)), customer("b", "1"))
        bench.stage([Edit("set", "value", "w")], table="attributes")
        assert held(bench) == {}
        load(bench, customer("a", "1", "1", attributes=("n",)), customer("b", "1"))
        assert found(bench, "is:held") == list(held(bench)) == ["a"]


def test_many_customers_are_one_row_and_one_part(bench: Workbench) -> None:
    load(bench, *(customer(f"c{number}") for number in range(2000)))
    assert bench.hold("").changed == 2003
    assert bench.snapshot.on_hold["row"].to_list() == sorted(bench.snapshot.on_hold["row"])
    [one] = bench._bench.store.holds()
    assert (one.held, one.rows.len(), one.rows.dtype) == (True, 2003, pl.UInt32)
