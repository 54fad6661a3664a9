"""Scans: the rows of blocks that hold any of some texts."""

from __future__ import annotations

from typing import Final

import polars as pl

from workbench.search.block import Block

Asked = tuple[Block, list[str]]
"""A block, and the lower-case texts to look for in it: one small Greek sigma (not the final one), none empty."""

_SMALL: Final = 1_000_000
"""Texts of fewer bytes together are looked through on one core."""


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
    for blocks, texts in _by_texts(asked):
        plans = _in_texts(blocks, texts)
        if not plans:
            continue
        found = pl.concat(pl.collect_all(plans))
        found = found.filter(pl.col("end").list.len() > 0)
        for at in found["block"].unique():
            places = found.filter(block=at)["end"].explode(empty_as_null=False)
            rows[at] = blocks[at].rows_at(places)
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


def _in_texts(blocks: dict[int, Block], texts: list[str]) -> list[pl.LazyFrame]:
    """Plans of at most two halves: for each text of the blocks that may hold any of `texts` its `block` and their places in it
    (`end`, a list)."""
    lines = {at: some for at, block in blocks.items() if (some := block.texts_with(texts)).height}
    if not lines:
        return []
    every = pl.concat([some.with_columns(block=pl.lit(at, dtype=pl.UInt32)) for at, some in lines.items()])
    every = every if any(map(str.isascii, texts)) else every.filter(pl.col("wide") | (pl.col("text") == ""))
    sizes = every["text"].str.len_bytes().cast(pl.UInt64)
    cut = int((sizes.cum_sum() * 2 <= sizes.sum()).sum()) if sizes.sum() > _SMALL else 0
    places = pl.col("text").str.find_many(texts) + pl.col("start")
    halves = [every[:cut], every[cut:]] if cut > 1 else [every]
    return [half.lazy().select("block", end=places) for half in halves]


_NO_ROWS: Final = pl.Series("row", [], dtype=pl.UInt32)
