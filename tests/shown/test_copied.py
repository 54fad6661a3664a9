"""What is copied is what is stored, and comes back from a spreadsheet's TSV as it was."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import WorkbenchError
from workbench.shown.copied import CARRIED, Copied, copied_cell, copied_rows, megabytes
from workbench.shown.rows import SnapshotRows
from workbench.workbench import Workbench

NAMES = [
    "plain",
    "tab\there",
    "two\nlines",
    'a "quote"',
    "",
    "=1+1",
    "+1 (415) 555-2671",
    "@sum",
    "-x",
    "cr\rlf",
    " a ",
]


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    """A session of customers with every kind of name."""
    source = tmp_path / "customers.ndjson"
    lines = [
        {
            "id": f"c{n}",
            "name": name,
            "assigned_sales_reps": [{"id": "r1", "first_name": "Ada"}, {"id": "r2", "first_name": "Bo"}],
            "addresses": [{"id": f"a{n}", "city": "Rome", "is_default": True}],
        }
        for n, name in enumerate(NAMES)
    ]
    source.write_text("".join(json.dumps(line) + "\n" for line in lines))
    bench = Workbench.create(tmp_path / "s.session")
    bench.load(file=source)
    return bench


def numbers(*rows: int) -> pl.Series:
    return pl.Series(rows, dtype=pl.UInt32)


def read(copied: Copied) -> list[list[str]]:
    """The cells, as a spreadsheet reads them."""
    return list(csv.reader(io.StringIO(copied.text, newline=""), delimiter="\t"))


def test_rows_come_back_as_they_were_with_a_header(bench: Workbench) -> None:
    with bench:
        rows = SnapshotRows(bench.snapshot, "customers")
        copied = copied_rows(rows, numbers(*range(len(NAMES))), ["company_name", "id", "assigned_sales_rep_ids"])
        assert read(copied) == [
            ["company_name", "id", "assigned_sales_rep_ids"],
            *([name, f"c{n}", "r1,r2"] for n, name in enumerate(NAMES)),
        ]
        assert (copied.rows, copied.columns) == (len(NAMES), 3)


def test_an_item_shows_whose_it_is_and_a_flag_is_a_word(bench: Workbench) -> None:
    with bench:
        copied = copied_rows(SnapshotRows(bench.snapshot, "addresses"), numbers(2, 0), ["customer", "is_default"])
        assert read(copied) == [["customer", "is_default"], ["two\nlines", "true"], ["plain", "true"]]


def test_formulas_stay_exact_and_are_counted_and_phones_are_none(bench: Workbench) -> None:
    with bench:
        copied = copied_rows(SnapshotRows(bench.snapshot, "customers"), numbers(5, 6, 7, 8), ["company_name"])
        assert [line[0] for line in read(copied)[1:]] == ["=1+1", "+1 (415) 555-2671", "@sum", "-x"]
        assert copied.formulas == 3
        assert copied.remarks == "; 3 values a spreadsheet would compute: paste as text there"


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=40))
def test_a_cell_is_copied_as_it_is(text: str) -> None:
    assert copied_cell(text).text == text


def test_what_some_terminals_do_not_carry_says_how_big_it_is() -> None:
    assert Copied("x" * CARRIED, 1, 1, 0).remarks == ""
    assert (
        Copied("é" * CARRIED, 1, 1, 0).remarks
        == "; 150 kB: some terminals take no more than 75 kB, export what does not arrive"
    )
    assert megabytes(8 * 2**20) == "8.4 MB"


def test_what_no_terminal_takes_is_refused_before_it_is_made(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    monkeypatch.setattr("workbench.shown.copied.LARGEST", 20_000)
    monkeypatch.setattr(
        pl.DataFrame, "write_csv", lambda frame, **_: made.append(frame.height) or "x" * 10 * frame.height
    )
    with bench:
        rows = SnapshotRows(bench.snapshot, "customers")
        assert copied_rows(rows, numbers(*[0] * 1_500), ["id"]).size == 15_000
        with pytest.raises(WorkbenchError, match=r"not copied: 25 kB or more is more than a terminal takes; export it"):
            copied_rows(rows, numbers(*[0] * 5_000), ["id"])
    assert 5_000 not in made
