"""Waivers: problems that may stay, with who said so, when and why. They are of a value: another value is another problem.

A waiver holds as long as its cell holds the value that was waived; it lapses with that, and comes back with it (an undo changes
no mind). The newest word on a problem counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from workbench.customers.paths import cell_paths
from workbench.customers.tables import Tables
from workbench.problems.found import as_text
from workbench.problems.inspector import Hits
from workbench.session.rows import Column
from workbench.session.waived import KEY

WAIVERS: Final = {
    **dict.fromkeys(("table", "field"), pl.String()),
    "row": pl.UInt32(),
    **dict.fromkeys(("rule", "value"), pl.String()),
    "waived": pl.Boolean(),
    **dict.fromkeys(("reason", "at", "by"), pl.String()),
}
"""A word on a problem: its cell (`row` of `table`), its rule, the cell's value as text, whether it is waived or no longer, and why,
when (UTC) and by whom."""

LISTED: Final = ("id", "path", "rule", "value", "reason", "at", "by", "holds")
"""The columns of the list of waivers; `holds` says whether the cell still holds the value."""

PLACE: Final = ("table", "field", "row")
"""Where its cell is, which follows in the frame."""


def nothing_waived() -> pl.DataFrame:
    """A frame of `WAIVERS` without rows."""
    return pl.DataFrame(schema=WAIVERS)


def newest(words: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """What counts of all words, in their order: the last one on each problem, if that is a waiver."""
    return pl.concat([nothing_waived(), *words]).unique(KEY, keep="last", maintain_order=True).filter("waived")


def words_on(tables: Tables, found: Sequence[Hits], *, waived: bool, reason: str, at: str, by: str) -> pl.DataFrame:
    """A word (`WAIVERS`) on each problem that was found."""
    said = {"waived": pl.lit(waived), "reason": pl.lit(reason), "at": pl.lit(at), "by": pl.lit(by)}
    parts = [
        pl.DataFrame(
            {"row": hits.frame["row"], "value": values_of(tables, hits.column, hits.frame["row"])}
        ).with_columns(table=pl.lit(hits.column[0]), field=pl.lit(hits.column[1]), rule=pl.lit(hits.check.rule), **said)
        for hits in found
        if hits.frame.height
    ]
    return pl.concat([nothing_waived(), *(part.select(list(WAIVERS)) for part in parts)])


def apart(tables: Tables, found: Sequence[Hits], waivers: pl.DataFrame) -> tuple[tuple[Hits, ...], tuple[Hits, ...]]:
    """What was found, without what is waived; and that."""
    if not waivers.height:
        return tuple(found), ()
    stay, waived = [], []
    groups = waivers.partition_by("rule", "table", "field", as_dict=True)
    for hits in found:
        words = groups.get((hits.check.rule, *hits.column))
        if words is None or not hits.frame.height:
            stay.append(hits)
            continue
        held = _held(tables, hits.column, words)
        off = hits.frame["row"].is_in(held.implode())
        stay.append(Hits(hits.check, hits.column, hits.frame.filter(~off), hits.trouble))
        waived.append(Hits(hits.check, hits.column, hits.frame.filter(off)))
    return tuple(stay), tuple(waived)


def listed(tables: Tables, waivers: pl.DataFrame) -> pl.DataFrame:
    """The waivers as lines of `LISTED` and `PLACE`, in the order in which they were made."""
    parts = []
    for (table, field), words in waivers.with_row_index("place").partition_by("table", "field", as_dict=True).items():
        column = (str(table), str(field))
        owners = words["row"] if table == "customers" else tables[column[0]]["_customer"].gather(words["row"])
        parts.append(
            words.with_columns(
                id=tables.customers["id"].gather(owners),
                path=cell_paths(tables, *column, words["row"]),
                holds=words["row"].is_in(_held(tables, column, words).implode()),
            ).select("place", *LISTED, *PLACE)
        )
    if not parts:
        texts = dict.fromkeys(LISTED[:-1], pl.String())
        return pl.DataFrame(schema={**texts, "holds": pl.Boolean(), **{name: WAIVERS[name] for name in PLACE}})
    return pl.concat(parts).sort("place").drop("place")


def values_of(tables: Tables, column: Column, rows: pl.Series) -> pl.Series:
    """What cells hold, as text; an empty one like one without a value."""
    return as_text(tables[column[0]][column[1]].gather(rows)).fill_null("").rename("value")


def _held(tables: Tables, column: Column, words: pl.DataFrame) -> pl.Series:
    """The rows whose cells still hold what was waived."""
    return words["row"].filter(words["value"] == values_of(tables, column, words["row"]))
