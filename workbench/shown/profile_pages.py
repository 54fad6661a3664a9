"""A profile for people: as lines of a table, as CSV for a spreadsheet, and as one HTML page.

Whatever a value holds is only text there: nothing in it is a formula, a tag, or an order to a terminal.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from html import escape
from typing import Any, Final

from workbench.customers.inert import inert_text
from workbench.problems.profile import Column, Common, Figures, Profile
from workbench.shown.text import safe

Named = Callable[[Column, Common], str]
"""What people call one of the commonest values of a column: a name where the API has an id."""

NAMES: Final = ("column", "filled", "empty", "distinct", "invalid", "shortest", "middle", "longest", "commonest")
"""The columns of a profile."""

_FIGURES: Final = NAMES[1:-1]
_LONGEST: Final = 60


def told(column: Column, common: Common) -> str:
    """A value as it stands, flags as words."""
    value = common.value
    return ("true" if value else "false") if isinstance(value, bool) else value


def lines(profile: Profile, named: Named = told) -> Iterator[list[str]]:
    """A line of texts for each column, in the order of `NAMES`; where they are compared and differ, `before -> now`."""
    for column in profile.columns:
        now, before = column.now, column.before or column.now
        figures = [_moved(_text(name, before), _text(name, now)) for name in _FIGURES]
        yield [column.field.name, *figures, _commonest(column, now, named)]


def csv_text(profile: Profile, named: Named = told) -> str:
    """The profile as CSV, one line a column; compared ones have each figure a second time, and how many cells are staged.

    No cell is a formula: one that would be begins with an apostrophe.
    """
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    more = [f"{name}_before" for name in NAMES[1:]] + ["staged"] if profile.compared else []
    writer.writerow([*NAMES, *more])
    for column in profile.columns:
        cells: list[object] = [column.field.name, *_cells(column, column.now, named)]
        if column.before is not None:
            cells += [*_cells(column, column.before, named), column.changed]
        writer.writerow([_inert(cell) for cell in cells])
    return file.getvalue()


def html_page(profile: Profile, *, session: str, at: str, named: Named = told) -> str:
    """The profile as one HTML page that needs nothing else, in light and dark, to be read or printed; `at` is when it was made."""
    title = f"{session}: profile of {profile.table}"
    where = f", where <q>{_html(profile.where)}</q>" if profile.where.strip() else ""
    staged = sum(column.changed for column in profile.columns)
    compared = f" {staged:,} cells of them are staged; what was loaded stands struck out." if profile.compared else ""
    rows = "\n".join(_row(column, named) for column in profile.columns)
    heads = "".join(f'<th scope="col"{_number(name)}>{name}</th>' for name in NAMES)
    return _PAGE.format(
        title=_html(title), style=_STYLE, heads=heads, rows=rows,
        about=f"{profile.rows:,} rows of {_html(profile.table)}{where}, made {_html(at)}.{compared}",
    )  # fmt: skip


def _row(column: Column, named: Named) -> str:
    now, before = column.now, column.before or column.now
    cells = [f'<td class="n">{_change(_text(name, before), _text(name, now))}</td>' for name in _FIGURES]
    first, second = _values(column, before, named), _values(column, now, named)
    commonest = second if first == second else f"<del>{first}</del><ins>{second}</ins>"
    changed = ' class="changed"' if column.changed else ""
    share = f'<div class="bar"><i style="width:{_share(now):.1f}%"></i></div>'
    return (
        f'<tr{changed}><th scope="row">{_html(column.field.name)}{share}</th>{"".join(cells)}<td>{commonest}</td></tr>'
    )


def _change(before: str, now: str) -> str:
    return now if before == now else f"<del>{before}</del> <ins>{now}</ins>"


def _values(column: Column, figures: Figures, named: Named) -> str:
    told = (
        f"<span><bdi>{_html(_short(named(column, one)))}</bdi> <b>{one.count:,}</b></span>" for one in figures.commonest
    )
    return " ".join(told) or ("<i>each one once</i>" if figures.distinct else "")


def _html(value: object) -> str:
    return escape(safe(value), quote=True)


def _number(name: str) -> str:
    return ' class="n"' if name in _FIGURES else ""


def _share(figures: Figures) -> float:
    return 100 * figures.filled / figures.rows if figures.rows else 0.0


def _text(name: str, figures: Figures) -> str:
    value = figures.rows - figures.filled if name == "empty" else getattr(figures, name)
    return "" if value is None else f"{value:,}"


def _moved(before: str, now: str) -> str:
    return now if before == now else f"{before or '-'} -> {now or '-'}"


def _commonest(column: Column, figures: Figures, named: Named) -> str:
    told = ", ".join(f"{safe(_short(named(column, one)))} ({one.count:,})" for one in figures.commonest)
    return told or ("each one once" if figures.distinct else "")


def _cells(column: Column, figures: Figures, named: Named) -> Sequence[object]:
    empty = figures.rows - figures.filled
    values: dict[str, Any] = {"empty": empty}
    return [*(values.get(name, getattr(figures, name, None)) for name in _FIGURES), _commonest(column, figures, named)]


def _inert(cell: object) -> object:
    """A cell that computes nothing, whatever programs make of spaces before a formula: a profile is read, not read back."""
    bare = cell.lstrip(" \u00a0") if isinstance(cell, str) else ""
    return f"'{cell}" if inert_text(bare) != bare else cell


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


_STYLE: Final = """
:root { color-scheme: light dark; --line: #d0d7de; --soft: #656d76; --new: #1a7f37; --old: #cf222e; }
:root { --bar: #0969da; --mark: #fff8c5; }
@media (prefers-color-scheme: dark) {
  :root { --line: #30363d; --soft: #8b949e; --new: #3fb950; --old: #f85149; }
  :root { --bar: #58a6ff; --mark: #332a00; }
}
body { font: 14px/1.4 system-ui, sans-serif; margin: 2rem; }
h1 { font-size: 1.3rem; margin: 0 0 .3rem; } p { color: var(--soft); margin: 0 0 1rem; }
table { border-collapse: collapse; width: 100%; } caption { text-align: left; }
th, td { border-bottom: 1px solid var(--line); padding: .3rem .6rem; text-align: left; vertical-align: top; }
.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
tr.changed th[scope=row] { background: var(--mark); }
td span { margin-right: .8rem; overflow-wrap: anywhere; } td b { color: var(--soft); font-weight: normal; }
del { color: var(--old); } ins { color: var(--new); text-decoration: none; }
.bar { background: var(--line); height: 3px; margin-top: .2rem; min-width: 6rem; }
.bar i { background: var(--bar); display: block; height: 3px; }
@media print { body { margin: 0; font-size: 10px; } thead { display: table-header-group; } tr { break-inside: avoid; } }
"""

_PAGE: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<h1>{title}</h1>
<p>{about}</p>
<table>
<thead><tr>{heads}</tr></thead>
<tbody>
{rows}
</tbody>
</table>
</body>
</html>
"""
