"""The page of what is staged, as a parser of HTML reads it: everything is there, the oddest first, and data is only text."""

from __future__ import annotations

import json
from collections.abc import Callable
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.report.parsed import Parsed
from tests.screens.hostile import strings, unsafe
from workbench.report import customers as data
from workbench.report.page import page
from workbench.report.writing import body_text, changed, html, visible
from workbench.shown.text import safe
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

TEXT = st.text(st.characters(exclude_categories=("Cs", "Co", "Cn")))

Make = Callable[..., Workbench]


def parsed(bench: Workbench, where: str = "") -> Parsed:
    return Parsed(page(bench.report(where)))


def rows(*numbers: int) -> pl.Series:
    return pl.Series(numbers, dtype=pl.UInt32)


def test_three_wrong_changes_among_four_hundred_stand_at_the_top(make: Make) -> None:
    bench = make(*({"payment_term": "NET 30", "freight_term": " x"} for _ in range(400)))
    bench.stage([Edit("set", "payment_term", "NET30"), Edit("apply", "freight_term", "trim")], note="one spelling")
    bench.stage([Edit("set", "payment_term", "NET60")], rows=rows(7))
    bench.stage([Edit("clear", "payment_term")], rows=rows(100))
    bench.stage([Edit("set", "freight_term", "collect")], rows=rows(5))
    found = parsed(bench)
    titles = found.all("h3")
    assert {title.replace("\n", " ") for title in titles[:3]} == {
        "1 × payment_term: NET 30 → NET60", "1 × payment_term: NET 30 → (empty)", "1 × freight_term: ·x → collect",
    }  # fmt: skip
    assert len(titles) == 5
    assert "by operation 1 (one spelling)" in found.all("details", "group")[-1]
    assert any("rare: 1 come to this value, 398 to another" in one for one in found.all("summary"))


def test_the_page_tells_what_a_reader_needs_to_say_yes_or_no(make: Make) -> None:
    bench = make({"payment_term": "a"}, {"payment_term": "a", "phone": "+14155552671"}, {"contacts": [{"id": "k"}]})
    bench.stage([Edit("set", "payment_term", "b")], where="payment_term:a", note="agreed <i>in</i> May")
    bench.stage([Edit("set", "phone", "12")], rows=rows(1))
    bench.stage([Edit("set", "primary_contact_id", "k")], rows=rows(2))
    bench.hold(rows=rows(0), note="ask first")
    found = parsed(bench)
    [about] = found.all("dl")
    assert bench.preview().digest in about
    assert "4 changes of 3 customers; 2 customers held" in about
    assert "1 customer" in about.split("the plan sends")[1]
    assert "from customers.ndjson: 3 customers" in about
    [warnings] = found.all("section", "warnings")
    for words in (
        "1 change not valid",
        "1 change cannot be reverted",
        "2 customers held",
        "on hold: ask first",
        "of c2",
    ):
        assert words in warnings
    assert "1 introduced" in found.html
    assert "agreed <i>in</i> May" in " ".join(found.all("td"))
    customers = {one[0]: one for one in found.data["customers"]}
    assert [customers[f"c{n}"][2] for n in range(3)] == ["on hold: ask first", bench.preview().frame["held"][1], ""]
    bodies = {id_: body.decode() for id_, body in bench.preview().bodies()}
    assert {id_: one[3] for id_, one in customers.items()} == bodies


def test_every_table_has_a_caption_and_heads_and_headings_go_down_by_one(make: Make) -> None:
    bench = make(*({"payment_term": "a"} for _ in range(3)))
    bench.stage([Edit("set", "payment_term", "b")])
    found = parsed(bench)
    names = [name for name, _ in found.tags]
    assert names.count("table") == names.count("caption") > 1
    assert all("scope" in more for name, more in found.tags if name == "th")
    levels = [int(name[1]) for name in names if name in ("h1", "h2", "h3")]
    assert levels[0] == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))
    assert "Without its script" in " ".join(found.all("noscript"))


def test_a_query_chooses_the_customers_and_the_digest_is_that_of_the_same_commit(make: Make) -> None:
    bench = make(*({"payment_term": "a", "freight_term": "x" if n % 2 else "y"} for n in range(6)))
    bench.stage([Edit("set", "payment_term", "b")])
    report = bench.report("freight_term:x")
    assert report.preview.digest == bench.preview("freight_term:x").digest != bench.preview().digest
    assert [one[0] for one in parsed(bench, "freight_term:x").data["customers"]] == ["c1", "c3", "c5"]
    assert "3 × payment_term: a → b" in parsed(bench, "freight_term:x").all("h3")


def test_a_page_of_nothing_says_so(make: Make) -> None:
    found = parsed(make({}))
    assert "Nothing is staged." in found.html
    assert found.data["customers"] == []


def test_long_data_is_kept_compressed_and_is_the_same(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    bench = make({"payment_term": "a"})
    bench.stage([Edit("set", "payment_term", "</script><b>")])
    plain = parsed(bench)
    monkeypatch.setattr(data, "PACKED", 10)
    packed = parsed(bench)
    assert len(packed.html) != len(plain.html)
    assert packed.data == plain.data


def test_each_change_leads_to_its_values_as_they_are_seen_and_to_its_own_note(make: Make) -> None:
    names = ["Acme", "  Acme ", "\u0410cme", "Acme\u200b", "", "Acme"]
    bench = make(*({"payment_term": f"{name}{' ' * (n % 2)}", "freight_term": name} for n, name in enumerate(names)))
    bench.stage([Edit("set", "payment_term", "Acme"), Edit("replace", "freight_term", "A", "  A\u2028")], note="a  b")
    found = parsed(bench).data
    texts = found["texts"]
    assert len(set(texts)) == len(texts)
    for cells in bench.report().cells.partition_by("customer"):
        changes = found["customers"][cells["customer"][0]][-1]
        for change, before, after, note in zip(changes, cells["before"], cells["after"], cells["note"], strict=True):
            assert [texts[change[place]] for place in (1, 2, 5)] == [visible(before), visible(after), safe(note)]
    noted = bench.report().cells.filter(pl.col("note").str.contains("another letter"))
    assert noted["customer"].unique().to_list() == [2]


def test_names_stand_where_the_api_has_ids(make: Make) -> None:
    reps = [
        {"id": f"r{n}", "first_name": name, "last_name": "Lee", "email": "a@b.co"}
        for n, name in enumerate(("Ann", "Bob", "Ann"))
    ]
    bench = make(*({"assigned_sales_reps": [one]} for one in reps))
    bench.stage([Edit("swap", "assigned_sales_rep_ids", "r0", "r1")])
    bench.stage([Edit("swap", "assigned_sales_rep_ids", "r2", "r0")])
    titles = parsed(bench).all("h3")
    assert "1 × assigned_sales_rep_ids: Ann Lee → Bob Lee" in titles
    assert "1 × assigned_sales_rep_ids: r2 → r0" in titles, "two people of one name stay apart"


@pytest.fixture(scope="module")
def hostile_page(hostile: Path) -> Parsed:
    """The page of a session in which whatever can be hostile is."""
    with Workbench.open(hostile, key="k") as bench:
        return parsed(bench)


def test_hostile_data_makes_no_element_no_attribute_and_nothing_unseen(hostile_page: Parsed) -> None:
    allowed = (
        "html head meta title style body a header main section footer dl dt dd h1 h2 h3 p ul li table caption thead tbody tr th td "
        "details summary form label input button span noscript div script strong code bdi i del ins br"
    )
    assert {name for name, _ in hostile_page.tags} <= set(allowed.split())
    ours = "class id scope type hidden open data-warned data-packed aria-labelledby tabindex role"
    holding = ("details", "button", "td", "th", "bdi", "code", "del", "ins", "span")
    own = [more for name, more in hostile_page.tags if name in holding]
    assert {key for more in own for key in more} <= set(ours.split())
    assert [name for name, _ in hostile_page.tags].count("script") == 2
    [title] = hostile_page.all("title")
    shown = "".join(
        text for (name, _), text in zip(hostile_page.tags, hostile_page.texts, strict=True) if name == "main"
    )
    assert unsafe(title + shown, lines=True) == []
    assert unsafe(json.dumps(hostile_page.data, ensure_ascii=False)) == []


def test_every_hostile_body_is_whole(hostile_page: Parsed, hostile: Path) -> None:
    with Workbench.open(hostile, key="k") as bench:
        bodies = [json.loads(body) for _, body in bench.preview().bodies()]
    assert [json.loads(one[3]) for one in hostile_page.data["customers"]] == bodies


class _Text(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found, self.names = "", set[str]()
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        assert not attrs or tag == "i"
        self.names.add(tag)

    def handle_data(self, data: str) -> None:
        self.found += data


@given(TEXT | st.sampled_from(strings()[:-1]))
def test_any_text_is_only_text(text: str) -> None:
    found = _Text(html(text))
    assert found.names == set()
    assert unsafe(found.found) == []


@given(TEXT, TEXT)
def test_what_differs_is_marked_and_nothing_is_lost(before: str, after: str) -> None:
    for text, made in zip((before, after), changed(before, after), strict=True):
        found = _Text(made)
        assert found.names <= {"bdi", "del", "ins", "i"}
        assert (found.found == "(empty)") if not text else len(found.found) >= len(text)


@given(st.dictionaries(TEXT, TEXT | st.sampled_from(strings()[:-1]), max_size=3))
def test_a_body_is_shown_as_the_same_json(body: dict[str, str]) -> None:
    shown = body_text(json.dumps(body, ensure_ascii=False))
    assert json.loads(shown) == body
    assert unsafe(shown) == []


def test_a_session_of_before_tells_that_the_time_was_not_noted(make: Make, tmp_path: Path) -> None:
    bench = make({"payment_term": "a"})
    bench._bench.store.keep({"loads": "[]"})
    bench._bench.facts = bench._bench.store.facts()
    bench.stage([Edit("set", "payment_term", "b")])
    assert "at a time that was not noted" in parsed(bench).all("dl")[0]
