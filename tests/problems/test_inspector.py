"""The inspector: what it keeps from moment to moment is what it would find anew, and it asks again only where something changed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any

import polars as pl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from workbench.customers.fields import FIELDS, TABLES
from workbench.customers.tables import Names, Tables, schema
from workbench.onlooker import LetGo, Onlooker
from workbench.problems.check import ODD, Asked, Check, value_check
from workbench.problems.inspector import Hits, Inspector
from workbench.problems.registry import CHECKS
from workbench.sandbox.samples import sample_customers
from workbench.stage.edits import Edit


@pytest.fixture
def bench(opened: Any) -> Any:
    return opened(*sample_customers(60, seed=5))


def told(found: tuple[Hits, ...]) -> dict[tuple[str, str, str], list[Any]]:
    """What was found, by check and column."""
    return {(one.check.rule, *one.column): one.frame.rows() for one in found}


def counted(checks: tuple[Check, ...], asked: list[tuple[str, int]]) -> tuple[Check, ...]:
    """Checks that say what they are asked: `rule column`, and how many rows."""

    def listening(check: Check) -> Callable[[Asked], pl.DataFrame]:
        def find(question: Asked) -> pl.DataFrame:
            asked.append((f"{check.rule} {question.field.table}.{question.field.name}", question.frame.height))
            return check.find(question)

        return find

    return tuple(replace(check, find=listening(check)) for check in checks)


def test_after_any_edit_it_finds_what_a_new_one_finds(bench: Any) -> None:
    kept = Inspector(CHECKS)
    region = bench.settings.region
    moments = [(bench.snapshot.current, told(Inspector(CHECKS).inspect(bench.snapshot.current, region)))]
    assert told(kept.inspect(bench.snapshot.current, region)) == moments[0][1]
    acts: list[Callable[[], object]] = [
        lambda: bench.stage([Edit("apply", "phone", "e164")]),
        lambda: bench.stage([Edit("set", "country", "DE")], table="addresses", where="state:TX"),
        lambda: bench.stage([Edit("set", "email", "a@gmial.com")], table="contacts", where="first_name:a"),
        lambda: bench.stage([Edit("set", "is_default", "true")], table="addresses"),
        lambda: bench.stage(
            [Edit("set", "type", "billing"), Edit("set", "city", " Bonn")], table="addresses", new=True
        ),
        lambda: bench.undo(),
        lambda: bench.fix(rules=["*"]),
        lambda: bench.undo(2),
        lambda: bench.stage([Edit("replace", "payment_term", "NET", "net ")]),
    ]
    for act in acts:
        act()
        fresh = Inspector(CHECKS).inspect(bench.snapshot.current, region)
        moments.append((bench.snapshot.current, told(fresh)))
        assert told(kept.inspect(bench.snapshot.current, region)) == moments[-1][1]
        assert not any(one.trouble for one in fresh)
    for tables, found in moments[::-3]:
        assert told(kept.inspect(tables, region)) == found


def test_only_what_reads_a_changed_column_is_asked_again_and_only_about_new_values(bench: Any) -> None:
    asked: list[tuple[str, int]] = []
    inspector = Inspector(counted(CHECKS, asked))
    inspector.inspect(bench.snapshot.current, "US")
    asked.clear()
    inspector.inspect(bench.snapshot.current, "US")
    assert asked == []
    bench.stage([Edit("set", "payment_term", "Net  31")], where="payment_term:net")
    inspector.inspect(bench.snapshot.current, "US")
    assert {what for what, _ in asked} == {
        f"{rule} customers.payment_term"
        for rule in ("limit.exceeded", "text.placeholder", "text.mojibake", "text.invisible", "text.spaces", "choice.spelling",
                     "choice.rare")
    }  # fmt: skip
    assert all(rows == 1 for what, rows in asked if not what.startswith("choice."))


def test_who_looks_for_odd_signs_is_asked_about_no_plain_value(bench: Any) -> None:
    asked: list[tuple[str, int]] = []
    inspector = Inspector(counted(CHECKS, asked))
    inspector.inspect(bench.snapshot.current, "US")
    asked.clear()
    bench.stage([Edit("set", "payment_term", "Net 31")], where="payment_term:net")
    inspector.inspect(bench.snapshot.current, "US")
    assert {what for what, _ in asked if what.startswith("text.")} == {"text.placeholder customers.payment_term"}


@given(st.text(st.one_of(st.characters(), st.sampled_from(" \t&;é\u00a0\ufffd\x1b\x7f")), min_size=1, max_size=8))
def test_no_plain_value_has_what_is_looked_for_in_odd_ones(text: str) -> None:
    assume(not any("\ud800" <= sign <= "\udfff" for sign in text))
    values = pl.DataFrame({"row": [0], "value": [text]}, schema={"row": pl.UInt32, "value": pl.String})
    asked = Asked(FIELDS["customers"]["company_name"], values, {}, Names(), Names())
    found = [check.rule for check in CHECKS if check.odd and check.find(asked).height]
    assert not found or values["value"].str.contains(ODD).all()


def test_checks_that_were_added_are_asked_in_the_thread_that_waits_and_the_others_are_not(bench: Any) -> None:
    threads: dict[str, set[str]] = {"own": set(), "added": set()}

    def listening(check: Check, kind: str) -> Check:
        def find(question: Asked) -> pl.DataFrame:
            threads[kind].add(threading.current_thread().name)
            return check.find(question)

        return replace(check, find=find)

    inspector = Inspector([listening(check, "own") for check in CHECKS])
    inspector.add([listening(check, "added") for check in CHECKS[:3]])
    for one in (inspector, inspector.copy()):
        one.inspect(bench.snapshot.current, "US")
    assert threads["added"] == {threading.current_thread().name}
    assert threads["own"]
    assert threading.current_thread().name not in threads["own"]


def test_who_leaves_while_checks_are_asked_side_by_side_gets_nothing(bench: Any) -> None:
    onlooker = Onlooker()

    def leaving(check: Check) -> Check:
        @wraps(check.find)
        def find(question: Asked) -> pl.DataFrame:
            onlooker.leave()
            return check.find(question)

        return replace(check, find=find)

    inspector = Inspector([leaving(check) for check in CHECKS])
    with onlooker.watching(), pytest.raises(LetGo):
        inspector.inspect(bench.snapshot.current, "US")
    assert told(inspector.inspect(bench.snapshot.current, "US")) == told(
        Inspector(CHECKS).inspect(bench.snapshot.current, "US")
    )


def test_many_values_are_judged_some_at_a_time_and_who_leaves_does_not_wait_for_all() -> None:
    phones = [f"no phone {n % 80_000}" for n in range(100_000)]
    empty = {
        name: pl.Series([None], dtype=kind).new_from_index(0, len(phones)) for name, kind in schema("customers").items()
    }
    customers = pl.DataFrame(empty).with_columns(phone=pl.Series(phones), _gone=pl.lit(False))
    tables = Tables.empty().with_frames({"customers": customers})
    judged: list[int] = []
    onlooker = Onlooker()

    @value_check("phone.any", "hint", ["customers.phone"])
    def any_phone(asked: Asked) -> pl.DataFrame:
        """Any phone."""
        judged.extend(asked.frame["row"])
        onlooker.leave()
        return asked.frame.select("row")

    with onlooker.watching(), pytest.raises(LetGo):
        Inspector([any_phone]).inspect(tables, "US")
    assert 0 < len(judged) < 80_000
    judged.clear()
    (hits,) = Inspector([any_phone]).inspect(tables, "US")
    assert judged == list(range(80_000))
    assert hits.frame["row"].to_list() == list(range(100_000))


def test_how_far_the_checks_are_follows_the_work_where_one_of_them_is_nearly_all_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    phones, clock = pl.Series([f"a phone {n}" for n in range(200_000)]), [0.0]
    for module in ("inspector", "answers"):
        monkeypatch.setattr(f"workbench.problems.{module}.perf_counter", lambda: clock[0])
    empty = {
        name: pl.Series([None], dtype=kind).new_from_index(0, len(phones)) for name, kind in schema("customers").items()
    }
    customers = pl.DataFrame(empty).with_columns(phone=phones, _gone=pl.lit(False))
    tables = Tables.empty().with_frames({"customers": customers})

    def takes(rule: str, seconds: float) -> Check:
        def nothing(asked: Asked) -> pl.DataFrame:
            """Nothing."""
            clock[0] += asked.frame.height * seconds
            return asked.frame.select("row").head(0)

        return value_check(rule, "hint", ["customers.phone"])(nothing)

    told: list[tuple[float, float]] = []
    with Onlooker(lambda share: told.append((clock[0], share))).watching():
        Inspector([takes("phone.a", 1e-7), takes("phone.b", 5e-6), takes("phone.slow", 1e-4)]).inspect(tables, "US")
    foretold = [seconds / share for seconds, share in told if share > 0.1]
    assert len(foretold) > 10
    assert all(0.8 * clock[0] < seconds < 1.2 * clock[0] for seconds in foretold)


def test_a_hold_or_a_setting_asks_nothing_again_but_the_region_does(bench: Any) -> None:
    asked: list[tuple[str, int]] = []
    inspector = Inspector(counted(CHECKS, asked))
    inspector.inspect(bench.snapshot.current, "US")
    asked.clear()
    bench.hold("payment_term:net")
    inspector.inspect(bench.snapshot.current, "US")
    assert asked == []
    inspector.inspect(bench.snapshot.current, "GB")
    assert {what.partition(" ")[0] for what, _ in asked} == {"phone.invalid"}


def test_a_copy_that_looks_at_other_tables_does_not_disturb(bench: Any) -> None:
    inspector = Inspector(CHECKS)
    before = told(inspector.inspect(bench.snapshot.current, "US"))
    other = bench.snapshot.current.with_frames(
        {"customers": bench.snapshot.current.customers.with_columns(email=pl.lit("b@gmial.com"))}
    )
    copied = told(inspector.copy().inspect(other, "US"))
    assert copied != before
    assert copied == told(Inspector(CHECKS).inspect(other, "US"))
    assert told(inspector.inspect(bench.snapshot.current, "US")) == before


def test_tables_without_rows_have_no_problems() -> None:
    found = Inspector(CHECKS).inspect(Tables.empty(), "US")
    assert [one.trouble for one in found if one.trouble] == []
    assert sum(one.frame.height for one in found) == 0


def test_columns_in_pieces_are_looked_at_as_whole_ones_are(opened: Any) -> None:
    attributes = [{"id": f"t{n}", "name": "Color", "value": "red"} for n in range(2)]
    some = [{"id": f"c{n}", "name": f"Firm {n}", "attributes": attributes if n == 8 else []} for n in range(9)]
    some += [
        {"id": f"d{n}", "name": "Firm", "attributes": [{"id": f"u{n}", "name": "Size", "value": "L"}]} for n in range(9)
    ]
    whole = opened(*some).snapshot.current
    pieces = {
        name: pl.concat([whole[name][at : at + 3] for at in range(0, max(whole[name].height, 1), 3)]) for name in TABLES
    }
    assert pieces["attributes"]["name"].n_chunks() > 1
    found = [Inspector(CHECKS).inspect(tables, "US") for tables in (whole, whole.with_frames(pieces))]
    assert [one.trouble for one in found[1]] == [""] * len(found[1])
    for one, other in zip(*found, strict=True):
        assert one.frame.equals(other.frame)
