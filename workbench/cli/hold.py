"""`hold` and `release`: customers that every commit leaves out, until they are released."""

from __future__ import annotations

from typing import Annotated

from workbench.cli.common import COMMON, Common, Dashed, asked, keys, opened, put, say
from workbench.errors import UsageError


def hold(
    session: str,
    /,
    *,
    where: Annotated[str | None, Dashed] = None,
    note: Annotated[str, Dashed] = "",
    common: Common = COMMON,
) -> int:
    """Leave customers out of every commit, with all of their staged cells, until they are released.

    Parameters
    ----------
    session
        A name, or a path that ends in .session.
    where
        The query that chooses the customers.
    note
        Why, for those who read the diff.
    """
    with opened(session, common) as workbench:
        done = workbench.hold(asked(workbench, _chosen("hold", where)), note=note)
    say(f"put {done.changed:,} customers on hold" if done.changed else "they are on hold already, or nobody was found")
    if common.json:
        put(keys(done, "changed"))
    return 0


def release(session: str, /, *, where: Annotated[str | None, Dashed] = None, common: Common = COMMON) -> int:
    """Let customers that are on hold go with the next commit again.

    Parameters
    ----------
    session
        A name, or a path that ends in .session.
    where
        The query that chooses the customers; is:held for all.
    """
    with opened(session, common) as workbench:
        done = workbench.release(asked(workbench, _chosen("release", where)))
    say(f"released {done.changed:,} customers" if done.changed else "nobody on hold was found")
    if common.json:
        put(keys(done, "changed"))
    return 0


def _chosen(command: str, where: str | None) -> str:
    if where is None:
        raise UsageError(f"{command} needs --where QUERY, which chooses the customers")
    return where
