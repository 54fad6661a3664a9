"""The short form of tests, for every change, and the long one (`WORKBENCH_FAULTS=long`; `make faults` for the fault suite, whose
figures are kept): more kills, faults and drawn examples."""

from __future__ import annotations

import os
from typing import Final, TypeVar

Amount = TypeVar("Amount")

LONG: Final = os.environ.get("WORKBENCH_FAULTS") == "long"
"""Whether this is the long form."""

SEED: Final = int(os.environ.get("WORKBENCH_FAULTS_SEED", "1"))
"""Another seed makes other kills, faults and edits."""

figures: Final[list[str]] = []
"""What was counted and measured, a line each: printed at the end of the run."""


def amount(short: Amount, long: Amount) -> Amount:
    """The one for this form."""
    return long if LONG else short


CHECKS: Final = tuple(os.environ.get("WORKBENCH_FAULTS_CHECKS", amount("each", "each,changed")).split(","))
"""The values of `--check` that the tests with another writer go through."""
