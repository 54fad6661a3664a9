"""The order of rows: by one column, and by the next where they are equal."""

from __future__ import annotations

import json

import pytest

from workbench.errors import UsageError
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

NAMES = ["b", "A", None, "a", "B", ""]


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    """Thirty customers with few names and fewer terms."""
    folder = tmp_path_factory.mktemp("order")
    lines = [{"id": f"c{n:02}", "name": NAMES[n % 6], "payment_term": ["x", "Y", None][n % 3]} for n in range(30)]
    (folder / "c.ndjson").write_text("".join(json.dumps(line) + "\n" for line in lines))
    bench = Workbench.create(folder / "s.session")
    bench.load(file=folder / "c.ndjson")
    return bench


def keys(bench: Workbench, sort: str) -> list[tuple[str, str]]:
    """Name and term of each row, in the order of a sort."""
    result = bench.search(sort=sort)
    frame = bench.snapshot.current.customers.select("company_name", "payment_term")[result.rows]
    return [((name or "").lower(), (term or "").lower()) for name, term in frame.rows()]


def test_rows_are_sorted_by_the_next_column_where_they_are_equal(bench: Workbench) -> None:
    found = keys(bench, "company_name,-payment_term")
    assert found == sorted(found, key=lambda key: (key[0] or "~", {"y": 0, "x": 1, "": 2}[key[1]]))
    assert found[-1] == ("", "")
    falling = keys(bench, "-company_name,payment_term")
    assert falling == sorted(falling, key=lambda key: ({"b": 0, "a": 1, "": 2}[key[0]], key[1] or "~"))


def test_what_is_equal_in_all_of_them_stays_as_it_was(bench: Workbench) -> None:
    rows = bench.search(sort="payment_term,company_name").rows.to_list()
    groups = keys(bench, "payment_term,company_name")
    assert all(
        first < second
        for first, second, one, two in zip(rows, rows[1:], groups, groups[1:], strict=False)
        if one == two
    )


def test_a_field_that_is_none_is_refused(bench: Workbench) -> None:
    with pytest.raises(UsageError):
        bench.search(sort="payment_term,nonsense")


def test_an_order_that_was_kept_is_that_of_these_rows_of_these_values(bench: Workbench) -> None:
    first = bench.search(sort="company_name").rows
    some = bench.search("payment_term:x", sort="company_name").rows
    assert bench.search(sort="company_name").rows.to_list() == first.to_list()
    assert bench.search("payment_term:x", sort="company_name").rows.to_list() == some.to_list() != first.to_list()
    assert bench.search(sort="-company_name").rows.to_list() != first.to_list()
    first.sort(in_place=True)
    assert bench.search(sort="company_name").rows.to_list() != first.to_list()
    bench.stage([Edit("set", "company_name", "zz")], where="company_name:=A")
    found = keys(bench, "company_name")
    assert found == sorted(found, key=lambda key: key[0] or "~~~")
    assert found[-11][0] == "zz"
    bench.undo()
    assert bench.search(sort="company_name").rows.to_list() == bench.search(sort="company_name,id").rows.to_list()
