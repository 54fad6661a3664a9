"""What customers that were read are put together into: the same texts, in less memory."""

from __future__ import annotations

import json

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.customers import records
from workbench.customers.fields import TABLES
from workbench.customers.records import _compact, _once_each
from workbench.customers.tables import Tables

TEXTS = st.one_of(st.none(), st.text(max_size=30), st.sampled_from(["", "NET30", "2026-01-01T00:00:00Z", "ä" * 7]))


@settings(max_examples=40, deadline=None)
@given(st.lists(TEXTS, max_size=12), st.integers(1, 40), st.integers(0, 2))
def test_texts_that_are_put_together_are_the_same_texts(different: list[str | None], often: int, pieces: int) -> None:
    column = pl.Series("email", different * often, dtype=pl.String)
    frame = pl.DataFrame({"id": column.alias("id"), "email": column, "_gone": [False] * column.len()})
    frame = pl.concat([frame.head(5), frame.slice(5)][:pieces] or [frame], rechunk=False)
    assert _compact(frame, ["id", "email"]).equals(frame)


ITEM = st.fixed_dictionaries(
    {"id": st.sampled_from([None, "1", "2" * 36, "3" * 36]), "is_default": st.booleans()},
    optional={"customer_id": st.sampled_from(["C0", "other" * 6]), "attributes": st.just([{"id": "T" * 36}])},
)
CUSTOMER = st.fixed_dictionaries(
    {}, optional={"addresses": st.lists(ITEM, max_size=2), "contacts": st.lists(ITEM, max_size=2),
    "primary_contact_id": st.sampled_from(["1", "2" * 36, "4" * 36]), "attributes": st.just([{"id": "U" * 36}])},
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(st.lists(CUSTOMER, max_size=7), st.integers(1, 3))
def test_customers_put_together_some_at_a_time_are_those_that_were_read(
    customers: list[dict[str, object]], size: int
) -> None:
    lines = [json.dumps({"id": f"C{n}", **one}) for n, one in enumerate(customers)]
    whole = collected(lines)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(records, "_TIDY", size)
        tables = collected(lines)
    assert all(tables[table].equals(whole[table]) for table in TABLES)


def collected(lines: list[str]) -> Tables:
    """The tables of lines that are read one at a time."""
    reading = records.Collected()
    for line in lines:
        reading.read([line])
    tables, rejected = reading.finish(str)
    assert not rejected
    return tables


def test_texts_that_repeat_are_kept_once_and_others_are_not() -> None:
    often = pl.Series("created_at", [None, "2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z"] * 400)
    once = _once_each(often)
    assert once is not None
    assert once.equals(often, null_equal=True)
    assert _once_each(pl.Series([f"{row}@initech.example" for row in range(1_200)])) is None
    first_alike = pl.Series(["someone@initech.example"] * 1_000 + [f"{row}@initech.example" for row in range(9_000)])
    assert _once_each(first_alike) is None
