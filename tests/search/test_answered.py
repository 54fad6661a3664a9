"""What is kept of a field's values answers the next letter and the next cell, and never what does not hold any more."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import polars as pl
import pytest

from workbench.customers.fields import field
from workbench.search import choices as choosing
from workbench.search import completion
from workbench.search.answered import Answered
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

TERM = field("customers", "payment_term")


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    file = tmp_path / "c.json"
    reps = [{"id": "r1", "first_name": "Ada", "last_name": "Byron"}]
    place = {"id": "a", "type": "billing", "is_default": True, "city": "Ulm"}
    told = [("acme", "NET 30"), ("acorn", "NET30"), ("bolt", "NET30")]
    file.write_text(
        json.dumps(
            [
                {"id": f"c{n}", "name": name, "payment_term": term, "assigned_sales_reps": reps,
                 "addresses": [{**place, "id": f"a{n}"}], "contacts": [{"id": f"p{n}", "first_name": "Bo", "is_default": True}]}
                for n, (name, term) in enumerate(told)
            ]
        )
    )  # fmt: skip
    with Workbench.create(tmp_path / "s.session") as workbench:
        workbench.load(file=file)
        yield workbench


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The fields whose values were counted for suggestions."""
    names: list[str] = []
    for module in (choosing, completion):
        count = module.facets

        def facets(tables: Any, table: str, rows: pl.Series, name: str, count: Any = count) -> pl.DataFrame:
            names.append(name)
            return count(tables, table, rows, name)

        monkeypatch.setattr(module, "facets", facets)
    return names


def completed(bench: Workbench, query: str) -> list[tuple[str, int | None]]:
    return [(one.label, one.count) for one in bench.complete(query, len(query))]


def chosen(bench: Workbench, name: str, *rows: int) -> list[tuple[str, int]]:
    found = bench.choices(name, rows=pl.Series(rows, dtype=pl.UInt32) if rows else None)
    return [(one.text, one.here) for one in found]


def test_values_are_counted_once_for_all_letters_that_are_typed(bench: Workbench, counted: list[str]) -> None:
    assert completed(bench, "payment_term:") == [("NET30", 2), ("NET 30", 1)]
    assert completed(bench, "payment_term:net") == [("NET30", 2), ("NET 30", 1)]
    assert completed(bench, "payment_term:t3") == [("NET30", 2)]
    assert counted == ["customers.payment_term"]


def test_they_are_counted_anew_where_the_rest_of_the_query_finds_others(bench: Workbench) -> None:
    assert completed(bench, "bolt payment_term:n") == [("NET30", 1)]
    assert completed(bench, "acme payment_term:n") == [("NET 30", 1)]


def test_choices_are_counted_once_for_the_same_rows_also_after_an_edit_of_another_column(
    bench: Workbench, counted: list[str]
) -> None:
    assert chosen(bench, "payment_term") == [("NET30", 2), ("NET 30", 1)]
    bench.stage([Edit("set", "company_name", "Other")])
    assert chosen(bench, "payment_term") == [("NET30", 2), ("NET 30", 1)]
    assert counted == ["payment_term"]
    assert chosen(bench, "payment_term", 0) == [("NET 30", 1), ("NET30", 0)]


def test_what_is_staged_undone_and_redone_is_in_the_next_answer(bench: Workbench) -> None:
    old, new = [("NET30", 2), ("NET 30", 1)], [("NET30", 3)]
    for act, wanted in (
        (lambda: None, old),
        (lambda: bench.search("acme").set("payment_term", "NET30"), new),
        (bench.undo, old),
        (bench.redo, new),
    ):
        act()
        assert chosen(bench, "payment_term") == wanted
        assert completed(bench, "payment_term:n") == wanted
    assert completed(bench, "before.payment_term:n") == old


def test_a_pointer_follows_the_names_of_what_it_points_to(bench: Workbench) -> None:
    assert chosen(bench, "primary_contact_id", 0) == [("Bo", 1)]
    assert completed(bench, "primary_contact_id:bo")[0] == ("Bo", 1)
    bench.stage([Edit("set", "first_name", "Cy")], table="contacts")
    assert chosen(bench, "primary_contact_id", 0) == [("Cy", 1)]
    assert completed(bench, "primary_contact_id:cy")[0] == ("Cy", 1)
    assert completed(bench, "primary_contact_id:bo") == []


def test_a_new_load_is_in_the_next_answer(bench: Workbench, tmp_path: Path) -> None:
    assert chosen(bench, "payment_term") == [("NET30", 2), ("NET 30", 1)]
    more = tmp_path / "more.json"
    more.write_text(json.dumps([{"id": "c9", "name": "new", "payment_term": "COD", "addresses": [], "contacts": []}]))
    bench.load(file=more)
    assert chosen(bench, "payment_term") == [("NET30", 2), ("COD", 1), ("NET 30", 1)]
    assert completed(bench, "payment_term:") == [("NET30", 2), ("COD", 1), ("NET 30", 1)]


def test_so_many_answers_are_kept_and_one_that_went_wrong_is_not(bench: Workbench) -> None:
    answered, tables, asked = Answered[int](2), bench.snapshot.current, []

    def ask(number: int) -> int:
        def answer() -> int:
            asked.append(number)
            return number

        return answered.of(tables, TERM, "customers", pl.Series([number], dtype=pl.UInt32), answer)

    def fails() -> int:
        raise LookupError

    with pytest.raises(LookupError):
        answered.of(tables, TERM, "customers", pl.Series([1], dtype=pl.UInt32), fails)
    assert [ask(number) for number in (1, 2, 1, 3, 1, 2)] == [1, 2, 1, 3, 1, 2]
    assert asked == [1, 2, 3, 2]


def test_threads_that_ask_the_same_at_once_count_it_once(bench: Workbench) -> None:
    answered, tables, asked = Answered[int](1), bench.snapshot.current, []
    begin, rows = Barrier(4), pl.Series([0], dtype=pl.UInt32)

    def ask() -> None:
        begin.wait()
        answered.of(tables, TERM, "customers", rows, lambda: asked.append(1) or 1)

    threads = [Thread(target=ask) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert asked == [1]
