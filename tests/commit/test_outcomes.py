"""What became of a run, cell by cell: values, outcomes, and the server's reasons at their places."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.plans import framed
from workbench.commit.outcomes import COLUMNS
from workbench.commit.places import at, place_of
from workbench.errors import UsageError, WorkbenchError
from workbench.session.rows import Outcome
from workbench.stage.edits import Edit

REFUSED = "a@b..c"
"""An email address whose form we let pass and the sandbox does not."""


def by_path(here: Any, *only: str) -> dict[str, dict[str, Any]]:
    """The rows by path; fails if two have the same."""
    rows = here.workbench.outcomes(only=only).outcomes
    found = {row["path"]: row for row in rows}
    assert len(found) == len(rows)
    return found


def with_two(here: Any, table: str) -> str:
    """A customer with two or more items."""
    counts = here.workbench.snapshot.base[table].group_by("customer_id").len().filter(pl.col("len") > 1)
    return str(counts["customer_id"].sort()[0])


def test_a_row_for_each_cell_tells_what_was_asked_and_what_is_stored(desk: Any) -> None:
    here = desk()
    one = here.world.ids()[0]
    before = here.world.customer(one)["payment_term"]
    here.workbench.stage([Edit("set", "payment_term", "TERM A"), Edit("clear", "freight_term")])
    report = here.commit()
    found = here.workbench.outcomes()
    assert (found.run, found.frame.height) == (report.run, here.workbench.log().operations[0]["changed"])
    assert all(list(row) == list(COLUMNS) for row in found.outcomes)
    row = next(row for row in found.outcomes if (row["id"], row["path"]) == (one, "payment_term"))
    assert row == {
        "id": one, "path": "payment_term", "before": before, "asked": "TERM A", "stored": "TERM A",
        "outcome": "committed", "reason": None,
    }  # fmt: skip


def test_values_stand_in_json_as_what_they_are(desk: Any) -> None:
    here = desk()
    rep = next(iter(here.workbench.snapshot.base.sales_reps.names))
    contact = here.workbench.snapshot.base.contacts.filter(~pl.col("is_default"))["id"][0]
    here.workbench.stage([Edit("set", "assigned_sales_rep_ids", rep), Edit("set", "company_name", 'A "b", \\ é')])
    here.workbench.stage([Edit("set", "is_default", "true")], table="contacts", where=f"id:={contact}")
    here.commit()
    rows = here.workbench.outcomes().outcomes
    assert {json.dumps(row["asked"]) for row in rows if row["path"] == "assigned_sales_rep_ids"} == {json.dumps([rep])}
    assert all(isinstance(row["before"], list) for row in rows if row["path"] == "assigned_sales_rep_ids")
    assert {row["asked"] for row in rows if row["path"] == "company_name"} == {'A "b", \\ é'}
    (flag,) = [row for row in rows if row["path"].endswith("is_default")]
    assert (flag["before"], flag["asked"], flag["stored"]) == (False, True, True)


@pytest.mark.parametrize("nested", ["full", "sparse"])
def test_the_servers_reason_stands_at_the_very_cell(desk: Any, nested: str) -> None:
    here = desk()
    here.workbench.set_settings({"nested": nested})
    one = with_two(here, "contacts")
    second = here.workbench.snapshot.base.contacts.filter(pl.col("customer_id") == one)["id"][1]
    here.workbench.stage([Edit("set", "email", REFUSED)], table="contacts", where=f"id:={second}")
    here.workbench.stage([Edit("set", "designation", "Buyer")], table="contacts", where=f"customer_id:={one}")
    here.workbench.stage([Edit("set", "payment_term", "TERM A")], where=f"id:={one}")
    assert here.commit().failed == 1
    found = by_path(here)
    email = found[f"contacts[{second}].email"]
    assert (email["outcome"], email["reason"], email["stored"]) == ("failed", "must be an email address", None)
    for path, row in found.items():
        if path != f"contacts[{second}].email":
            assert row["outcome"] == "failed"
            assert row["reason"].startswith("422 ")


def test_a_reason_about_what_was_only_carried_names_the_item_by_its_id(desk: Any) -> None:
    here = desk()
    one = with_two(here, "addresses")
    first, second, *_ = here.workbench.snapshot.base.addresses.filter(pl.col("customer_id") == one)["id"]
    here.workbench.stage([Edit("set", "city", "Rome")], table="addresses", where=f"id:={second}")
    frozen = here.workbench.plan()
    assert frozen.planned == 1
    here.commit()
    store, details = here.workbench._bench.store, {"reasons": [{"path": "addresses[0].country", "reason": "odd"}]}
    store.journal(1, "2026", [], [Outcome(0, "failed", 422, "422: no", json.dumps(details))], {})
    (row,) = here.workbench.outcomes().outcomes
    assert row["reason"] == f"422: no; addresses[{first}].country: odd"


def test_a_new_item_is_known_by_its_reference_until_it_has_an_id(desk: Any) -> None:
    here = desk(normalise=True)
    one = here.world.ids()[0]
    new = [Edit("set", "city", " Rome "), Edit("set", "type", "billing"), Edit("set", "email", REFUSED)]
    here.workbench.stage(new, table="addresses", where=f"id:={one}", new=True)
    assert here.commit().failed == 1
    rows = here.workbench.outcomes().outcomes
    assert {row["path"].partition("].")[0][:11] for row in rows} == {"addresses[+"}
    assert [row["path"].rpartition(".")[2] for row in rows if row["reason"] == "must be an email address"] == ["email"]
    here.workbench.stage([Edit("set", "email", "a@b.co")], table="addresses", where="city:Rome")
    here.commit()
    rows = here.workbench.outcomes(2).outcomes
    assert not any("[+" in row["path"] for row in rows)
    (city,) = [row for row in rows if row["path"].endswith("].city")]
    assert (city["asked"], city["stored"], city["outcome"]) == (" Rome ", "Rome", "altered")


def test_what_the_server_made_of_a_value_is_stored(desk: Any) -> None:
    here = desk(normalise=True)
    here.workbench.stage([Edit("set", "payment_term", " padded "), Edit("set", "freight_term", "kept")])
    here.commit()
    here.workbench.resume(accept_altered=True)
    found = {(row["path"], row["asked"], row["stored"], row["reason"]) for row in here.workbench.outcomes().outcomes}
    assert found == {
        ("payment_term", " padded ", "padded", "the server stored something else"),
        ("freight_term", "kept", "kept", None),
    }
    (line,) = here.workbench.log().operations
    assert line["otherwise"] == f"{line['changed'] // 2} altered", "one of each two cells"


def test_in_a_conflict_theirs_is_stored(desk: Any) -> None:
    here = desk()
    one = here.world.ids()[0]
    here.workbench.stage([Edit("set", "payment_term", "OURS"), Edit("set", "freight_term", "F")], where=f"id:={one}")
    here.world.edit(one, payment_term="THEIRS")
    assert here.commit().conflict == 1
    found = by_path(here)
    assert (found["payment_term"]["stored"], found["payment_term"]["reason"]) == ("THEIRS", "somebody else changed it")
    assert found["freight_term"]["stored"] is None
    assert "payment_term" in found["freight_term"]["reason"]


def test_of_a_stopped_run_the_rest_is_unsent_with_the_reason(desk: Any) -> None:
    here = desk(customers=30)
    here.set("email", REFUSED)
    report = here.commit(max_failures=3, concurrency=1)
    rows = here.workbench.outcomes(only=["unsent"]).outcomes
    assert len(rows) == report.unsent > 0
    assert all(row["stored"] is None and "--max-failures" in row["reason"] for row in rows)
    assert len(here.workbench.outcomes(only=["failed"]).outcomes) == 3
    here.workbench.resume(abandon=True)
    assert {row["reason"] for row in here.workbench.outcomes(only=["unsent"]).outcomes} == {"given up"}


def test_what_was_sent_without_an_answer_is_unknown(desk: Any) -> None:
    here = desk()
    here.set("payment_term", "TERM A", where=f"id:={here.world.ids()[0]}")
    here.commit()
    here.set("payment_term", "TERM B", where=f"id:={here.world.ids()[0]}")
    store = here.workbench._bench.store
    run = replace(store.runs()[0], state="running")
    store.add_run(run, framed(store.requests(1)), store.planned(1))
    store.journal(2, "2026", [0], [], {})
    here.workbench._bench.runs = store.runs()
    (row,) = here.workbench.outcomes(only=["unknown"]).outcomes
    assert (row["stored"], "resume" in row["reason"]) == (None, True)


def test_a_run_is_chosen_by_its_number_and_must_be_there(desk: Any) -> None:
    here = desk()
    assert (here.workbench.outcomes().run, here.workbench.outcomes().outcomes) == (None, [])
    for term in ("A", "B"):
        here.set("payment_term", term)
        here.commit()
    assert {row["asked"] for row in here.workbench.outcomes(1).outcomes} == {"A"}
    assert {row["asked"] for row in here.workbench.outcomes().outcomes} == {"B"}
    assert here.workbench.outcomes(only=["failed", "altered"]).outcomes == []
    with pytest.raises(WorkbenchError, match="no run 7"):
        here.workbench.outcomes(7)
    with pytest.raises(UsageError, match="'lost'; there are: committed, already, altered"):
        here.workbench.outcomes(only=["lost"])


@pytest.mark.parametrize("suffix", ["csv", "parquet", "ndjson", "json"])
def test_a_sheet_has_the_columns_and_the_values(desk: Any, tmp_path: Path, suffix: str) -> None:
    here = desk()
    here.set("payment_term", "=1+1")
    here.commit()
    found = here.workbench.outcomes()
    found.write(tmp_path / f"o.{suffix}")
    read = {"csv": pl.read_csv, "parquet": pl.read_parquet, "ndjson": pl.read_ndjson, "json": pl.read_json}[suffix]
    sheet = read(tmp_path / f"o.{suffix}")
    assert sheet.columns == [*COLUMNS, "_exported"]
    asked = "'=1+1" if suffix == "csv" else "=1+1"  # what spreadsheets open, they compute
    assert sheet["asked"].to_list() == [asked] * found.frame.height
    assert sheet["id"].to_list() == found.frame["id"].to_list()
    with pytest.raises(UsageError, match=r"o\.doc"):
        found.write(tmp_path / "o.doc")


BODY = {
    "phone": "1",
    "assigned_sales_rep_ids": ["r1", "r2"],
    "addresses": [{"id": "a", "city": "x", "attributes": [{"name": "n.m"}]}, {"reference_id": "new", "city": "y"}],
    "attributes": [{"name": "Color"}],
}


@pytest.mark.parametrize(
    ("told", "place"),
    [
        ("phone", "phone"),
        ("addresses[0].city", "addresses[a].city"),
        ("addresses[0]", "addresses[a]"),
        ("addresses[0].attributes[0].value", "addresses[a].attributes[n.m]"),
        ("addresses[1].city", "addresses[+new].city"),
        ("attributes[0].value", "attributes[Color]"),
        ("assigned_sales_rep_ids[1]", "assigned_sales_rep_ids"),
        ("addresses[9].city", "addresses[9].city"),
        ("contacts[0].city", "contacts[0].city"),
        ("phone[0]", "phone[0]"),
        ("addresses", "addresses"),
        ("$.a b/c", "$.a b/c"),
        ("addresses[99999999999999999999].city", "addresses[99999999999999999999].city"),
        ("", ""),
    ],
)
def test_positions_in_the_body_become_ids(told: str, place: str) -> None:
    assert place_of(told, BODY) == place


def test_a_place_means_its_cell_or_all_within_it() -> None:
    paths = ["phone", "addresses[a].city", "addresses[a].attributes[n]", "addresses[ab].city"]
    assert at("phone", paths) == ["phone"]
    assert at("addresses[a]", paths) == paths[1:3]
    assert at("addresses", paths) == paths[1:]
    assert at("email", paths) == []
