"""What a plain word looks into, and that all the ways of looking find the same."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.customers.fields import FIELDS, TABLES, Kind
from workbench.customers.tables import Tables
from workbench.search import block, grams, haystack
from workbench.search.reach import fits_uuid
from workbench.search.searcher import Searcher

UUID = "beefcafe-0123-4567-89ab-00000000000"


def ids(ground: Any, query: str, table: str = "customers", searcher: Searcher | None = None) -> str:
    return " ".join(ground.current[table].filter((searcher or Searcher()).search(ground, query, table))["id"])


def with_column(example: SimpleNamespace, table: str, name: str, values: list[Any]) -> Any:
    tables = example.tables()
    frame = tables[table]
    column = pl.Series(name, values, dtype=frame[name].dtype)
    ground = example.moment()
    ground.current = tables.with_frames({table: frame.with_columns(column)})
    return ground


def test_a_word_does_not_look_into_times(example: SimpleNamespace) -> None:
    assert ids(example.moment(), "2026-01-01") == ""
    assert ids(example.moment(), "updated_at:2026-01-01") == "C1"


@pytest.mark.parametrize(
    ("query", "found"),
    [("beef", ""), ("cafe", ""), ("beefc", ""), ("beefca", "C1 C2 C3 C4 C5"), ("BEEFCAFE-01", "C1 C2 C3 C4 C5"),
     ("beef*cafe", "C1 C2 C3 C4 C5"), ('"-0123-4"', "C1 C2 C3 C4 C5"), ("000003", "C4"), ("be*f", ""),
     ("customer_id:beef", "C1 C2 C3 C4 C5"), ("2026-02-03", "")],
)  # fmt: skip
def test_a_column_of_uuids_is_looked_into_for_six_characters_of_one(
    example: SimpleNamespace, query: str, found: str
) -> None:
    ground = with_column(example, "customers", "customer_id", [f"{UUID}{row}" for row in range(6)])
    assert ids(ground, query) == found


def test_one_id_of_another_shape_makes_its_column_ordinary_text(example: SimpleNamespace) -> None:
    ground = with_column(example, "customers", "customer_id", [f"{UUID}{row}" for row in range(5)] + ["cust-1"])
    assert ids(ground, "beef") == "C1 C2 C3 C4 C5"
    ground = with_column(example, "customers", "customer_id", [f"{UUID}1", "", None, None, "", None])
    assert (ids(ground, "beef"), ids(ground, "beefcafe")) == ("", "C1")


def test_a_list_of_ids_is_a_column_of_uuids_if_all_of_them_are(example: SimpleNamespace) -> None:
    rows = [[f"{UUID}1", f"{UUID}2"], [], None, [f"{UUID}3"], None, None]
    ground = with_column(example, "customers", "assigned_sales_rep_ids", rows)
    assert (ids(ground, "beef"), ids(ground, "beefcafe"), ids(ground, "000002")) == ("", "C1 C4", "C1")
    ground = with_column(example, "customers", "assigned_sales_rep_ids", [[f"{UUID}1", "rep"], *rows[1:]])
    assert ids(ground, "beef") == "C1 C4"


def test_text_that_looks_like_a_uuid_is_ordinary_text(example: SimpleNamespace) -> None:
    assert ids(with_column(example, "customers", "reference_id", [f"{UUID}1"] + [None] * 5), "beef") == "C1"


def test_links_are_looked_into_only_in_their_own_table(example: SimpleNamespace) -> None:
    for table, name in (("addresses", "customer_id"), ("attributes", "owner_id")):
        height = example.tables()[table].height
        ground = with_column(example, table, name, ["xyzzy"] * height)
        assert ids(ground, "xyzzy") == ids(ground, "xy") == ""
        assert len(ids(ground, "xyzzy", table).split()) == len(ids(ground, "xy", table).split()) > 1


def test_a_word_does_not_look_at_who_wrote_a_row(example: SimpleNamespace) -> None:
    ground = with_column(example, "attributes", "created_by", ["xyzzy", "xyzzy"])
    assert ids(ground, "xyzzy") == ids(ground, "xyzzy", "attributes") == ""
    assert ids(ground, "attributes.created_by:xyzzy") == "C1 C4"


def test_a_part_of_a_uuid_has_its_dashes_in_the_right_places() -> None:
    assert all(fits_uuid((word,)) for word in ("abcdef", "12345678-1234", "-1234-", "1234-1234-1234"))
    assert not any(fits_uuid((word,)) for word in ("abcde", "abcdeg", "2026-02-03", "--abcd", "123456789-", "0" * 13))


def test_words_joined_by_or_find_what_each_of_them_finds(example: SimpleNamespace) -> None:
    ground, words = example.moment(), ["acme", "zen*h", "tx", "r-2", "nowhere", "gold", "οδος"]
    found = pl.DataFrame([Searcher().search(ground, word).rename(word) for word in words])
    assert Searcher().search(ground, " OR ".join(words)).equals(found.select(pl.any_horizontal(pl.all())).to_series())
    assert ids(ground, "acme OR status:inactive OR gómez") == "C1 C2 C3 C4"


TEXTS = st.sampled_from(["", "a", "ab", "Abc", "aab", "A b", "ß", "ΣΑΣ", "ας", "İ", "a\x1eb", "a\x1fb", "b\x1e", "0f"])
IDS = st.sampled_from([f"{UUID}1", f"{UUID.upper()}2", "", "beef-1", f"{UUID}"]) | st.none()
UUIDS = st.sampled_from([f"{UUID}1", f"{UUID.upper()}2", "", "00000000-0000-0000-0000-aaaaaaaaaaaa"]) | st.none()
WORDS = st.sampled_from(
    ["a", "ab", "abc", "b", "σ", "ας", "αΣ", "ß", "i", "0", "0f", "a*b", "b*a", "a*", "aa", "beef", "beefcafe", "be*ca*01",
     "f-0*", "beef-1", "0123-4567", "a OR beefcafe", "zz OR ß OR abc", "b1 OR a*b", "b c"]
)  # fmt: skip
MOMENTS = st.lists(
    st.tuples(
        st.lists(TEXTS | st.none(), min_size=3, max_size=60),
        st.lists(IDS, min_size=1, max_size=4) | st.lists(UUIDS, min_size=1, max_size=4),
        st.booleans(),
    ),
    min_size=1,
    max_size=3,
)


@settings(max_examples=60, deadline=None)
@given(
    MOMENTS,
    st.lists(WORDS, min_size=1, max_size=4),
    st.sampled_from(TABLES),
    st.sampled_from([40, 77, 10_000]),
    st.booleans(),
)
def test_every_way_of_looking_finds_exactly_what_a_naive_search_finds(
    example: SimpleNamespace,
    moments: list[tuple[list[str | None], list[str | None], bool]],
    queries: list[str],
    table: str,
    height: int,
    prepared: bool,
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(haystack, "HEIGHT", height)
        patch.setattr(haystack, "_LINED", 0 if height == 77 else 500_000)
        patch.setattr(block, "STEP", 8)
        patch.setattr(block, "_WORTH", 0)
        patch.setattr(grams, "NUMBERS", 2**8)
        searcher = Searcher()
        for texts, some, many in moments:
            tables = _tables(example, texts, some, 8 if many else 1)
            if prepared:
                searcher.prepare(tables)
            for query in queries:
                found = searcher.search(example.Moment(tables, tables), query, table)
                assert found.to_list() == (wanted := _naive(tables, query, table)), (query, table)
                first = searcher.first(example.Moment(tables, tables), query, table, "", 3)
                assert first is None or first.to_list() == [row for row, holds in enumerate(wanted) if holds][:3]


def _tables(example: SimpleNamespace, texts: list[str | None], some: list[str | None], times: int) -> Tables:
    """Customers with these texts, an address of every second one, a gone address of every third."""
    texts = texts * times if len(texts) * times < 300 else texts
    taken = [some[row % len(some)] for row in range(len(texts))]
    customers = [
        {"id": f"C{row}", "company_name": text, "email": "ab", "primary_contact_id": one, "created_at": "2026 abc",
         "assigned_sales_rep_ids": ["r-1", one] if row % 5 == 0 and one else None}
        for row, (text, one) in enumerate(zip(texts, taken, strict=True))
    ]  # fmt: skip
    places = [
        {"id": one, "_customer": row, "_gone": row % 3 == 0, "city": text, "customer_id": one, "state": "Abc"}
        for row, (text, one) in enumerate(zip(reversed(texts), taken, strict=True))
        if row % 2
    ]
    tables: Tables = example.tables(customers, places)
    few = {name: tables[name].filter(pl.col("_customer") < len(texts)) for name in ("contacts", "attributes")}
    return tables.with_frames(few)


def _naive(tables: Tables, query: str, table: str) -> list[bool]:
    alternatives = [one.split() for one in query.split(" OR ")]
    having = {word: _rows_having(tables, word, table) for words in alternatives for word in words}
    rows = range(tables[table].height)
    return [any(all(row in having[word] for word in words) for words in alternatives) for row in rows]


def _rows_having(tables: Tables, word: str, table: str) -> set[int]:
    found = set()
    for source in TABLES if table == "customers" else (table,):
        uuids = _uuid_columns(tables, source)
        for at, row in enumerate(tables[source].to_dicts()):
            owner = at if source == "customers" else row["_customer"]
            gone = row["_gone"] or tables.customers["_gone"][owner]
            if not gone and _row_has(row, source, word, uuids, source == table, tables):
                found.add(at if source == table else owner)
    return found


def _uuid_columns(tables: Tables, table: str) -> set[str]:
    shape = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
    found = set()
    for f in FIELDS[table].values():
        values = tables[table][f.name].to_list() if f.kind in (Kind.ID, Kind.IDS) else ["text"]
        flat = [one for value in values for one in (value if isinstance(value, list) else [value]) if one]
        found |= {f.name} if all(shape.fullmatch(one) for one in flat) else set()
    return found


def _row_has(row: dict[str, Any], table: str, word: str, uuids: set[str], links: bool, tables: Tables) -> bool:
    pattern = re.compile("[^\x1e\x1f]*".join(re.escape(_lower(part)) for part in word.split("*")))
    values = []
    for f in FIELDS[table].values():
        skipped = f.kind in (Kind.TIME, Kind.FLAG) or f.name in ("created_by", "updated_by")
        linked = table != "customers" and f.name in ("customer_id", "owner_id") and not links
        short = f.name in uuids and len(word.replace("*", "")) < 6
        named = tables.sales_reps.names if f.names == "sales rep" else tables.price_lists.names
        mine = row[f.name] if isinstance(row[f.name], list) else [row[f.name]]
        values += [named.get(one, "") for one in mine] if f.names in ("sales rep", "price list") else []
        values += [] if skipped or linked or short else mine
    return any(pattern.search(_lower(value)) for value in values if value)


def _lower(text: str) -> str:
    return text.lower().replace("ς", "σ")


def test_columns_that_hold_the_same_are_found_by_their_own_new_values(example: SimpleNamespace) -> None:
    names = [f"Company {row:03}" for row in range(60)]
    tables = example.tables([{"id": f"N{row}", **dict.fromkeys(TWINS, name)} for row, name in enumerate(names)], [])
    frames = {"contacts": tables.contacts.clear(), "attributes": tables.attributes.clear()}
    start = tables.customers
    edits = [("display_name", 3), ("company_name", 4), ("email", 4), ("company_name", 3), ("display_name", 59)]
    kept, frame = Searcher(), start
    for number, (name, row) in enumerate([("email", 0), *edits]):
        new = pl.when(pl.int_range(pl.len()) == row).then(pl.lit(f"Other {number}")).otherwise(name).alias(name)
        frame = frame.with_columns(new) if number else start
        now = tables.with_frames({**frames, "customers": frame})
        for query in (
            '"company 003"',
            '"company 004"',
            '"company 059"',
            "company",
            *(f'"other {n}"' for n in range(6)),
        ):
            ground = example.Moment(now, now)
            holds = [
                any(query.strip('"') in value.lower() for value in values) for values in frame.select(TWINS).rows()
            ]
            wanted = " ".join(f"N{row}" for row, one in enumerate(holds) if one)
            assert ids(ground, query, searcher=kept) == wanted, (query, number)


TWINS = ["company_name", "display_name", "email"]
