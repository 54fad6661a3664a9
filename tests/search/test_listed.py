"""Lists of keys: written into a query, or the lines of a file; those that nobody has; what is kept of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import QueryError, UsageError
from workbench.replay.reading import read
from workbench.search import listed
from workbench.search.kept import SavedSearch, with_query, with_saved
from workbench.search.keys import files_of, portable
from workbench.search.listed import written
from workbench.search.nodes import FieldTest, OneOf
from workbench.search.query import parse
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

CUSTOMERS = (
    {"id": "a", "display_id": "WC_1", "name": 'The "Best"', "payment_term": "COD", "addresses": [{"id": "x", "zip_code": "01"}]},
    {"id": "b", "display_id": "WC_2", "name": "Zürich", "payment_term": "", "addresses": [{"id": "y", "zip_code": "02"}]},
    {"id": "c", "display_id": "WC_3", "name": "Plain", "assigned_sales_reps": [{"id": "r", "first_name": "Ada", "last_name": "B"}]},
)  # fmt: skip


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    source = tmp_path / "customers.json"
    source.write_text(json.dumps(CUSTOMERS), "utf-8")
    with Workbench.create(tmp_path / "s.session") as bench:
        bench.load(file=source)
        yield bench


def keys(tmp_path: Path, held: bytes) -> str:
    (tmp_path / "keys.txt").write_bytes(held)
    return f'"{tmp_path / "keys.txt"}"'


def found(bench: Workbench, query: str, table: str = "customers") -> list[str]:
    return bench.search(query, table).frame["id"].to_list()


def test_a_list_finds_exactly_its_values_and_the_empty_one(bench: Workbench) -> None:
    assert found(bench, "display_id:=(WC_1 WC_3 WC)") == ["a", "c"]
    assert found(bench, "display_id:=(WC_1 OR WC_3)") == ["a", "c"]
    assert found(bench, 'payment_term:=(COD "")') == ["a", "b", "c"]
    assert found(bench, '-payment_term:=("")') == ["a"]
    assert found(bench, 'company_name:=("The \\"Best\\"" plain)') == ["a"]
    assert found(bench, "assigned_sales_rep_ids:=(nobody r)") == ["c"]
    assert found(bench, 'assigned_sales_rep_ids:=("Ada B" "")') == ["a", "b", "c"]
    assert found(bench, "addresses.zip_code:=(01 03)") == ["a"]
    assert found(bench, "customer.display_id:=(WC_2)", "addresses") == ["y"]
    assert found(bench, "addresses:(zip_code:=(01 02) -id:=(x))") == ["b"]


def test_stars_in_a_list_are_letters() -> None:
    root = parse('id:=(a*b c**d "e*")').root
    assert isinstance(root, FieldTest)
    assert root.condition == OneOf(("a*b", "c**d", "e*"))


@pytest.mark.parametrize("text", ["id:=(a -b)", "id:=(a:b)", "id:=(a (b:c))", "id:=(addresses:(a))"])
def test_only_values_can_stand_in_a_list(text: str) -> None:
    with pytest.raises(QueryError, match=r"column 6: in id:=\(\.\.\) only values can stand"):
        parse(text)


@given(
    st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x1e\x1f"), max_size=6), min_size=1)
)
def test_a_list_is_read_as_it_was_written(values: list[str]) -> None:
    root = parse(f"id{written(values)}").root
    assert isinstance(root, FieldTest)
    assert root.condition == OneOf(tuple(dict.fromkeys(values)))


@pytest.mark.parametrize(
    "held",
    [
        b"WC_1\nWC_3\n",
        b"\xef\xbb\xbfWC_1\r\n\r\n   \r\n WC_3 ",
        b"WC_1\rWC_3\rWC_1\r",
        b'"WC_1"\n"WC_3",\n',
        "\ufeffWC_1\nWC_3\n".encode("utf-16-le"),
    ],
    ids=["plain", "mark and CRLF and blank lines", "old Mac, twice", "between quotes", "UTF-16"],
)
def test_a_file_of_keys_is_read_however_it_was_saved(bench: Workbench, tmp_path: Path, held: bytes) -> None:
    result = bench.search(f"display_id:@{keys(tmp_path, held)}")
    assert (result.frame["id"].to_list(), result.missing) == (["a", "c"], ())


def test_quotes_that_belong_to_a_value_and_the_letters_of_windows_are_found(bench: Workbench, tmp_path: Path) -> None:
    file = keys(tmp_path, 'The "Best"\nZürich\n"Plain"\n"no ""one"""'.encode("cp1252"))
    result = bench.search(f"company_name:@{file}")
    assert (result.matched, result.missing) == (3, ('"no ""one"""',))


def test_an_empty_file_finds_nobody(bench: Workbench, tmp_path: Path) -> None:
    file = keys(tmp_path, b"\n\n")
    assert found(bench, f"id:@{file}") == []
    assert found(bench, str(portable(f"id:@{file}"))) == []
    assert found(bench, f"-id:@{file}") == found(bench, str(portable(f"-id:@{file}"))) == ["a", "b", "c"]


def test_a_file_that_is_too_large_is_refused_at_its_place(
    bench: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listed, "LARGEST", 10)
    with pytest.raises(QueryError, match=r"column 4: the file .* is larger than"):
        bench.search(f"id:@{keys(tmp_path, b'a' * 11)}")


def test_the_keys_that_no_row_has_are_told_in_their_order(bench: Workbench, tmp_path: Path) -> None:
    file = keys(tmp_path, b"z\nb\ny\n")
    assert bench.search(f"id:@{file}").missing == ("z", "y")
    assert bench.search(f"id:@{file} payment_term:COD").missing == ("z", "y")
    assert bench.search("-display_id:=(WC_9 WC_1)").missing == ("WC_9",)
    assert bench.search("addresses:(zip_code:=(01 99))").missing == ("99",)
    assert bench.search('assigned_sales_rep_ids:=("Ada B" r "")').missing == ()
    assert bench.search("id:=(a b)").missing == ()
    assert bench.missing("customer.id:=(q)", "addresses") == ("q",)
    assert bench.nearly('display_id:=("wc_1 " WC_9 WC_1)') == {"wc_1 ": "WC_1"}
    assert bench.nearly('assigned_sales_rep_ids:=("q")') == {}


def test_pasted_keys_are_sought_in_the_field_that_holds_most_of_them(bench: Workbench) -> None:
    assert bench.keys_query("a\r\nb\r\n\r\nWC_3\n") == "id:=(a b WC_3)"
    assert bench.keys_query("WC_3\nWC_1\nc\nWC 9") == 'display_id:=(WC_3 WC_1 c "WC 9")'
    assert bench.keys_query('Plain\nThe "Best"') == 'company_name:=(Plain "The \\"Best\\"")'
    assert bench.keys_query("nobody") == "id:=(nobody)"
    assert bench.keys_query("02\n01", "addresses") == "zip_code:=(02 01)"
    with pytest.raises(UsageError, match="there is no key"):
        bench.keys_query(" \n ")
    with pytest.raises(UsageError, match=r'20,000 keys are too many to paste: put them into a file, .* id:@"FILE"'):
        bench.keys_query("\n".join(map(str, range(20_000))))


def test_what_is_kept_has_the_lines_and_not_the_file(bench: Workbench, tmp_path: Path) -> None:
    query = f"-id:@{keys(tmp_path, b'a')} COD OR display_id:@{keys(tmp_path, b'a')}"
    assert files_of(query)
    assert portable(query) == "-id:=(a) COD OR display_id:=(a)"
    bench.remember_query(query)
    bench.save_search(SavedSearch("mine", "customers", query))
    assert bench.past_queries() == ["-id:=(a) COD OR display_id:=(a)"]
    assert [bench.saved_query(one) for one in bench.saved_searches] == bench.past_queries()


def test_a_file_too_long_for_a_query_is_neither_remembered_nor_saved(bench: Workbench, tmp_path: Path) -> None:
    query = f"id:@{keys(tmp_path, b'a' * 60_000)}"
    bench.remember_query(query)
    assert bench.past_queries() == []
    with pytest.raises(UsageError, match="too many lines"):
        bench.save_search(SavedSearch("mine", "customers", query))


def test_a_recipe_of_an_edit_of_a_file_of_keys_works_where_the_file_is_not(bench: Workbench, tmp_path: Path) -> None:
    bench.stage([Edit("set", "payment_term", "NET30")], where=f"display_id:@{keys(tmp_path, b'WC_1')}")
    rows = bench.search(query := f"display_id:@{keys(tmp_path, b'WC_2')}").rows
    bench.stage([Edit("set", "payment_term", "NET60")], rows=rows, where=query)
    (tmp_path / "keys.txt").unlink()
    steps = json.loads(bench.recipe().text())["steps"]
    assert [step["where"] for step in steps] == ["display_id:=(WC_1)", "display_id:=(WC_2)"]
    source = tmp_path / "customers.json"
    with Workbench.create(tmp_path / "other.session") as other:
        other.load(file=source)
        assert [step.status for step in other.replay(bench.recipe())] == ["applied", "applied"]


def test_a_recipe_of_a_file_too_long_for_a_query_names_the_cells(bench: Workbench, tmp_path: Path) -> None:
    bench.stage([Edit("set", "payment_term", "NET30")], where="id:@" + keys(tmp_path, b"b\n" + b"a" * 60_000))
    (step,) = json.loads(bench.recipe().text())["steps"]
    assert [cell["path"] for cell in step["cells"]] == ["payment_term"]


def test_no_file_is_read_for_what_a_session_or_a_recipe_holds(bench: Workbench, tmp_path: Path) -> None:
    query = f"id:@{keys(tmp_path, b'a')}"
    search = SavedSearch("theirs", "customers", query)
    bench._bench.remember_made(lambda facts: with_saved(facts, search) | with_query(facts, "customers", query))
    assert bench.past_queries() == []
    assert [one.text for one in bench.complete("the", 3)] == []
    with pytest.raises(
        UsageError, match=r'the saved search "theirs" would read the file .* only a query that you type'
    ):
        bench.saved_query(bench.saved_searches[0])
    step = {"operation": 1, "note": "", "matched": 1, "changed": 1, "table": "customers", "where": query,
            "edits": [{"kind": "set", "field": "payment_term", "value": "X"}]}  # fmt: skip
    (done,) = bench.replay(read(json.dumps({"recipe": 1, "steps": [step]}), "r.json"))
    assert (done.status, done.changed, bench.status().staged) == ("precondition failed", 0, 0)
    assert "a recipe reads none" in done.message
