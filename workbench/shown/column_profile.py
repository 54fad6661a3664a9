"""The profile of one column as lines for people: its figures, then the commonest values; as they stand, and as they were loaded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from workbench.customers.called import called
from workbench.customers.tables import Tables
from workbench.problems.profile import Column, Common, Figures
from workbench.shown.profile_pages import told
from workbench.shown.text import revealed

_FIGURES: Final = ("filled", "empty", "distinct", "invalid", "shortest", "middle", "longest")


@dataclass(frozen=True, slots=True)
class Line:
    """A line: what it is about, the figure now, the figure as it was loaded (empty where all are the same); `value` if it is one
    that rows hold now."""

    label: str
    now: str = ""
    before: str = ""
    value: Common | None = None


def column_lines(column: Column, tables: Tables) -> list[Line]:
    """The lines of a column; ids have their names from `tables`."""
    lines = list(_lines(column, tables))
    now, before = _spare(line.now for line in lines), _spare(line.before for line in lines)
    return [replace(line, now=line.now[now:], before=line.before[before:]) for line in lines]


def _spare(texts: Iterable[str]) -> int:
    """How many blanks all of these texts begin with that are not empty."""
    return min((len(text) - len(text.lstrip()) for text in texts if text), default=0)


def _lines(column: Column, tables: Tables) -> Iterator[Line]:
    now, before = column.now, column.before or column.now
    for name in _FIGURES:
        texts = _figure(name, now), _figure(name, before)
        if any(texts):
            yield Line(name, texts[0], texts[1] if before != now else "")
    names = _names(column, tables)
    yield Line("commonest" if now.commonest else "each value stands once" if now.distinct else "no value")
    for one in now.commonest:
        yield Line(f"  {names[one.value]}", _share(one.count, now), value=one)
    if before.commonest and before.commonest != now.commonest:
        yield Line("commonest as loaded")
        for one in before.commonest:
            yield Line(f"  {names[one.value]}", before=_share(one.count, before))


def _names(column: Column, tables: Tables) -> dict[str | bool, str]:
    """What people read for each of the commonest values."""
    every = [*column.now.commonest, *(column.before.commonest if column.before else ())]
    ids = [str(one.value) for one in every]
    people = called(tables, column.field, ids) if column.field.names else {}
    return {one.value: people.get(str(one.value)) or revealed(told(column, one)) for one in every}


def _figure(name: str, figures: Figures) -> str:
    if name in ("filled", "empty"):
        return _share(figures.filled if name == "filled" else figures.rows - figures.filled, figures)
    value = getattr(figures, name)
    unit = f" character{'' if value == 1 else 's'}" if name in ("shortest", "middle", "longest") else ""
    return "" if value is None else f"{value:>9,}{unit}"


def _share(number: int, figures: Figures) -> str:
    share = number / figures.rows if figures.rows else 0.0
    return f"{number:>9,} {'<1%' if 0 < share < 0.005 else f'{share:.0%}':>4}"
