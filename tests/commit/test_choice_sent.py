"""A commit of a choice: on the server exactly the chosen cells changed, and the rest is still staged."""

from __future__ import annotations

import copy
from pathlib import Path

import polars as pl
import pytest

from workbench.errors import WorkbenchError
from workbench.sandbox.server import Sandbox
from workbench.stage.choice import Choice
from workbench.stage.edits import Edit
from workbench.workbench import Workbench


def test_only_the_chosen_cells_change_on_the_server_and_the_rest_stays_staged(tmp_path: Path) -> None:
    with Sandbox(customers=12) as sandbox, Workbench.create("s", sessions_dir=tmp_path, key="k") as bench:
        bench.load(api=sandbox.url)
        bench.stage([Edit("set", "payment_term", "ODD")])
        bench.stage([Edit("set", "city", "Q"), Edit("set", "state", "TX")], table="addresses")
        cells = bench.snapshot.staged_cells_of(("addresses", "city"))["row"]
        terms = bench.snapshot.staged_cells_of(("customers", "payment_term"))["row"]
        out = {("addresses", "city"): cells.gather_every(2), ("customers", "payment_term"): terms.head(4)}
        choice = Choice().without(out)
        shown = bench.preview(choice=choice)
        bodies = dict(shown.bodies())
        before = {id_: copy.deepcopy(sandbox.world.customer(id_)) for id_ in bench.snapshot.base.customers["id"]}
        report = bench.commit(choice=choice, digest=shown.plan_digest)
        assert (report.committed, report.planned) == (shown.customers - shown.held, len(bodies) - shown.held)
        base = bench.snapshot.base
        for row, (id_, term) in enumerate(base.customers.select("id", "payment_term").iter_rows()):
            now = sandbox.world.customer(id_)
            left = row in out["customers", "payment_term"]
            assert now["payment_term"] == (before[id_]["payment_term"] if left else "ODD")
            assert (term or "") == (now["payment_term"] or "")
        left_cities = set(base.addresses["id"].gather(out["addresses", "city"]))
        for id_, record in before.items():
            cities = {one["id"]: one["city"] for one in record["addresses"]}
            for one in sandbox.world.customer(id_)["addresses"]:
                assert one["city"] == (cities[one["id"]] if one["id"] in left_cities else "Q")
                assert one["state"] == "TX"
        staged = {column: bench.snapshot.staged_cells_of(column)["row"].to_list() for column in bench.snapshot.columns}
        assert staged == {column: rows.to_list() for column, rows in choice.left_out(bench.snapshot).items()}
        assert set(staged) == set(out)


def test_another_plan_than_the_one_that_was_shown_is_refused(tmp_path: Path) -> None:
    with Sandbox(customers=3) as sandbox, Workbench.create("s", sessions_dir=tmp_path, key="k") as bench:
        bench.load(api=sandbox.url)
        bench.stage([Edit("set", "payment_term", "ODD")])
        digest = bench.preview().plan_digest
        choice = Choice().without({("customers", "payment_term"): pl.Series([0], dtype=pl.UInt32)})
        with pytest.raises(WorkbenchError, match="changed since it was shown"):
            bench.commit(choice=choice, digest=digest)
        assert bench.status().runs == 0
        assert bench.commit(digest=digest).committed == 3
