"""How a server is spoken to: what the bodies of arrays hold, and how a cleared cell is written."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from workbench.customers.fields import Field, Kind
from workbench.preview.json_text import json_pieces
from workbench.preview.spliced import Piece


@dataclass(frozen=True, slots=True)
class Habits:
    """How this server is spoken to: the settings `nested` (full, sparse) and `clear` (empty, null)."""

    nested: str = "full"
    clear: str = "empty"

    def written(self, field: Field, values: pl.Series, changed: pl.Series | None = None) -> list[Piece]:
        """Values as a body writes them, as pieces of JSON text; those that are `changed` (all unless told) and empty are written
        as cleared."""
        if self.clear == "null" and values.dtype != pl.Boolean:
            empty = _is_empty(values) if changed is None else _is_empty(values) & changed
            values = pl.select(v=pl.when(~pl.lit(empty)).then(pl.lit(values)))["v"] if empty.any() else values
        return json_pieces(values, self._cleared(field))

    def _cleared(self, field: Field) -> str:
        if self.clear == "null":
            return "null"
        return "[]" if field.kind is Kind.IDS else '""'


def _is_empty(values: pl.Series) -> pl.Series:
    if isinstance(values.dtype, pl.List):
        return values.list.len().fill_null(0) == 0
    return values.fill_null("") == ""
