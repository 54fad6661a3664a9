"""Haystacks: the text of each row of a table in lower case, in which words are looked for.

A haystack is two columns, one of what people write and one of ids and times, because most words hold a letter that no
id has: those words skip the second column. It follows its table from snapshot to snapshot and rebuilds only the rows
that changed. It remembers the rows of the last words, so that a longer word is looked for only where the shorter was.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from workbench.customers.fields import FIELDS, Field, Kind
from workbench.search.folding import as_pattern, holds
from workbench.search.reading import SEPARATOR

_CODES: Final = (Kind.ID, Kind.IDS, Kind.TIME)
_NAMED: Final = ("sales rep", "price list")
_PIECE: Final = 50_000
_REMEMBERED: Final = 32
_SAMPLE: Final = 1_000

Names = dict[str, dict[str, str]]
"""Field of `customers` -> id -> the name that people see for it."""


@dataclass(slots=True)
class Piece:
    """A part of a haystack in which a word may be: its text, and the numbers of its rows (or the first one's)."""

    text: pl.Series
    rows: pl.Series | int

    def found(self, hits: pl.Series) -> pl.Series:
        """The numbers of the rows at these places of the piece."""
        return self.rows.gather(hits) if isinstance(self.rows, pl.Series) else hits + self.rows


def scan(pieces: list[Piece], parts: tuple[str, ...]) -> list[pl.Series]:
    """For each piece the numbers (UInt32) of the rows that hold the lower-case word `parts`; all cores take part."""
    test = _test(pl.col("text"), parts).arg_true()
    frames = pl.collect_all([piece.text.to_frame("text").lazy().select(test) for piece in pieces])
    return [piece.found(frame.to_series()) for piece, frame in zip(pieces, frames, strict=True)]


@dataclass(slots=True)
class Haystack:
    """The haystack of one table."""

    table: str
    _frame: pl.DataFrame | None = None
    _names: Names = field(default_factory=dict)
    _blocks: list[_Block] = field(default_factory=list)
    _found: OrderedDict[str, pl.Series] = field(default_factory=OrderedDict)

    def follow(self, frame: pl.DataFrame, names: Names) -> None:
        """Makes this the haystack of `frame` and of these names."""
        if frame is self._frame and names == self._names:
            return
        afresh = self._frame is None or frame.height < self._frame.height or names != self._names
        if afresh:
            self._blocks = _blocks_of(self.table)
        changed = [block.follow(None if afresh else self._frame, frame, names) for block in self._blocks]
        self._frame, self._names = frame, names
        if any(changed):
            self._found.clear()

    def pieces(self, parts: tuple[str, ...]) -> list[Piece]:
        """Where the lower-case word `parts` has to be looked for; none if it was just looked for."""
        known = [(rows.len(), rows) for word, rows in self._found.items() if any(word in part for part in parts)]
        rows = min(known, key=lambda pair: pair[0], default=(0, None))[1]
        blocks = [block for block in self._blocks if block.may_hold(parts)]
        if rows is not None and self._frame is not None and rows.len() * 4 < self._frame.height:
            return [Piece(block.text.gather(rows), rows) for block in blocks]
        return [piece for block in blocks for piece in block.pieces()]

    def recall(self, parts: tuple[str, ...]) -> pl.Series | None:
        """The rows of a word that was looked for lately."""
        return self._found.get(parts[0]) if len(parts) == 1 else None

    def remember(self, parts: tuple[str, ...], rows: pl.Series) -> None:
        """Keeps the rows that a word was found in, for the next keystroke."""
        if len(parts) == 1:
            self._found[parts[0]] = rows
            while len(self._found) > _REMEMBERED:
                self._found.popitem(last=False)


@dataclass(slots=True)
class _Block:
    fields: tuple[Field, ...]
    named: tuple[Field, ...] = ()
    text: pl.Series = field(default_factory=lambda: pl.Series("text", [], dtype=pl.String))
    letters: frozenset[str] | None = frozenset()

    def follow(self, old: pl.DataFrame | None, new: pl.DataFrame, names: Names) -> bool:
        """Takes in what differs between two frames; says whether anything did."""
        same = 0 if old is None else old.height
        rows = self._changed(old, new) if old is not None else pl.Series([], dtype=pl.UInt32)
        if rows.is_empty() and same == new.height:
            return False
        if rows.len() * 2 > same:
            same, rows = 0, rows.clear()
        added, edited = _texts(self, new[same:], names), _texts(self, new[rows], names)
        kept = self.text[:same].scatter(rows, edited) if rows.len() else self.text[:same]
        self.text = pl.concat([kept, added]) if added.len() else kept
        self._learn(added)
        self._learn(edited)
        return True

    def may_hold(self, parts: tuple[str, ...]) -> bool:
        """Whether the letters of a word all occur in the block."""
        return self.letters is None or all(self.letters.issuperset(part) for part in parts)

    def pieces(self) -> list[Piece]:
        """The whole block, cut so that the cores can share it."""
        return [Piece(self.text[at : at + _PIECE], at) for at in range(0, self.text.len(), _PIECE)]

    def _changed(self, old: pl.DataFrame, new: pl.DataFrame) -> pl.Series:
        columns = [f.name for f in (*self.fields, *self.named)]
        before = old.select(pl.col(columns).name.prefix("before "))
        pairs = pl.concat([before, new.select(columns)[: old.height]], how="horizontal")
        differ = pl.any_horizontal(pl.col(c).ne_missing(pl.col(f"before {c}")) for c in columns)
        return pairs.select(rows=differ.arg_true())["rows"]

    def _learn(self, text: pl.Series) -> None:
        if self.letters is None or text.is_empty():
            return
        if any(f.kind not in _CODES for f in self.fields):
            self.letters = None
            return
        self.letters |= frozenset("".join(text[:_SAMPLE].to_list()))
        others = f"[^{pl.escape_regex(''.join(sorted(self.letters)))}]"
        if text.str.contains(others).any():
            self.letters = None


def _blocks_of(table: str) -> list[_Block]:
    fields = [f for f in FIELDS[table].values() if f.kind is not Kind.FLAG]
    written = tuple(f for f in fields if f.kind not in _CODES)
    named = tuple(f for f in fields if f.names in _NAMED)
    return [_Block(written, named), _Block(tuple(f for f in fields if f.kind in _CODES))]


def _texts(block: _Block, frame: pl.DataFrame, names: Names) -> pl.Series:
    own = [pl.col(f.name).list.join(SEPARATOR) if f.kind is Kind.IDS else pl.col(f.name) for f in block.fields]
    said = [_names_of(f, names[f.name]) for f in block.named if names.get(f.name)]
    joined = pl.concat_str([*own, *said], separator=SEPARATOR, ignore_nulls=True)
    return frame.select(text=joined.str.to_lowercase())["text"]


def _names_of(f: Field, names: dict[str, str]) -> pl.Expr:
    if f.kind is Kind.IDS:
        said = pl.element().replace_strict(names, default=None, return_dtype=pl.String)
        return pl.col(f.name).list.eval(said).list.join(SEPARATOR)
    return pl.col(f.name).replace_strict(names, default=None, return_dtype=pl.String)


def _test(text: pl.Expr, parts: tuple[str, ...]) -> pl.Expr:
    if len(parts) == 1:
        return holds(text, parts[0])
    return text.str.contains(f"[^{SEPARATOR}]*".join(as_pattern(part) for part in parts))
