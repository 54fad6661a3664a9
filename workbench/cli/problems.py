"""`problems`: what the checks find; what of it is mended by their suggestions, and what may stay."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, cast

from cyclopts import Parameter

from workbench.cli.common import COMMON, Common, Dashed, Flag, asked, keys, opened, put, say
from workbench.cli.table import put_table
from workbench.cli.told import tell
from workbench.errors import UsageError
from workbench.shown.text import count

if TYPE_CHECKING:
    import polars as pl

    from workbench.problems.book import Which
    from workbench.problems.found import Problems
    from workbench.results import Held, Staged
    from workbench.workbench import Workbench

_FIRST: Final = 50
_MESSAGE: Final = 120
_SHOWN: Final = ("id", "path", "rule", "value", "suggestion", "message")
_WAIVED: Final = ("id", "path", "rule", "value", "holds", "reason", "by", "at")


def problems(
    session: str,
    /,
    *,
    where: Annotated[str, Dashed] = "",
    rule: Annotated[list[str] | None, Parameter(negative="")] = None,
    severity: str = "",
    field: Annotated[list[str] | None, Parameter(negative="")] = None,
    id: str = "",
    path: str = "",
    limit: int | None = None,
    output: Path | None = None,
    plugins: Annotated[list[Path] | None, Parameter(negative="")] = None,
    fix: Annotated[bool, Flag] = False,
    waive: Annotated[str | None, Dashed] = None,
    unwaive: Annotated[bool, Flag] = False,
    waived: Annotated[bool, Flag] = False,
    note: Annotated[str, Dashed] = "",
    dry_run: Annotated[bool, Flag] = False,
    common: Common = COMMON,
) -> int:
    """Tell what the checks find: a count for each rule, a line for each cell. Or stage what they suggest; or let some stay.

    Parameters
    ----------
    session
        A name, or a path that ends in .session.
    where
        Only of the customers that this query finds; problem:RULE in a query finds them.
    rule
        Only this check (phone.invalid), or those that begin so (phone); may be given several times.
    severity
        Only what is at least as bad: error, warning or hint.
    field
        Only of this field (phone, addresses.city); may be given several times.
    id
        With --path: only the problems of this cell of the customer with this id.
    path
        The path of the cell, such as phone or addresses[ID].city.
    limit
        Most lines to tell (a table on the screen shows 50).
    output
        Write the lines to this file: .csv, .xlsx (for people), .json or .ndjson.
    plugins
        A Python file with checks of your own, which is run; may be given several times. A check that takes longer than 30 s for a
        column is stopped and named, and the rest is done.
    fix
        Stage what is suggested for these problems, as one operation; needs --rule ('*' for all).
    waive
        The reason why these problems may stay, as long as their cells hold what they hold; needs --rule.
    unwaive
        Take the waivers of these problems back; needs --rule.
    waived
        List what is waived instead.
    note
        Why, for those who read the log (with --fix).
    dry_run
        With --fix: only tell what would change.
    """
    if limit is not None and limit < 0:
        raise UsageError(f"--limit is {limit}; it must be 0 or more")
    _refuse_mixed(rule, fix=fix, waive=waive is not None, unwaive=unwaive, waived=waived, output=output is not None)
    told = {"rules": rule or (), "severity": severity, "fields": field or (), "id": id, "path": path}
    which = cast("Which", {name: value for name, value in told.items() if value})
    answer: Callable[[], int]
    with opened(session, common) as workbench:
        with redirect_stdout(sys.stderr):  # what a check of somebody's own prints is no result
            for file in plugins or ():
                workbench.add_checks(file)
            if waived:
                answer = partial(_list_waivers, workbench.waivers(), common)
            elif fix:
                done = workbench.fix(asked(workbench, where), note=note, dry_run=dry_run, **which)
                answer = partial(_fixed, done, dry_run, common)
            elif waive is not None:
                answer = partial(
                    _changed, workbench.waive(waive, asked(workbench, where), **which), "waived {:,} problems", common
                )
            elif unwaive:
                answer = partial(
                    _changed, workbench.unwaive(asked(workbench, where), **which), "took {:,} waivers back", common
                )
            else:
                found = workbench.problems(asked(workbench, where), **which)
                answer = partial(_tell, workbench, found, limit, output, common)
        return answer()


def _refuse_mixed(rules: list[str] | None, **acts: bool) -> None:
    """Raises `UsageError` for two acts at once, and for one on problems of which no rule is named."""
    asked = [f"--{name}" for name, given in acts.items() if given]
    if len(asked) > 1:
        raise UsageError(f"{' and '.join(asked)} cannot be done at once")
    if asked and asked[0] not in ("--waived", "--output") and not rules:
        raise UsageError(f"{asked[0]} needs --rule RULE, such as phone.invalid or phone; '*' means all")


def _fixed(done: Staged, dry_run: bool, common: Common) -> int:
    tell(done, dry_run)
    if common.json:
        put(keys(done, "operation", "matched", "changed", "unchanged", "invalid"))
    return 0


def _changed(done: Held, text: str, common: Common) -> int:
    say(text.format(done.changed))
    if common.json:
        put(keys(done, "changed"))
    return 0


def _list_waivers(waivers: pl.DataFrame, common: Common) -> int:
    if common.json:
        put({"waivers": waivers.drop("table", "field", "row").to_dicts()})
    elif waivers.height:
        rows = waivers.select(_WAIVED).iter_rows(named=True)
        put_table(_WAIVED, [[*({**row, "holds": "yes" if row["holds"] else "lapsed"}).values()] for row in rows])
    say(f"{waivers.height:,} problems are waived, {int((~waivers['holds']).sum()):,} of them hold another value by now")
    return 0


def _tell(workbench: Workbench, found: Problems, limit: int | None, output: Path | None, common: Common) -> int:
    from workbench.preview.problem_file import plain

    for line in found.failed:
        say(f"check failed: {line}")
    written = None if output is None else workbench.write_problems(found, output, limit)
    if common.json:
        put(plain(found, limit))
    else:
        _tell_people(found, 0 if output is not None else _FIRST if limit is None else limit)
    if written is not None:
        say(f"wrote {count(written, 'problem')} to {output}")
    return 0


def _tell_people(found: Problems, limit: int) -> None:
    """A count for each rule, and the first lines."""
    severities = {hits.check.rule: hits.check.severity for hits in found.hits}
    fixable = found.suggested
    for rule, times in found.counts.items():
        mended = f"{fixable[rule]:,} with a suggestion" if rule in fixable else ""
        put(f"{times:>8,}  {severities[rule]:<8} {rule:<20} {mended}".rstrip())
    lines = found.frame(limit)
    if lines.height:
        put("")
        put_table(_SHOWN, lines.select(_SHOWN).iter_rows(), last=_MESSAGE)
    more = f", the first {lines.height:,} are shown" if 0 < lines.height < found.count else ""
    more += f", {found.waived:,} more are waived" if found.waived else ""
    say(f"{count(found.count, 'problem')} found{more}")
