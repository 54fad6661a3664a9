"""A choice of what is staged: the bodies are those of a session in which the rest was never staged."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.preview.test_patches_model import customers, edits, staged, tables_of
from workbench.preview.habits import Habits
from workbench.preview.patches import patches
from workbench.stage.choice import Choice
from workbench.stage.edits import Edit
from workbench.stage.snapshot import Snapshot
from workbench.workbench import Workbench

Object = dict[str, Any]


def never_staged(snapshot: Snapshot, out: dict[tuple[str, str], set[int]]) -> Snapshot:
    """The snapshot with only the cells that are not `out`, made cell by cell from base."""
    frames, writers = {}, {}
    for column in snapshot.columns:
        table, name = column
        cells = snapshot.staged_cells_of(column)
        kept = [row for row in cells["row"].to_list() if row not in out.get(column, set())]
        values = snapshot.base[table][name].to_list()
        for row in kept:
            values[row] = snapshot.current[table][name].to_list()[row]
        frame = frames.get(table, snapshot.base[table])
        frames[table] = frame.with_columns(pl.Series(name, values, dtype=frame[name].dtype))
        writers[column] = snapshot.writers[column].filter(pl.col("row").is_in(kept))
    return Snapshot(snapshot.generation, snapshot.base, snapshot.base.with_frames(frames), writers)


@settings(max_examples=60, deadline=None)
@given(
    found=st.lists(customers, min_size=1, max_size=4),
    wanted=edits,
    data=st.data(),
    nested=st.sampled_from(["full", "sparse"]),
)
def test_the_bodies_of_a_choice_are_those_of_a_session_in_which_the_rest_was_never_staged(
    found: list[Object], wanted: list[Any], data: st.DataObject, nested: str
) -> None:
    snapshot = staged(tables_of(found), wanted)
    out = {
        column: data.draw(st.sets(st.sampled_from(snapshot.staged_cells_of(column)["row"].to_list())))
        for column in snapshot.columns
    }
    choice = Choice({column: pl.Series(sorted(rows), dtype=pl.UInt32) for column, rows in out.items()})
    chosen, wished = choice.applied(snapshot), never_staged(snapshot, out)
    habits = Habits(nested)
    assert patches(chosen, habits).to_dicts() == patches(wished, habits).to_dicts()
    assert {c: rows.to_list() for c, rows in choice.left_out(snapshot).items()} == {
        column: sorted(rows) for column, rows in out.items() if rows
    }
    back = choice.with_(choice.out)
    assert back.applied(snapshot) is snapshot


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    """A session with one customer, who has two addresses."""
    addresses = [
        {"id": "1", "type": "billing", "city": "X", "state": "TX"},
        {"id": "2", "type": "shipping", "city": "Y"},
    ]
    file = tmp_path / "load.ndjson"
    file.write_text(json.dumps({"id": "a", "name": "A", "payment_term": "NET 30", "addresses": addresses}))
    with Workbench.create("s", sessions_dir=tmp_path, key="k") as made:
        made.load(file=file)
        yield made


def body(bench: Workbench, choice: Choice) -> Object | None:
    patch = bench.preview(choice=choice).patch(0)
    return json.loads(patch.body) if patch else None


def rows(*numbers: int) -> pl.Series:
    return pl.Series(numbers, dtype=pl.UInt32)


def test_a_staged_sibling_that_is_left_out_is_sent_as_base_holds_it(bench: Workbench) -> None:
    bench.stage([Edit("set", "city", "Z"), Edit("set", "state", "CA")], table="addresses")
    choice = Choice().without({("addresses", "city"): rows(0, 1), ("addresses", "state"): rows(1)})
    found = body(bench, choice)
    assert found is not None
    assert [(item["city"], item.get("state")) for item in found["addresses"]] == [("X", "CA"), ("Y", None)]
    assert bench.status().staged == 4


def test_a_customer_of_whom_everything_is_left_out_has_no_body(bench: Workbench) -> None:
    bench.stage([Edit("set", "payment_term", "NET30")])
    choice = Choice().without({("customers", "payment_term"): rows(0)})
    assert body(bench, choice) is None
    assert bench.preview(choice=choice).customers == 0
    assert body(bench, choice.with_({("customers", "payment_term"): rows(0)})) == {"payment_term": "NET30"}


def test_an_item_that_is_yet_to_be_made_goes_whole_or_not_at_all(bench: Workbench) -> None:
    bench.stage([Edit("set", "city", "N"), Edit("set", "state", "NY")], table="addresses", new=True)
    bench.stage([Edit("set", "payment_term", "NET30")])
    choice = Choice().without({("addresses", "state"): rows(2)})
    assert body(bench, choice) == {"payment_term": "NET30"}
    left = choice.left_out(bench.snapshot)
    assert {column: found.to_list() for column, found in left.items()} == {
        ("addresses", "city"): [2],
        ("addresses", "state"): [2],
    }


def test_what_is_left_out_holds_nobody(bench: Workbench) -> None:
    bench.stage([Edit("set", "payment_term", "NET30"), Edit("set", "phone", "12")])
    assert bench.preview().held == 1
    choice = Choice().without({("customers", "phone"): rows(0)})
    assert bench.preview(choice=choice).held == 0
    assert bench.plan().held == 1
