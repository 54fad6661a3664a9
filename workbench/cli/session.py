"""`status`, `settings`, `export`: what a session is and holds."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from workbench.cli.common import COMMON, Common, Dashed, asked, keys, opened, put, say, say_summaries, shown
from workbench.cli.far import how_far
from workbench.errors import UsageError
from workbench.shown.text import count


def status(
    session: str, /, *, set_aside: Annotated[bool, Parameter(negative="")] = False, common: Common = COMMON
) -> int:
    """Tell where a session stands.

    Parameters
    ----------
    session
        A name, or a path that ends in .session.
    set_aside
        List the records that its last loads could not take: where each stands in what was loaded, and why.
    """
    with opened(session, common) as workbench:
        found = workbench.status()
        loaded = workbench.loaded
        origin = workbench.origin or ("a file" if loaded else "nothing yet")
        part = workbench.part
        aside = workbench.set_aside
        say_summaries(workbench)
    if not loaded:
        say(
            f"nothing was loaded into {found.session} yet: its load did not finish; load again with: "
            f"workbench load {found.session} --api URL, or --file PATH"
        )
    if common.json:
        told = keys(found, "session", "customers", "staged", "operations", "runs", "unfinished")
        put({**told, "set_aside": [asdict(one) for one in aside]} if set_aside else told)
        return 0
    put(
        f"{shown(found.session)}: {count(found.customers, 'customer')} from {origin}{f', loaded in part: {part}' if part else ''}"
    )
    out = f" ({found.left_out:,} of them left out in Review)" if found.left_out else ""
    put(
        f"{count(found.staged, 'cell')} staged{out}, {count(found.operations, 'operation')}, {count(found.runs, 'run')}"
    )
    if found.unfinished is not None:
        put(f"run {found.unfinished} is unfinished; go on with: workbench resume {shown(found.session)}")
    if aside:
        how = "" if set_aside else f"; which: workbench status {shown(found.session)} --set-aside"
        put(f"{count(len(aside), 'record')} set aside when it was loaded{how}")
    for one in aside if set_aside else ():
        put(f"{shown(one.place)}: {shown(one.reason)}")
    return 0


def settings(session: str, /, *changes: str, common: Common = COMMON) -> int:
    """Show a session's settings, or set some: nested, clear, concurrency, rate, grace, region, review, url.

    Parameters
    ----------
    session
        A name, or a path that ends in .session.
    changes
        KEY=VALUE.
    """
    wanted = {}
    for text in changes:
        name, equals, value = text.partition("=")
        if not equals:
            raise UsageError(f"settings takes KEY=VALUE, not {text!r}")
        wanted[name] = value
    with opened(session, common) as workbench:
        found = (workbench.set_settings(wanted) if wanted else workbench.settings).as_dict()
    if common.json:
        put({"settings": found})
        return 0
    for name, kept in found.items():
        put(f"{name}={'none' if kept is None else kept}")
    return 0


def export(
    session: str,
    /,
    *,
    table: str = "customers",
    where: Annotated[str, Dashed] = "",
    columns: str | None = None,
    output: Path | None = None,
    copy: Annotated[Path | None, Parameter(name="--session")] = None,
    common: Common = COMMON,
) -> int:
    """Write a current table, staged changes included, as CSV, XLSX, Parquet or NDJSON; or copy the whole session.

    A CSV, XLSX or Parquet file is a sheet to fill in: stage --from takes back what was changed in it. XLSX is for people: cells are
    text, choices have drop-downs, what cannot be changed is locked, and the values as exported are hidden. CSV and Parquet have
    those in the last column, _exported; leave it as it is. In CSV an apostrophe stands before what a spreadsheet would compute.

    Parameters
    ----------
    session
        A name, or a path that ends in .session.
    table
        customers, addresses, contacts or attributes.
    where
        The query that chooses the rows of the table; all rows if it is not given.
    columns
        The columns to write, separated by commas; what names a row (its id) is always written.
    output
        The file to write; its ending says the format: .csv, .xlsx, .parquet, .ndjson. One that is there is replaced, and that
        is said: take back what somebody filled in before.
    copy
        Write a copy of the whole session to this file instead.
    """
    if (output is None) == (copy is None):
        raise UsageError("export takes --output FILE for a table, or --session FILE for a copy of the session")
    if copy is not None and (where or columns):
        raise UsageError("--where and --columns are for a table; --session copies everything")
    names = None if columns is None else [name.strip() for name in columns.split(",") if name.strip()]
    instead = output is not None and output.is_file()
    with opened(session, common) as workbench:
        if copy is not None:
            workbench.copy_to(copy)
            rows = workbench.status().customers
        else:
            assert output is not None
            query = asked(workbench, where, table)
            with how_far(f"writing {table}"):
                rows = workbench.export(output, table, where=query, columns=names)
    what = f"wrote {rows:,} {table if copy is None else 'customers'} to {output or copy}"
    say(f"{what}, in the place of the file that was there" if instead else what)
    if common.json:
        put({"rows": rows})
    return 0
