"""A sheet of corrections as it was read: texts in named columns, and the place of each row in its file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from workbench.customers.flat import EXPORTED
from workbench.errors import UsageError, WorkbenchError


@dataclass(frozen=True)
class Sheet:
    """`frame` has the sheet's columns as texts (String, null or "": an empty cell), `places` where each of its rows stands.

    `name` is the file's, `digest` the SHA-256 (hex) of its bytes, `unit` what the places count: line, row or record.
    """

    name: str
    digest: str
    frame: pl.DataFrame
    unit: str
    places: pl.Series

    @cached_property
    def columns(self) -> list[str]:
        """The columns' names, without `_exported`."""
        return [name for name in self.frame.columns if name != EXPORTED]

    def column(self, name: str) -> pl.Series:
        """A column's texts, null where a cell is empty."""
        return self.frame[name].replace("", None)

    def keys(self, *columns: pl.Series) -> pl.DataFrame:
        """What names records or cells, with `at`, the sheet's row. Raises `UsageError` if two rows have the same."""
        names = [column.name for column in columns]
        found = pl.DataFrame(columns).with_row_index("at")
        first = found.select(pl.struct(names).is_first_distinct() | pl.col(names[0]).is_null()).to_series()
        self.refuse(found["at"].filter(~first), f"its {' and '.join(names)} stood in an earlier row already")
        return found

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
