"""`profile`: what the columns of a table hold, in figures, as they stand and as they were loaded."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from workbench.cli.common import COMMON, Common, Dashed, Flag, asked, opened, put, put_file, say
from workbench.cli.table import table_lines

if TYPE_CHECKING:
    from workbench.problems.profile import Column, Profile
    from workbench.shown.profile_pages import Named
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
        page = _page(found, format, workbench.name, _named(workbench)) if wanted else ""
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


def _named(workbench: Workbench) -> Named:
    """Values as people call them: by name where the API has an id."""
    from workbench.customers.called import called
    from workbench.shown.profile_pages import told

    tables = workbench.snapshot.current

    def one(column: Column, common: Any) -> str:
        if not column.field.names:
            return told(column, common)
        name = called(tables, column.field, [common.value]).get(common.value)
        return f"{name} ({common.value})" if name else str(common.value)

    return one


def _page(found: Profile, format: str, session: str, named: Named) -> str:
    from workbench.shown.profile_pages import NAMES, csv_text, html_page, lines

    if format == "html":
        return html_page(found, session=session, at=f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC", named=named)
    if format == "csv":
        return csv_text(found, named)
    return "".join(line + "\n" for line in table_lines(NAMES, lines(found, named), last=_WIDE))


def _write(text: str, target: Path, *, bom: bool) -> None:
    """Writes a file, whole or not at all; with a mark by which a spreadsheet knows that it is UTF-8."""
    from workbench.preview.export import write_whole

    def write(name: str) -> None:
        Path(name).write_text(text, encoding="utf-8-sig" if bom else "utf-8", newline="\n")

    write_whole(target, write)
