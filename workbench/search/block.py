"""Blocks: some rows of some columns, kept for looking words up in all of them.

A call of a string search costs more than the search itself when values are short. So a column with many different
values is one text, its values one after another in lower case: a word is looked for in the whole text at once, and the
row of a hit is known from where the rows end. The text is kept in parts, so that those in which a word cannot be are left
out. A column with few different values keeps each of them once, with its
rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import Final

import polars as pl

from workbench.search.grams import ALL, Grams, grams_of, may_hold, numbers_of
from workbench.search.reading import ROW_END

_SAMPLE: Final = 500
_LARGE: Final = 2**32
_FEW: Final = 16
"""A column has few values if each is there in this many rows, taken together."""
_LONG: Final = 256
_COMMON: Final = 100
"""Hits are looked up one by one if the rows they may be in are this many times more; otherwise side by side with those rows."""


STEP: Final = 4_096
"""So many rows of a text are a part of it: `PARTS` parts are a block at most."""
_WORTH: Final = 4 * STEP
"""Fewer rows are looked through sooner than asked whether they are worth it."""


@dataclass(frozen=True, slots=True)
class Block:
    """The rows `first` to `first + height` of some sources (see reach.py).

    `few` has a line for each different value: `source`, `text`, `row` (their row numbers). `texts` has a line for each part (of
    `STEP` rows) of each of the `sources` with many: `source`, `text`, `start` (where it starts if all texts stood one after
    another) and `wide` (whether the source has characters outside of ASCII), and an empty last line: polars copies a text that
    is alone in its frame whenever it looks into it. `ends` has for each source one after the other where each of its rows ends,
    counted as `start` is. `twins` hold the very text of another source (a name that is shown, say, that of the company), which is
    kept once. `grams` has what `learn` has learnt: for each source what its parts hold (see grams.py).
    """

    first: int
    height: int
    sources: tuple[str, ...]
    few: pl.DataFrame
    texts: pl.DataFrame
    ends: pl.Series
    twins: Mapping[str, str] = field(default_factory=dict)
    grams: dict[str, Grams] = field(default_factory=dict, compare=False, repr=False)

    def with_twins(self, names: set[str]) -> set[str]:
        """These sources, and all that hold the same text as one of them."""
        groups = ({one, *(twin for twin, of in self.twins.items() if of == one)} for one in {*self.twins.values()})
        return names.union(*(group for group in groups if group & names))

    def replaced(self, values: pl.DataFrame) -> Block:
        """This block with new values for some of its sources, with their twins: their columns as `block_of` takes them."""
        if not values.width:
            return self
        new, old = block_of(self.first, values), ~pl.col("source").is_in(values.columns)
        if not new.sources and not set(self.sources) & set(values.columns):  # a twin has its source beside it
            return replace(self, few=pl.concat([self.few.filter(old), new.few]))
        kept = {source: ends for source, ends in self._ends().items() if source not in values.columns}
        return _joined(
            self.first,
            self.height,
            pl.concat([self.few.filter(old), new.few]),
            pl.concat([self.texts[:-1].filter(old), new.texts[:-1]]),
            {**kept, **new._ends()},
            {**{twin: of for twin, of in self.twins.items() if of in kept}, **new.twins},
            {source: grams for source, grams in dict(self.grams).items() if source in kept},
        )

    def texts_with(self, wanted: list[str]) -> pl.DataFrame:
        """The lines of `texts` that may hold one of these lower-case texts, and the empty one; none at all if no line may."""
        if not self.grams:
            return self.texts
        count, known = _parts(self.height), dict(self.grams)
        numbers = [numbers_of(text) for text in wanted]
        may = [may_hold(known[source], numbers) if source in known else ALL for source in self.sources]
        lines = [
            at * count + part for at, parts in enumerate(may) if parts for part in range(count) if parts >> part & 1
        ]
        if len(lines) == self.texts.height - 1:
            return self.texts
        return self.texts[[*lines, self.texts.height - 1]] if lines else self.texts.clear()

    def room_for(self, wanted: list[str]) -> list[str]:
        """Those of some lower-case texts that are no longer than all values are. Long ones are asked: to look for one that is
        longer takes ten times as long as to look for a word."""
        if all(len(text) < _LONG for text in wanted):
            return wanted
        lengths = (self.few["text"].str.len_bytes(), self.ends.head(1), self.ends.diff().drop_nulls())
        longest = max(int(some.max() or 0) for some in lengths)  # type: ignore[arg-type]
        return [text for text in wanted if len(text.encode()) <= longest]

    def learn(self) -> None:
        """Learns of one more source what its parts hold, if that is worth it. See `learnt`. Others may use the block meanwhile."""
        for source in self.sources if not self.learnt else ():
            if source not in self.grams:
                self.grams[source] = grams_of(self.texts.filter(source=source)["text"])
                return

    @property
    def learnt(self) -> bool:
        """Whether there is nothing more to learn."""
        return self.height < _WORTH or len(self.grams) == len(self.sources)

    def rows_at(self, places: pl.Series) -> pl.LazyFrame:
        """A plan of the numbers of the rows (`row`) of places in the texts (in order, at least one)."""
        ends, found = self.ends, places.cast(self.ends.dtype)
        start, stop = (int(ends.search_sorted(found[at], side="right")) for at in (0, -1))
        among = ends.slice(start, stop + 1 - start)
        if found.len() * _COMMON > among.len():
            hits, lines = found.to_frame("end").set_sorted("end"), among.to_frame("end").set_sorted("end")
            lines = lines.with_row_index("line", start)
            near = hits.lazy().join_asof(lines.lazy(), on="end", strategy="forward", allow_exact_matches=False)
        else:
            near = (among.search_sorted(found, side="right") + start).to_frame("line").lazy()
        return near.select(row=(pl.col("line") % self.height + self.first).cast(pl.UInt32))

    def _ends(self) -> dict[str, pl.Series]:
        """The ends of the rows of each source, counted from its own start."""
        ends, height = self.ends.cast(pl.UInt64), self.height
        starts = [0, *(ends[at * height - 1] for at in range(1, len(self.sources)))]
        each = zip(self.sources, starts, strict=False)
        return {source: ends[at * height : (at + 1) * height] - start for at, (source, start) in enumerate(each)}


def block_of(first: int, values: pl.DataFrame) -> Block:
    """The block of these rows: a column (String, never null) for each source, named by its key."""
    few = {column.name: _few(column, first) for column in values if _repeats(column)}
    few = {source: lines for source, lines in few.items() if lines.height * _FEW <= values.height}
    twins = _twins(values.drop(few))
    many = values.drop(*few, *twins)
    same = many.select(pl.all().str.len_bytes().sum() == pl.all().str.len_chars().sum())
    wide = [column for column in many.columns if not same[column][0]]
    lower = many.with_columns(lower_case(pl.col(wide))) if wide else many
    joined = {name: pl.col(name).str.join(ROW_END) for name in lower.columns}
    text = [one if name in wide else one.str.to_lowercase() for name, one in joined.items()]
    parts = pl.concat([lower[at : at + STEP].select(text) for at in range(0, lower.height, STEP)] or [lower])
    ends = lower.select((pl.all().str.len_bytes().cast(pl.UInt64) + 1).cum_sum())
    lines = pl.concat([NO_LINES, *few.values()])
    return _joined(first, values.height, lines, _described(parts, wide), {one.name: one for one in ends}, twins, {})


def lower_case(column: pl.Expr) -> pl.Expr:
    """In lower case; the two small Greek sigmas become one, since lower case makes both of one capital."""
    return column.str.to_lowercase().str.replace_all("ς", "σ", literal=True)


def _described(text: pl.DataFrame, wide: list[str]) -> pl.DataFrame:
    each = [pl.DataFrame({"source": column.name, "text": column.alias("text")}) for column in text]
    every = pl.concat([_LAST.select("source", "text").clear(), *each])
    return every.with_columns(start=pl.lit(0, dtype=pl.UInt64), wide=pl.col("source").is_in(wide))


def _joined(
    first: int,
    height: int,
    few: pl.DataFrame,
    texts: pl.DataFrame,
    ends: dict[str, pl.Series],
    twins: Mapping[str, str],
    grams: dict[str, Grams],
) -> Block:
    """The block of these: the ends of each source are counted from its own start, in the order of `texts`."""
    starts = [0, *accumulate(one[-1] for one in ends.values())]
    small = pl.UInt32 if starts[-1] < _LARGE else pl.UInt64
    placed = [(one + start).cast(small).rename("end") for one, start in zip(ends.values(), starts, strict=False)]
    before = pl.int_range(1, _parts(height), eager=True) * STEP - 1
    parts = [pl.concat([pl.Series([start], dtype=pl.UInt64), (one.gather(before) + start).rename("")])
             for one, start in zip(ends.values(), starts, strict=False)]  # fmt: skip
    texts = texts.with_columns(start=pl.concat([_LAST["start"].clear(), *parts]))
    every = pl.concat([pl.Series("end", [], dtype=small), *placed], rechunk=True)
    return Block(first, height, tuple(ends), few, pl.concat([texts, _LAST]), every, twins, grams)


def _twins(many: pl.DataFrame) -> dict[str, str]:
    """Those columns that hold what one before them holds, and that one."""
    twins: dict[str, str] = {}
    sizes = many.select(pl.all().str.len_bytes().sum()).row(0) if many.width else ()
    first: dict[int, list[str]] = {}
    for name, size in zip(many.columns, sizes, strict=False):
        alike = next((one for one in first.get(size, ()) if many[one].equals(many[name])), None)
        if alike is None:
            first.setdefault(size, []).append(name)
        else:
            twins[name] = alike
    return twins


def _parts(height: int) -> int:
    """How many parts a text of so many rows has."""
    return -(-height // STEP)


def _repeats(column: pl.Series) -> bool:
    """Whether a column seems to have few different values."""
    sample = column.gather_every(max(1, column.len() // _SAMPLE))
    return sample.n_unique() * 4 <= sample.len()


def _few(column: pl.Series, first: int) -> pl.DataFrame:
    # an empty column, or one flag for all: known in a tenth of the time
    if column.len() and (column == column[0]).all():
        rows = pl.int_range(first, first + column.len(), dtype=pl.UInt32, eager=True)
        each = pl.DataFrame({"text": column.head(1), "row": rows.implode()})
    else:
        each = column.to_frame("text").with_row_index("row", first).group_by("text").agg("row")
    few = each.filter(pl.col("text") != "").with_columns(lower_case(pl.col("text")))
    return few.select(pl.lit(column.name).alias("source"), "text", "row")


NO_LINES: Final = pl.DataFrame(schema={"source": pl.String(), "text": pl.String(), "row": pl.List(pl.UInt32())})
"""No line of `Block.few`."""
_LAST: Final = pl.DataFrame(
    {"source": "", "text": "", "start": 0, "wide": False},
    schema={"source": pl.String(), "text": pl.String(), "start": pl.UInt64(), "wide": pl.Boolean()},
)
