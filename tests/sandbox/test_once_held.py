"""Values that broke the limits before there were any may be set back; new ones may not."""

from __future__ import annotations

from pathlib import Path

import httpx

from workbench.sandbox.server import Sandbox

HEADERS = {"X-API-Key": "k"}


def patched(url: str, customer: str, phone: str) -> int:
    return httpx.patch(f"{url}/v1/customers/{customer}", headers=HEADERS, json={"phone": phone}).status_code


def messy(sandbox: Sandbox) -> tuple[str, str]:
    for one in sandbox.world.ids():
        phone = sandbox.world.customer(one)["phone"] or ""
        if "(" in phone:
            return one, phone
    raise AssertionError("the sample customers should have a phone in brackets")


def test_an_old_spelling_may_be_set_back_even_after_a_restart(tmp_path: Path) -> None:
    state = tmp_path / "state.db"
    with Sandbox(customers=60, state=state) as sandbox:
        customer, phone = messy(sandbox)
        assert patched(sandbox.url, customer, "+14155552671") == 201
    with Sandbox(state=state) as sandbox:
        assert patched(sandbox.url, customer, phone) == 201
        assert sandbox.world.customer(customer)["phone"] == phone


def test_a_spelling_that_was_never_there_is_refused() -> None:
    with Sandbox(customers=60) as sandbox:
        customer, phone = messy(sandbox)
        assert patched(sandbox.url, customer, phone + " ext. 9") == 422
