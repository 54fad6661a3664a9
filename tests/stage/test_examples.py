"""The examples of an edit: the first few cells of which no two change alike."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from workbench.stage.edits import Edit
from workbench.workbench import Workbench


def test_examples_are_the_first_cells_that_change_differently_however_far_down_they_stand(tmp_path: Path) -> None:
    file = tmp_path / "many.csv"
    terms = ["A"] * 10 + ["B"] + ["A"] * 1_500 + ["C", "B", "D"]
    pl.DataFrame({"id": [f"c{n}" for n in range(len(terms))], "payment_term": terms}).write_csv(file)
    with Workbench.create("many", sessions_dir=tmp_path) as bench:
        bench.load(file=file)
        done = bench.stage([Edit("set", "payment_term", "COD")], dry_run=True)
    assert [(one.id, one.before, one.after) for one in done.examples] == [
        ("c0", "A", "COD"), ("c10", "B", "COD"), ("c1511", "C", "COD"), ("c1513", "D", "COD"),
    ]  # fmt: skip
    assert [one.cells for one in done.examples] == [1_510, 2, 1, 1], "so many change like it"


def test_lists_and_empty_cells_are_counted_too(tmp_path: Path) -> None:
    file = tmp_path / "few.ndjson"
    file.write_text(
        "".join(
            f'{{"id": "c{n}", "assigned_sales_rep_ids": {reps}}}\n' for n, reps in enumerate(['["r1"]', "[]", '["r1"]'])
        )
    )
    with Workbench.create("few", sessions_dir=tmp_path) as bench:
        bench.load(file=file)
        done = bench.stage([Edit("set", "assigned_sales_rep_ids", "r2"), Edit("set", "email", "a@b.com")], dry_run=True)
    assert [(one.before, one.after, one.cells) for one in done.examples] == [
        (["r1"], ["r2"], 2), ([], ["r2"], 1), (None, "a@b.com", 3)
    ]  # fmt: skip
