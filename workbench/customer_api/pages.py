"""A page of the list: its customers as the very JSON texts that came, and the count of all."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Any, Final

from workbench.customer_api.answers import Answer

_SPACE: Final = re.compile(r"[ \t\n\r]*")


class _Number(str):
    """A number as it stood there: never rounded, of any length."""


_DECODER: Final = json.JSONDecoder(parse_int=_Number, parse_float=_Number)
_WHOLE: Final = ("addresses", "contacts", "attributes")


@dataclass(frozen=True, slots=True)
class Listed:
    """One customer of a page: its JSON text as it came, on one line. `id` is "" if it has none that is text.

    `whole` says that the list answered more than a summary: addresses, contacts or attributes are there.
    """

    text: str
    id: str
    updated_at: str
    whole: bool


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its customers in order, how many customers and pages there are, the next page (0: none)."""

    records: list[Listed]
    total_records: int
    total_pages: int
    next_page: int


def read_page(answer: Answer) -> Page | None:
    """The page in an answer; None if it holds none: not JSON, no list in `data`, no `pagination` with its counts.

    A customer in it that is odd (no object, no id, NaN) is listed all the same: whoever decodes it can set it aside.
    """
    try:
        text = answer.body.decode("utf-8")
        records: list[Listed] | None = None
        pagination: Any = None
        for key, value in _members(text):
            if key == "data":
                records = value
            elif key == "pagination":
                pagination = value
        return None if records is None else _page(records, pagination)
    except (ValueError, IndexError, StopIteration, RecursionError, TypeError, KeyError):
        return None


def one_line(text: str) -> str:
    """A JSON text on one line: line ends can only stand between its parts, so they become spaces."""
    return text.replace("\r", " ").replace("\n", " ") if "\n" in text or "\r" in text else text


def _page(records: list[Listed], pagination: Any) -> Page:
    total, pages = int(pagination["total_records"]), int(pagination["total_pages"])
    following = int(pagination.get("next_page") or 0)
    if min(total, pages, following) < 0:
        raise ValueError("a count below 0")
    return Page(records, total, pages, following)


def _members(text: str) -> Iterator[tuple[str, Any]]:
    """The members of the outermost object; `data` is read as the listed customers of an array."""
    place = _after(text, _skip(text, 0), "{")
    while text[place] != "}":
        key, place = scanstring(text, _after(text, place, '"'), True)
        place = _skip(text, _after(text, _skip(text, place), ":"))
        value, place = _records(text, place) if key == "data" else _DECODER.raw_decode(text, place)
        yield key, value
        place = _separated(text, _skip(text, place), "}")
    if text[place + 1 :].strip(" \t\r\n"):
        raise ValueError("something follows the object")


def _records(text: str, place: int) -> tuple[list[Listed], int]:
    place = _after(text, place, "[")
    found: list[Listed] = []
    while text[place] != "]":
        record, end = _DECODER.raw_decode(text, place)
        found.append(_listed(text[place:end], record))
        place = _separated(text, _skip(text, end), "]")
    return found, place + 1


def _listed(text: str, record: Any) -> Listed:
    fields = record if isinstance(record, dict) else {}
    whole = any(key in fields for key in _WHOLE)
    return Listed(one_line(text), _string(fields.get("id")), _string(fields.get("updated_at")), whole)


def _string(value: object) -> str:
    return value if isinstance(value, str) and not isinstance(value, _Number) else ""


def _skip(text: str, place: int) -> int:
    match = _SPACE.match(text, place)
    return match.end() if match else place


def _after(text: str, place: int, expected: str) -> int:
    """The place after an expected character, and after the spaces that follow it unless a string begins there."""
    if text[place] != expected:
        raise ValueError(f"expected {expected}")
    return place + 1 if expected == '"' else _skip(text, place + 1)


def _separated(text: str, place: int, end: str) -> int:
    """The place of the next member after a comma, or of the `end`."""
    if text[place] == end:
        return place
    after = _after(text, place, ",")
    if text[after] == end:
        raise ValueError("a comma too many")
    return after
