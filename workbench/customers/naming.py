"""What people call a sales rep or a price list, from its record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson


def named_people(records: Mapping[str, str]) -> dict[str, str]:
    """id -> "First Last" (else the email, else the id) from id -> JSON text."""
    return {one: _person(orjson.loads(text)) or one for one, text in records.items()}


def named_price_lists(records: Mapping[str, str]) -> dict[str, str]:
    """id -> name (else the id) from id -> JSON text."""
    return {one: _text(orjson.loads(text), "name") or one for one, text in records.items()}


def _person(record: Mapping[str, Any]) -> str:
    both = f"{_text(record, 'first_name')} {_text(record, 'last_name')}".strip()
    return both or _text(record, "email")


def _text(record: Mapping[str, Any], key: str) -> str:
    value = record.get(key)
    return "" if value is None else str(value)
