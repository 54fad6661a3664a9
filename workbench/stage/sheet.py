"""A sheet of corrections as it was read: texts in named columns, and the place of each row in its file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import polars as pl

from workbench.customers.flat import EXPORTED
from workbench.errors import UsageError, WorkbenchError


@dataclass(frozen=True, slots=True)
class Lost:
    """A row or a cell that is not staged: its place in the file, what names it, and why."""

    place: str
    key: str
    reason: str


@dataclass(frozen=True)
class Sheet:
    """`frame` has the sheet's columns as texts (String, null or "": an empty cell), `places` where each of its rows stands.

    `name` is the file's, `digest` the SHA-256 (hex) of its bytes, `unit` what the places count: line, row or record. `lost` are
    rows that could not be read. `odd` has by column the cells (`at`, the row of `frame`) that hold no text that somebody typed, and
    `why`: a date, a formula that was never computed.
    """

    name: str
    digest: str
    frame: pl.DataFrame
    unit: str
    places: pl.Series
    lost: tuple[Lost, ...] = ()
    odd: Mapping[str, pl.DataFrame] = field(default_factory=dict)

    @cached_property
    def columns(self) -> list[str]:
        """The columns' names, without `_exported`."""
        return [name for name in self.frame.columns if name != EXPORTED]

    def column(self, name: str) -> pl.Series:
        """A column's texts, null where a cell is empty."""
        return self.frame[name].replace("", None)

    def renamed(self, names: Mapping[str, str]) -> Sheet:
        """The columns among `names` alone, under the names that these give, and what was exported."""
        kept = {**names, EXPORTED: EXPORTED}
        frame = self.frame.select(pl.col(name).alias(kept[name]) for name in self.frame.columns if name in kept)
        return replace(self, frame=frame, odd={names[name]: cells for name, cells in self.odd.items() if name in names})

    def keys(self, *columns: pl.Series) -> pl.DataFrame:
        """What names records or cells, with `at`, the sheet's row, and `twice`: in how many rows the same stands."""
        names = [column.name for column in columns]
        found = pl.DataFrame(columns).with_row_index("at")
        return found.with_columns(twice=pl.when(pl.col(names[0]).is_not_null()).then(pl.len().over(names)))

    def why_odd(self, name: str, rows: pl.Series) -> pl.Series:
        """Why cells of a column (rows of the sheet, UInt32) hold no text, null where they do."""
        if name not in self.odd:
            return pl.repeat(None, rows.len(), dtype=pl.String, eager=True)
        return rows.alias("at").to_frame().join(self.odd[name], on="at", how="left", maintain_order="left")["why"]

    def exported(self, names: Sequence[str]) -> pl.DataFrame:
        """What each row held under these names when we wrote the sheet (texts, null for an empty cell), and `known`: whether
        anything is kept of it. Raises `WorkbenchError` where it cannot be read any more."""
        none = pl.repeat(None, self.frame.height, dtype=pl.String, eager=True)
        kept = self.column(EXPORTED) if EXPORTED in self.frame.columns else none
        kind = pl.Struct(dict.fromkeys(names, pl.String))
        try:
            found = kept.str.json_decode(kind).struct.unnest()
        except pl.exceptions.PolarsError as error:
            raise WorkbenchError(f"{self.at(_damaged(kept, kind))}: its {EXPORTED} cell is damaged") from error
        return found.with_columns(known=kept.is_not_null())

    def at(self, row: int) -> str:
        """A row's place, for people."""
        return f"{self.name} {self.unit} {self.places[row]}"

    def refuse(self, rows: pl.Series, why: str) -> None:
        """Raises `UsageError` that names the first of these rows, if there are any, and says `why`."""
        if rows.len():
            more = f" (and {rows.len() - 1:,} more rows)" if rows.len() > 1 else ""
            raise UsageError(f"{self.at(rows[0])}: {why}{more}; nothing was staged")


def _damaged(kept: pl.Series, kind: pl.Struct) -> int:
    """The first row that does not decode; there is one."""
    good, bad = 0, kept.len()
    while bad - good > 1:
        middle = (good + bad) // 2
        try:
            kept[good:middle].str.json_decode(kind)
            good = middle
        except pl.exceptions.PolarsError:
            bad = middle
    return good
