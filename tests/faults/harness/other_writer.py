"""Somebody else, who edits the same records over the same API while a run goes."""

from __future__ import annotations

import http.client
import json
import random
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import urlsplit

from tests.faults.harness.scene import KEY, Scene
from tests.faults.harness.witness import Record

Body = dict[str, Any]
_ARRAYS: Final = ("addresses", "contacts")


class OtherWriter:
    """Edits random customers `rate` times a second, from a thread, while it is open.

    What it changes: the cells that the run changes, other fields of the same records, other fields of the same items, an
    attribute, and the arrays themselves, to which it adds addresses. Each value says that it is its own and is used once.
    It reads a record just before, names all items of an array that it touches, and so never takes anything away itself.
    """

    def __init__(self, scene: Scene, rate: float, seed: object) -> None:
        self.edits = 0
        self._scene, self._rate, self._dice = scene, rate, random.Random(str(seed))
        self._ids = scene.witness.world.ids()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._write, name="other-writer")
        self._trouble: list[str] = []

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stop.set()
        self._thread.join()
        assert self._trouble == []

    def _write(self) -> None:
        connection = http.client.HTTPConnection(urlsplit(self._scene.sandbox.url).netloc)
        kinds: list[Callable[[Record, str], Body]] = [_same_cell, _other_field, _item, _item, _attribute, _new_address]
        while not self._stop.wait(1 / self._rate):
            customer = self._dice.choice(self._ids)
            record = self._scene.witness.world.customer(customer)
            body = self._dice.choice(kinds)(record, f"OTHER {self.edits}")
            self._send(connection, customer, json.dumps(body).encode())
            self.edits += 1
        connection.close()

    def _send(self, connection: http.client.HTTPConnection, customer: str, body: bytes) -> None:
        self._scene.witness.theirs.add(body)
        headers = {"X-API-Key": KEY, "Content-Type": "application/json"}
        connection.request("PATCH", f"/v1/customers/{customer}", body, headers)
        answer = connection.getresponse()
        text = answer.read()
        if answer.status != 201:
            self._trouble.append(f"{answer.status} {text!r} for {body!r}")


def _same_cell(record: Record, value: str) -> Body:
    return {"payment_term": value}


def _other_field(record: Record, value: str) -> Body:
    return {"display_name": value}


def _item(record: Record, value: str) -> Body:
    """A field of one item: the address field that the run sets too, or one beside it."""
    number = int(value.rpartition(" ")[2])
    array = _ARRAYS[number % 2]
    items: list[Body] = [{"id": item["id"]} for item in record[array]]
    if items:
        field = ("city", "address_line_2")[number // 2 % 2] if array == "addresses" else "designation"
        items[number % len(items)][field] = value
    return {array: items} if items else _other_field(record, value)


def _attribute(record: Record, value: str) -> Body:
    kept = [{"name": a["name"], "value": a["value"]} for a in record["attributes"] if a["name"] != "Other"]
    return {"attributes": [*kept, {"name": "Other", "value": value}]}


def _new_address(record: Record, value: str) -> Body:
    kept = [{"id": item["id"]} for item in record["addresses"]]
    return {"addresses": [*kept, {"type": "shipping", "city": value, "reference_id": value}]}
