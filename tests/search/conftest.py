"""The customers of the examples in workbench/search/examples.py, and a ground to search them on."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest

from workbench.customers.tables import Names, Tables, schema
from workbench.errors import UsageError, WorkbenchError

Rows = list[dict[str, Any]]

CUSTOMERS: Rows = [
    {"id": "C1", "company_name": "Acme Inc.", "payment_term": "NET 30", "phone": "+14155552671", "email": "a@acme.com",
     "status": "active", "created_at": "2024-02-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z",
     "assigned_sales_rep_ids": ["r-1", "r-2"], "primary_contact_id": "P1"},
    {"id": "C2", "company_name": "ACME Tools", "payment_term": "Net 60 days", "phone": "", "email": "acme@gmail.com",
     "status": "active", "created_at": "2025-12-31T23:59:59Z", "updated_at": "2026-06-30T18:00:00Z",
     "assigned_sales_rep_ids": [], "assigned_price_list_id": "pl-1"},
    {"id": "C3", "company_name": "Cobalt 12\" Pipe", "payment_term": "net 30", "phone": "555", "email": None,
     "status": "active", "created_at": "2024-02-01T00:00:00Z", "updated_at": "2026-07-01T00:00:00Z",
     "assigned_sales_rep_ids": ["r-1"]},
    {"id": "C4", "company_name": "Zenith", "payment_term": None, "phone": "0049 30 1", "email": "z@zenith.de",
     "status": "inactive", "created_at": "2024-02-01T00:00:00Z", "updated_at": "2027-01-01T00:00:00Z",
     "assigned_sales_rep_ids": None},
    {"id": "C5", "company_name": "ŐRSÉG ΟΔΟΣ", "payment_term": "", "phone": None, "email": "",
     "status": "active", "created_at": "2024-02-01T00:00:00Z", "updated_at": "2025-01-01T00:00:00Z"},
    {"id": "C6", "company_name": "Acme Gone", "payment_term": "NET 30", "status": "active", "_gone": True,
     "updated_at": "2026-01-01T00:00:00Z", "phone": "+1"},
]  # fmt: skip
ADDRESSES: Rows = [
    {"id": "A1", "_customer": 0, "type": "billing", "state": "TX", "city": "Dallas", "zip_code": "75201"},
    {"id": "A2", "_customer": 0, "type": "shipping", "state": "CA", "zip_code": "90001"},
    {"id": "A3", "_customer": 1, "type": "billing", "state": "NY", "zip_code": "10001-7555", "is_default": False},
    {"id": "A4", "_customer": 2, "type": "shipping", "state": "TX", "is_default": True},
    {"id": "A5", "_customer": 2, "type": "billing", "state": "tn", "zip_code": "n/a"},
    {"id": "A6", "_customer": 3, "type": "billing", "state": "TX", "zip_code": "75202", "_gone": True},
]
CONTACTS: Rows = [
    {"id": "P1", "_customer": 0, "first_name": "Ann", "last_name": "Lee", "status": "active"},
    {"id": "P2", "_customer": 1, "first_name": "Bo", "last_name": "Öz", "status": "inactive"},
    {"id": "P3", "_customer": 3, "first_name": "Cy", "status": "active"},
]
ATTRIBUTES: Rows = [
    {"id": "T1", "_customer": 3, "owner": "customer", "owner_id": "C4", "name": "Color", "value": "Red"},
    {"id": "T2", "_customer": 0, "owner": "address", "owner_id": "A1", "name": "Color", "value": "Blue"},
]


def table(name: str, rows: Rows) -> pl.DataFrame:
    """A table's frame with these rows; what a row does not name is null, and it is not gone."""
    full = [{"_gone": False, **row} for row in rows]
    if name != "customers":
        full = [{"customer_id": f"C{row['_customer'] + 1}", **row} for row in full]
    return pl.DataFrame(full, schema=schema(name))


def tables(customers: Rows = CUSTOMERS, addresses: Rows = ADDRESSES) -> Tables:
    """The examples' tables."""
    frames = {"customers": customers, "addresses": addresses, "contacts": CONTACTS, "attributes": ATTRIBUTES}
    reps = Names({}, {"r-1": "Maria Gómez", "r-2": "Tom Oak"})
    return Tables(
        **{name: table(name, rows) for name, rows in frames.items()},
        sales_reps=reps,
        price_lists=Names({}, {"pl-1": "Gold"}),
    )


@dataclass
class Moment:
    """A ground made by hand: `marks` are (table, mark) -> row numbers, `cells` are (table, field) -> row numbers. Operation 12
    changed what is staged; C3 and C4 have a phone that is none, C3's address A5 a ZIP code."""

    current: Tables
    base: Tables
    marks: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    cells: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    rules: tuple[str, ...] = ("phone.invalid", "zip.form")

    def flag(self, table: str, name: str) -> pl.Series:
        return self._rows(table, self.marks.get((table, name), []))

    def changed(self, table: str, field: str) -> pl.Series:
        return self._rows(table, self.cells.get((table, field), []))

    def operation(self, table: str, number: int) -> pl.Series:
        if number != 12:
            raise WorkbenchError(f"there is no operation {number}")
        return self.flag(table, "staged")

    def outcome(self, name: str) -> pl.Series:
        return self._rows("customers", [2] if name == "failed" else [])

    def problem(self, table: str, pattern: str) -> pl.Series:
        name, _, field = pattern.partition("@")
        rules = [rule for rule in self.rules if name == "*" or rule == name or rule.startswith(f"{name}.")]
        if not rules:
            raise UsageError(f"there is no check {name!r}")
        rules = [rule for rule in rules if not field or rule.startswith(field)]
        phones = [2, 3] if "phone.invalid" in rules and table == "customers" else []
        zips = {"customers": [2], "addresses": [4]}.get(table, []) if "zip.form" in rules else []
        return self._rows(table, [*phones, *zips])

    def _rows(self, table: str, rows: list[int]) -> pl.Series:
        return pl.Series([row in rows for row in range(self.current[table].height)], dtype=pl.Boolean)


def moment() -> Moment:
    """The examples' ground: C2's payment term is staged, it was NET 60."""
    current = tables()
    before = [{**row, "payment_term": "NET 60"} if row["id"] == "C2" else row for row in CUSTOMERS]
    return Moment(
        current, tables(before), {("customers", "staged"): [1]}, {("customers", "payment_term"): [1]}
    )  # fmt: skip


@pytest.fixture(scope="session")
def example() -> SimpleNamespace:
    """What this file makes, for tests: importlib mode gives them no way to import it."""
    return SimpleNamespace(tables=tables, moment=moment, Moment=Moment, customers=CUSTOMERS, addresses=ADDRESSES)
