"""`problems`: what the checks find, what of it can be mended at once, what is waived."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

from cyclopts import Parameter

from workbench.cli.common import COMMON, Common, Dashed, opened, put, query, say
from workbench.cli.table import put_table

if TYPE_CHECKING:
    from workbench.problems.found import Problems

_FIRST: Final = 50
_MESSAGE: Final = 120


def problems(
    session: str,
    /,
    *,
    where: Annotated[str, Dashed] = "",
    rule: Annotated[list[str] | None, Parameter(negative="")] = None,
    severity: str = "",
    limit: int | None = None,
    common: Common = COMMON,
) -> int:
    """Tell what the checks find: a count for each rule, then a line for each cell.

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
    limit
        Most lines to show (a table on the screen shows 50).
    """
    with opened(session, common) as workbench:
        found = workbench.problems(query(where), rules=rule or (), severity=severity)
        _tell(found, limit, common)
    return 0


def _tell(found: Problems, limit: int | None, common: Common) -> None:
    for line in found.failed:
        say(f"check failed: {line}")
    if common.json:
        put({"problems": found.frame(limit).select(_LINE).to_dicts(), "counts": found.counts, "waived": found.waived})
        return
    severities = {hits.check.rule: hits.check.severity for hits in found.hits}
    for rule, count in found.counts.items():
        put(f"{count:>8,}  {severities[rule]:<8} {rule}")
    lines = found.frame(_FIRST if limit is None else limit)
    if lines.height:
        put("")
        put_table(
            ("id", "path", "rule", "value", "suggestion", "message"), lines.select(_SHOWN).iter_rows(), last=_MESSAGE
        )
    more = f", the first {lines.height:,} are shown" if lines.height < found.count else ""
    say(f"{found.count:,} problems found{more}")


_LINE: Final = ("id", "path", "rule", "severity", "value", "suggestion", "message")
_SHOWN: Final = ("id", "path", "rule", "value", "suggestion", "message")
