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
