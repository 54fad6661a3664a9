"""Where a pasted block lands: which rows and columns its cells reach, and what falls outside."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from workbench.customers.fields import FIELDS
from workbench.stage.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Landed:
    """A block over a table: the row `rows[n]` (row numbers of `table`) gets the n-th row of `sheet`, whose columns are fields.

    `lines` and `columns` are the block's size, `lines_outside` and `columns_outside` what has no row or column to go to, and
    `read_only` names the columns that it covers and that cannot be changed. `filled` says that its one line goes to all rows.
    `heading` is its first line where that names columns of the table, as what is copied here does: no cell gets a name, and
    `lines` does not count it. `passed_over` is how many marked rows have no part in it, as it goes down from the cursor.
    """

    table: str
    rows: pl.Series
    sheet: Sheet
    lines: int
    columns: int
    lines_outside: int
    columns_outside: int
    read_only: tuple[str, ...]
    filled: bool
    heading: tuple[str, ...] = ()
    passed_over: int = 0


def landed(block: pl.DataFrame, table: str, columns: Sequence[str], below: pl.Series, marked: pl.Series) -> Landed:
    """Lays a block (String columns) over `table`: down along the rows `below`, right along `columns`; both begin at the cursor.

    One line goes to all `marked` rows instead, if there are any. A first line of several that names columns is a heading. Rows
    are row numbers, each once. A column that is no field of the table (the name of a nested row's customer) is read-only like
    those that a PATCH cannot change.
    """
    heading = _heading(block, table, columns)
    block = block.slice(1) if heading else block
    filled = block.height == 1 and marked.len() > 0
    rows = marked if filled else below.head(block.height)
    names = list(columns[: block.width])
    open_ = [name for name in names if name in FIELDS[table] and FIELDS[table][name].editable]
    texts = block.select(pl.col(str(names.index(name))).alias(name) for name in open_)
    texts = texts[pl.repeat(0, rows.len(), dtype=pl.UInt32, eager=True)] if filled else texts.head(rows.len())
    lines = pl.repeat(1, rows.len(), dtype=pl.UInt32, eager=True) if filled else _numbered(rows.len())
    return Landed(
        table,
        rows.cast(pl.UInt32),
        Sheet("what was pasted", _digest(block), texts, "line", lines),
        lines=block.height,
        columns=block.width,
        lines_outside=0 if filled else block.height - rows.len(),
        columns_outside=block.width - len(names),
        read_only=tuple(name for name in names if name not in open_),
        filled=filled,
        heading=heading,
        passed_over=0 if filled else marked.len(),
    )


def _heading(block: pl.DataFrame, table: str, columns: Sequence[str]) -> tuple[str, ...]:
    """The first line if others follow it and each of its cells is the name of another column; else none."""
    if block.height < 2:
        return ()
    first = tuple(cell or "" for cell in block.row(0))
    named = len(set(first)) == len(first) and all(name in FIELDS[table] or name in columns for name in first)
    return first if named else ()


def _numbered(height: int) -> pl.Series:
    return pl.int_range(1, height + 1, dtype=pl.UInt32, eager=True)


def _digest(block: pl.DataFrame) -> str:
    """The SHA-256 (hex) of the block's cells."""
    return hashlib.sha256(block.write_csv(include_header=False).encode()).hexdigest()
