"""`outcomes`: what became of a run, cell by cell."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

from cyclopts import Parameter

from workbench.cli.common import COMMON, Common, inert_json, opened, put, say
from workbench.cli.table import put_table
from workbench.shown.text import of_outcome

_REASON: Final = 160


def outcomes(
    session: str,
    run: int | None = None,
    /,
    *,
    outcome: Annotated[str, Parameter(negative="")] = "",
    output: Path | None = None,
    common: Common = COMMON,
) -> int:
    """List what became of each cell of a run: what was asked, what the server stored, and its reason.

    Parameters
    ----------
    session
        A name, or a path that ends in .session.
    run
        The run's number, as log shows it; the latest unless given.
    outcome
        Only these, separated by commas: committed, already, altered, conflict, failed, unknown, unsent.
    output
        Write a sheet (.csv, .xlsx, .parquet, .ndjson, .json): correct its column asked, then stage SESSION --from FILE.
    """
    from workbench.commit.outcomes import COLUMNS

    only = [name.strip() for name in outcome.split(",") if name.strip()]
    with opened(session, common) as workbench:
        found = workbench.outcomes(run, only=only)
        if output is not None:
            found.write(output)
    if common.json:
        put(inert_json(f'{{"outcomes":[{",".join(found.lines())}]}}'))
    elif output is None and found.frame.height:
        put_table(COLUMNS, found.frame.select(COLUMNS).iter_rows(), last=_REASON)
    if found.run is None:
        say("there is no run yet")
        return 0
    counts = found.frame["outcome"].value_counts(sort=True).iter_rows()
    told = ", ".join(of_outcome(number, name) for name, number in counts) or "no such cells"
    say(f"run {found.run}, cells: {told}" + (f"; written to {output}" if output is not None else ""))
    return 0
