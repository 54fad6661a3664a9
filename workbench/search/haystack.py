"""Haystacks: the text of each row of a table in lower case, in which words are looked for.

A haystack is two blocks (see block.py), one of what people write and one of ids and times, because most words hold a
letter that no id has: those words skip the second. It follows its table from snapshot to snapshot and rebuilds only
what changed. It remembers the rows of the last words, so that a longer word is looked for only where the shorter was.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from workbench.customers.fields import FIELDS, Kind
from workbench.search.block import CODES, Block, Names, Piece
from workbench.search.folding import as_pattern, holds
from workbench.search.places import marked
from workbench.search.reading import ROW_END, SEPARATOR

_NAMED: Final = ("sales rep", "price list")
_REMEMBERED: Final = 32
_RARE: Final = 3
"""A word with fewer letters is in nearly every bundle: its rows are looked at at once."""

Parts = tuple[str, ...]
"""A lower-case word: texts with anything between them, within one value."""


@dataclass(slots=True)
class Haystack:
    """The haystack of one table."""

    table: str
    _frame: pl.DataFrame | None = None
    _names: Names = field(default_factory=dict)
    _blocks: list[Block] = field(default_factory=list)
    _known: OrderedDict[str, pl.Series] = field(default_factory=OrderedDict)

    def follow(self, frame: pl.DataFrame, names: Names) -> None:
        """Makes this the haystack of `frame` and of these names."""
        if frame is self._frame and names == self._names:
            return
        old = self._frame
        if old is None or frame.height < old.height or names != self._names:
            self._blocks, old = blocks_of(self.table), None
        self._frame = None
        changed = [block.follow(old, frame, names) for block in self._blocks]
        self._frame, self._names = frame, dict(names)
        if any(changed) or old is None:
            self._known.clear()

    def blocks(self, parts: Parts) -> list[Block]:
        """The blocks in which a word may be."""
        return [block for block in self._blocks if block.may_hold(parts)]

    def near(self, parts: Parts) -> pl.Series | None:
        """The rows (UInt32) outside of which the word cannot be, because a part of it is not there; None if unknown."""
        known = [rows for word, rows in self._known.items() if any(word in part for part in parts)]
        fewest = min(known, key=len, default=None)
        return fewest if fewest is not None and fewest.len() * 4 < self.height else None

    def recall(self, parts: Parts) -> pl.Series | None:
        """The rows of a word that was looked for lately."""
        return self._known.get(parts[0]) if len(parts) == 1 else None

    def remember(self, parts: Parts, rows: pl.Series) -> None:
        """Keeps the rows that a word was found in, for the next keystroke."""
        if len(parts) == 1:
            self._known[parts[0]] = rows
            while len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)

    @property
    def height(self) -> int:
        """How many rows the table has."""
        return 0 if self._frame is None else self._frame.height


def blocks_of(table: str) -> list[Block]:
    """The empty blocks of a table: what people write (and what ids are called), and codes, the short ones first."""
    fields = [f for f in FIELDS[table].values() if f.kind is not Kind.FLAG]
    written = tuple(f for f in fields if f.kind not in CODES)
    named = tuple(f for f in fields if f.names in _NAMED)
    codes = sorted((f for f in fields if f.kind in CODES), key=lambda f: f.kind is not Kind.TIME)
    return [Block(written, named), Block(tuple(codes))]


def rows_with(haystacks: list[Haystack], parts: Parts) -> list[pl.Series]:
    """For each haystack the numbers (UInt32, sorted) of the rows that hold the word; all cores take part."""
    asked = [haystack for haystack in haystacks if haystack.recall(parts) is None]
    blocks = [(haystack, block) for haystack in asked for block in haystack.blocks(parts)]
    found = _scan(_pieces(blocks, parts), parts)
    answers = []
    for haystack in haystacks:
        known = haystack.recall(parts)
        if known is None:
            mine = [rows for (owner, _), rows in zip(blocks, found, strict=True) if owner is haystack]
            mine = [rows for rows in mine if rows.len()] or [_NO_ROWS]
            known = mine[0] if len(mine) == 1 else marked(pl.concat(mine), haystack.height).arg_true()
            haystack.remember(parts, known)
        answers.append(known)
    return answers


def _pieces(blocks: list[tuple[Haystack, Block]], parts: Parts) -> list[list[Piece]]:
    """For each block the rows to look at: near a shorter word, in the bundles that have the word, or all."""
    nears = [haystack.near(parts) for haystack, _ in blocks]
    common = max(map(len, parts)) < _RARE
    bundles = [
        block.in_bundles() if near is None and not common else []
        for (_, block), near in zip(blocks, nears, strict=True)
    ]
    hits = _scan(bundles, parts)
    return [
        [block.near(near)] if near is not None else _rows(block, None if common else hit)
        for (_, block), near, hit in zip(blocks, nears, hits, strict=True)
    ]


def _rows(block: Block, bundles: pl.Series | None) -> list[Piece]:
    if bundles is None or bundles.len() * 2 > block.bundles.len():
        return block.in_rows()
    return [block.of_bundles(bundles)] if bundles.len() else []


def _scan(groups: list[list[Piece]], parts: Parts) -> list[pl.Series]:
    """For each group of pieces the numbers (UInt32) of the texts that hold the word."""
    test = _test(pl.col("text"), parts).arg_true()
    frames = pl.collect_all([piece.text.to_frame("text").lazy().select(test) for group in groups for piece in group])
    answers = iter(frames)
    return [pl.concat([_NO_ROWS, *(_numbers(piece, next(answers)) for piece in group)]) for group in groups]


def _numbers(piece: Piece, answer: pl.DataFrame) -> pl.Series:
    return piece.found(answer.to_series()).cast(pl.UInt32).rename(_NO_ROWS.name)


def _test(text: pl.Expr, parts: Parts) -> pl.Expr:
    if len(parts) == 1:
        return holds(text, parts[0])
    return text.str.contains(f"[^{ROW_END}{SEPARATOR}]*".join(as_pattern(part) for part in parts))


_NO_ROWS: Final = pl.Series("rows", [], dtype=pl.UInt32)
