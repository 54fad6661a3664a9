"""What the panel of facets lists, and how: narrowed, sorted, as values or as ranges."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

import polars as pl

from screens.lines import Part
from workbench.search.facets import Span
from workbench.shown.text import count, fit

if TYPE_CHECKING:
    from workbench.search.facet_values import FacetValues
    from workbench.search.picks import Value

_ELSEWHERE: Final = 3
"""So many lines say what is picked of other fields."""
_NAME: Final = 8
"""Cells of a field's name in the title, at least."""


def as_line(value: str | bool | Span | None) -> str | bool | None:
    """A picked value as its line has it."""
    return value.text if isinstance(value, Span) else value


@dataclass(frozen=True)
class Listing:
    """Lines of the `values` of one field, or (None) of all `fields` (`field`, `distinct`, `picked`).

    Listed are those whose label holds `part`, in the order of their labels if `by_value`; `ranged` lists ranges of the values.
    `elsewhere` is what is picked of other fields, each with its values: it is in force too.
    """

    values: FacetValues | None
    fields: pl.DataFrame
    part: str = ""
    by_value: bool = False
    ranged: bool = False
    elsewhere: Sequence[tuple[str, str]] = ()

    @cached_property
    def lines(self) -> pl.DataFrame:
        """The lines: `value`, `count`, `label`, and of fields `picked`."""
        if self.values is not None:
            return self.values.listed(self.part, by_value=self.by_value, ranged=self.ranged)
        lines = self.fields.select(value="field", count="distinct", label="field", picked="picked")
        lines = lines.filter(pl.col("label").str.contains(self.part.lower(), literal=True))
        return lines.sort("label") if self.by_value else lines

    def told(self, values: Collection[Value]) -> list[tuple[Value, str, int]]:
        """Each of these values with its label and how often it is counted, the commonest first."""
        of: dict[Value, tuple[str, int]] = {}
        if self.values is not None:
            counted = self.values.counted
            wanted = pl.Series([*values], dtype=counted["value"].dtype, strict=False).implode()
            lines = counted.filter(pl.col("value").is_in(wanted, nulls_equal=True))
            of = {value: (label, times) for value, label, times in lines.select("value", "label", "count").iter_rows()}
        told = [(value, *of.get(value, (str(value or "(empty)"), 0))) for value in values]
        return sorted(told, key=lambda one: -one[2])

    @property
    def _out_of_sight(self) -> int:
        """How many of the values that are picked or excluded are not listed: they are in force, and `e` renames them too."""
        if self.values is None or not (self.part or self.ranged):
            return 0
        chosen = {as_line(one) for one in (*self.values.picks.picked, *self.values.picks.excluded)}
        return len(chosen - set(self.lines["value"])) if chosen else 0

    def asked(self, part: str, by_value: bool) -> Listing:
        """The same narrowed and sorted as is asked now; itself where nothing else is asked."""
        same = (part, by_value) == (self.part, self.by_value)
        return self if same else replace(self, part=part, by_value=by_value)

    def title(self, width: int) -> list[Part]:
        """The field, how many values it has, how many of them are listed, and how they are sorted, in `width` cells."""
        values, lines = self.values, self.lines
        if values is None:
            return [("all fields", "bold"), ("  and their values", "dim")]
        name, every = values.picks.name, values.distinct
        told = [count(every, "value")]
        if self.ranged:
            told = [count(lines.height, "range")]
        elif lines.height != values.counted.height:
            there = lines.height - lines["value"].null_count()
            told = [f"{there:,} of {every:,}" if there or not lines.height else "only empty"]
        elif values.empty:
            told = [f"{told[0]} and empty", f"{every:,} and empty"]
        order = "" if not self.by_value else "  by count" if self.ranged else "  a-z"
        said = next((one for one in told if len(f"{name}  {one}{order}") <= width), told[-1])
        room = max(width - len(f"  {said}{order}"), _NAME)
        return [(fit(name, min(room, len(name))), "bold"), f"  {said}", (order, "dim")]

    def above(self) -> list[tuple[Part, ...]]:
        """Lines above the values: how many cells are not valid, what is picked and is not listed, and what is in force of other
        fields."""
        invalid = self.values.invalid if self.values is not None else 0
        said: list[tuple[Part, ...]] = [((f"{invalid:,} not valid", "bold"), ": those with !")] if invalid else []
        if self._out_of_sight:
            said.append(((f"& {self._out_of_sight:,} picked", "bold"), " not listed"))
        said += [(("& ", "bold"), (f"{name} ", "dim"), what) for name, what in self.elsewhere[:_ELSEWHERE]]
        more = len(self.elsewhere) - _ELSEWHERE
        if more > 0:
            said[-1] = ((f"& {count(more + 1, 'more field')}: F marks them", "bold"),)
        return said
