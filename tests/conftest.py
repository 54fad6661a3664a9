"""What all tests share."""

from __future__ import annotations

import gc

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
