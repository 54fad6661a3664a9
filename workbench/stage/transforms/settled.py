"""Settled: a step repeated until it changes nothing more, which makes any step safe to apply twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

_ROUNDS: Final = 6


def settled(text: str, step: Callable[[str], str]) -> str:
    """What `step` makes of `text` in the end; `text` itself if that never settles."""
    made = text
    for _ in range(_ROUNDS):
        before, made = made, step(made)
        if made == before:
            return made
    return text
