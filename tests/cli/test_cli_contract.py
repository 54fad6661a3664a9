"""Each command of the design's table: its JSON keys, its exit codes, what goes to stdout and what to stderr."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from workbench.load.sheet import read_sheet
from workbench.sandbox.server import Sandbox
from workbench.workbench import Workbench

RUN_KEYS = [
    "run", "planned", "committed", "already", "altered", "conflict", "failed", "unknown", "unsent", "held",
    "side_effects", "seconds",
]  # fmt: skip


def keys(told: Any) -> list[str]:
    return list(told.json)


def test_load_tells_what_the_session_holds(command: Any, sandbox: Sandbox) -> None:
    told = command("load", "new", "--api", sandbox.url, "--json")
    assert told.code == 0
    assert keys(told) == ["session", "customers", "addresses", "contacts", "attributes", "rejected"]
    assert (told.json["session"], told.json["customers"], told.json["rejected"]) == ("new", 30, 0)
    again = command("load", "new", "--json")
    assert again.json == told.json


def test_the_file_wins_over_the_variable(command: Any, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKBENCH_API_URL", "http://127.0.0.1:9")
    (folder / "c.json").write_text('[{"id": "a", "name": "Acme"}]')
    assert command("load", "new", "--file", "c.json", "--json").json["customers"] == 1


def test_search_tells_the_rows_with_both_ids(command: Any) -> None:
    told = command("search", "s", "--table", "addresses", "--limit", "2", "--columns", "city", "--json")
    assert told.code == 0
    assert keys(told) == ["matched", "rows"]
    assert [list(row) for row in told.json["rows"]] == [["id", "customer_id", "city"]] * 2
    assert told.json["matched"] > 2


@pytest.mark.parametrize("format", ["table", "json", "ndjson", "csv"])
def test_search_prints_rows_on_stdout_and_counts_on_stderr(command: Any, format: str) -> None:
    told = command("search", "s", "--format", format, "--limit", "3", "--columns", "company_name")
    assert told.code == 0
    lines = told.out.splitlines()
    assert len(lines) == {"table": 4, "json": 1, "ndjson": 3, "csv": 4}[format]
    if format == "ndjson":
        assert all(list(json.loads(line)) == ["id", "customer_id", "company_name"] for line in lines)


def test_a_query_and_a_sort_may_begin_with_a_minus(command: Any) -> None:
    everything = command("search", "s", "--json").json
    without = command("search", "s", "-payment_term:net", "--sort", "-display_id", "--json").json
    assert 0 < without["matched"] < everything["matched"]
    names = [row["display_id"] for row in without["rows"]]
    assert names == sorted(names, reverse=True)


def test_values_queries_and_notes_may_begin_with_a_minus(command: Any) -> None:
    told = command(
        "stage", "s", "--where", "-payment_term:net", "--set", "payment_term=-30", "--note", "-n", "--replace",
        "company_name", "-", "-x", "--json",
    )  # fmt: skip
    assert told.code == 0
    assert keys(told) == ["operation", "matched", "changed", "unchanged", "invalid"]
    assert command("log", "s", "--json").json["operations"][0]["note"] == "-n"
    found = command("search", "s", "-payment_term:net", "--columns", "payment_term", "--json").json["rows"]
    assert {row["payment_term"] for row in found} == {"-30"}


def test_a_query_that_looks_like_an_option_is_a_mistyped_option(command: Any) -> None:
    command("search", "s", "--jsn").refused(2, "--jsn")


def test_staging_what_changes_nothing_is_no_operation(command: Any) -> None:
    command("stage", "s", "--set", "payment_term=X")
    told = command("stage", "s", "--set", "payment_term=X", "--json")
    assert (told.code, told.json["operation"], told.json["changed"]) == (0, None, 0)
    assert told.json["unchanged"] == told.json["matched"] == 30


def test_a_dry_run_tells_and_keeps_nothing(command: Any) -> None:
    told = command("stage", "s", "--clear", "payment_term", "--dry-run", "--json").json
    assert told["operation"] is None
    assert told["changed"] > 0
    assert command("status", "s", "--json").json["operations"] == 0


def test_an_invalid_value_is_staged_marked_and_held(command: Any) -> None:
    told = command("stage", "s", "--set", "phone=12", "--json")
    assert told.code == 3
    assert told.json["invalid"] == told.json["changed"] == 30
    assert command("diff", "s", "--json").json["held"] == 30
    held = command("commit", "s", "--yes", "--json")
    assert (held.code, held.json["run"], held.json["held"]) == (3, None, 30)
    assert command("commit", "s", "--dry-run", "--json").code == 3


def test_several_edits_are_one_operation(command: Any) -> None:
    told = command(
        "stage", "s", "--set", "payment_term=A", "--set", "freight_term=B", "--apply", "company_name", "upper"
    )
    assert told.code == 0
    assert told.out == ""
    assert command("status", "s", "--json").json["operations"] == 1


def test_a_sheet_is_staged_and_what_is_left_of_it_is_told(command: Any, folder: Path) -> None:
    command("export", "s", "--output", "x.csv")
    untouched = command("stage", "s", "--from", "x.csv", "--key", "id", "--json")
    assert untouched.code == 0
    assert keys(untouched) == ["operation", "matched", "changed", "unchanged", "invalid"]
    assert (untouched.json["operation"], untouched.json["matched"], untouched.json["changed"]) == (None, 30, 0)
    sheet = pl.read_csv(folder / "x.csv", infer_schema=False).with_columns(payment_term=pl.lit("=SHEET"))
    pl.concat([sheet[:3], sheet[4:5].with_columns(id=pl.lit("gone"), _exported=None)]).write_csv(folder / "y.csv")
    command("stage", "s", "--set", "payment_term=LATER", "--where", f"id:={sheet['id'][0]}")
    told = command("stage", "s", "--from", "y.csv", "--note", "-n", "--json")
    assert told.code == 3
    assert (told.json["matched"], told.json["changed"], told.json["invalid"]) == (3, 2, 0)
    assert "y.csv line 5: “gone”: there is no such id" in told.err
    assert "conflict, not staged: y.csv line 2: payment_term of " in told.err
    assert "now “LATER”, in the sheet “=SHEET”" in told.err
    assert "1 rows or cells could not be staged, 1 cells moved" in told.err
    assert command("log", "s", "--json").json["operations"][-1]["kind"] == "sheet"
    dry = command("stage", "s", "--from", "y.csv", "--dry-run", "--json")
    assert (dry.code, dry.json["operation"]) == (3, None)


def test_an_empty_cell_clears_only_when_asked(command: Any, folder: Path) -> None:
    one = command("search", "s", "has:payment_term", "--limit", "1", "--json").json["rows"][0]["id"]
    (folder / "x.csv").write_text(f"id,payment_term\n{one},\n")
    assert command("stage", "s", "--from", "x.csv", "--json").json["changed"] == 0
    assert command("stage", "s", "--from", "x.csv", "--empty", "clear", "--json").json["changed"] == 1


def test_outcomes_come_back_corrected(command: Any, start: Any, folder: Path) -> None:
    sandbox = start()
    command("load", "mine", "--api", sandbox.url)
    one = sandbox.world.ids()[0]
    command("stage", "mine", "--set", "email=a@b..c", "--where", f"id:={one}")
    command("commit", "mine", "--yes")
    command("outcomes", "mine", "--outcome", "failed", "--output", "o.csv")
    sheet = pl.read_csv(folder / "o.csv", infer_schema=False)
    sheet.with_columns(asked=pl.lit("a@b.co")).write_csv(folder / "o.csv")
    assert command("stage", "mine", "--from", "o.csv", "--json").json["changed"] == 1
    assert command("commit", "mine", "--yes", "--json").json["committed"] == 1
    assert sandbox.world.customer(one)["email"] == "a@b.co"


def test_diff_prints_the_very_bodies(command: Any, folder: Path) -> None:
    command("stage", "s", "--where", "status:active", "--set", 'payment_term=Ö"1')
    counts = command("diff", "s", "--json")
    assert counts.code == 0
    assert keys(counts) == ["customers", "changes", "fields", "held"]
    assert counts.json["fields"] == {"payment_term": counts.json["changes"]}
    lines = command("diff", "s", "--format", "ndjson").out.splitlines()
    assert len(lines) == counts.json["customers"]
    first = json.loads(lines[0])
    assert list(first) == ["id", "body", "held", "changes"]
    assert first["body"] == {"payment_term": 'Ö"1'}
    assert [list(change) for change in first["changes"]] == [["path", "before", "after", "operation"]]
    command("diff", "s", "--format", "ndjson", "--output", "d.ndjson", "--json")
    assert (folder / "d.ndjson").read_text().splitlines() == lines
    curl = command("diff", "s", "--format", "curl").out
    assert "PATCH" in curl
    assert "$WORKBENCH_API_KEY" in curl


@pytest.mark.parametrize("format", ["text", "summary", "curl", "ndjson"])
def test_diff_of_nothing_prints_nothing(command: Any, format: str) -> None:
    told = command("diff", "s", "--format", format)
    assert (told.code, told.out) == (0, "")


def test_hold_leaves_customers_out_of_every_commit_until_released(command: Any, start: Any) -> None:
    sandbox = start()
    command("load", "mine", "--api", sandbox.url)
    command("stage", "mine", "--set", "payment_term=TERM7")
    first, *rest = sandbox.world.ids()
    before = sandbox.world.customer(first)
    told = command("hold", "mine", "--where", f"id:={first}", "--note", "-ask first", "--json")
    assert (told.code, told.json) == (0, {"changed": 1})
    again = command("hold", "mine", "--where", f"id:={first}", "--json")
    assert (again.json, again.err) == ({"changed": 0}, "1 customer found, on hold already\n")
    assert command("hold", "mine", "--where", "nobodyatall").err == "nobody was found\n"
    assert command("search", "mine", "is:held", "--json").json["matched"] == 1
    assert command("diff", "mine", "--json").json["held"] == 1
    lines = map(json.loads, command("diff", "mine", "--format", "ndjson").out.splitlines())
    assert {one["id"]: one["held"] for one in lines} == {first: "on hold: -ask first", **dict.fromkeys(rest)}
    done = command("commit", "mine", "--yes", "--json")
    assert (done.code, done.json["planned"], done.json["committed"], done.json["held"]) == (3, 7, 7, 1)
    assert sandbox.world.customer(first) == before
    assert [one["operation"] for one in command("log", "mine", "--json").json["operations"]] == [1]
    again = command("commit", "mine", "--yes", "--json")
    assert (again.code, again.json["run"], again.json["held"]) == (3, None, 1)
    released = command("release", "mine", "--where", "is:held", "--json")
    assert (released.code, released.json) == (0, {"changed": 1})
    assert command("release", "mine", "--where", "is:held", "--json").json == {"changed": 0}
    done = command("commit", "mine", "--yes", "--json")
    assert (done.code, done.json["committed"], done.json["held"]) == (0, 1, 0)
    assert sandbox.world.customer(first)["payment_term"] == "TERM7"


@pytest.mark.parametrize("name", ["hold", "release"])
def test_hold_and_release_must_be_told_whom(command: Any, name: str) -> None:
    command(name, "s").refused(2, "--where")
    command(name, "s", "--where", "nope:x").refused(2, "nope")
    assert command("search", "s", "is:held", "--json").json["matched"] == 0


def test_unstage_takes_cells_back(command: Any) -> None:
    command("stage", "s", "--set", "payment_term=A", "--set", "freight_term=B")
    told = command("unstage", "s", "--where", "is:staged", "--field", "payment_term", "--json")
    assert told.code == 0
    assert keys(told) == ["operation", "changed"]
    assert told.json["operation"] == 2
    nothing = command("unstage", "s", "--where", "is:staged", "--field", "customers.payment_term", "--json")
    assert nothing.json == {"operation": None, "changed": 0}
    command("unstage", "s", "--where", "is:staged", "--field", "nope").refused(2, "nope")


def test_undo_redo_and_drop_walk_the_stack_across_processes(command: Any) -> None:
    command("stage", "s", "--set", "payment_term=A")
    command("stage", "s", "--set", "freight_term=B")
    undone = command("undo", "s", "5", "--json")
    assert undone.code == 0
    assert undone.json == {"operations": 2, "staged": 0}
    assert command("undo", "s", "--json").json == {"operations": 0, "staged": 0}
    assert command("redo", "s", "--json").json["operations"] == 1
    assert command("redo", "s", "9", "--json").json["operations"] == 1
    dropped = command("drop", "s", "1", "--json").json
    assert dropped["operations"] == 1
    assert [o["state"] for o in command("log", "s", "--json").json["operations"]] == ["dropped", "active"]
    command("drop", "s", "1").refused(1, "operation 1")
    command("drop", "s", "77").refused(1, "77")
    command("undo", "s", "0").refused(2, "0")


def test_log_and_status_are_as_the_table_says(command: Any) -> None:
    command("stage", "s", "--set", "payment_term=A", "--note", "why")
    told = command("log", "s", "--json")
    assert keys(told) == ["operations", "runs"]
    assert list(told.json["operations"][0]) == ["operation", "at", "by", "note", "kind", "changed", "state"]
    status = command("status", "s", "--json")
    assert keys(status) == ["session", "customers", "staged", "operations", "runs", "unfinished"]
    assert status.json == {
        "session": "s", "customers": 30, "staged": told.json["operations"][0]["changed"], "operations": 1, "runs": 0,
        "unfinished": None,
    }  # fmt: skip
    assert "why" in command("log", "s").out


def test_settings_are_shown_and_set(command: Any) -> None:
    told = command("settings", "s", "nested=sparse", "rate=5", "--json")
    assert told.code == 0
    assert told.json["settings"] == {
        "nested": "sparse", "clear": "empty", "concurrency": 16, "rate": 5.0, "grace": 3.0, "region": "US",
        "review": "optional", "url": "",
    }  # fmt: skip
    assert "rate=none" in command("settings", "s", "rate=none").out
    for wrong in ("nested", "nope=1", "nested=wild", "concurrency=0", "grace=soon", "region=XX"):
        command("settings", "s", wrong).refused(2, wrong.partition("=")[0])


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "parquet", "ndjson"])
def test_export_writes_current_tables(command: Any, folder: Path, suffix: str) -> None:
    command("stage", "s", "--set", "payment_term=Ä", "--where", "status:active")
    told = command("export", "s", "--output", f"out.{suffix}", "--json")
    assert (told.code, told.json) == (0, {"rows": 30})
    read: dict[str, Callable[[Path], pl.DataFrame]] = {
        "csv": pl.read_csv, "parquet": pl.read_parquet, "ndjson": pl.read_ndjson,
        "xlsx": lambda path: read_sheet(path).frame,
    }  # fmt: skip
    assert "Ä" in read[suffix](folder / f"out.{suffix}")["payment_term"].to_list()


def test_export_copies_the_session(command: Any) -> None:
    command("stage", "s", "--set", "payment_term=A")
    assert command("export", "s", "--session", "copy.session", "--json").json == {"rows": 30}
    copied = command("status", "copy", "--json").json
    assert copied == {**command("status", "s", "--json").json, "session": "copy"}
    command("export", "s").refused(2, "--output")
    command("export", "s", "--output", "x.doc").refused(2, "x.doc")
    command("export", "s", "--output", "nowhere/x.csv").refused(1, "nowhere/x.csv")


def test_a_commit_is_told_and_can_be_reverted(command: Any, start: Any) -> None:
    sandbox = start()
    command("load", "mine", "--api", sandbox.url)
    before = {id_: sandbox.world.customer(id_)["payment_term"] for id_ in sandbox.world.ids()}
    staged = command("stage", "mine", "--set", "payment_term=NET30", "--json").json["changed"]
    pilot = command("commit", "mine", "--yes", "--limit", "2", "--json")
    assert pilot.code == 0
    assert keys(pilot) == RUN_KEYS
    assert (pilot.json["run"], pilot.json["planned"], pilot.json["committed"]) == (1, 2, 2)
    told = command("commit", "mine", "--yes", "--json")
    assert told.json["committed"] == staged - 2
    runs = command("log", "mine", "--json").json["runs"]
    counts = ["committed", "already", "altered", "conflict", "failed", "unknown", "unsent"]
    assert list(runs[0]) == ["run", "at", "by", *counts]
    command("undo", "mine").refused(1, "revert")
    for run in (2, 1):
        back = command("revert", "mine", run, "--json")
        assert back.code == 0
        assert keys(back) == ["operation", "changed", "irreversible"]
        assert command("commit", "mine", "--yes").code == 0
    after = {id_: sandbox.world.customer(id_)["payment_term"] for id_ in sandbox.world.ids()}
    assert {k: v or "" for k, v in after.items()} == {k: v or "" for k, v in before.items()}


def test_outcomes_are_a_row_for_each_cell(command: Any, start: Any, folder: Path) -> None:
    sandbox = start()
    command("load", "mine", "--api", sandbox.url)
    none = command("outcomes", "mine", "--json")
    assert (none.code, none.json) == (0, {"outcomes": []})
    assert command("outcomes", "mine").out == ""
    command("stage", "mine", "--set", "email=a@b..c", "--where", f"id:={sandbox.world.ids()[0]}")
    command("commit", "mine", "--yes")
    told = command("outcomes", "mine", "--json")
    assert told.code == 0
    (row,) = told.json["outcomes"]
    assert list(row) == ["id", "path", "before", "asked", "stored", "outcome", "reason"]
    assert (row["id"], row["path"], row["asked"]) == (sandbox.world.ids()[0], "email", "a@b..c")
    assert (row["outcome"], row["reason"]) == ("failed", "must be an email address")
    table = command("outcomes", "mine", "1", "--outcome", "failed,altered").out.splitlines()
    assert table[0].split() == list(row)
    assert table[1].endswith("must be an email address")
    assert command("outcomes", "mine", "--outcome", "committed", "--json").json == {"outcomes": []}
    assert command("outcomes", "mine", "--output", "o.csv").out == ""
    assert pl.read_csv(folder / "o.csv")["reason"].to_list() == [row["reason"]]
    command("outcomes", "mine", "--outcome", "lost").refused(2, "lost", "committed, already, altered")
    command("outcomes", "mine", "2").refused(1, "run 2")
    command("outcomes", "mine", "--output", "o.doc").refused(2, "o.doc")


def test_commit_without_yes_is_wrong_usage(command: Any) -> None:
    command("stage", "s", "--set", "payment_term=A")
    command("commit", "s").refused(2, "--yes")
    dry = command("commit", "s", "--dry-run", "--json")
    assert keys(dry) == RUN_KEYS
    assert (dry.code, dry.json["run"], dry.json["planned"], dry.json["unsent"]) == (0, None, 30, 30)
    assert command("status", "s", "--json").json["runs"] == 0


def test_nothing_staged_and_nothing_unfinished_are_no_runs(command: Any) -> None:
    for arguments in (
        ("commit", "s", "--yes"),
        ("resume", "s"),
        ("resume", "s", "--yes"),
        ("resume", "s", "--abandon"),
    ):
        told = command(*arguments, "--json")
        assert (told.code, told.json["run"]) == (0, None)
        assert keys(told) == RUN_KEYS


@pytest.mark.parametrize(
    "option", ["--limit=0", "--concurrency=0", "--concurrency=999", "--rate=0", "--rate=nan", "--rate=inf",
               "--max-failures=0", "--check=sometimes", "--limit=x", "--where=nope:x"]
)  # fmt: skip
def test_a_commit_with_nonsense_leaves_no_run(command: Any, option: str) -> None:
    command("stage", "s", "--set", "payment_term=A")
    command("commit", "s", "--yes", option).refused(2)
    assert command("status", "s", "--json").json["runs"] == 0


def test_what_somebody_else_changed_is_a_conflict(command: Any, start: Any) -> None:
    sandbox = start()
    command("load", "mine", "--api", sandbox.url)
    command("stage", "mine", "--set", "payment_term=OURS")
    other = sandbox.world.ids()[3]
    loaded = sandbox.world.customer(other)["payment_term"]
    sandbox.world.edit(other, payment_term="THEIRS")
    told = command("commit", "mine", "--yes", "--json")
    assert told.code == 3
    assert told.json["conflict"] == 1
    assert sandbox.world.customer(other)["payment_term"] == "THEIRS"
    found = command("conflicts", "mine", "--json")
    assert found.code == 0
    assert [list(one) for one in found.json["conflicts"]] == [["id", "path", "loaded", "theirs", "ours"]]
    assert found.json["conflicts"] == [
        {"id": other, "path": "payment_term", "loaded": loaded, "theirs": "THEIRS", "ours": "OURS"}
    ]


def test_revert_of_no_run_is_an_error(command: Any) -> None:
    command("revert", "s").refused(1, "run")
    command("revert", "s", "4").refused(1, "run 4")


def test_an_unfinished_run_is_named_by_what_must_wait(command: Any, start: Any) -> None:
    sandbox = start(normalise=True)
    command("load", "mine", "--api", sandbox.url)
    command("stage", "mine", "--set", "payment_term= padded ")
    stopped = command("commit", "mine", "--yes", "--json")
    assert (stopped.code, stopped.json["altered"]) == (4, 1)
    assert command("status", "mine", "--json").json["unfinished"] == 1
    for arguments in (
        ("commit", "mine", "--yes"),
        ("load", "mine"),
        ("revert", "mine"),
        ("settings", "mine", "clear=null"),
        ("hold", "mine", "--where", "is:staged"),
    ):
        command(*arguments).refused(1, "run 1", "resume")
    given_up = command("resume", "mine", "--abandon", "--json")
    assert given_up.code == 3
    assert given_up.json["unsent"] == 7
    status = command("status", "mine", "--json").json
    assert (status["unfinished"], status["staged"]) == (None, 7)


def test_a_session_whose_load_was_killed_says_so(command: Any, folder: Path) -> None:
    Workbench.create(folder / "killed.session").close()
    told = command("status", "killed")
    assert told.code == 0
    assert "its load did not finish; load again with: workbench load killed" in told.err
