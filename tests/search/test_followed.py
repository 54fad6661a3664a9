"""What is kept for searching follows a session through stage, undo, drop and refresh: a kept answer is a fresh one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.customers.tables import rows_of
from workbench.found import Result
from workbench.search.searcher import Searcher
from workbench.workbench import Workbench

QUERIES = ("acme", "ac", "30", "e", "net*30", "payment_term:30", 'payment_term:="NET 30"', "company_name:acme", "is:staged",
           "before.payment_term:30", "addresses:(city:dallas state:TX)", "-x", "addresses.city:x", "has:email", "acme OR dallas",
           "updated_at:>=2025", "company_name:/^A/")  # fmt: skip
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("set"), st.sampled_from(["acme", "30", "is:staged", ""]),
                  st.sampled_from(["payment_term", "company_name", "email"]), st.sampled_from(["Acme X", "net 30", "", "Dallas"])),
        st.tuples(st.just("city"), st.sampled_from(["dallas", "x"]), st.just("city"), st.sampled_from(["Exeter", ""])),
        st.tuples(st.sampled_from(["undo", "redo", "load"])),
    ),
    min_size=1,
    max_size=6,
)  # fmt: skip


def customer(number: int, name: str = "Acme") -> dict[str, Any]:
    place = {"id": f"A{number}", "type": "billing", "city": ("Dallas", "Austin", None)[number % 3], "state": "TX"}
    return {"id": f"C{number}", "name": f"{name} {number}", "payment_term": ("NET 30", "COD", "")[number % 3],
            "email": f"x{number}@acme.com", "updated_at": "2025-01-01T00:00:00Z", "addresses": [place], "contacts": []}  # fmt: skip


def written(folder: Path, name: str, count: int, company: str) -> Path:
    file = folder / name
    file.write_text("".join(json.dumps(customer(number, company)) + "\n" for number in range(count)))
    return file


def done(bench: Workbench, step: tuple[str, ...], other: Path) -> None:
    what, *more = step
    if what in ("undo", "redo"):
        operations = bench.log().operations
        if what == "undo" and any(one["state"] == "active" for one in operations):
            bench.undo()
        elif what == "redo" and bench.snapshot.generation and operations and operations[-1]["state"] == "undone":
            bench.redo()
    elif what == "load":
        bench.load(file=other)
    else:
        bench.search(more[0], "addresses" if what == "city" else "customers").set(more[1], more[2])


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, queries=st.lists(st.sampled_from(QUERIES), min_size=2, max_size=5))
def test_what_is_kept_from_moment_to_moment_answers_as_if_nothing_were_kept(
    tmp_path_factory: Any, steps: list[tuple[str, ...]], queries: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("followed")
    with Workbench.create(folder / "a.session") as bench:
        bench.load(file=written(folder, "one.ndjson", 12, "Acme"))
        other = written(folder, "two.ndjson", 14, "Acmee")
        for step in [("search",), *steps]:
            if step != ("search",):
                done(bench, step, other)
            for query in queries:
                found = bench.search(query, sort="-payment_term")
                fresh = rows_of(Searcher().search(bench._searched(bench.snapshot), query))
                assert found.rows.sort().equals(fresh.cast(pl.UInt32)), (query, step)
                plain = Result("customers", found.rows, found.snapshot)
                for field in ("payment_term", "addresses.city"):
                    assert found.facets(field).frame.equals(plain.facets(field).frame), (query, step, field)
