"""The values of one field within a result, as a panel lists them: counted, called by name, narrowed, sorted."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from workbench.customers.tables import Tables
from workbench.search.completion import labelled
from workbench.search.facets import facet_field, facets
from workbench.search.picks import Picks, Value


@dataclass(frozen=True, slots=True)
class FacetValues:
    """What a query picks of a field (`picks`), and what there is to pick.

    `counted` has a line for each value in what the rest of the query finds, the commonest first: `value`, `count` and
    `label`, what people read. A value that is picked and not there has the count 0 and comes first.
    """

    picks: Picks
    counted: pl.DataFrame

    @property
    def total(self) -> int:
        """How many cells (of a list of ids: ids) were counted."""
        return int(self.counted["count"].sum())

    def listed(self, part: str = "", *, by_value: bool = False) -> pl.DataFrame:
        """The lines whose label holds `part` in any case; `by_value` sorts them by label instead of by count."""
        lines = self.counted
        if part:
            lines = lines.filter(pl.col("label").str.to_lowercase().str.contains(part.lower(), literal=True))
        return lines.sort(pl.col("label").str.to_lowercase(), maintain_order=True) if by_value else lines


def facet_values(tables: Tables, picks: Picks, rows: pl.Series) -> FacetValues:
    """The values of the field of `picks` in `rows` (row numbers of its table): those that the rest of the query finds."""
    described = facet_field(picks.table, picks.name)
    found = facets(tables, picks.table, rows, picks.name)
    wanted: list[Value] = [*picks.picked, *picks.excluded]
    there = set(found["value"].filter(found["value"].is_in(pl.Series(wanted, dtype=found["value"].dtype).implode())))
    if found["value"].null_count():
        there.add(None)
    missing = [value for value in wanted if value not in there]
    lost = pl.DataFrame({"value": missing, "count": 0}, schema=found.schema)
    both = pl.concat([lost, found])
    return FacetValues(picks, both.with_columns(labelled(tables, described, both["value"]).alias("label")))
