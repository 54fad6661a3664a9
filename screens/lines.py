"""What the lines around a grid say, as parts of text: where you are, what the cell holds, how many rows there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from workbench.shown.cells import Cell, Column
from workbench.shown.text import breadth, count, glimpse, safe

Part = str | tuple[str, str]
"""Text, or text and its style."""

COUNTED: Final = "?"
"""In a heading, before a number: so many problems the checks find in the column's table."""
COUNTED_BEFORE: Final = "~"
"""The same, as of before the last change."""

MODES: Final = {"browse": "1 Browse", "review": "2 Review", "run": "3 Run", "history": "4 History"}


def top_line(
    mode: str,
    session: str,
    staged: int | None,
    *,
    running: str = "",
    busy: str = "",
    waits: int | None = None,
    part: str = "",
    width: int = 0,
) -> list[Part]:
    """The four screens with the current one reversed, the session, how many cells are staged (None: not known yet), and
    what the app is `busy` with; `running` says how a commit stands that goes on (running, paused), `waits` is a run that is
    not finished: the name of its screen says so, beside the key that goes there; `part` is which part of the API's
    customers was loaded. What has no room in a `width` (0: any) makes way: that the load was in part in words, then all of it,
    that what is staged are cells, then the session; while it is busy how many are staged before that."""
    left = waits is not None and not running
    parts: list[Part] = []
    for one, label in MODES.items():
        look = "reverse bold" if one == mode else ""
        parts += [(f" {label} ", look)] if one != "run" or not left else [(f" {label}: unfinished ", look or "bold")]
    if mode not in MODES:
        parts.append((f" {mode.title()} ", "reverse bold"))
    name: Part = ("  " + session, "bold")
    stands: list[Part] = [(f"  commit {running}", "bold")] if running else []
    stands += [f"  {busy}"] if busy else []
    ways: list[list[Part]] = [[name]]
    if staged is not None:
        short: Part = f"  {staged:,} staged"
        ways = [[name, f"  {count(staged, 'cell')} staged"], [name, short], [name] if busy else [short]]
    if part:
        told = (f"  loaded in part: {part}", f"  {part}")
        ways = [[name, words, *way[1:]] for words in told for way in ways[:2]] + ways
    ways += [[]] if busy else []
    fits = (of for of in ways if not width or _breadth([*parts, *of, *stands]) <= width)
    return [*parts, *next(fits, ways[-1]), *stands]


def _breadth(parts: list[Part]) -> int:
    return sum(breadth(safe(part if isinstance(part, str) else part[0])) for part in parts)


def keys_that_fit(keys: Sequence[tuple[str, str]], width: int) -> list[bool]:
    """Which labels (a key, what it does) stand in a line of `width` terminal cells: whole ones from the left, and always `?`, which
    tells the others."""
    wide = [breadth(key) + breadth(says) + 2 for key, says in keys]
    helps = [key == "?" for key, _ in keys]
    room, fit = width + 1 - sum(size for size, one in zip(wide, helps, strict=True) if one), []
    for size, one in zip(wide, helps, strict=True):
        room -= 0 if one else size
        fit.append(one or room >= 0)
    return fit


def cell_line(column: Column, cell: Cell, reason: str, held: str | None = None, conflict: bool = False) -> list[Part]:
    """What a cell holds, what it was, and why it is not valid (`reason`) or cannot be changed; whether it is in `conflict`, and its
    customer on hold (`held`: None, or the note, which may be empty)."""
    parts: list[Part] = [(f" {column.label} ", "bold"), glimpse(cell.text) or "(empty)"]
    if cell.staged:
        parts += [("  was ", "bold"), glimpse(cell.before) or "(empty)"]
    if conflict:
        parts += [("  in conflict", "bold"), ": C in Review settles it"]
    if cell.invalid:
        parts += [("  not valid: ", "bold"), reason]
    if not column.editable:
        parts.append(("  read-only", "dim"))
    if held is not None:
        parts += [("  H on hold", "bold"), f": {glimpse(held)}" if held else ""]
    return parts


def problem_parts(problems: int, *, before: bool) -> list[Part]:
    """How many problems the checks find in a column; `before` the last change, if they were not counted since."""
    if not problems:
        return []
    told = "in this column before the last change" if before else "in this column (P lists them)"
    return [(f"  {COUNTED_BEFORE if before else COUNTED} {count(problems, 'problem')}", "bold"), f" {told}"]


def first_line(table: str, found: int, query: str) -> list[Part]:
    """That only the first rows of what a query finds are there yet."""
    return [(f" {table} ", "bold"), f"the first {found:,}, looking for more", f"  / {query}"]


def status_line(
    table: str,
    found: int,
    total: int,
    *,
    marked: int = 0,
    hidden: int = 0,
    ranged: int = 0,
    columns: int = 0,
    query: str = "",
    missing: int = 0,
    left: int = 0,
) -> list[Part]:
    """How many rows of a table are found, marked (some of them `hidden` by the filter) and in a range, how many of its
    `columns` are hidden, by which query, how many values that it lists nobody has (`missing`), and how many rows it finds no
    more since they were changed (`left`)."""
    parts: list[Part] = [(f" {table} ", "bold"), f"{found:,} of {total:,}"]
    if left:
        parts.append((f"  {left:,} no longer {'match' if left > 1 else 'matches'} (x shows all)", "bold"))
    if missing:
        parts.append((f"  {count(missing, 'value')} of the list not found (@)", "bold"))
    if ranged:
        parts += [(f"  range of {ranged:,}", "bold"), ": space marks it, Esc drops it"]
    if marked:
        parts += [(f"  ● {marked:,} marked", "bold"), f" ({hidden:,} hidden)" if hidden else ""]
    if columns:
        parts.append(f"  {count(columns, 'column')} hidden (+ shows)")
    if query:
        parts.append(f"  / {query}")
    return parts
