"""While a run goes on only young objects are looked through, however many runs there are and in whichever order they end."""

from __future__ import annotations

import gc
from contextlib import ExitStack
from typing import Any

import pytest

from workbench.commit.engine import Engine
from workbench.commit.rubbish import only_young


def test_only_the_last_to_end_has_all_looked_through_again() -> None:
    before = gc.get_threshold()
    first, second = ExitStack(), ExitStack()
    first.enter_context(only_young())
    second.enter_context(only_young())
    first.close()
    assert gc.get_threshold()[:2] == before[:2]
    assert gc.get_threshold()[2] > 1000 * before[2]
    second.close()
    assert gc.get_threshold() == before


def test_what_fails_within_does_not_keep_it_so() -> None:
    before = gc.get_threshold()
    with pytest.raises(RuntimeError), only_young():
        raise RuntimeError
    assert gc.get_threshold() == before


def test_a_commit_has_it_so_while_it_goes_on_and_no_longer(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    here = desk()
    here.set("payment_term", "NET45")
    before, found, run = gc.get_threshold(), [], Engine.run

    async def looked_at(engine: Engine) -> Any:
        found.append(gc.get_threshold()[2])
        return await run(engine)

    monkeypatch.setattr(Engine, "run", looked_at)
    here.workbench.commit()
    assert len(found) == 1
    assert found[0] > 1000 * before[2]
    assert gc.get_threshold() == before
