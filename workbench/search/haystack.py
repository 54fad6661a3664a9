"""Haystacks: what words are looked for in, of one table.

A haystack follows its table from snapshot to snapshot and rebuilds only what changed. Its sources (see reach.py) are
kept in layers: ids that are UUIDs apart from the rest, and links apart from what belongs to a row. A layer is built
when a word first needs it, in blocks of `HEIGHT` rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import polars as pl

from workbench.customers.tables import Tables
from workbench.search.block import NO_LINES, Block, block_of, lower_case
from workbench.search.folding import as_pattern
from workbench.search.reach import Names, Source, all_uuids, fits_uuid, sources_of
from workbench.search.reading import ROW_END, SEPARATOR
from workbench.search.scan import Asked, commonest, lines_with, rows_in, scanned_many

HEIGHT: Final = 262_144
_SHORT: Final = 1
"""Words of so few letters, if they are not in values that repeat, are looked for row by row,"""
_LINED: Final = 500_000
"""but not in tables of more rows, where the text of each row would take much memory."""

Parts = tuple[str, ...]
"""A lower-case word: texts, none empty, with anything between them, within one value."""


@dataclass(slots=True)
class Layer:
    """Some sources as they are in `frame`, but for those that changed since: `stale`.

    `lines`, the text of each row, is made for the first short word, `blocks` for the first other.
    """

    sources: tuple[Source, ...]
    frame: pl.DataFrame
    blocks: list[Block] | None = None
    lines: pl.Series | None = None
    stale: set[Source] = field(default_factory=set)


@dataclass(slots=True)
class Haystack:
    """The haystack of one table."""

    table: str
    _tables: Tables | None = None
    _names: Names = field(default_factory=dict)
    _uuids: dict[Source, bool] = field(default_factory=dict)
    _layers: dict[tuple[bool, bool], Layer] = field(default_factory=dict)
    _customers: pl.Series | None = None

    def follow(self, tables: Tables, names: Names) -> None:
        """Makes this the haystack of its table in `tables`, and of these names."""
        if self._tables is not None and tables[self.table] is self._tables[self.table] and names == self._names:
            return
        changed = self._changed(tables, names)
        for source in changed:
            self._uuids.pop(source, None)
        for layer in self._layers.values():
            layer.stale |= changed.intersection(layer.sources)
        self._tables, self._names, self._customers = tables, dict(names), None

    def asked(self, words: list[Parts], links: bool) -> list[Asked]:
        """The blocks in which some of these words may be, with the longest part of each of those that may be there."""
        of_uuids = [word for word in words if fits_uuid(word)]
        asked = []
        for link in (False, True) if links else (False,):
            for uuid, able in ((False, words), (True, of_uuids)):
                blocks, texts = self._blocks(self._layer(uuid, link)) if able else [], [_longest(word) for word in able]
                asked += [(block, some) for block in blocks if (some := block.room_for(texts))]
        return asked

    def prepare(self, told: Callable[[float], None]) -> None:
        """Makes the blocks that most words need, where they are not made yet. Those of ids in large tables are not worth it.
        `told` hears before each what share of them is made."""
        self._blocks(self._layer(uuid=False, link=False), told)
        if self.height <= _LINED:
            self._blocks(self._layer(uuid=True, link=False))

    def unlearnt(self) -> list[Block]:
        """Those blocks that `prepare` made of which there is more to learn (see `Block.learn`)."""
        layer = self._layers.get((False, False))
        blocks = layer.blocks if layer is not None and layer.blocks else []
        return [block for block in blocks if not block.learnt]

    @property
    def height(self) -> int:
        """How many rows the table has."""
        return self._known_frame().height

    def customers_of(self, rows: pl.Series) -> pl.Series:
        """The customers (row numbers) that rows of this table (numbers) mean: items that are gone mean nobody."""
        if self.table == "customers":
            return rows
        if self._customers is None:
            items = self._known_frame().lazy()
            self._customers = items.select(pl.when(~pl.col("_gone")).then("_customer")).collect().to_series()
        return self._customers.gather(rows).drop_nulls()

    def lines(self, links: bool) -> list[pl.Series]:
        """The text of each row as short words see it, for each layer that they look into."""
        layers = [self._layer(False, link) for link in ((False, True) if links else (False,))]
        return [self._lines(layer) for layer in layers if layer.sources]

    def _lines(self, layer: Layer) -> pl.Series:
        if layer.lines is None:
            text = pl.concat_str((source.text(self._names) for source in layer.sources), separator=ROW_END)
            layer.lines = self._known_frame().select(text=lower_case(text)).to_series()
        return layer.lines

    def held(self, rows: pl.Series, word: Parts, links: bool) -> pl.Series:
        """Those of the rows (numbers) in which some value holds all parts of a word, in their order."""
        able = [s for s in sources_of(self.table) if links or not s.link]
        able = [s for s in able if fits_uuid(word) or not self.is_uuid(s)]
        pattern = f"[^{ROW_END}{SEPARATOR}]*".join(map(as_pattern, word))
        tests = [source.text(self._names).str.to_lowercase().str.contains(pattern) for source in able]
        return rows.filter(self._known_frame()[rows].select(pl.any_horizontal(tests)).to_series())

    def _known_frame(self) -> pl.DataFrame:
        if self._tables is None:
            raise AssertionError("a haystack follows its table before it is asked")
        return self._tables[self.table]

    def _changed(self, tables: Tables, names: Names) -> set[Source]:
        """The sources of which anything in the rows known so far differs now; all if there are new rows."""
        old, sources = self._tables, set(sources_of(self.table))
        if old is None or old[self.table].height != tables[self.table].height:
            self._layers.clear()
            return sources
        differ = {s for s in sources if not tables.same(old, self.table, s.field.name)}
        differ = _differing(old[self.table], tables[self.table], differ)
        return differ | {s for s in sources if s.named and names.get(s.field.name) != self._names.get(s.field.name)}

    def is_uuid(self, source: Source) -> bool:
        """Whether a source of this table is an id, and all of its values are UUIDs."""
        if source not in self._uuids:
            self._uuids[source] = all_uuids(source, self._known_frame()[source.field.name])
        return self._uuids[source]

    def _layer(self, uuid: bool, link: bool) -> Layer:
        sources = tuple(s for s in sources_of(self.table) if s.link == link and self.is_uuid(s) == uuid)
        layer = self._layers.get((uuid, link))
        if layer is None or layer.sources != sources:
            layer = Layer(sources, self._known_frame())
        elif layer.stale:
            layer = Layer(sources, self._known_frame(), self._mended(layer))
        self._layers[uuid, link] = layer
        return layer

    def _blocks(self, layer: Layer, told: Callable[[float], None] = lambda share: None) -> list[Block]:
        if layer.blocks is None:
            frame, blocks = self._known_frame(), []
            for at in range(0, self.height, HEIGHT):
                told(at / self.height)
                blocks.append(block_of(at, self._values(frame[at : at + HEIGHT], layer.sources)))
            layer.blocks = blocks
        return layer.blocks

    def _mended(self, layer: Layer) -> list[Block] | None:
        if layer.blocks is None:
            return None
        named = {source for source in layer.stale if source.named}
        blocks = []
        for block in layer.blocks:
            old, new = (f[block.first : block.first + block.height] for f in (layer.frame, self._known_frame()))
            changed = named | _differing(old, new, layer.stale - named)
            keys = block.with_twins({source.key for source in changed})
            blocks.append(block.replaced(self._values(new, (source for source in layer.sources if source.key in keys))))
        return blocks

    def _values(self, frame: pl.DataFrame, sources: Iterable[Source]) -> pl.DataFrame:
        return frame.select(source.text(self._names) for source in sources)


@dataclass(frozen=True)
class Sought:
    """Words that are looked for in haystacks; `links`: also in links. A word of several parts must be sought alone.

    Rows are found as a list for each haystack: numbers (UInt32) in no order, some of them twice.
    """

    haystacks: list[Haystack]
    words: list[Parts]
    links: bool

    def quickly(self, enough: int) -> list[pl.Series] | None:
        """Rows that hold any of the words in the one column of repeating values in which they are commonest; None if these are
        not `enough`."""
        each = [commonest(lines) if _rows_of(lines) >= enough else lines.clear() for lines in self._lines]
        best = max(range(len(each)), key=lambda at: _rows_of(each[at]))
        if _rows_of(each[best]) < enough:
            return None
        return [rows_in(lines) if at == best else _NO_ROWS for at, lines in enumerate(each)]

    def rows(self) -> list[pl.Series]:
        """All rows that hold any of the words."""
        short = [len(text) <= _SHORT for word in self.words for text in word] == [True]
        if short and all(haystack.height <= _LINED for haystack in self.haystacks):
            return _in_lines(self.haystacks, _longest(self.words[0]), self.links)
        found = iter(scanned_many([one for some in self._asked for one in some]))
        rows = [
            pl.concat([_NO_ROWS, rows_in(lines), *(next(found) for _ in some)])
            for lines, some in zip(self._lines, self._asked, strict=True)
        ]
        return rows if len(self.words[0]) == 1 else self.among(rows)

    def among(self, rows: list[pl.Series]) -> list[pl.Series]:
        """Those of some rows that hold the one word."""
        word, links = self.words[0], self.links
        return [haystack.held(some.unique(), word, links) for some, haystack in zip(rows, self.haystacks, strict=True)]

    @cached_property
    def _asked(self) -> list[list[Asked]]:
        return [haystack.asked(self.words, self.links) for haystack in self.haystacks]

    @cached_property
    def _lines(self) -> list[pl.DataFrame]:
        """The repeating values of each haystack that hold any of the words, with their rows."""
        found = iter(lines_with([one for some in self._asked for one in some]))
        return [pl.concat([NO_LINES, *(next(found) for _ in some)]) for some in self._asked]


def _rows_of(lines: pl.DataFrame) -> int:
    return int(lines["row"].list.len().sum()) if lines.height else 0


def _in_lines(haystacks: list[Haystack], text: str, links: bool) -> list[pl.Series]:
    """The same for one short text: nearly every row has it near its start, so that places would be too many."""
    test = pl.col("text").str.contains(text, literal=True)
    lines = [haystack.lines(links) for haystack in haystacks]
    halves = [half.to_frame().lazy().select(test) for some in lines for one in some for half in _halves(one)]
    found = (frame.to_series() for frame in pl.collect_all(halves))
    return [pl.concat([_NO_ROWS, *(_true(next(found), next(found)) for _ in some)]) for some in lines]


def _true(first: pl.Series, second: pl.Series) -> pl.Series:
    return pl.concat([first, second]).arg_true().rename(_NO_ROWS.name)


def _halves(column: pl.Series) -> tuple[pl.Series, pl.Series]:
    middle = column.len() // 2
    return column[:middle], column[middle:]


def _differing(old: pl.DataFrame, new: pl.DataFrame, sources: set[Source]) -> set[Source]:
    """The sources whose columns differ between two frames of one height."""
    names = {source.field.name for source in sources}
    differ = {name for name in names if old[name].ne_missing(new[name]).any()}
    return {source for source in sources if source.field.name in differ}


def _longest(word: Parts) -> str:
    return max(word, key=len).replace("ς", "σ")


_NO_ROWS: Final = pl.Series("row", [], dtype=pl.UInt32)
