"""The bad days of a server: faults by probability, drawn once per call."""

from __future__ import annotations

import difflib
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from workbench.sandbox.errors import SandboxError

KINDS: Final = {
    "429": "refused for now, with Retry-After; not applied",
    "500": "an error, as JSON; not applied",
    "500_after": "applied, then an error, as JSON",
    "503_html": "refused by a proxy, as HTML; not applied",
    "reset_before": "the connection is reset; not applied",
    "reset_after": "applied, then the connection is reset without an answer",
    "slow": "answered after slow_seconds, and applied only then",
    "truncated": "applied; half of the body is sent, then the connection ends",
    "garbage": "applied, then answered with the right status and bytes that are no JSON",
    "late": "a 504 as HTML at once; applied late_seconds afterwards",
    "late_reset": "the connection is reset at once; applied late_seconds afterwards",
}
"""What can happen to a call. The values of a faults object are probabilities; they add up to 1 at most."""

_SETTINGS: Final = {"retry_after", "retry_after_date", "slow_seconds", "late_seconds", "seed", "methods"}
_METHODS: Final = ("GET", "PATCH")


@dataclass(slots=True)
class Faults:
    """Which faults happen how often, and the dice.

    `retry_after` (seconds) is what a 429 says, as an HTTP date if `retry_after_date`; `methods` are those that faults
    happen to. The dice start from `seed`, and are thrown once for each call of these methods whose key is right.
    """

    odds: dict[str, float] = field(default_factory=dict)
    retry_after: int = 1
    retry_after_date: bool = False
    slow_seconds: float = 2
    late_seconds: float = 1
    seed: int = 1
    methods: tuple[str, ...] = _METHODS
    _dice: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._dice = random.Random(self.seed)

    def draw(self, method: str) -> str:
        """The fault that this call meets; "" for none."""
        if not self.odds or method not in self.methods:
            return ""
        left = self._dice.random()
        for kind, probability in self.odds.items():
            left -= probability
            if left < 0:
                return kind
        return ""


def parse_faults(given: Mapping[str, object] | None) -> Faults:
    """Read a faults object such as `{"429": 0.1, "reset_after": 0.05, "retry_after": 1, "methods": ["PATCH"]}`.

    Raises `SandboxError` that names the key that is unknown or has a value it cannot have.
    """
    odds: dict[str, float] = {}
    settings: dict[str, object] = {}
    for key, value in (given or {}).items():
        if key in KINDS:
            odds[key] = _number(key, value, most=1)
        elif key in _SETTINGS:
            settings[key] = _setting(key, value)
        else:
            close = difflib.get_close_matches(str(key), [*KINDS, *_SETTINGS], 1)
            hint = f" (did you mean {close[0]!r}?)" if close else ""
            known = ", ".join([*KINDS, *sorted(_SETTINGS)])
            raise SandboxError(f"faults: unknown key {key!r}{hint}; known are {known}")
    if sum(odds.values()) > 1 + 1e-9:
        raise SandboxError(f"faults: the probabilities add up to {sum(odds.values()):g}; they can add up to 1 at most")
    return Faults(odds, **settings)  # type: ignore[arg-type]


def _setting(key: str, value: object) -> object:
    if key == "methods":
        if isinstance(value, (list, tuple)) and value and all(method in _METHODS for method in value):
            return tuple(value)
        raise SandboxError(f"faults: methods is {value!r}; it must be a list of {' and '.join(_METHODS)}")
    if key == "retry_after_date":
        if isinstance(value, bool):
            return value
        raise SandboxError(f"faults: retry_after_date is {value!r}; it must be true or false")
    if key in ("seed", "retry_after"):
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return value
        raise SandboxError(f"faults: {key} is {value!r}; it must be a whole number from 0")
    return _number(key, value)


def _number(key: str, value: object, most: float | None = None) -> float:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        number = float(value)
        if 0 <= number <= (3600 if most is None else most):
            return number
    limits = "a number of seconds from 0 to 3600" if most is None else "a probability from 0 to 1"
    raise SandboxError(f"faults: {key} is {value!r}; it must be {limits}")
