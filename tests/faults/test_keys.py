"""A key that is refused in the middle of a run: what is in flight may still ask, nothing else does, and the run can go on."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import pytest

from tests.faults.harness.model import undecided
from tests.faults.harness.scene import KEY, Scene
from tests.faults.harness.witness import Event
from tests.form import amount, figures

CONCURRENCY = 32


@pytest.mark.parametrize("changes", amount((1, 40), (1, 2, 10, 40, 100, 300, 500)))
def test_a_refused_key_costs_no_more_requests_than_are_in_flight(scene: Callable[..., Scene], changes: int) -> None:
    here = scene({"customers": amount(80, 600), "key": KEY}, concurrency=str(CONCURRENCY))
    here.stage("TERM7", "Springfield")
    api, left = here.sandbox._api, count(1)
    assert api is not None

    def revoke(event: Event) -> None:
        if event.is_change and next(left) == changes:
            api.key = "another"

    here.witness.on_event = revoke
    ended = here.run("commit", "--yes", "--json")
    refused = here.sandbox.log.calls(status=401)
    assert ended.code == 4
    assert "401" in ended.err
    assert 1 <= len(refused) <= CONCURRENCY
    assert here.broken() == []
    assert ended.json["unknown"] == 0
    assert here.run("resume").code == 4
    assert here.broken() == []
    api.key = KEY
    here.finish()
    account = here.account()
    assert (here.broken(account), undecided(account)) == ([], [])
    assert here.not_as_asked("TERM7", "Springfield") == []
    figures.append(f"key refused after {changes} changes at concurrency {CONCURRENCY}: {len(refused)} further requests")
