"""Blocks: some rows of some columns, kept for looking words up in all of them.

A call of a string search costs more than the search itself when values are short. So a column with many different
values is one text, its values one after another in lower case: a word is looked for in the whole text at once, and the
row of a hit is known from where the rows end. A column with few different values keeps each of them once, with its
rows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Final

import polars as pl

from workbench.search.reading import ROW_END

_SAMPLE: Final = 500
_LARGE: Final = 2**32
_FEW: Final = 16
"""A column has few values if each is there in this many rows, taken together."""


@dataclass(frozen=True, slots=True)
class Block:
    """The rows `first` to `first + height` of some sources (see reach.py).

    `few` has a line for each different value: `source`, `text`, `row` (their row numbers). `texts` has a line for each
    source with many: `source`, `text`, `start` (where it starts if all texts stood one after another) and `wide`
    (whether it has characters outside of ASCII), and an empty last line: polars copies a text that is alone in its
    frame whenever it looks into it. `ends` has a line for every row of each of them: `end`, counted as
    `start` is, and `row`.
    """

    first: int
    height: int
    few: pl.DataFrame
    texts: pl.DataFrame
    ends: pl.DataFrame

    def replaced(self, values: pl.DataFrame) -> Block:
        """This block with new values for some of its sources: their columns as `block_of` takes them."""
        if not values.width:
            return self
        new, old = block_of(self.first, values), ~pl.col("source").is_in(values.columns)
        if new.texts.height == 1 and not self.texts["source"].is_in(values.columns).any():
            return replace(self, few=pl.concat([self.few.filter(old), new.few]))
        kept = self.texts[:-1].select(old.arg_true()).to_series()
        ends = self._ends()
        return _joined(
            self.first,
            self.height,
            pl.concat([self.few.filter(old), new.few]),
            pl.concat([self.texts[kept], new.texts[:-1]]),
            [*(ends[at] for at in kept), *new._ends()],
        )

    def _ends(self) -> list[pl.Series]:
        """The ends of the rows of each text, counted from its own start."""
        ends, starts = self.ends["end"].cast(pl.UInt64), self.texts["start"][:-1].to_list()
        return [ends[at * self.height : (at + 1) * self.height] - start for at, start in enumerate(starts)]


def block_of(first: int, values: pl.DataFrame) -> Block:
    """The block of these rows: a column (String, never null) for each source, named by its key."""
    few = {column.name: _few(column, first) for column in values if _repeats(column)}
    few = {source: lines for source, lines in few.items() if lines.height * _FEW <= values.height}
    many = values.drop(few)
    same = many.select(pl.all().str.len_bytes().sum() == pl.all().str.len_chars().sum())
    wide = [column for column in many.columns if not same[column][0]]
    lower = many.with_columns(lower_case(pl.col(wide))) if wide else many
    joined = {name: pl.col(name).str.join(ROW_END) for name in lower.columns}
    text = lower.select(one if name in wide else one.str.to_lowercase() for name, one in joined.items())
    ends = lower.select((pl.all().str.len_bytes().cast(pl.UInt64) + 1).cum_sum())
    return _joined(first, values.height, pl.concat([NO_LINES, *few.values()]), _described(text, wide), list(ends))


def lower_case(column: pl.Expr) -> pl.Expr:
    """In lower case; the two small Greek sigmas become one, since lower case makes both of one capital."""
    return column.str.to_lowercase().str.replace_all("ς", "σ", literal=True)


def _described(text: pl.DataFrame, wide: list[str]) -> pl.DataFrame:
    every = [column.rename("text") for column in text]
    names = pl.Series("source", text.columns, dtype=pl.String)
    columns = [names, pl.concat([_LAST["text"].clear(), *every]), pl.Series("start", [0] * len(every), pl.UInt64)]
    return pl.DataFrame([*columns, names.is_in(wide).rename("wide")])


def _joined(first: int, height: int, few: pl.DataFrame, texts: pl.DataFrame, ends: list[pl.Series]) -> Block:
    starts = [0, *accumulate(one[-1] for one in ends)]
    small = pl.UInt32 if starts[-1] < _LARGE else pl.UInt64
    placed = [(one + start).cast(small).rename("end") for one, start in zip(ends, starts, strict=False)]
    rows = pl.int_range(first, first + height, dtype=pl.UInt32, eager=True)
    columns = {
        "end": pl.concat([pl.Series("end", [], dtype=small), *placed], rechunk=True),
        "row": pl.concat([rows.clear(), *([rows] * len(ends))], rechunk=True),
    }
    texts = pl.concat([texts, _LAST]).with_columns(start=pl.Series(starts, dtype=pl.UInt64))
    return Block(first, height, few, texts, pl.DataFrame(columns).set_sorted("end"))


def _repeats(column: pl.Series) -> bool:
    """Whether a column seems to have few different values."""
    sample = column.gather_every(max(1, column.len() // _SAMPLE))
    return sample.n_unique() * 4 <= sample.len()


def _few(column: pl.Series, first: int) -> pl.DataFrame:
    rows = column.to_frame("text").with_row_index("row", first)
    few = rows.group_by("text").agg("row").filter(pl.col("text") != "").with_columns(lower_case(pl.col("text")))
    return few.select(pl.lit(column.name).alias("source"), "text", "row")


NO_LINES: Final = pl.DataFrame(schema={"source": pl.String(), "text": pl.String(), "row": pl.List(pl.UInt32())})
"""No line of `Block.few`."""
_LAST: Final = pl.DataFrame(
    {"source": "", "text": "", "start": 0, "wide": False},
    schema={"source": pl.String(), "text": pl.String(), "start": pl.UInt64(), "wide": pl.Boolean()},
)
