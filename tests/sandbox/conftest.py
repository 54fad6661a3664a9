"""A sandbox on a real socket, and a client for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from workbench.sandbox.server import Sandbox

KEY = {"X-API-Key": "any"}


class Client:
    """The few calls that the tests make, on one kept connection."""

    def __init__(self, sandbox: Sandbox, http: httpx.Client) -> None:
        self.sandbox = sandbox
        self.http = http

    def get(self, customer_id: str) -> dict[str, Any]:
        answer = self.http.get(f"/v1/customers/{customer_id}")
        assert answer.status_code == 200
        return answer.json()["data"]

    def list(self, **query: Any) -> dict[str, Any]:
        answer = self.http.get("/v1/customers", params=query)
        assert answer.status_code == 200
        return answer.json()

    def send(self, customer_id: str, body: Any) -> httpx.Response:
        return self.http.patch(f"/v1/customers/{customer_id}", json=body)

    def patch(self, customer_id: str, body: Any) -> dict[str, Any]:
        answer = self.send(customer_id, body)
        assert answer.status_code == 201, answer.text
        return answer.json()["data"]

    def refused(self, customer_id: str, body: Any, status: int) -> dict[str, str]:
        answer = self.send(customer_id, body)
        assert answer.status_code == status, answer.text
        error = answer.json()
        assert set(error) == {"code", "message", "details"}
        return {detail["field"]: detail["reason"] for detail in error["details"]}

    def find(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        world = self.sandbox.world
        return next(filter(wanted, map(world.customer, world.ids())))


Connect = Callable[..., Client]


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Start a sandbox with these options; it is stopped at the end of the test."""
    with ExitStack() as stack:

        def start(**options: Any) -> Client:
            sandbox = stack.enter_context(Sandbox(**{"customers": 60, **options}))
            return Client(sandbox, stack.enter_context(httpx.Client(base_url=sandbox.url, headers=KEY)))

        yield start


@pytest.fixture
def client(connect: Connect) -> Client:
    """A sandbox with its defaults."""
    return connect()
