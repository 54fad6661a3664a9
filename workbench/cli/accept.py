"""`accept`: what was looked at in a review, remembered with who and when."""

from __future__ import annotations

from typing import Annotated

from workbench.cli.common import COMMON, Common, Dashed, Flag, asked, keys, opened, put, say
from workbench.errors import UsageError
from workbench.shown.text import count


def accept(
    session: str,
    /,
    *,
    where: Annotated[str | None, Dashed] = None,
    digest: str | None = None,
    withdraw: Annotated[bool, Flag] = False,
    common: Common = COMMON,
) -> int:
    """Accept what is staged, as it stands now: it lapses as soon as the change becomes another.

    With the setting review=required a commit sends only customers of whom all is accepted.

    Parameters
    ----------
    session
        A name, or a path that ends in .session.
    where
        The query that chooses the customers, with all of their staged cells.
    digest
        Only if this is the digest that diff (of the same --where) tells now: for who has read a plan or a report.
    withdraw
        Take it back: they are to be looked at again.
    """
    if where is None and digest is None:
        raise UsageError("accept needs --where QUERY, which chooses the customers, or --digest HEX of what was read")
    if digest is not None and withdraw:
        raise UsageError("accept takes --digest or --withdraw, not both: what is withdrawn needs no digest")
    with opened(session, common) as workbench:
        done = workbench.accept_customers(asked(workbench, where or ""), digest=digest, accepted=not withdraw)
    verb = "withdrew" if withdraw else "accepted"
    say(
        f"{verb} {count(done.changed, 'change')}"
        if done.changed
        else "nothing changes: it was so before, or nothing is staged"
    )
    if common.json:
        put(keys(done, "changed"))
    return 0
