"""The sandbox's customers, sales reps and price lists: in memory for speed, in a state file if there is one."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import orjson

from workbench.sandbox.application import Application, Habits, Record
from workbench.sandbox.errors import bad_request, not_found
from workbench.sandbox.listing import Orders, Query, Row, pagination
from workbench.sandbox.patch import apply_patch
from workbench.sandbox.rules import out_of_bounds
from workbench.sandbox.shape import check_shape
from workbench.sandbox.store import Bodies, Store

SUMMARY: Final = (
    "id",
    "reference_id",
    "display_id",
    "name",
    "display_name",
    "first_name",
    "last_name",
    "phone",
    "email",
    "status",
    "freight_term",
    "shipping_method",
    "payment_mode",
    "payment_term",
    "created_at",
    "updated_at",
)
"""What a list's row has."""


def utc_now() -> str:
    """The time as the API writes it: UTC, whole seconds."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class World:
    """Everything the sandbox knows. May be used from any thread; every call is atomic.

    Values that break the documented limits came in before there were any, and may be set back: else an edit that mends
    them could not be undone. `clock` gives the time of a change as the API writes it. Customers are kept as the JSON
    bytes of their answer: 100,000 of them take about 400 MB, and reading one costs nothing.
    """

    def __init__(
        self,
        customers: Bodies,
        staff: Iterable[Record],
        price_lists: Iterable[Record],
        *,
        habits: Habits | None = None,
        store: Store | None = None,
        clock: Callable[[], str] = utc_now,
    ) -> None:
        self.habits = habits or Habits()
        self.staff: dict[str, Record] = {rep["id"]: rep for rep in staff}
        self.price_lists: dict[str, Record] = {price_list["id"]: price_list for price_list in price_lists}
        self._clock = clock
        self._store = store
        self._lock = threading.RLock()
        rows, once_held = [], set(store.once_held() if store else ())
        for seq, (_, body) in enumerate(customers):
            customer = orjson.loads(body)
            rows.append(_row(seq, body, customer))
            once_held |= out_of_bounds(customer)
        if store is not None:
            store.keep_once_held(once_held)
        self._once_held = frozenset(once_held)
        self._orders = Orders(rows)
        self._seqs = {row.id: row.seq for row in self._orders.rows}

    @classmethod
    def from_store(cls, path: Path, *, habits: Habits | None = None, clock: Callable[[], str] = utc_now) -> World:
        """The world of a state file, which stays open. Raises `SandboxError` if it is none, or is in use."""
        store = Store(path)
        try:
            staff = [orjson.loads(body) for _, body in store.read("staff")]
            price_lists = [orjson.loads(body) for _, body in store.read("price_lists")]
            return cls(store.read("customers"), staff, price_lists, habits=habits, store=store, clock=clock)
        except BaseException:
            store.close()
            raise

    def ids(self) -> list[str]:
        """The ids of all customers, of both statuses, in the order in which they were made."""
        with self._lock:
            return list(self._seqs)

    def customer(self, customer_id: str) -> Record:
        """The whole customer as `GET` would answer it (without `data`); a copy. Raises `KeyError` if there is none."""
        body = self.body(customer_id)
        if body is None:
            raise KeyError(customer_id)
        customer: Record = orjson.loads(body)
        return customer

    def body(self, customer_id: str) -> bytes | None:
        """The whole customer as JSON bytes; None if there is none."""
        with self._lock:
            seq = self._seqs.get(customer_id)
            return None if seq is None else self._orders.rows[seq].body

    def page(self, query: Query) -> bytes:
        """The answer to a list call: `data` and `pagination` as JSON bytes."""
        with self._lock:
            rows, total = self._orders.page(query)
        return orjson.dumps({"data": [_summary(row) for row in rows], "pagination": pagination(query, total)})

    def patch(self, customer_id: str, content: bytes) -> bytes:
        """Apply a PATCH body; the whole customer as it now stands, as JSON bytes.

        It is durable when this returns. Raises `Refused`: 404 for an unknown customer, 400 for a body that is no JSON
        or has keys or types that are not documented, 422 for values. A refused one changes nothing.
        """
        if customer_id not in self._seqs:
            raise not_found(f"customer {customer_id}")
        try:
            body = check_shape(orjson.loads(content))
        except orjson.JSONDecodeError as error:
            raise bad_request(f"the body is not valid JSON: {error}") from error
        with self._lock:
            old = self._orders.rows[self._seqs[customer_id]]
            customer: Record = orjson.loads(old.body)
            now = max(self._clock(), old.updated_at)
            application = Application(self.habits, now, self.staff, self.price_lists, _new_id, self._once_held)
            if not apply_patch(customer, body, application):
                return old.body
            new = _row(old.seq, orjson.dumps(customer), customer)
            if self._store is not None:
                self._store.write(new.seq, new.body)
            self._orders.change(old, new)
            return new.body

    def edit(self, customer_id: str, **fields: Any) -> Record:
        """Change a customer as if somebody else had sent these fields as a PATCH; the whole customer. For tests."""
        customer: Record = orjson.loads(self.patch(customer_id, orjson.dumps(fields)))
        return customer

    def close(self) -> None:
        """Close the state file. What is in memory can still be read; changes are no longer kept."""
        with self._lock:
            if self._store is not None:
                self._store.close()
                self._store = None


def _new_id() -> str:
    return str(uuid.uuid4())


def _row(seq: int, body: bytes, customer: Mapping[str, Any] | None = None) -> Row:
    known = orjson.loads(body) if customer is None else customer
    return Row(
        seq=seq,
        id=known["id"],
        body=body,
        status=known["status"],
        created_at=known["created_at"],
        updated_at=known["updated_at"],
        company_name=known["name"] or "",
        display_name=known["display_name"] or "",
        reference_id=known["reference_id"],
    )


def _summary(row: Row) -> Record:
    customer = orjson.loads(row.body)
    return {name: customer[name] for name in SUMMARY}
