"""What is copied: stored values as tab-separated text that a spreadsheet and this grid take back as they were.

A value that holds a tab, a line break or a double quote is put in double quotes, and a double quote in it is doubled, as
spreadsheets write and read cells (RFC 4180 with tabs). Nothing else is changed: a value that begins as a formula does stays
exact, because it may be pasted back here; how many there are is told, because a spreadsheet would compute them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from workbench.customers.tables import Tables
from workbench.errors import WorkbenchError
from workbench.shown.rows import PARENT, SnapshotRows
from workbench.shown.text import count

CARRIED: Final = 74_994
"""Bytes that every terminal with OSC 52 takes: some stop reading after a sequence of 100,000 (xterm's, hterm's, tmux's habit)."""
LARGEST: Final = 8 * 2**20
"""More than this is not worth the wait of sending it through a terminal."""
_SAMPLE: Final = 1_000
"""Rows of which the size tells that of more; half of what they tell is allowed for chance."""
_FORMULA: Final = r"^(?:[=@]|[+-][^0-9 .()+-]*[A-Za-z(@=!])"


@dataclass(frozen=True, slots=True)
class Copied:
    """`text` for the clipboard: `rows` lines of `columns` values (a header not counted), `formulas` of which begin as one."""

    text: str
    rows: int
    columns: int
    formulas: int

    @property
    def size(self) -> int:
        """How many bytes it is."""
        return len(self.text.encode())

    def carried(self) -> Copied:
        """Itself; raises `WorkbenchError` if it is more than a terminal takes."""
        _refuse_large(self.size)
        return self

    @property
    def remarks(self) -> str:
        """What is to be known of it before it is pasted: empty, or sentences that begin with `; `."""
        large = f"; {megabytes(self.size)}: some terminals take no more than 75 kB, export what does not arrive"
        formula = f"; {count(self.formulas, 'value')} a spreadsheet would compute: paste as text there"
        return (large if self.size > CARRIED else "") + (formula if self.formulas else "")


def copied_rows(rows: SnapshotRows, numbers: pl.Series, names: Sequence[str]) -> Copied:
    """The stored values of rows (row numbers, in order) in the columns `names`, with a header: a line each, ids as ids.

    Raises `WorkbenchError` for more than a terminal takes, before it is made.
    """
    if numbers.len() > _SAMPLE:
        _refuse_large(copied_rows(rows, numbers.head(_SAMPLE), names).size * numbers.len() // _SAMPLE // 2)
    frame = pl.DataFrame([stored(rows, name, numbers) for name in names])
    values = frame.lazy().select(_formulas(name) for name in names).collect().row(0) if names else ()
    text = frame.write_csv(separator="\t", line_terminator="\n", quote_style="necessary")
    return Copied(text, numbers.len(), len(names), sum(values)).carried()


def copied_cell(value: str) -> Copied:
    """One value, exact and without quotes: what is pasted is what it holds. Raises `WorkbenchError` as `copied_rows` does."""
    return Copied(value, 1, 1, int(pl.select(pl.lit(value).str.contains(_FORMULA)).item())).carried()


def stored(rows: SnapshotRows, name: str, numbers: pl.Series) -> pl.Series:
    """The stored text of a column in rows (row numbers): flags as true and false, lists of ids with commas, null where empty."""
    tables = rows.snapshot.current
    if name == PARENT:
        return _customers(tables, tables[rows.table]["_customer"].gather(numbers)).alias(name)
    values = tables[rows.table][name].gather(numbers)
    if isinstance(values.dtype, pl.List):
        values = values.list.join(",")
    return values.cast(pl.String).replace("", None).alias(name)


def megabytes(size: int) -> str:
    """A size in bytes as people read it: `812 kB`, `1.4 MB`."""
    return f"{size / 1_000_000:.1f} MB" if size >= 1_000_000 else f"{size / 1000:.0f} kB"


def _refuse_large(size: int) -> None:
    if size > LARGEST:
        raise WorkbenchError(f"not copied: {megabytes(size)} or more is more than a terminal takes; export it")


def _customers(tables: Tables, customers: pl.Series) -> pl.Series:
    """What people call customers (row numbers), as the grid shows them."""
    frame = tables.customers.select("company_name", "display_name", "id")[customers]
    names = [pl.col(name).replace("", None) for name in frame.columns]
    return frame.select(pl.coalesce(names)).to_series()


def _formulas(name: str) -> pl.Expr:
    return pl.col(name).str.contains(_FORMULA).sum().fill_null(0)
