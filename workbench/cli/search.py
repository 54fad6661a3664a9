"""`search`: rows of current."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Literal

from workbench.cli.common import (
    COMMON,
    Common,
    Dashed,
    inert_json,
    opened,
    put,
    put_file,
    query,
    say,
    say_missing,
    say_summaries,
)
from workbench.cli.table import put_table
from workbench.errors import UsageError

if TYPE_CHECKING:
    import polars as pl

    from workbench.found import Result

_FIRST = 50
_DEFAULT = {
    "customers": ("display_id", "company_name", "status", "payment_term", "phone", "email"),
    "addresses": ("id", "type", "address_line_1", "city", "state", "country", "zip_code"),
    "contacts": ("id", "first_name", "last_name", "email", "phone", "designation"),
    "attributes": ("customer_id", "owner", "name", "value"),
}


def search(
    session: str,
    text: Annotated[str, Dashed] = "",
    /,
    *,
    table: str = "customers",
    columns: str | None = None,
    sort: Annotated[str, Dashed] = "",
    limit: int | None = None,
    format: Literal["table", "json", "ndjson", "csv"] = "table",
    common: Common = COMMON,
) -> int:
    """Find rows: words anywhere, field:value, field:=exact, field:>=x, has:field, is:staged, -not, OR, (..).

    The whole language with examples: workbench queries

    Parameters
    ----------
    session
        A name, or a path that ends in .session.
    text
        The query; all rows if it is empty.
    table
        customers, addresses, contacts or attributes.
    columns
        The columns to show, separated by commas.
    sort
        A field to sort by, or several with commas between them; with - before it, descending.
    limit
        Most rows to show (a table on the screen shows 50).
    format
        How to print the rows. In csv, which spreadsheets open, what would be taken for a formula has an apostrophe before it;
        json and ndjson are exact.
    """
    if limit is not None and limit < 0:
        raise UsageError(f"--limit is {limit}; it must be 0 or more")
    with opened(session, common) as workbench:
        found = workbench.search(query(text), table, sort)
        say_summaries(workbench)
        names = _names(table, columns, format == "table" and not common.json)
        most = _FIRST if limit is None and format == "table" and not common.json else limit
        rows = _frame(found, names, most)
        people = _named(found, rows) if format == "table" and not common.json else rows
    say_missing(found.missing)
    if common.json or format == "json":
        lost = {"missing": list(found.missing)} if found.missing else {}
        put({"matched": found.matched, "rows": rows.to_dicts(), **lost})
    elif format == "ndjson":
        for row in rows.iter_rows(named=True):
            put(inert_json(json.dumps(row, ensure_ascii=False)))
    elif format == "csv":
        from workbench.customers.inert import inert_frame

        # scripts read this: a phone stays as it is, since +14155552671 is no formula
        put_file(inert_frame(_flat(rows), numbers=False).write_csv().rstrip("\n"))
    else:
        put_table(names, people.select(names).iter_rows())
        more = f", the first {rows.height:,} are shown" if rows.height < found.matched else ""
        say(f"{found.matched:,} {table} found{more}")
    return 0


def _names(table: str, columns: str | None, short: bool) -> list[str]:
    from workbench.customers.fields import FIELDS, field, known_table

    known_table(table)
    if columns is None:
        return list(_DEFAULT[table] if short else FIELDS[table])
    return [field(table, name.strip()).name for name in columns.split(",") if name.strip()]


def _frame(found: Result, names: list[str], most: int | None) -> pl.DataFrame:
    rows = found.rows if most is None else found.rows.head(most)
    wanted = list(dict.fromkeys(["id", "customer_id", *names]))
    return found.snapshot.current[found.table].select(wanted)[rows]


def _named(found: Result, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with names where the API has ids, for people."""
    import polars as pl

    from workbench.customers.called import called
    from workbench.customers.fields import FIELDS

    for name in rows.columns:
        field = FIELDS[found.table][name]
        if field.names:
            lists = rows[name].to_list()
            ids = {id_ for one in lists for id_ in (one if isinstance(one, list) else [one]) if id_}
            names = called(found.snapshot.current, field, ids)
            shown = [
                ", ".join(names.get(i, i) for i in one) if isinstance(one, list) else names.get(one, one)
                for one in lists
            ]
            rows = rows.with_columns(pl.Series(name, shown, dtype=pl.String))
    return rows


def _flat(rows: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    lists = [pl.col(name).list.join(",") for name, kind in rows.schema.items() if isinstance(kind, pl.List)]
    return rows.with_columns(lists)
