"""A pasted block: where it lands, what is staged of it, and what is said of the rest."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from workbench.errors import UsageError
from workbench.stage.pasting import Landed
from workbench.workbench import Workbench

COLUMNS = ("company_name", "phone", "payment_term", "created_at")


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    file = tmp_path / "c.json"
    reps = [{"id": "r1", "first_name": "Ada", "last_name": "Byron"}]
    records = [
        {"id": f"c{number}", "name": f"N{number}", "payment_term": "NET 30", "assigned_sales_reps": reps,
         "contacts": [{"id": f"p{number}", "first_name": "Bo", "last_name": "Li", "is_default": False}]}
        for number in range(4)
    ]  # fmt: skip
    file.write_text(json.dumps(records))
    with Workbench.create(tmp_path / "s.session") as workbench:
        workbench.load(file=file)
        yield workbench


def land(
    bench: Workbench,
    text: str,
    *columns: str,
    below: tuple[int, ...] = (0, 1, 2, 3),
    marked: tuple[int, ...] = (),
    table: str = "customers",
) -> Landed:
    rows = [pl.Series(numbers, dtype=pl.UInt32) for numbers in (below, marked)]
    return bench.land(text, table=table, columns=columns or COLUMNS, below=rows[0], marked=rows[1])


def column(bench: Workbench, name: str, table: str = "customers") -> list[object]:
    return bench.snapshot.current[table][name].to_list()


def test_a_block_fills_down_and_right_in_the_order_of_the_rows_as_one_operation(bench: Workbench) -> None:
    block = land(bench, "A\t+14155552671\nB\t+14155552672", below=(2, 0, 1))
    done = bench.stage_landed(block, note="from the phone list")
    assert column(bench, "company_name") == ["B", "N1", "A", "N3"]
    assert column(bench, "phone") == ["+14155552672", None, "+14155552671", None]
    assert (done.matched, done.changed, done.unchanged, done.invalid) == (2, 4, 0, 0)
    assert [one["note"] for one in bench.log().operations] == ["from the phone list"]
    bench.undo()
    assert bench.snapshot.staged_cells == 0


def test_what_falls_outside_and_what_is_read_only_is_told_and_not_staged(bench: Workbench) -> None:
    block = land(bench, "A\t1\tx\tthen\tmore\n" * 3, below=(3,))
    assert (block.lines, block.columns, block.lines_outside, block.columns_outside) == (3, 5, 2, 1)
    assert (block.read_only, block.filled) == (("created_at",), False)
    done = bench.stage_landed(block)
    assert (done.changed, done.invalid, done.reasons) == (3, 1, ("not E.164, for example +14155552671",))
    assert column(bench, "company_name") == ["N0", "N1", "N2", "A"]


def test_one_line_fills_all_marked_rows_and_several_lines_do_not(bench: Workbench) -> None:
    block = land(bench, "NET30\n", "payment_term", below=(3,), marked=(0, 2))
    assert (block.filled, block.lines_outside) == (True, 0)
    bench.stage_landed(block)
    assert column(bench, "payment_term") == ["NET30", "NET 30", "NET30", "NET 30"]
    assert land(bench, "a\nb", "payment_term", marked=(0, 2)).rows.to_list() == [0, 1]


def test_a_first_line_that_names_columns_is_a_heading_and_goes_into_no_cell(bench: Workbench) -> None:
    block = land(bench, "company_name\tphone\nA\t+14155552671")
    assert (block.heading, block.lines, block.rows.to_list()) == (("company_name", "phone"), 1, [0])
    bench.stage_landed(block)
    assert column(bench, "company_name") == ["A", "N1", "N2", "N3"]
    assert land(bench, "company_name\tphone\nA\tB", marked=(2, 3)).rows.to_list() == [2, 3]
    elsewhere = land(bench, "email\tid\nA\tB")
    assert (elsewhere.heading, elsewhere.sheet.columns) == (("email", "id"), ["company_name", "phone"])


def test_a_name_alone_or_beside_what_is_none_is_a_value(bench: Workbench) -> None:
    for text in ("phone", "phone\tx\nA\tB", "phone\tphone\nA\tB", "phone\t\nA\tB", "A\nphone"):
        block = land(bench, text)
        assert (block.heading, block.lines) == ((), text.count("\n") + 1)


def test_marked_rows_that_several_lines_pass_over_are_counted(bench: Workbench) -> None:
    assert land(bench, "A\nB", marked=(2, 3)).passed_over == 2
    assert land(bench, "A", marked=(2, 3)).passed_over == 0


def test_empty_cells_change_nothing_or_clear(bench: Workbench) -> None:
    block = land(bench, "\tx\nB", "payment_term", "company_name")
    assert bench.stage_landed(block, dry_run=True).changed == 2
    assert bench.stage_landed(block, empty="clear", dry_run=True).changed == 4
    assert bench.status().operations == 0
    bench.stage_landed(block, empty="clear")
    assert column(bench, "payment_term")[:2] == [None, "B"]
    with pytest.raises(UsageError, match="empty cells are to 'x'"):
        bench.stage_landed(block, empty="x")


def test_names_are_ids_and_what_is_no_flag_is_refused_with_its_line(bench: Workbench) -> None:
    bench.stage_landed(land(bench, "Bo Li\tada byron", "primary_contact_id", "assigned_sales_rep_ids", below=(1,)))
    assert column(bench, "primary_contact_id")[1] == "p1"
    assert bench.snapshot.staged_cells == 1, "the sales rep was Ada before"
    flags = land(bench, "true\nperhaps", "is_default", table="contacts")
    with pytest.raises(UsageError, match=r"what was pasted line 2: contacts\.is_default is a flag: 'perhaps'"):
        bench.stage_landed(flags)
    with pytest.raises(UsageError, match="line 1: primary_contact_id: the customer has no one contact called 'Al'"):
        bench.stage_landed(land(bench, "Al", "primary_contact_id"))
    assert bench.status().operations == 1


def test_a_block_over_read_only_columns_alone_stages_nothing(bench: Workbench) -> None:
    block = land(bench, "x\ty", "customer", "id", table="contacts")
    assert block.read_only == ("customer", "id")
    assert bench.stage_landed(block).operation is None


def test_two_hundred_thousand_cells_are_one_operation(tmp_path: Path) -> None:
    file = tmp_path / "many.ndjson"
    file.write_text("".join(f'{{"id": "c{n}", "name": "N{n}"}}\n' for n in range(100_000)))
    with Workbench.create(tmp_path / "many.session") as bench:
        bench.load(file=file)
        text = "\n".join(f"New {n}\t+1415555{n % 10_000:04}" for n in range(100_000))
        rows = pl.int_range(0, 100_000, dtype=pl.UInt32, eager=True)
        block = bench.land(text, table="customers", columns=COLUMNS, below=rows)
        assert bench.stage_landed(block).changed == 200_000
        assert column(bench, "company_name")[99_999] == "New 99999"
