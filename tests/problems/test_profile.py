"""Profile: the figures of columns, before and after, and that no value in them can drive a page, a terminal or a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from statistics import median_low
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.form import amount
from workbench.problems.profile import Column, Common, Figures, Profile, plain, profile
from workbench.shown.profile_pages import NAMES, csv_text, html_page, lines
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

HOSTILE = '<script>alert(1)</script>"><img src=x onerror=y>\x1b]52;c;eA==\x07\u202e[bold]'
RECORDS = [
    {"id": "a", "name": "Acme", "phone": "+14155552671", "email": "x@y.com", "payment_term": "NET30", "status": "active",
     "addresses": [{"id": "1", "city": "Paris", "country": "FR", "is_default": True}],
     "assigned_sales_reps": [{"id": "r1", "first_name": "Ada", "last_name": "Byron"}, {"id": "r2", "first_name": "Bo"}]},
    {"id": "b", "name": "Zenith Tools", "phone": "555", "email": "", "payment_term": "NET30", "status": "active",
     "assigned_sales_reps": [{"id": "r1", "first_name": "Ada", "last_name": "Byron"}]},
    {"id": "c", "name": HOSTILE, "phone": "n/a", "payment_term": "COD", "status": "inactive"},
]  # fmt: skip


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    """A session with three customers, one of them hostile."""
    (tmp_path / "c.json").write_text(json.dumps(RECORDS))
    with Workbench.create("s", sessions_dir=tmp_path) as workbench:
        workbench.load(file=tmp_path / "c.json")
        yield workbench


def column(found: Profile, name: str) -> Column:
    return next(one for one in found.columns if one.field.name == name)


def test_a_column_is_counted(bench: Workbench) -> None:
    found = bench.profile()
    assert plain(column(found, "payment_term").now) == {
        "rows": 3, "filled": 3, "distinct": 2, "invalid": 0, "shortest": 3, "middle": 5, "longest": 5,
        "commonest": [{"value": "NET30", "count": 2}, {"value": "COD", "count": 1}],
    }  # fmt: skip
    phone, email = column(found, "phone").now, column(found, "email").now
    assert (phone.filled, phone.invalid, phone.shortest, phone.middle, phone.longest) == (3, 2, 3, 3, 12)
    assert (email.filled, email.distinct, email.invalid) == (1, 1, 0)


def test_lists_flags_and_empty_columns_have_their_own_figures(bench: Workbench) -> None:
    reps = column(bench.profile(), "assigned_sales_rep_ids").now
    assert (reps.filled, reps.distinct, reps.shortest) == (2, 2, None)
    assert reps.commonest == (Common("r1", 2), Common("r2", 1))
    default = column(bench.profile(table="addresses"), "is_default").now
    assert (default.rows, default.commonest, default.longest) == (1, (Common(True, 1),), None)
    empty = column(bench.profile(), "freight_term").now
    assert empty == Figures(3, 0, 0, 0, None, None, None, ())


def test_an_id_that_nobody_can_have_is_not_valid_in_a_list(bench: Workbench) -> None:
    bench.stage([Edit("add", "assigned_sales_rep_ids", "no-such-rep")], where="company_name:acme")
    reps = column(bench.profile(compare=True), "assigned_sales_rep_ids")
    assert reps.before is not None
    assert (reps.before.invalid, reps.now.invalid, reps.now.distinct) == (0, 1, 3)


def test_only_rows_that_a_query_finds_are_counted(bench: Workbench) -> None:
    assert bench.profile("payment_term:=COD").rows == 1
    assert column(bench.profile("-is:active"), "payment_term").now.commonest == (Common("COD", 1),)
    none = bench.profile("payment_term:nobody")
    assert {one.now for one in none.columns} == {Figures(0, 0, 0, 0, None, None, None, ())}


def test_one_column_alone_has_the_same_figures(bench: Workbench) -> None:
    bench.stage([Edit("set", "city", "Austin")], table="addresses", rows=bench.search("", "addresses").rows.head(1))
    every = bench.profile(table="addresses", compare=True)
    for one in every.columns:
        assert bench.profile(table="addresses", compare=True, only=one.field.name).columns == (one,)


def test_before_and_now_differ_where_something_is_staged(bench: Workbench) -> None:
    bench.stage([Edit("set", "phone", "+14155552672")], where="payment_term:=NET30")
    bench.stage([Edit("clear", "payment_term")], where="payment_term:=COD")
    found = bench.profile(compare=True)
    phone, term, name = (column(found, of) for of in ("phone", "payment_term", "company_name"))
    assert phone.before is not None
    assert term.before is not None
    assert (phone.changed, phone.before.invalid, phone.now.invalid) == (2, 2, 1)
    assert (term.changed, term.before.filled, term.now.filled) == (1, 3, 2)
    assert (name.changed, name.before) == (0, name.now)
    assert column(bench.profile("company_name:acme", compare=True), "phone").changed == 1
    told = {line[0]: line for line in lines(found)}
    assert told["payment_term"][1:3] == ["3 -> 2", "0 -> 1"]
    assert told["company_name"][1] == "3"
    assert column(bench.profile(), "phone").before is None


def test_a_new_item_has_no_before(bench: Workbench) -> None:
    bench.stage([Edit("set", "city", "Lyon")], table="addresses", where="company_name:acme", new=True)
    city = column(bench.profile(table="addresses", compare=True), "city")
    assert city.before is not None
    assert (city.before.rows, city.now.rows) == (1, 2)
    assert (city.before.commonest, city.now.distinct) == ((Common("Paris", 1),), 2)


def test_more_than_five_values_that_stand_once_are_not_listed(tmp_path: Path) -> None:
    (tmp_path / "c.json").write_text(
        json.dumps([{"id": f"c{at}", "name": f"N{at}", "payment_term": f"T{at % 6}"} for at in range(8)])
    )
    with Workbench.create("s", sessions_dir=tmp_path) as workbench:
        workbench.load(file=tmp_path / "c.json")
        found = workbench.profile()
    assert column(found, "company_name").now.commonest == ()
    assert [one.value for one in column(found, "payment_term").now.commonest] == ["T0", "T1", "T2", "T3", "T4"]
    assert {line[0]: line[-1] for line in lines(found)}["company_name"] == "each one once"


class Tags(HTMLParser):
    """The tags and attributes of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.open: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_is_one_file_in_which_hostile_values_are_text(bench: Workbench) -> None:
    bench.stage([Edit("set", "display_name", HOSTILE)], where="company_name:acme")
    page = html_page(bench.profile("status:/a|<b>/", compare=True), session=HOSTILE, at="2026-01-02")
    tags = Tags(page)
    assert tags.open == []
    assert not {"script", "img", "link", "iframe", "a", "form"} & set(tags.tags)
    assert not [name for name in tags.attributes if name.startswith("on") or name in ("src", "href")]
    assert "&lt;script&gt;alert(1)" in page
    assert all(char not in page for char in "\x1b\x07\u202e")
    assert "default-src 'none'" in page
    assert "prefers-color-scheme: dark" in page
    assert "@media print" in page
    assert "http" not in page.replace("http-equiv", "")


def test_the_page_shows_what_changed(bench: Workbench) -> None:
    bench.stage([Edit("set", "payment_term", "NET30")], where="payment_term:=COD")
    page = html_page(bench.profile(compare=True), session="s", at="2026-01-02")
    assert '<tr class="changed"><th scope="row">payment_term' in page
    assert "<del>2</del> <ins>1</ins>" in page
    assert "1 cells of them are staged" in page


def test_the_csv_has_no_formula_and_each_figure_twice_if_compared(tmp_path: Path) -> None:
    names = ["=cmd()", "+1", "-1", "@x", "  =1", "\t=1", "＝1"]
    (tmp_path / "c.json").write_text(
        json.dumps([{"id": f"c{at}", "payment_term": name} for at, name in enumerate(names * 2)])
    )
    with Workbench.create("s", sessions_dir=tmp_path) as workbench:
        workbench.load(file=tmp_path / "c.json")
        for query in (f"id:=c{at}" for at in range(len(names))):
            text = csv_text(workbench.profile(query, compare=True))
            rows = list(csv.DictReader(io.StringIO(text)))
            assert list(rows[0]) == [*NAMES, *(f"{name}_before" for name in NAMES[1:]), "staged"]
            assert all(
                not (cell or "").lstrip().startswith(("=", "+", "-", "@", "＝"))
                for row in rows
                for cell in row.values()
            )
        assert next(csv.DictReader(io.StringIO(csv_text(workbench.profile())))).keys() == set(NAMES)


TEXTS = st.lists(st.sampled_from([None, "", " ", "a", "bb", "Å", "e\u0301", "ccc", "x" * 60, "\x00"]), max_size=30)


@given(TEXTS)
@settings(max_examples=amount(20, 200), deadline=None)
def test_figures_are_those_that_counting_by_hand_gives(
    tmp_path_factory: pytest.TempPathFactory, values: list[str | None]
) -> None:
    folder = tmp_path_factory.mktemp("profile")
    records: list[dict[str, Any]] = [{"id": f"c{at}", "payment_term": value} for at, value in enumerate(values)]
    (folder / "c.json").write_text(json.dumps([*records, {"id": "z"}]))
    with Workbench.create("s", sessions_dir=folder) as workbench:
        workbench.load(file=folder / "c.json")
        rows = workbench.search().rows
        now = column(profile(workbench.snapshot, "customers", rows), "payment_term").now
    filled = [value for value in values if value]
    assert (now.rows, now.filled, now.distinct) == (len(values) + 1, len(filled), len(set(filled)))
    if filled:
        lengths = [len(value) for value in filled]
        assert (now.shortest, now.middle, now.longest) == (min(lengths), median_low(lengths), max(lengths))
    best = sorted({(-filled.count(value), value) for value in filled})[:5]
    if len(set(filled)) <= 5:
        assert [(one.value, one.count) for one in now.commonest] == [(value, -count) for count, value in best]
