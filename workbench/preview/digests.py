"""The digest of patches, by which somebody names what they read."""

from __future__ import annotations

import hashlib

import polars as pl

from workbench.onlooker import stepwise

_AT_ONCE = 10_000
"""So many patches are made text at a time: no text of all of them is ever in memory."""


class Digest:
    """SHA-256 (hex) over ids, bodies and cells of patches that come in parts, in their order."""

    def __init__(self) -> None:
        self._state = hashlib.sha256()

    def add(self, plan: pl.DataFrame) -> None:
        """Takes the next patches in."""
        told = pl.concat_str("id", "body", "cells", separator="\t").str.join("\n").cast(pl.Binary)
        for part in stepwise(plan.iter_slices(_AT_ONCE)):
            self._state.update(part.select(told).item())
            self._state.update(b"\n")

    def told(self) -> str:
        """The digest of all that came so far."""
        return self._state.hexdigest()


def digest(plan: pl.DataFrame) -> str:
    """The digest of patches: see `Digest`."""
    found = Digest()
    found.add(plan)
    return found.told()
