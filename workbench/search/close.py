"""Close match: words of a value that are the text looked for but for a few typing mistakes."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from rapidfuzz import process
from rapidfuzz.distance import OSA

from workbench.search.folding import folded


def close(values: pl.Series, text: str) -> pl.Series:
    """Boolean per value (String, distinct): some run of its words is `text` but for one mistake per four letters.

    At least one mistake is allowed and at most four. A mistake is a letter added, left out, changed or swapped with its
    neighbour (the optimal string alignment distance). Case and punctuation around words do not count. An empty value is close
    to nothing: it has no words.
    """
    wanted = folded(text)
    count = len(wanted.split())
    runs = _runs(values.str.to_lowercase(), count)
    pieces = runs["run"].unique().to_list()
    allowed = min(max(len(wanted) // 4, 1), 4)
    found = [
        pieces[at]
        for _, _, at in process.extract(wanted, pieces, scorer=OSA.distance, score_cutoff=allowed, limit=None)
    ]
    rows = runs.filter(pl.col("run").is_in(found))["row"]
    return pl.int_range(values.len(), dtype=pl.UInt32, eager=True).is_in(rows.implode())


def _runs(values: pl.Series, count: int) -> pl.DataFrame:
    rows = [
        (row, run)
        for row, value in enumerate(values.to_list())
        for run in _runs_of((value or "").split(), count)
        if run
    ]
    return pl.DataFrame(rows, schema={"row": pl.UInt32, "run": pl.String}, orient="row")


def _runs_of(words: Sequence[str], count: int) -> set[str]:
    stripped = [word.strip(".,;:()'\"") for word in words]
    return {
        " ".join(part[at : at + count]) for part in (words, stripped) for at in range(max(len(part) - count + 1, 1))
    }
