"""A plan as a file: what it holds, and that nothing but what was written is ever taken for it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.form import amount
from workbench.errors import WorkbenchError
from workbench.preview import plan_file
from workbench.preview.plan import seal
from workbench.preview.plan_file import Plan, read_plan
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

NAMES = ['A "quoted" name', "Łódź 🙂\u2028x", 'back\\slash, \\"changes\\":[', "=1+1", "plain", ',"operation":7}']


def rows(*numbers: int) -> pl.Series:
    return pl.Series(numbers, dtype=pl.UInt32)


def file_of_six(folder: Path) -> Path:
    """Six customers with hostile names and an address each."""
    records = [
        {"id": f"c{n}", "name": name, "payment_term": "NET 30", "updated_at": "2026-01-01T00:00:00Z",
         "addresses": [{"id": f"a{n}", "type": "billing", "city": "X"}]}
        for n, name in enumerate(NAMES)
    ]  # fmt: skip
    file = folder / "load.ndjson"
    file.write_text("\n".join(map(json.dumps, records)))
    return file


def six(path: Path) -> None:
    """Makes a session of these six, all with a term and a city staged."""
    with Workbench.create(path, key="k") as made:
        made.load(file=file_of_six(path.parent))
        made.stage([Edit("set", "payment_term", "NET30")], note="one spelling")
        made.stage([Edit("template", "last_name", "{company_name}")])
        made.stage([Edit("set", "city", "Z")], table="addresses")


@pytest.fixture
def bench(tmp_path: Path, session_copy: Any) -> Iterator[Workbench]:
    """A copy of that session."""
    with Workbench.open(session_copy(six, tmp_path / "s.session"), key="k") as made:
        yield made


def text(bench: Workbench, where: str = "") -> str:
    return "\n".join(bench.plan_lines(bench.preview(where), where)) + "\n"


@pytest.fixture
def written(bench: Workbench, tmp_path: Path) -> Path:
    file = tmp_path / "p.json"
    file.write_text(text(bench))
    return file


def refused(file: Path, content: str | bytes, *words: str) -> None:
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(WorkbenchError) as found:
        read_plan(file)
    assert "\n" not in str(found.value)
    for word in words:
        assert word in str(found.value)


def test_a_plan_holds_the_exact_bodies_and_what_was_before(bench: Workbench, written: Path) -> None:
    document, preview = json.loads(written.read_text()), bench.preview()
    assert document["digest"] == preview.digest == preview.plan_digest
    assert [(one["id"], one["body"].encode()) for one in document["patches"]] == list(preview.bodies())
    assert document["patches"][0]["changes"][0] == {
        "path": "last_name", "before": None, "after": NAMES[0], "operation": 2,
    }  # fmt: skip
    assert [(one["operation"], one["note"]) for one in document["operations"]] == [
        (1, "one spelling"),
        (2, ""),
        (3, ""),
    ]
    assert (document["customers"], document["changes"], document["left_out"]) == (6, 18, 0)
    assert document["patches"][0]["updated_at"] == "2026-01-01T00:00:00Z"


def test_a_plan_is_read_as_it_was_written_however_its_json_is_laid_out(bench: Workbench, written: Path) -> None:
    plan = bench.read_plan(written)
    assert plan.digest == bench.preview().digest
    assert bench.rows_of(plan).to_list() == list(range(6))
    document = json.loads(written.read_text())
    for other in (json.dumps(document), json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False)):
        written.write_text(other)
        again = read_plan(written)
        assert again.patches.equals(plan.patches)
        assert again.digest == plan.digest


def test_a_plan_of_nothing_is_one_too(bench: Workbench, tmp_path: Path) -> None:
    file = tmp_path / "none.json"
    file.write_text(text(bench, "id:=nobody"))
    assert read_plan(file).patches.height == 0


def test_who_is_held_is_left_out_and_counted(bench: Workbench, tmp_path: Path) -> None:
    bench.hold(rows=rows(1, 2))
    document = json.loads(text(bench))
    assert (document["customers"], document["left_out"]) == (4, 2)
    assert document["digest"] == bench.preview().digest


Hand = Callable[[dict[str, Any]], object]


@pytest.mark.parametrize(
    ("hand", "words"),
    [
        (lambda d: d["patches"][0].update(body='{"payment_term":"COD"}'), "its digest"),
        (lambda d: d["patches"][0]["changes"][0].update(before="x"), "its digest"),
        (lambda d: d["patches"].pop(), "its digest"),
        (lambda d: d["patches"].reverse(), "its digest"),
        (lambda d: d["patches"].append(d["patches"][0]), "its digest"),
        (lambda d: d["patches"][0].update(updated_at="2027"), "its seal"),
        (lambda d: d.update(by="somebody"), "its seal"),
        (lambda d: d.update(origin="https://elsewhere.example"), "its seal"),
        (lambda d: d["operations"][0].update(note="harmless"), "its seal"),
        (lambda d: d.update(customers=5), "its seal"),
        (lambda d: d.update(approved=True), "approved"),
        (lambda d: d["patches"][0].update(extra=1), "patch 1 has fields that no plan has: extra"),
        (lambda d: d["patches"][0]["changes"][0].update(extra=1), "a change of patch 1"),
        (lambda d: d["patches"][0].pop("body"), "patch 1 lacks body"),
        (lambda d: d["patches"].insert(0, 7), "patch 1 is no object"),
        (lambda d: d["patches"][0].update(id=7), "patch 1 has no right value for id"),
        (lambda d: d["patches"][0]["changes"].insert(0, None), "a change of patch 1"),
        (lambda d: d.update(patches={}), "patches"),
        (lambda d: d.update(customers=True), "customers"),
        (lambda d: d.pop("digest"), "lacks digest"),
        (lambda d: d.update(version=2), "version 2"),
        (lambda d: d.update(version="1"), "version '1'"),
        (lambda d: d.pop("version"), "version None"),
        (lambda d: d.update(format="recipe"), "is no plan"),
    ],
)
def test_a_plan_edited_by_hand_is_refused_and_the_line_says_where(written: Path, hand: Hand, words: str) -> None:
    document = json.loads(written.read_text())
    hand(document)
    refused(written, json.dumps(document), "p.json", words)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\x00\xff\xfe", b"[]", b"7", b'"text"', b"null", b"{}", b"[" * 100_000, b'{"format":"\xed\xa0\x80"}']
)  # fmt: skip
def test_what_is_no_plan_is_refused(written: Path, content: bytes) -> None:
    refused(written, content, "p.json", "is no plan", "nothing was sent")


def test_a_file_that_is_not_there_or_too_large_is_refused(
    tmp_path: Path, written: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(WorkbenchError, match="cannot be read"):
        read_plan(tmp_path / "nowhere.json")
    with pytest.raises(WorkbenchError, match="cannot be read"):
        read_plan(tmp_path)
    monkeypatch.setattr(plan_file, "LARGEST", 100)
    with pytest.raises(WorkbenchError, match="too much for a plan"):
        read_plan(written)


def test_a_hundred_thousand_operations_in_a_plan_are_read_and_refused_if_they_are_not_its_own(written: Path) -> None:
    document = json.loads(written.read_text())
    document["operations"] *= 33_334
    refused(written, json.dumps(document), "its seal")


@pytest.mark.parametrize(
    "hand",
    [
        lambda d: d["base"].update(generation="x"),
        lambda d: d["base"].update(generation=None),
        lambda d: d.update(changes=-1),
        lambda d: d.update(left_out=-(2**62)),
    ],
)
def test_a_plan_that_was_sealed_anew_with_absurd_counts_is_refused_in_a_line(written: Path, hand: Hand) -> None:
    document = json.loads(written.read_text())
    hand(document)
    updated = pl.Series([one["updated_at"] for one in document["patches"]], dtype=pl.String)
    document["seal"] = seal(document, updated)
    refused(written, json.dumps(document), "p.json", "counts")


def meaning(plan: Plan) -> tuple[object, ...]:
    return (*(getattr(plan, name) for name in Plan.__slots__ if name not in ("name", "patches")), plan.patches.rows())


@settings(
    max_examples=amount(30, 300),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
)
@given(data=st.data())
def test_a_plan_with_any_byte_changed_added_or_lost_is_refused_or_means_the_same(written: Path, data: Any) -> None:
    whole = WHOLE.setdefault(written, written.read_bytes())
    place = data.draw(st.integers(0, len(whole) - 1))
    byte = data.draw(
        st.one_of(st.sampled_from(b' \n",:{}[]0\\n').map(lambda b: bytes([b])), st.binary(min_size=1, max_size=1))
    )
    how = data.draw(st.sampled_from(["changed", "added", "lost", "cut"]))
    made = whole[:place] + {"changed": byte + whole[place + 1 :], "added": byte + whole[place:],
                            "lost": whole[place + 1 :], "cut": b""}[how]  # fmt: skip
    written.write_bytes(whole)
    known = meaning(read_plan(written))
    written.write_bytes(made)
    found: Plan | None = None
    with suppress(WorkbenchError):
        found = read_plan(written)
    if found is None:
        return
    assert meaning(found) == known
    assert orjson.loads(made)


WHOLE: dict[Path, bytes] = {}


# ---- stale ----


def stale(bench: Workbench, plan: Plan) -> str:
    with pytest.raises(WorkbenchError) as found:
        bench.rows_of(plan)
    assert "is stale, so nothing was sent" in str(found.value)
    return str(found.value)


def test_what_others_have_staged_meanwhile_does_not_make_a_plan_stale(bench: Workbench, tmp_path: Path) -> None:
    file = tmp_path / "part.json"
    file.write_text(text(bench, "id:=c1 OR id:=c3"))
    plan = bench.read_plan(file)
    bench.stage([Edit("set", "payment_term", "COD")], rows=rows(0, 2, 4, 5))
    bench.hold(rows=rows(0))
    bench.annotate(1, "another note")
    assert bench.rows_of(plan).to_list() == [1, 3]


def test_a_stale_plan_names_the_customers_and_cells_that_moved(bench: Workbench, written: Path) -> None:
    plan = bench.read_plan(written)
    bench.stage([Edit("set", "payment_term", "COD")], rows=rows(1))
    said = stale(bench, plan)
    assert "1 of its 6 customers moved: c1: payment_term is staged otherwise; write it anew" in said
    bench.stage([Edit("set", "freight_term", "fob")], rows=rows(2))
    bench.unstage(where="id:=c3", field="addresses.city")
    bench.unstage(where="id:=c4")
    bench.hold(rows=rows(5), note="ask first")
    said = stale(bench, plan)
    assert "5 of its 6 customers moved: c1: payment_term is staged otherwise; c2: freight_term is staged too; " in said
    assert "c3: addresses[a3].city is not staged any more; and 2 more" in said
    bench.undo(4)
    assert "c5: it is held now (on hold: ask first)" in stale(bench, plan)
    bench.release(rows=rows(5))
    assert bench.rows_of(plan).len() == 6
    bench.undo(1)
    assert "addresses[a0].city is not staged any more" in stale(bench, plan)


def test_a_plan_is_stale_when_the_base_of_its_customers_moved(bench: Workbench, written: Path, tmp_path: Path) -> None:
    plan = bench.read_plan(written)
    records = [
        {"id": f"c{n}", "name": "moved" if n == 0 else name, "payment_term": "NET 30",
         "updated_at": f"202{6 if n < 4 else 7}-01-01T00:00:00Z",
         "addresses": [{"id": f"a{n}", "type": "billing", "city": "X", "state": "TX" if n == 3 else None}]}
        for n, name in enumerate(NAMES)
        if n != 5
    ]  # fmt: skip
    records[1]["payment_term"] = "net 30"
    file = tmp_path / "again.ndjson"
    file.write_text("\n".join(map(json.dumps, records)))
    bench.load(file=file)
    said = stale(bench, plan)
    assert said.startswith("p.json is stale, so nothing was sent: 3 of its 6 customers moved: c1: it is held now")
    assert "c3: what its body carries beside the changes moved" in said
    assert "c4: the server changed it (2027-01-01T00:00:00Z, in the plan 2026-01-01T00:00:00Z)" in said


def test_a_plan_made_in_another_manner_is_stale(bench: Workbench, written: Path) -> None:
    plan = bench.read_plan(written)
    bench.set_settings({"clear": "null"})
    assert "clear=empty, and the session says clear=null" in stale(bench, plan)


def test_the_same_value_staged_by_another_operation_is_not_what_was_approved(bench: Workbench, written: Path) -> None:
    plan = bench.read_plan(written)
    bench.drop(1)
    bench.stage([Edit("set", "payment_term", "NET30")])
    assert "payment_term is of operation 4 now, not 1" in stale(bench, plan)


# ---- whose plan it is ----


def test_a_copy_of_a_session_takes_its_plan_and_another_session_does_not(
    bench: Workbench, written: Path, tmp_path: Path
) -> None:
    bench.copy_to(tmp_path / "copy.session")
    with Workbench.open(tmp_path / "copy.session") as copy:
        assert copy.rows_of(copy.read_plan(written)).len() == 6
    with Workbench.create(tmp_path / "other.session") as other:
        other.load(file=file_of_six(tmp_path))
        with pytest.raises(WorkbenchError, match=r"a plan of another session \(s\), not of other"):
            other.read_plan(written)


def test_only_the_digest_that_was_read_approves_a_plan(bench: Workbench, written: Path) -> None:
    digest = bench.preview().digest
    assert bench.read_plan(written, digest=f" {digest.upper()}\n").digest == digest
    for other in ("", digest[:8], "0" * 64):
        with pytest.raises(WorkbenchError, match="is not the plan that was approved"):
            bench.read_plan(written, digest=other)


def test_where_a_review_is_required_a_plan_holds_what_waits_for_it_and_goes_once_it_is_approved(
    bench: Workbench, tmp_path: Path
) -> None:
    bench.set_settings({"review": "required"})
    file = tmp_path / "p.json"
    file.write_text(text(bench))
    plan = bench.read_plan(file)
    assert plan.patches.height == 6
    with pytest.raises(WorkbenchError, match=r"6 of the 6 customers of p\.json are not accepted yet"):
        bench.rows_of(plan)
    assert bench.rows_of(plan, approved=True).len() == 6
    bench.approve(rows(0, 1))
    with pytest.raises(WorkbenchError, match="4 of the 6 customers"):
        bench.rows_of(plan)
    bench.approve(rows(2, 3, 4, 5))
    assert bench.rows_of(plan).len() == 6
    assert bench.preview().digest == bench.preview().plan_digest == plan.digest
