"""The keys that go to the next cell of some kind: one that matches, one with another value, a staged one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screens.browse import moving
from workbench.shown import walk as walking
from workbench.shown.rows import SnapshotRows
from workbench.shown.walk import Step, Walk, next_different, next_staged
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

Opener = Callable[..., Any]


def at(desk: Any) -> tuple[int, str]:
    grid = desk.app.screen.grid
    return grid.cursor.position, grid.column.name


async def keep(desk: Any, query: str) -> None:
    await desk.press("slash")
    await desk.type(query)
    await desk.press("enter")


async def test_n_and_N_go_through_the_cells_that_match(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await keep(desk, "payment_term:cod display_id:0")
        await desk.until(lambda: at(desk) == (0, "display_id"))
        await desk.press("n")
        await desk.until(lambda: at(desk) == (0, "payment_term"))
        await desk.press("n", "n")
        await desk.until(lambda: at(desk) == (1, "payment_term"))
        await desk.press("N", "N", "N", "N")
        await desk.until(lambda: at(desk) == (9, "payment_term"))
        await desk.until(lambda: "went round the top: this is the last one" in desk.said)
        await desk.press("n")
        await desk.until(lambda: "went round the end: this is the first one" in desk.said)


async def test_n_without_a_query_or_a_cell_says_so(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.press("n")
        await desk.until(lambda: "nothing is searched for: / searches" in desk.said)
        await keep(desk, "addresses.city:boston")
        await desk.press("n")
        await desk.until(lambda: "no cell of this table matches the words of the query" in desk.said)
        await desk.until(lambda: at(desk) == (0, "company_name"))


async def test_angle_brackets_go_to_another_value_in_this_column(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        desk.app.screen.grid.go_to(column="payment_term")
        await desk.press("left_square_bracket", "g", "greater_than_sign")
        await desk.until(lambda: at(desk) == (10, "payment_term"))
        await desk.press("greater_than_sign", "greater_than_sign", "less_than_sign")
        await desk.until(lambda: at(desk) == (29, "payment_term"))
        desk.app.screen.grid.go_to(column="status")
        await desk.press("greater_than_sign")
        await desk.until(lambda: "status holds the same everywhere here" in desk.said)


async def test_in_a_nested_table_the_customer_is_a_value_too(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.press("t", "greater_than_sign")
        await desk.until(lambda: at(desk) == (1, "customer"))
        await desk.press("comma")
        await desk.until(lambda: "● 1 marked" in desk.text("#status"))


async def test_J_and_K_go_to_staged_cells_among_the_rows_shown(bench: Workbench, open_app: Opener) -> None:
    bench.stage([Edit("set", "payment_term", "X")], rows=pl.Series([3, 30], dtype=pl.UInt32))
    bench.stage([Edit("set", "email", "a@b.com")], rows=pl.Series([3], dtype=pl.UInt32))
    async with open_app(bench) as desk:
        await desk.press("J")
        await desk.until(lambda: at(desk) == (3, "email"))
        await desk.press("J", "J")
        await desk.until(lambda: at(desk) == (30, "payment_term"))
        await desk.press("K", "K", "K")
        await desk.until(lambda: at(desk) == (30, "payment_term"))
        await desk.until(lambda: "went round the top" in desk.said)
        await keep(desk, "payment_term:=COD")
        await desk.press("J")
        await desk.until(lambda: "nothing is staged in the rows shown" in desk.said)


async def test_a_key_that_is_held_down_goes_on_step_by_step(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        desk.app.screen.grid.go_to(column="payment_term")
        await desk.pilot.press(*["greater_than_sign"] * 7)
        await desk.until(lambda: at(desk)[0] == 7)


async def test_esc_stops_a_walk_that_takes_long(
    bench: Workbench, open_app: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    go = Event()

    def slowly(_: Walk) -> Step:
        assert go.wait(60)
        return Step(5, "email", False)

    monkeypatch.setattr(moving, "next_staged", slowly)
    async with open_app(bench) as desk:
        await desk.pilot.press("J")
        await desk.until(lambda: "walk" in desk.app.busy.groups())
        await desk.pilot.press("escape")
        await desk.until(lambda: "stopped; the cursor is where it was" in desk.said)
        go.set()
        await desk.quiet()
        await desk.until(lambda: at(desk) == (0, "company_name"))


@pytest.mark.parametrize("back", [False, True])
def test_a_walk_meets_every_cell_once_and_comes_back(bench: Workbench, back: bool, monkeypatch: Any) -> None:
    monkeypatch.setattr(walking, "_FIRST_LOOK", 2)
    rows = SnapshotRows(bench.snapshot, "customers")
    names = ("company_name", "phone", "email")

    @settings(max_examples=60, deadline=None)
    @given(
        st.sets(st.tuples(st.integers(0, 39), st.sampled_from(names)), max_size=12),
        st.integers(0, 39),
        st.sampled_from(names),
    )
    def meets(wanted: set[tuple[int, str]], position: int, name: str) -> None:
        def cells(numbers: pl.Series, asked: Any) -> dict[str, pl.Series]:
            return {one: pl.Series([(row, one) in wanted for row in numbers], dtype=pl.Boolean) for one in asked}

        order = sorted(wanted, key=lambda cell: (cell[0], names.index(cell[1])), reverse=back)
        here = (position, names.index(name))
        ahead = [c for c in order if ((c[0], names.index(c[1])) < here if back else (c[0], names.index(c[1])) > here)]
        found = Walk(rows, names, position, name, back).next(cells)
        if not wanted:
            assert found is None
        else:
            assert found is not None
            assert (found.position, found.name) == (ahead or order)[0]
            assert found.around is (not ahead)

    meets()


def test_walks_see_what_is_staged_and_what_differs(bench: Workbench) -> None:
    bench.stage([Edit("set", "city", "Salem")], table="addresses", rows=pl.Series([5], dtype=pl.UInt32))
    rows = SnapshotRows(bench.snapshot, "addresses")
    step = next_staged(Walk(rows, ("customer", "city"), 0, "customer"))
    assert step == (5, "city", False)
    assert next_different(Walk(rows, ("customer", "city"), 6, "city", back=True)) == (5, "city", False)
    assert next_staged(Walk(SnapshotRows(bench.snapshot, "customers"), ("email",), 0, "email")) is None


@pytest.mark.parametrize(
    ("query", "cells"),
    [
        ("boston", []),
        ("company*9", [(9, "company_name"), (19, "company_name")]),
        ("byron", [(n, "assigned_sales_rep_ids") for n in range(3)]),
        ("assigned_sales_rep_ids:ada", [(n, "assigned_sales_rep_ids") for n in range(3)]),
        ("-company_name:9 payment_term:=COD", [(3, "payment_term"), (7, "payment_term"), (11, "payment_term")]),
        ("has:assigned_sales_rep_ids", [(n, "assigned_sales_rep_ids") for n in range(3)]),
        ('email:=""', [(n, "email") for n in range(3)]),
        ("changed:email", [(2, "email")]),
        ("is:active before.email:x", []),
    ],
)
def test_which_cells_make_a_query_find_their_row(bench: Workbench, query: str, cells: list[tuple[int, str]]) -> None:
    bench.stage([Edit("set", "email", "")], rows=pl.Series([2], dtype=pl.UInt32))
    bench.stage(
        [Edit("set", "email", "a@b.com" if query == "changed:email" else "")], rows=pl.Series([2], dtype=pl.UInt32)
    )
    rows = SnapshotRows(bench.snapshot, "customers")
    names = ("company_name", "email", "payment_term", "assigned_sales_rep_ids")
    found: list[tuple[int, str]] = []
    place = (39, names[-1])
    for _ in range(3):
        step = bench.next_match(query, Walk(rows, names, *place))
        if step is None or step[:2] in found:
            break
        place = step[:2]
        found.append(place)
    assert found[: len(cells)] == cells
    assert bool(found) is bool(cells)


async def test_in_an_empty_session_the_keys_only_say_that_there_is_nothing(tmp_path: Path, open_app: Opener) -> None:
    with Workbench.create(tmp_path / "empty.session") as bench:
        async with open_app(bench) as desk:
            await desk.press(
                "n", "J", "K", "greater_than_sign", "less_than_sign", "f", "space", "minus", "enter", "G", "escape"
            )
            await desk.until(lambda: "nothing is staged in the rows shown" in desk.said)
            await desk.press(
                "F", "enter", "space", "escape", "slash", "tab", "shift+tab", "up", "down", "escape", "apostrophe"
            )
            await desk.press("d", "u", "enter", "escape")
            assert desk.app.screen.grid.has_focus
