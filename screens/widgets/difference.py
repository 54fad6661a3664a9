"""A value beside another one, with what differs in it marked."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import Final

from screens.lines import Part
from workbench.shown.text import revealed

_COMPARED: Final = 300
"""Longer texts are shown whole, without what differs in them."""
_SHOWN: Final = 2_000
"""Characters of a value that are painted; the rest is counted."""


def differing(text: str, other: str, style: str) -> list[Part]:
    """`text` as people see it, with the characters that `other` does not have in this style."""
    here, there = revealed(text[:_SHOWN]), revealed(other[:_SHOWN])
    if not here:
        return [("(empty)", "dim")]
    more = f" … and {len(text) - _SHOWN:,} characters more" if len(text) > _SHOWN else ""
    if not there or here == there or len(here) > _COMPARED or len(there) > _COMPARED:
        return [here + more]
    blocks = SequenceMatcher(None, there, here, autojunk=False).get_opcodes()
    return [(here[start:stop], "" if kind == "equal" else style) for kind, _, _, start, stop in blocks if stop > start]
