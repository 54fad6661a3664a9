"""Customers that are hard on a table, made of ordinary ones: one value of 10 MB, 50,000 addresses of one, all values equal, all
different, all empty. Ids and times stay what they are."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson

LONG, MANY = 10_000_000, 50_000
KEPT = ("id", "customer_id", "reference_id", "created_at", "updated_at", "created_by", "updated_by", "status", "type")

Record = dict[str, Any]


def write(kind: str, plain: Path, target: Path, count: int) -> None:
    """Writes the customers of a file anew, in one of the `KINDS`."""
    with plain.open("rb") as lines, target.open("wb") as out:
        for n, line in enumerate(lines):
            out.write(orjson.dumps(KINDS[kind](orjson.loads(line), n, n == count // 2)) + b"\n")


def long(customer: Record, n: int, chosen: bool) -> Record:
    """One value of one customer is 10 MB long."""
    return {**customer, "display_name": "long " * (LONG // 5)} if chosen else customer


def many(customer: Record, n: int, chosen: bool) -> Record:
    """One customer has 50,000 addresses."""
    if not chosen:
        return customer
    chance, address = random.Random(2), customer["addresses"][0]
    more = [{**address, "id": f"{chance.getrandbits(128):032x}", "is_default": False} for _ in range(MANY)]
    return {**customer, "addresses": [*customer["addresses"], *more]}


def equal(customer: Record, n: int, chosen: bool) -> Record:
    """All values are the same."""
    return _each(customer, lambda value: "globex")


def distinct(customer: Record, n: int, chosen: bool) -> Record:
    """No two customers have a value in common."""
    return _each(customer, lambda value: f"{value} {n}")


def empty(customer: Record, n: int, chosen: bool) -> Record:
    """Every field is empty."""
    return _each(customer, lambda value: "")


KINDS: dict[str, Callable[[Record, int, bool], Record]] = {
    one.__name__: one for one in (long, many, equal, distinct, empty)
}


def _each(record: Record, made: Callable[[str], str]) -> Record:
    """A record with its texts made anew, in its items too."""
    return {
        name: made(value)
        if isinstance(value, str) and name not in KEPT
        else [_each(one, made) for one in value]
        if isinstance(value, list) and name in ("addresses", "contacts", "attributes")
        else value
        for name, value in record.items()
    }
