"""Scans: the rows of blocks that hold any of some texts."""

from __future__ import annotations

from typing import Final

import polars as pl

from workbench.search.block import Block

Asked = tuple[Block, list[str]]
"""A block, and the lower-case texts to look for in it: one small Greek sigma (not the final one), none empty."""

_COMMON: Final = 100
"""Hits are looked up one by one if rows are this many times more; otherwise side by side with all rows."""


def scanned(asked: list[Asked]) -> list[pl.Series]:
    """For each block the numbers (UInt32, in no order, some twice) of its rows with a value that holds one of its texts.

    A text is looked for as it is, without a thought of where values end: it must not hold what stands between them.
    """
    return [pl.concat(both) for both in zip(scanned_many(asked), scanned_few(asked), strict=True)]


def scanned_many(asked: list[Asked]) -> list[pl.Series]:
    """The same of the columns with many different values alone."""
    rows = [_NO_ROWS] * len(asked)
    for blocks, texts in _by_texts(asked):
        found = pl.concat(pl.collect_all(_in_texts(blocks, texts)))
        for at, some in _rows(blocks, found.filter(pl.col("end").list.len() > 0)).items():
            rows[at] = some
    return rows


def scanned_few(asked: list[Asked]) -> list[pl.Series]:
    """The same of the columns with few different values alone."""
    rows = [_NO_ROWS] * len(asked)
    for blocks, texts in _by_texts(asked):
        few = _in_few(blocks, texts).collect()
        for at in few["block"].unique():
            rows[at] = few.filter(block=at)["row"].explode(empty_as_null=False)
    return rows


def commonest(asked: list[Asked]) -> pl.Series:
    """The same of the one column with few different values, of all blocks, that has the most such rows."""
    found = [_in_few(blocks, texts).collect() for blocks, texts in _by_texts(asked)]
    hits = pl.concat([_NO_HITS, *(few.select("source", "row") for few in found)])
    counts = hits.group_by("source").agg(pl.col("row").list.len().sum()).sort("row", "source", descending=[True, False])
    return hits.filter(source=counts["source"][0])["row"].explode(empty_as_null=False) if counts.height else _NO_ROWS


def _by_texts(asked: list[Asked]) -> list[tuple[dict[int, Block], list[str]]]:
    """The blocks by their place among those asked, together where the same texts are looked for."""
    together = {tuple(texts): texts for _, texts in asked}.values()
    return [({at: block for at, (block, wanted) in enumerate(asked) if wanted == texts}, texts) for texts in together]


def _in_texts(blocks: dict[int, Block], texts: list[str]) -> list[pl.LazyFrame]:
    """Plans of two halves: for each text of the blocks its `block` and the places of `texts` in it (`end`, a list)."""
    owners = [at for at, block in blocks.items() for _ in range(block.texts.height)]
    every = pl.concat([block.texts for block in blocks.values()]).hstack([pl.Series("block", owners, pl.UInt32)])
    every = every if any(map(str.isascii, texts)) else every.filter(pl.col("wide") | (pl.col("text") == ""))
    sizes = every["text"].str.len_bytes().cast(pl.UInt64)
    cut = int((sizes.cum_sum() * 2 <= sizes.sum()).sum())
    places = pl.col("text").str.find_many(texts) + pl.col("start")
    halves = [every[:cut], every[cut:]] if cut > 1 else [every]
    return [half.lazy().select("block", end=places) for half in halves]


def _in_few(blocks: dict[int, Block], texts: list[str]) -> pl.LazyFrame:
    one = pl.col("text").str.contains(texts[0], literal=True)
    holds = one if len(texts) == 1 else pl.col("text").str.contains_any(texts)
    every = pl.concat([block.few.with_columns(block=at) for at, block in blocks.items()])
    return every.lazy().filter(holds).select("block", "source", "row")


def _rows(blocks: dict[int, Block], places: pl.DataFrame) -> dict[int, pl.Series]:
    """For each block that has any the rows of these places in its texts."""
    rows, common = {}, {}
    for at in places["block"].unique():
        block = blocks[at]
        ends = block.ends["end"]
        found = places.filter(block=at)["end"].explode(empty_as_null=False).cast(ends.dtype)
        if found.len() * _COMMON > ends.len():
            common[at] = _side_by_side(block, found)
        else:
            rows[at] = block.ends["row"].gather(ends.search_sorted(found, side="right")) if found.len() else _NO_ROWS
    answers = pl.collect_all(common.values())
    return rows | {at: answer.to_series() for at, answer in zip(common, answers, strict=True)}


def _side_by_side(block: Block, places: pl.Series) -> pl.LazyFrame:
    hits = places.to_frame("end").lazy().set_sorted("end")
    return hits.join_asof(block.ends.lazy(), on="end", strategy="forward", allow_exact_matches=False).select("row")


_NO_ROWS: Final = pl.Series("row", [], dtype=pl.UInt32)
_NO_HITS: Final = pl.DataFrame(schema={"source": pl.String, "row": pl.List(pl.UInt32)})
