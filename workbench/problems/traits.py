"""Traits: what of a customer is compared with others to find duplicates, brought into one form.

Customers are numbered here by their ids in order (`c`), so that nothing depends on the order of rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from workbench.customers.regions import regions
from workbench.customers.tables import Tables
from workbench.customers.validity import E164, EMAIL
from workbench.onlooker import part, step
from workbench.problems.legal_forms import without_form
from workbench.problems.spelling import folded, numbers, tidy
from workbench.stage.transforms.phone import e164

_PERSONAL: Final = ("customers", "contacts", "addresses")
"""The tables whose rows have phones and emails."""

_ENDING: Final = 7
"""Two ways of writing one phone number have so many last digits in common."""

_PLACEHOLDERS: Final = (
    "test",
    "na",
    "none",
    "null",
    "unknown",
    "tbd",
    "tba",
    "xxx",
    "xx",
    "x",
    "customer",
    "company",
    "do not use",
)
"""Folded names that are no names."""

_NO_NAMES: Final = pl.Series("name", [], dtype=pl.String)

_STREETS: Final = {
    **dict.fromkeys(("street", "strasse"), "st"), "str": "st", "avenue": "ave", "av": "ave", "road": "rd", "drive": "dr",
    "boulevard": "blvd", "lane": "ln", "court": "ct", "place": "pl", "square": "sq", "highway": "hwy", "parkway": "pkwy",
    "suite": "ste", "apartment": "apt", "floor": "fl", "north": "n", "south": "s", "east": "e", "west": "w",
}  # fmt: skip
"""Words of streets as they are compared."""


_AT_ONCE: Final = 50_000
"""So many names are read between two steps."""

_ZIP_PLUS_FOUR: Final = r"^(\d{5})\d{4}$"


@dataclass(frozen=True, slots=True)
class Traits:
    """`customers` has a line for each customer, in the order of their ids: `row` (of the table), `id`, `called` (the name as it
    stands) and `name`, what is compared of it. The others have a line for each different value of a customer (`c`, its line):
    `emails` and `phones` a `key`, `addresses` a `key` (zip or city, and house number), `street`, and `text` as it stands."""

    customers: pl.DataFrame
    emails: pl.DataFrame
    phones: pl.DataFrame
    addresses: pl.DataFrame


def traits(tables: Tables, rows: pl.Series, region: str) -> Traits:
    """The traits of customers (row numbers); `region` (ISO alpha-2) is for phones of which no address says the country."""
    with part(0.0, 0.1):
        customers = tables.customers[rows].select(row=rows, id="id", called=_called()).sort("id")
        step()
        distinct = customers.select("called").unique()
    with part(0.1, 0.55):
        named = distinct.with_columns(_names(distinct["called"]))
    customers = customers.join(named, on="called", how="left", maintain_order="left", nulls_equal=True)
    lines = pl.int_range(customers.height, dtype=pl.UInt32, eager=True)
    nobody = pl.repeat(None, tables.customers.height, dtype=pl.UInt32, eager=True)
    places = nobody.scatter(customers["row"], lines) if customers.height else nobody
    with part(0.55, 0.75):
        emails = _emails(tables, places)
    with part(0.75, 0.92):
        phones = _phones(tables, places, region)
    with part(0.92, 1.0):
        addresses = _addresses(tables, places)
    return Traits(customers, emails, phones, addresses)


def _called() -> pl.Expr:
    """What a customer is called: the company, else the display name, else the person."""
    person = pl.concat_str("first_name", "last_name", separator=" ", ignore_nulls=True)
    names = [pl.col("company_name"), pl.col("display_name"), person]
    return pl.coalesce(pl.when(name.str.strip_chars() != "").then(name) for name in names)


def _names(called: pl.Series) -> pl.Series:
    """The same as `_name`, some at a time."""
    some = [_NO_NAMES]
    for start in range(0, called.len(), _AT_ONCE):
        step(start / called.len())
        some.append(_name(called.slice(start, _AT_ONCE)))
    return pl.concat(some)


def _name(called: pl.Series) -> pl.Series:
    """The words of a name, without legal forms, in order; null where there is no name."""
    made = without_form(folded(called.str.replace_all("&(?:amp;)?|\\+", " and "))).str.replace_all(r"\band\b ?", "")
    words = made.str.strip_chars(" ").str.split(" ").list.sort().list.join(" ")
    name = pl.when(~pl.col("name").is_in(["", *_PLACEHOLDERS])).then("name")
    return words.alias("name").to_frame().select(name).to_series()


def _values(tables: Tables, places: pl.Series, field: str, region: str = "") -> pl.DataFrame:
    """Every value of a field of the customers and their items: `c`, `value`, and `region` if one is given for where none is
    known."""
    found = []
    for table in _PERSONAL:
        frame = tables[table]
        c = places if table == "customers" else places.gather(frame["_customer"])
        some = frame.select(c=c, value=field, gone="_gone")
        some = some.with_columns(region=regions(tables, table, region)) if region else some
        found.append(some.filter(~pl.col("gone"), pl.col("c").is_not_null(), pl.col("value") != "").drop("gone"))
        step()
    return pl.concat(found)


def _emails(tables: Tables, places: pl.Series) -> pl.DataFrame:
    found = _values(tables, places, "email")
    keys = tidy(found["value"]).str.to_lowercase()
    step(0.5)
    return found.select("c", key=keys).filter(pl.col("key").str.contains(EMAIL)).unique(maintain_order=True)


def _phones(tables: Tables, places: pl.Series, region: str) -> pl.DataFrame:
    """Numbers in E.164. Only those that end as one of another customer does are read: reading takes long."""
    found = _values(tables, places, "phone", region)
    ends = pl.col("value").str.replace_all(r"\D", "").str.tail(_ENDING)
    found = found.with_columns(end=ends).filter(pl.col("end").str.len_bytes() == _ENDING)
    step(0.4)
    found = found.filter(pl.col("c").n_unique().over("end") > 1) if found.height else found
    step(0.8)
    return (
        found.select("c", key=e164(found["value"], found["region"]))
        .filter(pl.col("key").str.contains(E164))
        .unique(maintain_order=True)
    )


def _addresses(tables: Tables, places: pl.Series) -> pl.DataFrame:
    """Only those whose zip (or city) and house number another customer has: the others' streets need not be read."""
    frame = tables.addresses
    here = frame.select("zip_code", "city", "_gone", c=places.gather(frame["_customer"]), line="address_line_1").filter(
        ~pl.col("_gone"), pl.col("c").is_not_null(), pl.col("line").fill_null("") != ""
    )
    zips = pl.col("zip_code").str.to_uppercase().str.replace_all("[^A-Z0-9]", "").str.replace(_ZIP_PLUS_FOUR, "${1}")
    step(0.2)
    here = here.with_columns(zip=zips.fill_null(""), number=numbers(here["line"].str.normalize("NFKC")))
    here = here.with_columns(city=folded(pl.select(pl.when(here["zip"] == "").then(here["city"])).to_series()))
    place = pl.when(pl.col("zip") != "").then("zip").otherwise("city")
    here = here.with_columns(place=place).filter(pl.col("place") != "")
    here = here.with_columns(key=pl.concat_str("place", "number", separator=" "))
    step(0.6)
    shared = here.filter(pl.col("c").n_unique().over("key") > 1) if here.height else here
    made = shared.select("c", "key", street=_street(folded(shared["line"])), text=tidy(shared["line"]))
    return made.unique(["c", "key", "street"], keep="first", maintain_order=True)


def _street(lines: pl.Series) -> pl.Series:
    """The words of folded address lines without numbers, common ones shortened."""
    words = pl.element().filter(~pl.element().str.contains(r"\p{N}")).replace(_STREETS)
    return lines.str.split(" ").to_frame("w").select(pl.col("w").list.eval(words).list.join(" ")).to_series()
