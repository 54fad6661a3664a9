"""`GET /v1/customers`: its query, and the orders that answer it quickly with 100,000 customers."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right, insort
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final
from urllib.parse import parse_qsl

from workbench.sandbox.errors import bad_request
from workbench.sandbox.shape import Details

DEFAULT_PAGE_SIZE: Final = 20
"""How many customers a page has if the call does not say. The documentation gives only 1 to 100; this is a guess."""

SORTS: Final = ("updated_at", "created_at", "company_name", "display_name")
_BOUNDS: Final = ("created_after", "created_before", "updated_after", "updated_before")
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_NUMBER: Final = re.compile(r"[0-9]{1,9}")
_LAST: Final = 1 << 62
_KEPT: Final = 8


@dataclass(slots=True)
class Row:
    """One customer in memory: its whole answer as JSON bytes, and what lists are filtered and sorted by."""

    seq: int
    id: str
    body: bytes
    status: str
    created_at: str
    updated_at: str
    company_name: str
    display_name: str
    reference_id: str | None


@dataclass(frozen=True, slots=True)
class Query:
    """A list call, checked. The bounds are exclusive: `created_after` is later than, `created_before` earlier than."""

    page: int = 1
    page_size: int = DEFAULT_PAGE_SIZE
    status: str = "active"
    sort_by: str = "updated_at"
    sort: str = "desc"
    created_after: str = ""
    created_before: str = ""
    updated_after: str = ""
    updated_before: str = ""
    reference_ids: tuple[str, ...] = ()

    @property
    def filtered(self) -> bool:
        """Whether anything but the status narrows the list."""
        bounds = self.created_after or self.created_before or self.updated_after or self.updated_before
        return bool(bounds or self.reference_ids)


def parse_query(query: bytes) -> Query:
    """Read a query string. Raises `Refused` (400): a detail per parameter that is unknown, repeated or not valid."""
    details: Details = []
    given: dict[str, str] = {}
    try:
        pairs = parse_qsl(query.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=100)
    except ValueError as error:
        raise bad_request("the query string is not valid") from error
    for name, text in pairs:
        if name in given:
            details.append((name, "is given twice"))
        given[name] = text
    values: dict[str, object] = {}
    for name, text in given.items():
        reason = _read_parameter(name, text, values)
        if reason:
            details.append((name, reason))
    if details:
        raise bad_request("invalid parameters: " + ", ".join(name for name, _ in details), details)
    return Query(**values)  # type: ignore[arg-type]


def _read_parameter(name: str, text: str, values: dict[str, object]) -> str:
    """Put the parameter's value into `values`, or say why not."""
    value: object = text
    if name == "page":
        if not _NUMBER.fullmatch(text) or int(text) < 1:
            return "must be a whole number from 1"
        value = int(text)
    elif name == "page_size":
        if not _NUMBER.fullmatch(text) or not 1 <= int(text) <= 100:
            return "must be a whole number from 1 to 100"
        value = int(text)
    elif name in _BOUNDS:
        if not _is_time(text):
            return "must be UTC as 2006-01-02T15:04:05Z"
    elif name == "reference_ids":
        value = tuple(part for part in (part.strip() for part in text.split(",")) if part)
        if not value:
            return "must be one or more ids, separated by commas"
    else:
        choices = {"status": ("active", "inactive"), "sort_by": SORTS, "sort": ("asc", "desc")}.get(name)
        if choices is None:
            return "unknown parameter"
        if text not in choices:
            return "must be " + " or ".join(choices)
    values[name] = value
    return ""


def _is_time(text: str) -> bool:
    if not _TIME.fullmatch(text):
        return False
    try:
        datetime.strptime(text, "%Y-%m-%dT%H:%M:%S%z")
    except ValueError:
        return False
    return True


def pagination(query: Query, total: int) -> dict[str, int]:
    """The `pagination` object: `next_page` is 0 on the last page and beyond, `prev_page` 0 on the first."""
    pages = -(-total // query.page_size)
    return {
        "total_records": total,
        "total_pages": pages,
        "current_page": query.page,
        "next_page": query.page + 1 if query.page < pages else 0,
        "prev_page": min(query.page - 1, pages),
        "page_size": query.page_size,
    }


Order = list[tuple[str, int]]


@dataclass(slots=True)
class Orders:
    """Every order of every status, kept sorted by `(key, seq)` while customers change; names sort without case."""

    rows: list[Row]
    _orders: dict[tuple[str, str], Order] = field(default_factory=dict)
    _references: dict[str, set[int]] = field(default_factory=dict)
    _kept: dict[Query, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for status in ("active", "inactive"):
            rows = [row for row in self.rows if row.status == status]
            for sort_by in SORTS:
                self._orders[status, sort_by] = sorted((_key(row, sort_by), row.seq) for row in rows)
        for row in self.rows:
            if row.reference_id:
                self._references.setdefault(row.reference_id, set()).add(row.seq)

    def change(self, old: Row, new: Row) -> None:
        """Move a customer to where its new keys belong. Its status never changes."""
        self._kept.clear()
        self.rows[new.seq] = new
        for sort_by in SORTS:
            was, now = _key(old, sort_by), _key(new, sort_by)
            if was != now:
                order = self._orders[new.status, sort_by]
                del order[bisect_left(order, (was, old.seq))]
                insort(order, (now, new.seq))
        if old.reference_id != new.reference_id:
            if old.reference_id:
                self._references[old.reference_id].discard(old.seq)
            if new.reference_id:
                self._references.setdefault(new.reference_id, set()).add(new.seq)

    def page(self, query: Query) -> tuple[list[Row], int]:
        """The page's rows, and how many rows all pages have."""
        start = (query.page - 1) * query.page_size
        if query.filtered:
            found = self._filtered(query)
            return [self.rows[seq] for seq in found[start : start + query.page_size]], len(found)
        order = self._orders[query.status, query.sort_by]
        total = len(order)
        if query.sort == "asc":
            part = order[start : start + query.page_size]
        else:
            part = order[max(0, total - start - query.page_size) : max(0, total - start)][::-1]
        return [self.rows[seq] for _, seq in part], total

    def _filtered(self, query: Query) -> list[int]:
        """All pages of a filtered query as places of rows; kept until a customer changes, for the pages that follow."""
        key = replace(query, page=1, page_size=1)
        found = self._kept.get(key)
        if found is None:
            rows = [self.rows[seq] for seq in self._candidates(query) if _matches(self.rows[seq], query)]
            order = sorted(((_key(row, query.sort_by), row.seq) for row in rows), reverse=query.sort == "desc")
            found = [seq for _, seq in order]
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            self._kept[key] = found
        return found

    def _candidates(self, query: Query) -> list[int]:
        if query.reference_ids:
            return [seq for reference in set(query.reference_ids) for seq in self._references.get(reference, ())]
        created = _between(self._orders[query.status, "created_at"], query.created_after, query.created_before)
        updated = _between(self._orders[query.status, "updated_at"], query.updated_after, query.updated_before)
        return [seq for _, seq in min(created, updated, key=len)]


def _between(order: Order, after: str, before: str) -> Order:
    low = bisect_right(order, (after, _LAST)) if after else 0
    high = bisect_left(order, (before, -1)) if before else len(order)
    return order[low:high]


def _matches(row: Row, query: Query) -> bool:
    return (
        row.status == query.status
        and (not query.created_after or row.created_at > query.created_after)
        and (not query.created_before or row.created_at < query.created_before)
        and (not query.updated_after or row.updated_at > query.updated_after)
        and (not query.updated_before or row.updated_at < query.updated_before)
    )


def _key(row: Row, sort_by: str) -> str:
    if sort_by == "updated_at":
        return row.updated_at
    if sort_by == "created_at":
        return row.created_at
    return (row.company_name if sort_by == "company_name" else row.display_name).casefold()
