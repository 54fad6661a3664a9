"""Scans: the rows of blocks that hold any of some texts."""

from __future__ import annotations

from typing import Final

import polars as pl

from workbench.search.block import Block

Asked = tuple[Block, list[str]]
"""A block, and the lower-case texts to look for in it: one small Greek sigma (not the final one), none empty."""


def scanned(asked: list[Asked]) -> list[pl.Series]:
    """For each block the numbers (UInt32, in no order, some twice) of its rows with a value that holds one of its texts.

    A text is looked for as it is, without a thought of where values end: it must not hold what stands between them.
    """
    return [
        pl.concat([many, rows_in(lines)]) for many, lines in zip(scanned_many(asked), lines_with(asked), strict=True)
    ]


def scanned_many(asked: list[Asked]) -> list[pl.Series]:
    """The same of the columns with many different values alone."""
    rows = [_NO_ROWS] * len(asked)
    plans = {at: plan for at, (block, texts) in enumerate(asked) if (plan := _places(block, texts)) is not None}
    found = dict(zip(plans, pl.collect_all(plans.values()), strict=True))
    plans = {at: asked[at][0].rows_at(places["end"]) for at, places in found.items() if places.height}
    for at, some in zip(plans, pl.collect_all(plans.values()), strict=True):
        rows[at] = some["row"]
    return rows


def lines_with(asked: list[Asked]) -> list[pl.DataFrame]:
    """For each block the lines of its columns with few different values (see `Block.few`) that hold one of its texts."""
    lines = [block.few.clear() for block, _ in asked]
    for blocks, texts in _by_texts(asked):
        every = pl.concat([block.few["text"] for block in blocks.values()])
        holds = every.str.contains(texts[0], literal=True) if len(texts) == 1 else every.str.contains_any(texts)
        start = 0
        for at, block in blocks.items() if holds.any() else ():
            lines[at] = block.few.filter(holds.slice(start, block.few.height))
            start += block.few.height
    return lines


def rows_in(lines: pl.DataFrame) -> pl.Series:
    """The numbers of the rows of some lines, some of them twice."""
    return lines["row"].explode(empty_as_null=False)


def commonest(lines: pl.DataFrame) -> pl.DataFrame:
    """Those of some lines that are of the one column that has most rows."""
    counts = (
        lines.group_by("source").agg(pl.col("row").list.len().sum()).sort("row", "source", descending=[True, False])
    )
    return lines.filter(source=counts["source"][0]) if counts.height else lines


def _by_texts(asked: list[Asked]) -> list[tuple[dict[int, Block], list[str]]]:
    """The blocks by their place among those asked, together where the same texts are looked for."""
    together = {tuple(texts): texts for _, texts in asked}.values()
    return [({at: block for at, (block, wanted) in enumerate(asked) if wanted == texts}, texts) for texts in together]


def _places(block: Block, texts: list[str]) -> pl.LazyFrame | None:
    """A plan of the places of `texts` in those of a block, in order (`end`); None where they cannot be."""
    lines = block.texts_with(texts)
    lines = (
        lines
        if any(map(str.isascii, texts)) or not lines.height
        else lines.filter(pl.col("wide") | (pl.col("text") == ""))
    )
    if not lines.height:
        return None
    return lines.lazy().select(end=(pl.col("text").str.find_many(texts) + pl.col("start")).explode(empty_as_null=False))


_NO_ROWS: Final = pl.Series("row", [], dtype=pl.UInt32)
