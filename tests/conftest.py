"""What all tests share."""

from __future__ import annotations

import gc

import pytest
from hypothesis import HealthCheck, settings

from tests.form import amount

# how long an example takes says how busy the machine is
settings.register_profile(
    "unhurried",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    max_examples=amount(40, 200),
)
settings.load_profile("unhurried")
gc.set_threshold(100_000, 50, 100)  # a tenth of the time of the screens' tests went into looking for rubbish


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """`make test` looks for tests that run alone in one folder only: elsewhere one would never run."""
    lost = [one.nodeid for one in items if one.get_closest_marker("alone") and one.path.parent.name != "notebook"]
    if lost:
        raise pytest.UsageError(f"tests that run alone belong in tests/notebook: {', '.join(lost)}")
