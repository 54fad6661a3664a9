"""The Workbench door: one session, from load to revert, with the sandbox on a real socket."""

from __future__ import annotations

import json
import logging
import os
import random
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from workbench.door.stopped import Interrupted
from workbench.errors import SessionHeld, UsageError, WorkbenchError
from workbench.sandbox.server import Sandbox
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

TERM = Edit("set", "payment_term", "NET30")
Object = dict[str, Any]

STAGES_AND_SAYS_SO = """
import sys, time
from workbench.stage.edits import Edit
from workbench.workbench import Workbench
bench = Workbench.open(sys.argv[1])
for number in range(1000):
    done = bench.stage([Edit("set", "payment_term", f"T{number}"), Edit("set", "phone", f"+1415555{number:04}")])
    print(done.operation, flush=True)
"""


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    """A session with three customers from a file."""
    with Workbench.create("s", sessions_dir=tmp_path, key="k") as made:
        load(made, *(customer(c) for c in "abc"))
        yield made


def customer(id_: str, **more: Any) -> Object:
    address = {"id": "1", "type": "billing", "city": "X", "attributes": [{"name": "n", "value": "v"}]}
    return {"id": id_, "name": id_.upper(), "payment_term": "net 30", "phone": "+14155552671", "addresses": [address],
            "contacts": [{"id": "2", "email": "a@b.c"}], "attributes": [], **more}  # fmt: skip


def load(bench: Workbench, *records: Object) -> None:
    file = bench.path.with_name("load.ndjson")
    file.write_text("\n".join(map(json.dumps, records)))
    bench.load(file=file)


def bodies(bench: Workbench) -> list[Object]:
    return [json.loads(line)["body"] for line in bench.preview().ndjson()]


def held(bench: Workbench) -> list[str | None]:
    return [patch.held for patch in bench.preview().patches()]


# ---- there and back again, over HTTP ----


@pytest.mark.parametrize(("nested", "clear"), [("full", "empty"), ("sparse", "null")])
def test_from_load_to_revert_the_server_is_back_where_it_began(tmp_path: Path, nested: str, clear: str) -> None:
    with Sandbox(customers=40) as sandbox, Workbench.create("s", sessions_dir=tmp_path, key="k") as bench:
        before = records(sandbox)
        report = bench.load(api=sandbox.url)
        assert (report.customers, report.rejected) == (40, 0)
        bench.set_settings({"nested": nested, "clear": clear, "grace": "0"})
        bench.stage([TERM, Edit("clear", "freight_term")], where="is:active")
        bench.stage([Edit("apply", "city", "upper")], table="addresses")
        bench.stage([Edit("set", "designation", "Buyer")], table="contacts")
        bench.stage([Edit("set", "value", "x")], table="attributes")
        assert records(sandbox) == before
        expected = [(patch.id, patch.body) for patch in bench.preview().patches() if patch.held is None]
        done = bench.commit()
        assert (done.planned, done.committed, done.held) == (len(expected), len(expected), bench.preview().customers)
        assert [(r.customer_id, r.body) for r in bench._bench.store.requests(1)] == expected
        assert records(sandbox) != before
        back = bench.revert()
        assert (back.irreversible, bench.commit().planned) == ((), len(expected))
        assert records(sandbox) == before


def records(sandbox: Sandbox) -> list[Object]:
    """What the server holds, without times, null and "" being one."""

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: plain(v) for k, v in value.items() if not k.startswith("updated_")}
        return [plain(one) for one in value] if isinstance(value, list) else value or None

    return [plain(sandbox.world.customer(id_)) for id_ in sorted(sandbox.world.ids())]


def test_a_session_belongs_to_one_api_and_keeps_no_key(tmp_path: Path) -> None:
    with Sandbox(customers=3) as sandbox, Sandbox(customers=3) as other:
        with Workbench.create("s", sessions_dir=tmp_path, key="very-secret") as bench:
            bench.load(api=sandbox.url)
            bench.stage([TERM])
            with pytest.raises(WorkbenchError, match="belongs to"):
                bench.load(api=other.url)
            assert bench.status().staged == 3
            bench.commit()
        assert not any(b"very-secret" in one.read_bytes() for one in tmp_path.iterdir())


def test_a_refused_or_missing_key_leaves_the_session_as_it_was(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.stage([TERM])
    with Sandbox(customers=1, key="right") as sandbox, pytest.raises(WorkbenchError):
        bench.load(api=sandbox.url)
    monkeypatch.delenv("WORKBENCH_API_KEY", raising=False)
    with (
        Workbench.create("t", sessions_dir=bench.path.parent) as other,
        pytest.raises(WorkbenchError, match="no API key"),
    ):
        other.load(api="http://127.0.0.1:9")
    assert bench.status().staged == 3


# ---- never lost ----


def test_a_process_that_is_killed_loses_nothing_that_it_said_was_staged(bench: Workbench) -> None:
    bench.close()
    path = bench.path
    for least in (1, 5):
        process = subprocess.Popen([sys.executable, "-c", STAGES_AND_SAYS_SO, str(path)], stdout=-1, text=True)
        assert process.stdout is not None
        said = [process.stdout.readline() for _ in range(least)]
        with pytest.raises(SessionHeld, match=str(process.pid)):
            Workbench.open(path)
        process.send_signal(signal.SIGKILL)
        said += process.communicate()[0].splitlines()
        with Workbench.open(path) as again:
            kept = again.log().operations
            assert len(kept) >= int(said[-1])
            assert {one["changed"] for one in kept} == {6}
            newest = json.loads(again._bench.operations[-1].recipe)["edits"]
            assert again.snapshot.current.customers["payment_term"].unique().to_list() == [newest[0]["value"]]
            assert again.snapshot.current.customers["phone"].unique().to_list() == [newest[1]["value"]]


def test_a_damaged_file_is_refused_or_reads_as_it_was_and_is_never_touched(bench: Workbench) -> None:
    for value in ("a", "b"):
        bench.stage([Edit("set", "payment_term", value)])
    expected = bodies(bench)
    bench.close()
    whole, dice = bench.path.read_bytes(), random.Random(1)
    for _ in range(60):
        damaged = bytearray(whole)
        for _ in range(dice.choice([1, 3, 30])):
            damaged[dice.randrange(len(whole))] = dice.randrange(256)
        bench.path.write_bytes(damaged)
        assert opened_bodies(bench.path) in (expected, None)
        assert bench.path.read_bytes() == bytes(damaged)


def opened_bodies(path: Path) -> list[Object] | None:
    """The bodies in a session, or None where it is refused, in one line."""
    try:
        with Workbench.open(path) as again:
            return bodies(again)
    except WorkbenchError as error:
        if "\n" in str(error):
            raise
        return None


def test_only_a_session_that_was_never_loaded_is_discarded(bench: Workbench, tmp_path: Path) -> None:
    with pytest.raises(WorkbenchError, match="not removed"):
        bench.discard()
    Workbench.create("empty", sessions_dir=tmp_path).discard()
    assert not (tmp_path / "empty.session").exists()


def test_a_failed_first_load_leaves_an_empty_session_that_can_be_discarded(tmp_path: Path) -> None:
    bench = Workbench.create("s", sessions_dir=tmp_path)
    (tmp_path / "bad.ndjson").write_text("{half")
    with pytest.raises(WorkbenchError, match="no customer that can be read"):
        bench.load(file=tmp_path / "bad.ndjson")
    bench.discard()
    assert os.listdir(tmp_path) == ["bad.ndjson"]


# ---- staging ----


def test_a_first_load_says_what_it_waits_for_and_stopped_before_anything_came_keeps_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.customer_api.quiet.QUIET", 0.0)
    monkeypatch.setattr("workbench.load.api._LOOK", 0.001)
    said: list[str] = []

    def heard(record: logging.LogRecord) -> bool:
        if not said:
            os.kill(os.getpid(), signal.SIGINT)
        said.append(record.getMessage())
        return False

    logger = logging.getLogger("workbench")
    logger.addFilter(heard)
    try:
        with Sandbox(customers=1) as gone:
            pass
        with Workbench.create("none", sessions_dir=tmp_path, key="any") as made:
            with pytest.raises(Interrupted, match="nothing of it was kept") as told:
                made.load(api=gone.url)
            assert told.value.report is None
            assert not made.loaded
            made.discard()
    finally:
        logger.removeFilter(heard)
    assert said[0].startswith(f"{gone.url} gives no answer")
    assert list(tmp_path.iterdir()) == []


def test_an_edit_that_changes_nothing_is_no_operation(bench: Workbench) -> None:
    for edit in (
        Edit("set", "payment_term", "net 30"),
        Edit("clear", "display_name"),
        Edit("remove", "assigned_sales_rep_ids", "r"),
    ):
        done = bench.stage([edit])
        assert (done.operation, done.matched, done.changed, done.unchanged) == (None, 3, 0, 3)
    assert bench.status().operations == 0


def test_a_dry_run_tells_and_keeps_nothing(bench: Workbench) -> None:
    done = bench.stage([Edit("set", "phone", "555")], dry_run=True)
    assert (done.operation, done.changed, done.invalid, bench.status().staged) == (None, 3, 3, 0)
    assert (done.examples[0].path, done.examples[0].after) == ("phone", "555")


def test_an_edit_back_to_base_is_not_staged(bench: Workbench) -> None:
    bench.stage([TERM])
    bench.stage([Edit("set", "payment_term", "net 30")])
    assert (bench.status().staged, bodies(bench), bench.snapshot.flag("customers", "staged").any()) == (0, [], False)


def test_several_edits_are_one_step_made_one_after_the_other(bench: Workbench) -> None:
    bench.stage(
        [
            Edit("set", "payment_term", " x "),
            Edit("apply", "payment_term", "trim"),
            Edit("replace", "payment_term", "x", "y"),
        ]
    )
    assert bodies(bench)[0] == {"payment_term": "y"}
    assert bench.undo().staged == 0


def test_lists_of_ids_are_added_to_taken_from_and_swapped(bench: Workbench) -> None:
    def reps() -> list[Any]:
        return bench.snapshot.current.customers["assigned_sales_rep_ids"].to_list()[0]

    for edit, expected in [
        (Edit("add", "assigned_sales_rep_ids", "r1, r2,"), ["r1", "r2"]),
        (Edit("add", "assigned_sales_rep_ids", "r2,r3"), ["r1", "r2", "r3"]),
        (Edit("swap", "assigned_sales_rep_ids", "r1", "r3"), ["r3", "r2"]),
        (Edit("remove", "assigned_sales_rep_ids", "r9,r3"), ["r2"]),
        (Edit("remove", "assigned_sales_rep_ids", "r2"), []),
    ]:
        bench.stage([edit])
        assert reps() == expected
    assert bodies(bench) == []
    assert all(
        isinstance(one.after, list) for one in bench.stage([Edit("add", "assigned_sales_rep_ids", "z")]).examples
    )


@pytest.mark.parametrize(
    ("table", "edit"),
    [
        ("customers", Edit("set", "status", "x")),
        ("customers", Edit("set", "nothing", "x")),
        ("addresses", Edit("set", "id", "x")),
        ("attributes", Edit("set", "name", "x")),
        ("addresses", Edit("set", "is_default", "maybe")),
        ("addresses", Edit("set", "is_default", " ")),
        ("addresses", Edit("clear", "is_default")),
        ("customers", Edit("clear", "primary_contact_id")),
        ("customers", Edit("set", "primary_contact_id", "")),
        ("customers", Edit("set", "primary_contact_id", " ")),
        ("customers", Edit("add", "payment_term", "x")),
        ("customers", Edit("add", "assigned_sales_rep_ids", "")),
        ("customers", Edit("remove", "assigned_sales_rep_ids", " , ")),
        ("customers", Edit("swap", "assigned_sales_rep_ids", "a", "")),
        ("customers", Edit("replace", "payment_term", "", "x")),
        ("customers", Edit("replace", "payment_term", "(", "x", True)),
        ("customers", Edit("replace", "payment_term", "n", "\ud800")),
        ("customers", Edit("set", "payment_term", "\udcff")),
        ("customers", Edit("apply", "payment_term", "nothing")),
        ("customers", Edit("wipe", "payment_term")),
        ("orders", TERM),
    ],
)
def test_what_does_not_fit_is_refused_in_one_line_and_nothing_is_staged(
    bench: Workbench, table: str, edit: Edit
) -> None:
    bench.stage([TERM])
    with pytest.raises(UsageError) as caught:
        bench.stage([edit], table=table)
    assert "\n" not in str(caught.value)
    assert (bench.status().operations, bench.status().staged) == (1, 3)


def test_a_note_that_no_file_could_hold_is_refused(bench: Workbench) -> None:
    with pytest.raises(UsageError, match="half a character"):
        bench.stage([TERM], note="\udcff")
    assert bench.status().operations == 0


def test_a_user_whose_name_is_no_text_can_work(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "ada\udcff")
    bench.stage([TERM])
    assert bench.log().operations[-1]["by"] == "ada?"


def test_unstage_takes_back_what_was_said_and_refuses_what_does_not_exist(bench: Workbench) -> None:
    bench.stage([TERM, Edit("set", "company_name", "Q")])
    bench.stage([Edit("set", "city", "Q")], table="addresses")
    assert bench.unstage(where="id:=a", field="payment_term").changed == 1
    assert bench.unstage(where="id:=b", field="addresses.city").changed == 1
    assert bench.unstage(rows=pl.Series([2], dtype=pl.UInt32), table="addresses").changed == 1
    assert bench.unstage(where="id:=c").changed == 2
    assert [sorted(one) for one in bodies(bench)] == [["addresses", "company_name"], ["company_name", "payment_term"]]
    for field in ("nothing", "addresses.nothing", "orders.city"):
        with pytest.raises(UsageError):
            bench.unstage(where="", field=field)
    assert bench.unstage(where="").changed == 4
    assert bench.unstage(where="").operation is None


# ---- a newer base under what is staged ----


def test_a_cell_that_moved_underneath_is_a_conflict_and_holds_its_customer(bench: Workbench) -> None:
    bench.stage([TERM])
    load(
        bench,
        customer("a", payment_term="theirs"),
        customer("b", payment_term="NET30"),
        customer("c", phone="+14155550000"),
    )
    assert [(c.id, c.path, c.loaded, c.theirs, c.ours) for c in bench.conflicts()] == [
        ("a", "payment_term", "net 30", "theirs", "NET30")
    ]
    assert [patch.id for patch in bench.preview().patches()] == ["a", "c"]
    assert held(bench) == ["conflict in payment_term", None]


def test_editing_a_cell_in_conflict_again_does_not_settle_the_conflict(bench: Workbench) -> None:
    bench.stage([TERM])
    load(bench, customer("a", payment_term="theirs"))
    bench.stage([Edit("apply", "payment_term", "lower")])
    assert [(c.loaded, c.theirs, c.ours) for c in bench.conflicts()] == [("net 30", "theirs", "net30")]
    bench.unstage(where="id:=a")
    bench.stage([Edit("set", "payment_term", "mine")], where="id:=a")
    assert bench.conflicts() == ()
    assert held(bench)[0] is None


def test_an_item_that_is_gone_holds_its_customer_and_can_be_unstaged(bench: Workbench) -> None:
    bench.stage([Edit("set", "city", "Q")], table="addresses")
    bench.stage([Edit("set", "value", "Q")], table="attributes")
    load(bench, customer("a", addresses=[]), customer("b"))
    assert [one is None for one in held(bench)] == [False, True, True]
    assert bench.unstage(where="id:=a").changed == 2
    assert held(bench) == [None, None]


def test_what_is_staged_survives_a_reload_and_opening_again(bench: Workbench) -> None:
    bench.stage([Edit("set", "city", "Q")], table="addresses")
    load(bench, customer("z"), customer("b", addresses=[{"id": "9", "city": "new"}, customer("b")["addresses"][0]]))
    expected = bodies(bench)
    assert [item["id"] for item in expected[1]["addresses"]] == ["9", "1"]
    bench.close()
    with Workbench.open(bench.path) as again:
        assert bodies(again) == expected
        assert again.status().customers == 4


# ---- what leaves ----


def test_settings_are_kept_and_checked(bench: Workbench) -> None:
    bench.set_settings({"nested": "sparse", "rate": "5"})
    with pytest.raises(UsageError):
        bench.set_settings({"clear": "null", "nested": "odd"})
    bench.close()
    with Workbench.open(bench.path) as again:
        assert (again.settings.nested, again.settings.clear, again.settings.rate) == ("sparse", "empty", 5.0)


@pytest.mark.parametrize("ending", ["csv", "parquet", "ndjson"])
def test_an_export_holds_current_and_only_what_is_there(bench: Workbench, tmp_path: Path, ending: str) -> None:
    bench.stage([TERM, Edit("add", "assigned_sales_rep_ids", "r1,r2")])
    target = tmp_path / f"out.{ending}"
    assert bench.export(target) == 3
    read = {"csv": pl.read_csv, "parquet": pl.read_parquet, "ndjson": pl.read_ndjson}[ending]
    found = read(target)
    assert found["payment_term"].to_list() == ["NET30"] * 3
    assert found["assigned_sales_rep_ids"].to_list() == (["r1,r2"] if ending == "csv" else [["r1", "r2"]]) * 3
    assert [name for name in found.columns if name.startswith("_")] == ["_exported"] * (ending != "ndjson")
    with pytest.raises(WorkbenchError, match="cannot be written"):
        bench.export(tmp_path / "nowhere" / f"out.{ending}")
    most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (16, most[1]))
    try:
        with pytest.raises(WorkbenchError, match=f"full.{ending} cannot be written"):
            bench.export(tmp_path / f"full.{ending}")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, most)
    assert not (tmp_path / f"full.{ending}").exists()
    with pytest.raises(UsageError):
        bench.export(tmp_path / "out.pdf")


def test_a_copy_of_an_open_session_is_the_session(bench: Workbench, tmp_path: Path) -> None:
    bench.stage([TERM], note="why")
    bench.copy_to(tmp_path / "copy.session")
    with Workbench.open(tmp_path / "copy.session") as copy:
        assert bodies(copy) == bodies(bench)
        assert copy.log() == bench.log()
        copy.undo()
    assert bench.status().staged == 3
