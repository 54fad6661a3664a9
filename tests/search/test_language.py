"""The whole language on every table: what it finds is what a slow reading of the rules, row by row, finds too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.search.naive import Naive, Row
from workbench.customers.fields import FIELDS, TABLES, Kind
from workbench.customers.tables import Names, Tables, schema
from workbench.errors import QueryError, UsageError, WorkbenchError
from workbench.search.close import close
from workbench.search.searcher import Searcher

REPS = {"r1": "Maria Gomez", "r2": "Tom Oak"}
LISTS = {"p1": "Gold"}
MARKS = ("staged", "invalid", "held", "conflict", "unseen", "accepted")
TOLD = {
    **{("is", mark, table): {at, at + 2} for at, mark in enumerate(MARKS) for table in TABLES},
    ("changed", "payment_term", "customers"): {1},
    ("changed", "city", "addresses"): {0, 3},
    ("changed", "email", "contacts"): {1},
    ("changed", "value", "attributes"): {2},
    ("outcome", "failed", "customers"): {0, 2},
    **{("op", "12", table): {1, 3} for table in TABLES},
    **{("problem", pattern, table): {0, 1} for pattern in ("phone.invalid", "phone", "phone.*", "*") for table in TABLES},
}  # fmt: skip


@dataclass
class Ground:
    """A moment made by hand; what only a session knows is as `TOLD`."""

    current: Tables
    base: Tables
    rules: tuple[str, ...] = ("phone.invalid",)

    def flag(self, table: str, name: str) -> pl.Series:
        return self._rows("is", name, table)

    def changed(self, table: str, field: str) -> pl.Series:
        return self._rows("changed", field, table)

    def outcome(self, name: str) -> pl.Series:
        if ("outcome", name, "customers") not in TOLD:
            raise UsageError(f"there is no outcome {name!r}")
        return self._rows("outcome", name, "customers")

    def operation(self, table: str, number: int) -> pl.Series:
        if number != 12:
            raise WorkbenchError(f"there is no operation {number}")
        return self._rows("op", str(number), table)

    def problem(self, table: str, pattern: str) -> pl.Series:
        if ("problem", pattern, table) not in TOLD:
            raise UsageError(f"there is no check {pattern!r}")
        return self._rows("problem", pattern, table)

    def problem_cells(self, table: str, pattern: str) -> dict[str, pl.Series]:
        return {}

    def _rows(self, kind: str, what: str, table: str) -> pl.Series:
        rows = TOLD.get((kind, what, table), set())
        return pl.Series([row in rows for row in range(self.current[table].height)], dtype=pl.Boolean)


def made(current: dict[str, list[Row]], base: dict[str, list[Row]]) -> tuple[Ground, Naive]:
    """The same rows for both."""
    full = [
        {t: [_full(t, n, row) for n, row in enumerate(rows)] for t, rows in side.items()} for side in (current, base)
    ]
    frames = [Tables(**{table: pl.DataFrame(rows, schema=schema(table)) for table, rows in side.items()},
                     sales_reps=Names({}, REPS), price_lists=Names({}, LISTS)) for side in full]  # fmt: skip
    names = {
        "sales rep": REPS,
        "price list": LISTS,
        "contact": {
            one["id"]: f"{one['first_name'] or ''} {one['last_name'] or ''}".strip() for one in full[0]["contacts"]
        },
        "address": {one["id"]: one["city"] or "" for one in full[0]["addresses"]},
    }
    return Ground(*frames), Naive(full[0], full[1], names, TOLD)


def _full(table: str, number: int, row: Row) -> Row:
    start = {"customers": "c", "addresses": "a", "contacts": "k", "attributes": "t"}[table]
    return {**dict.fromkeys(schema(table)), "id": f"{start}{number}", "_gone": False, **row}


CUSTOMERS: list[Row] = [
    {"display_id": "WC_1", "company_name": "Acme Inc.", "payment_term": "NET 30", "status": "active", "phone": "+14155550101",
     "updated_at": "2026-01-15T08:00:00Z", "assigned_sales_rep_ids": ["r1", "r2"], "primary_contact_id": "k0"},
    {"display_id": "WC_2", "company_name": "acme tools", "payment_term": "Net 60 days", "status": "active", "email": "a@gmail.com",
     "updated_at": "2026-06-30T18:00:00Z", "assigned_sales_rep_ids": [], "assigned_price_list_id": "p1"},
    {"display_id": "WC_3", "company_name": "Cobalt 12\" Pipe", "payment_term": "", "status": "inactive", "phone": "555",
     "updated_at": "2026-07-01T00:00:00Z", "assigned_sales_rep_ids": ["r1"]},
    {"display_id": "WC_4", "company_name": None, "payment_term": None, "status": None, "updated_at": None},
    {"display_id": "WC_5", "company_name": "Acme Gone", "payment_term": "NET 30", "status": "active", "_gone": True},
]  # fmt: skip
ADDRESSES: list[Row] = [
    {"_customer": 0, "type": "billing", "state": "TX", "city": "Dallas", "zip_code": "75201", "is_default": True},
    {
        "_customer": 0,
        "type": "shipping",
        "state": "CA",
        "city": "Los Angeles",
        "zip_code": "90001",
        "is_default": False,
    },
    {"_customer": 1, "type": "billing", "state": "NY", "city": "", "zip_code": "10001-7555"},
    {"_customer": 2, "type": "shipping", "state": "tx", "city": "Austin", "zip_code": "9.5", "status": "inactive"},
    {"_customer": 2, "type": "billing", "state": "TX", "zip_code": "n/a", "_gone": True},
    {"_customer": 4, "type": "billing", "state": "TX", "city": "Dallas"},
]
CONTACTS: list[Row] = [
    {"_customer": 0, "first_name": "Ann", "last_name": "Lee", "email": "ann@acme.com", "status": "active"},
    {"_customer": 1, "first_name": "Bo", "last_name": "Oz", "email": None, "status": "inactive"},
    {"_customer": 3, "first_name": "Cy", "phone": "555"},
]
ATTRIBUTES: list[Row] = [
    {"_customer": 0, "owner": "customer", "owner_id": "c0", "name": "Color", "value": "Red"},
    {"_customer": 0, "owner": "address", "owner_id": "a0", "name": "Size", "value": "10"},
    {"_customer": 2, "owner": "customer", "owner_id": "c2", "name": "Color", "value": "9"},
]
NOW = {"customers": CUSTOMERS, "addresses": ADDRESSES, "contacts": CONTACTS, "attributes": ATTRIBUTES}
BEFORE: dict[str, list[Row]] = {
    **NOW,
    "customers": [CUSTOMERS[0], {**CUSTOMERS[1], "payment_term": "NET 60"}, *CUSTOMERS[2:]],
    "addresses": [{**ADDRESSES[0], "city": "dalas"}, *ADDRESSES[1:5]],
}

EVERYWHERE = [
    "", "acme", '"acme inc"', "ac*inc", "dallas OR red", "(lee OR austin) -dallas", "acme AND dallas", "-acme", "--acme",
    "customer.company_name:acme", 'customer.payment_term:"NET 30"', 'customer.payment_term:=""', "-customer.payment_term:net",
    "customer.company_name:=acme", 'customer.company_name:="Acme Inc."', "customer.company_name:ac*", "customer.phone:/^\\+1/",
    "customer.company_name:/^ACME/i", "customer.company_name:~acmee", "customer.updated_at:2026-01..2026-06",
    "customer.updated_at:>=2026-06-30", "customer.updated_at:<2026-07", "customer.updated_at:..2026-06-30",
    "customer.updated_at:>2026-06", "customer.display_id:=(WC_1 WC_3 WC_9)", "customer.assigned_sales_rep_ids:maria",
    "customer.assigned_sales_rep_ids:=r2", 'customer.assigned_sales_rep_ids:=""', "customer.assigned_price_list_id:gold",
    'customer.primary_contact_id:"ann lee"', "customer:(is:active -has:phone)", "customer:(acme addresses.state:TX)",
    "-customer:(is:inactive)", "has:customer.email", "-has:customer.email", "has:customer.assigned_sales_rep_ids",
    "addresses.state:TX", "-addresses.state:TX", "addresses.state:=TX", "addresses.zip_code:9..80000",
    "addresses.zip_code:>=10001", "addresses.zip_code:<100", "addresses.city:~dalas", "addresses.city:a..d",
    "addresses.is_default:yes", 'addresses.is_default:=""', "addresses:(type:billing state:TX)",
    "addresses:(type:shipping -has:city)", "addresses:(type:billing OR state:CA) -addresses:(state:NY)",
    "addresses:(dallas -type:shipping)", "-addresses:(state:TX is_default:true)",
    "addresses:(customer.display_id:=WC_1 state:CA)", "addresses:(is:inactive)", "addresses:(is:staged)",
    "addresses:(changed:city)", "addresses:(problem:phone)", "addresses:(op:12)", "addresses:(before.city:dalas)",
    "addresses:(outcome:failed type:shipping)", "addresses:(contacts.first_name:ann)", "contacts.first_name:ann",
    "contacts:(first_name:bo -has:email)", "contacts:(is:inactive)", "has:contacts.email", "attributes:(name:=Color value:red)",
    "attributes.value:>=9", "attributes:(name:=Size value:9..11)", "attributes.owner:=address", "has:addresses",
    "-has:addresses", "has:contacts", "-has:contacts", "has:attributes", "-has:attributes", "is:staged", "is:invalid",
    "is:held", "is:conflict", "is:unseen", "is:accepted", "is:active", "is:inactive", "-is:active",
    "changed:customer.payment_term", "changed:addresses.city", "changed:contacts.email", "-changed:attributes.value", "op:12",
    "-op:12", "outcome:failed", "-outcome:failed", "problem:phone.invalid", "problem:phone", "problem:phone.*", "has:problem",
    "-has:problem", 'before.customer.payment_term:="NET 60"', "before.addresses.city:dalas", "-before.addresses.city:dalas",
    'before.addresses.city:=""', "id:*", 'id:=""', "id:=(a0 c1 k2 t0)", "id:c0..c2", "customer.id:c1", "has:id",
    "(acme OR is:inactive) -(addresses.state:NY OR contacts.first_name:ann)",
]  # fmt: skip


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("query", EVERYWHERE)
def test_it_finds_what_the_rules_say_on_every_table(query: str, table: str) -> None:
    ground, naive = made(NOW, BEFORE)
    assert Searcher().search(ground, query, table).arg_true().to_list() == naive.found(query, table)


def test_every_field_of_every_table_is_reached_from_every_table() -> None:
    ground, naive = made(NOW, BEFORE)
    searcher = Searcher()
    for table in TABLES:
        for of, fields in FIELDS.items():
            prefix = "" if of == table else "customer." if of == "customers" else f"{of}."
            for field in fields.values():
                value = {Kind.FLAG: "true", Kind.TIME: "2026"}.get(field.kind, "a")
                for query in (
                    f"{prefix}{field.name}:{value}",
                    f"has:{prefix}{field.name}",
                    f'before.{prefix}{field.name}:=""',
                ):
                    assert searcher.search(ground, query, table).arg_true().to_list() == naive.found(query, table), (
                        query
                    )


MISTAKES = [
    ("{}nowhere:x", 1, "there is no field 'nowhere'", "a field"),
    ("a {}id:", 1, 'expected a value after "', "a value"),
    ("customer.nowhere:x", 10, "there is no field 'nowhere' in customers", "a field"),
    ("addresses.nowhere:x", 11, "there is no field 'nowhere' in addresses", "a field"),
    ("addresses:(state:TX nowhere:x)", 21, "there is no field 'nowhere' in addresses", "a field"),
    ("contacts:(is:stagd)", 14, 'there is no mark "stagd"', "staged, active"),
    ("elsewhere.id:x", 1, 'there is no "elsewhere." to look in', "customer, addresses"),
    ("has:nowhere", 5, "there is no field 'nowhere'", "a field"),
    ("changed:addresses.nowhere", 19, "there is no field 'nowhere' in addresses", "a field"),
    ("before.customer.nowhere:x", 17, "there is no field 'nowhere' in customers", "a field"),
    ("op:13", 4, "there is no operation 13", "what there is"),
    ("op:x", 4, "op: takes the number", "a number"),
    ("outcome:lost", 9, "there is no outcome 'lost'", "what there is"),
    ("problem:nothing", 9, "there is no check 'nothing'", "what there is"),
    ("customer.updated_at:>=soon", 23, "is no time", "a date"),
    ("customer.updated_at:2026-02-30..", 21, "there is no such time", "a date"),
    ("customer.updated_at:2026-06..2026-05", 21, "ends before it begins: write 2026-05..2026-06", "the lower bound first"),
    ("addresses.zip_code:10..9", 20, "ends before it begins: write 9..10", "the lower bound first"),
    ("customer.company_name:b..a", 23, "ends before it begins: write a..b", "the lower bound first"),
    ("addresses.is_default:maybe", 22, "true, false, yes or no", "true or false"),
    ("addresses.is_default:=(true maybe)", 23, "true, false, yes or no", "true or false"),
    ("customer.assigned_sales_rep_ids:a..b", 33, "a list of ids has no order", "an id or a name"),
    ("customer.phone:/(/", 16, "this regular expression is not valid", "a regular expression"),
    ("customer.id:@nowhere.txt", 13, "there is no file", "a file"),
]  # fmt: skip


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(("query", "column", "message", "expected"), MISTAKES)
def test_a_mistake_is_said_at_its_place_on_every_table(
    query: str, column: int, message: str, expected: str, table: str
) -> None:
    ground, _ = made(NOW, BEFORE)
    with pytest.raises(QueryError) as error:
        Searcher().search(ground, query.replace("{}", ""), table)
    assert message in str(error.value)
    assert error.value.column == column + (len("a id:") if query.startswith("a {}") else 0)
    assert error.value.expected.startswith(expected)


@pytest.mark.parametrize("text", ["2026-06..2026", "2026..2026", "2026-06-30..2026-06"])
def test_a_range_that_ends_with_all_of_its_month_or_year_does_not_end_before_it_begins(text: str) -> None:
    ground, naive = made(NOW, BEFORE)
    query = f"updated_at:{text}"
    assert Searcher().search(ground, query).arg_true().to_list() == naive.found(query, "customers")


# Generated queries

TEXTS = ("", None, "TX", "tx", "NET 30", "10", "9.5", "-3", "100", "a b", "acme", "ac", "b")
TIMES = (None, "2025-12-31T23:59:59Z", "2026-01-01T00:00:00Z", "2026-06-30T12:00:00Z")
WORDS = ("tx", "10", "ac", "a b", "net", "b")
BOUNDS = ("10", "9.5", "-3", "100", "a", "b", "tx")
ODD = ('=""', "*", "a*", "*0", "/^[a-n]/", "/[0-9]$/i", '=(tx 10 "")', "=(ac)")
DAYS = ("2025", "2025-12-31", "2026-01", "2026-06-30T12", "2026-07")


def rows(table: str) -> st.SearchStrategy[list[Row]]:
    fields = {
        "customers": ("company_name", "payment_term"),
        "addresses": ("city", "zip_code"),
        "contacts": ("first_name", "email"),
        "attributes": ("name", "value"),
    }[table]
    one: dict[str, st.SearchStrategy[object]] = {name: st.sampled_from(TEXTS) for name in fields}
    one |= {"updated_at": st.sampled_from(TIMES), "_gone": st.sampled_from([False, False, False, True])}
    if table == "customers":
        return st.lists(st.fixed_dictionaries(one), min_size=3, max_size=3)
    return st.lists(st.fixed_dictionaries({**one, "_customer": st.integers(0, 2)}), max_size=4)


def quoted(text: str) -> str:
    return f'"{text}"' if " " in text else text


def conditions(names: tuple[str, ...]) -> st.SearchStrategy[str]:
    word, bound, day = st.sampled_from(WORDS).map(quoted), st.sampled_from(BOUNDS), st.sampled_from(DAYS)
    name = st.sampled_from(names)
    times = name.map(lambda one: one.rpartition(".")[0]).map(
        lambda table: f"{table}.updated_at" if table else "updated_at"
    )

    def ranges(field: st.SearchStrategy[str], end: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        pair = st.tuples(end, end).map(lambda two: "..".join(sorted(two, key=_order))).filter(_forwards)
        return st.one_of(
            st.tuples(field, st.sampled_from([":>", ":>=", ":<", ":<="]), end).map("".join),
            st.tuples(field, st.just(":"), st.one_of(pair, end.map("{}..".format), end.map("..{}".format))).map(
                "".join
            ),
        )

    return st.one_of(
        word,
        st.tuples(name, st.sampled_from([":", ":=", ":~"]), word).map("".join),
        st.tuples(name, st.just(":"), st.sampled_from(ODD)).map("".join),
        st.tuples(st.just("has:"), name).map("".join),
        st.tuples(st.just("before."), name, st.just(":10")).map("".join),
        ranges(name, bound),
        ranges(times, day),
    )  # fmt: skip


def _order(bound: str) -> tuple[bool, float, str]:
    try:
        return False, float(bound), bound
    except ValueError:
        return True, 0.0, bound


def _forwards(text: str) -> bool:
    """Whether a range of two bounds that are no two numbers is in the order of texts: 2025 is a number and a year."""
    low, _, high = text.partition("..")
    return low <= high or _order(low)[0] == _order(high)[0] is False


OWN = {
    "customers": (
        "company_name",
        "payment_term",
        "addresses.city",
        "addresses.zip_code",
        "contacts.email",
        "attributes.value",
    ),
    "addresses": ("city", "zip_code", "customer.payment_term", "contacts.first_name", "company_name"),
    "contacts": ("first_name", "email", "customer.company_name", "addresses.city"),
    "attributes": ("name", "value", "customer.company_name", "addresses.zip_code"),
}


def queries(table: str) -> st.SearchStrategy[str]:
    groups = [
        (one, "customers" if one == "customer" else one) for one in ("customer", "addresses", "contacts", "attributes")
    ]
    inside: list[Callable[[], st.SearchStrategy[str]]] = [
        lambda key=key, of=of: joined(conditions(OWN[of])).map(lambda text: f"{key}:({text})")  # type: ignore[misc]
        for key, of in groups
        if of != table or key != "customer"
    ]
    return joined(st.one_of(conditions(OWN[table]), *(one() for one in inside)))


def joined(one: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    signed = st.tuples(st.sampled_from(["", "", "-"]), one).map("".join)
    several = st.lists(signed, min_size=1, max_size=3)
    return st.one_of(several.map(" ".join), several.map(lambda parts: f"({' OR '.join(parts)})"))


def test_an_empty_value_is_close_to_no_letter() -> None:
    values = pl.Series(["", " ", "b", "ab", None])
    assert close(values, "b").to_list() == [False, False, True, True, False]


@pytest.mark.parametrize("table", TABLES)
@settings(max_examples=8, deadline=None)
@given(data=st.data())
def test_groups_ranges_and_all_the_rest_find_what_the_rules_say(table: str, data: st.DataObject) -> None:
    now = {one: data.draw(rows(one), one) for one in TABLES}
    before = {one: data.draw(st.permutations(held)) if held else [] for one, held in now.items()}
    ground, naive = made(
        now, {one: [{**row, **_links(now[one][n])} for n, row in enumerate(held)] for one, held in before.items()}
    )
    query = data.draw(queries(table), "query")
    assert Searcher().search(ground, query, table).arg_true().to_list() == naive.found(query, table)


def _links(row: Row) -> Row:
    return {key: row[key] for key in ("_customer", "_gone") if key in row}
