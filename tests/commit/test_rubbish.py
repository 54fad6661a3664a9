"""While a run goes on only young objects are looked through, however many runs there are and in whichever order they end."""

from __future__ import annotations

import gc
from contextlib import ExitStack
from typing import Any

import pytest

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


def test_a_commit_has_it_so_while_it_goes_on_and_no_longer(desk: Any) -> None:
    here = desk()
    here.set("payment_term", "NET45")
    before, found = gc.get_threshold(), []
    here.workbench.commit(progress=lambda progress: found.append(gc.get_threshold()[2]))
    assert found
    assert all(old > 1000 * before[2] for old in found[:-1])
    assert gc.get_threshold() == before
