"""`profile`: what the columns of a table hold, in figures, as they stand and as they were loaded."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from workbench.cli.common import COMMON, Common, Dashed, Flag, asked, opened, put, put_file, say
from workbench.cli.table import table_lines

if TYPE_CHECKING:
    from workbench.problems.profile import Column, Profile
    from workbench.workbench import Workbench

_WIDE = 72


def profile(
    session: str,
    /,
    *,
    where: Annotated[str, Dashed] = "",
    table: str = "customers",
    compare: Annotated[bool, Flag] = False,
    format: Literal["text", "html", "csv"] = "text",
    output: Path | None = None,
    common: Common = COMMON,
) -> int:
    """Tell what each column holds: how many are filled, distinct, invalid, how long they are, and the commonest values.

    --json: columns (field, kind, rows, filled, distinct, invalid, shortest, middle, longest, commonest: value and count; with
    --compare also before, the same figures, and changed, how many cells are staged).

    Parameters
    ----------
    session
        A name, or a path that ends in .session.
    where
        Only rows of the table that this query finds.
    table
        customers, addresses, contacts or attributes.
    compare
        Also what the same rows held when they were loaded: before -> now.
    format
        text, html (one page that needs nothing else) or csv.
    output
        Write to this file instead of stdout.
    """
    with opened(session, common) as workbench:
        found = workbench.profile(asked(workbench, where, table), table=table, compare=compare)
        wanted = output is not None or not common.json
        page = _page(workbench, found, format) if wanted else ""
    if output is not None:
        _write(page, output, bom=format == "csv")
    if common.json:
        put({"columns": [_plain(column) for column in found.columns]})
    elif output is None:
        put_file(page.rstrip("\n"))
    staged = sum(column.changed for column in found.columns)
    say(f"{found.rows:,} {table}{f', {staged:,} cells of them are staged' if compare else ''}")
    return 0


def _plain(column: Column) -> dict[str, Any]:
    from workbench.problems.profile import plain

    told: dict[str, Any] = {"field": column.field.name, "kind": str(column.field.kind), **plain(column.now)}
    if column.before is not None:
        told |= {"before": plain(column.before), "changed": column.changed}
    return told


def _page(workbench: Workbench, found: Profile, format: Literal["text", "html", "csv"]) -> str:
    from workbench.shown.profile_pages import NAMES, lines

    if format != "text":
        return workbench.profile_text(found, format)
    return "".join(line + "\n" for line in table_lines(NAMES, lines(found, workbench.profile_value), last=_WIDE))


def _write(text: str, target: Path, *, bom: bool) -> None:
    """Writes a file, whole or not at all."""
    from workbench.preview.export import write_sheet_text, write_text

    (write_sheet_text if bom else write_text)(target, text)
