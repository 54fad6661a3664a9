"""What was loaded when: the first reading and the latest are told, the others counted."""

from __future__ import annotations

import pytest

from workbench.load.loads import Load
from workbench.report.loaded import loaded_lines


@pytest.mark.parametrize(("readings", "told"), [(5, "1 reading more after that"), (7, "3 readings more after that")])
def test_the_readings_between_the_first_and_the_latest_are_counted_in_words(readings: int, told: str) -> None:
    loads = [Load(f"2026-01-0{day}T00:00:00Z", "ann", "refresh", "s", day) for day in range(1, readings + 1)]
    lines = loaded_lines(loads, None)
    assert (len(lines), lines[1]) == (5, told)
