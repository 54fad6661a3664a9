"""Blocks: some columns of a table as lower-case text, kept for looking a word up in all of their rows.

A call of a string search costs more than the search itself when rows are short. So the text of `BUNDLE` rows is one
value: a word is looked for in the bundles first, then in the rows of those that have it. The text of single rows is
taken out of all bundles only when a word is so common that most bundles have it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import polars as pl

from workbench.customers.fields import Field, Kind
from workbench.search.reading import ROW_END, SEPARATOR

BUNDLE: Final = 16
CODES: Final = (Kind.ID, Kind.IDS, Kind.TIME)
"""Kinds whose text is for machines: few letters occur in it."""

Names = dict[str, dict[str, str]]
"""Field of `customers` -> id -> the name that people see for it."""

_PIECE: Final = 50_000
_SAMPLE: Final = 1_000
_NO_ROWS: Final = pl.Series("rows", [], dtype=pl.UInt32)


@dataclass(slots=True)
class Piece:
    """A part of a block in which a word may be: texts, and the number of each one's row or bundle (or the first's)."""

    text: pl.Series
    numbers: pl.Series | int

    def found(self, hits: pl.Series) -> pl.Series:
        """The numbers of the texts at these places of the piece."""
        return self.numbers.gather(hits) if isinstance(self.numbers, pl.Series) else hits + self.numbers


@dataclass(slots=True)
class Block:
    """The text of `fields`, and of the names that the ids in the fields `named` mean."""

    fields: tuple[Field, ...]
    named: tuple[Field, ...] = ()
    bundles: pl.Series = field(default_factory=lambda: pl.Series("text", [], dtype=pl.String))
    _height: int = 0
    _lines: pl.Series | None = None
    _letters: frozenset[str] | None = frozenset()

    def follow(self, old: pl.DataFrame | None, new: pl.DataFrame, names: Names) -> bool:
        """Takes in what differs between the frame of last time and this one; says whether anything did."""
        changed = _NO_ROWS if old is None else self._changed(old, new)
        if changed.is_empty() and self._height == new.height:
            return False
        whole = self._height // BUNDLE
        stale = (changed // BUNDLE).unique().sort()
        stale = stale.filter(stale < whole)
        if stale.len() * 2 > whole:
            whole, stale = 0, stale.clear()
        self._rebuild(new, names, whole, stale)
        return True

    def may_hold(self, parts: tuple[str, ...]) -> bool:
        """Whether the letters of a lower-case word all occur in the block."""
        return self._letters is None or all(self._letters.issuperset(part) for part in parts)

    def in_bundles(self) -> list[Piece]:
        """The bundles, cut so that the cores can share them."""
        step = _PIECE // BUNDLE
        return [Piece(self.bundles[at : at + step], at) for at in range(0, self.bundles.len(), step)]

    def in_rows(self) -> list[Piece]:
        """The rows, cut so that the cores can share them."""
        if self._lines is None:
            self._lines = self.bundles.str.split(ROW_END).explode()
        return [Piece(self._lines[at : at + _PIECE], at) for at in range(0, self._lines.len(), _PIECE)]

    def near(self, rows: pl.Series) -> Piece:
        """These rows; or, if single rows were never needed, all rows of their bundles."""
        if self._lines is not None:
            return Piece(self._lines.gather(rows), rows)
        return self.of_bundles((rows // BUNDLE).unique().sort())

    def of_bundles(self, bundles: pl.Series) -> Piece:
        """The rows of these bundles (numbers)."""
        rows = _rows_of(bundles, self._height)
        if self._lines is not None:
            return Piece(self._lines.gather(rows), rows)
        return Piece(self.bundles.gather(bundles).str.split(ROW_END).explode(), rows)

    def _changed(self, old: pl.DataFrame, new: pl.DataFrame) -> pl.Series:
        columns = [f.name for f in (*self.fields, *self.named)]
        before = old.select(pl.col(columns).name.prefix("before "))
        pairs = pl.concat([before, new.select(columns)[: old.height]], how="horizontal")
        differ = pl.any_horizontal(pl.col(c).ne_missing(pl.col(f"before {c}")) for c in columns)
        return pairs.select(rows=differ.arg_true())["rows"]

    def _rebuild(self, frame: pl.DataFrame, names: Names, whole: int, stale: pl.Series) -> None:
        """Keeps the first `whole` bundles but for the `stale` ones, and makes the others anew."""
        mended = self._texts(frame[_rows_of(stale, frame.height)], names)
        added = self._texts(frame[whole * BUNDLE :], names)
        kept = self.bundles[:whole]
        kept = kept.scatter(stale, _bundled(mended)) if stale.len() else kept
        self.bundles = pl.concat([kept, _bundled(added)])
        self._height, self._lines = frame.height, None
        self._learn(mended)
        self._learn(added)

    def _texts(self, frame: pl.DataFrame, names: Names) -> pl.Series:
        own = [pl.col(f.name).list.join(SEPARATOR) if f.kind is Kind.IDS else pl.col(f.name) for f in self.fields]
        said = [_names_of(f, names[f.name]) for f in self.named if names.get(f.name)]
        joined = pl.concat_str([*own, *said], separator=SEPARATOR, ignore_nulls=True)
        lower = joined.str.to_lowercase().str.replace_all(ROW_END, SEPARATOR, literal=True)
        return frame.select(text=lower.fill_null(""))["text"]

    def _learn(self, text: pl.Series) -> None:
        """Keeps the set of letters true; gives it up (None) where it would be large."""
        if any(f.kind not in CODES for f in self.fields):
            self._letters = None
        if self._letters is None or text.is_empty():
            return
        self._letters |= frozenset("".join(text[:_SAMPLE].to_list())) | {SEPARATOR}
        others = f"[^{pl.escape_regex(''.join(sorted(self._letters)))}]"
        if text.str.contains(others).any():
            self._letters = None


def _bundled(text: pl.Series) -> pl.Series:
    """Every `BUNDLE` texts as one."""
    if text.is_empty():
        return text
    padded = text.extend_constant(None, -text.len() % BUNDLE)
    return padded.reshape((-1, BUNDLE)).arr.join(ROW_END, ignore_nulls=True)


def _rows_of(bundles: pl.Series, height: int) -> pl.Series:
    """The row numbers (UInt32) of these bundles of a block of `height` rows, in order."""
    first = bundles.cast(pl.UInt32).to_frame("first").select(pl.col("first") * BUNDLE)
    every = pl.int_ranges("first", pl.col("first") + BUNDLE, dtype=pl.UInt32).explode()
    rows = first.select(rows=every)["rows"].drop_nulls()
    return rows.filter(rows < height)


def _names_of(f: Field, names: dict[str, str]) -> pl.Expr:
    if f.kind is Kind.IDS:
        said = pl.element().replace_strict(names, default=None, return_dtype=pl.String)
        return pl.col(f.name).list.eval(said).list.join(SEPARATOR, ignore_nulls=True)
    return pl.col(f.name).replace_strict(names, default=None, return_dtype=pl.String)
