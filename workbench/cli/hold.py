"""`hold` and `release`: customers that every commit leaves out, until they are released."""

from __future__ import annotations

from typing import Annotated

from workbench.cli.common import COMMON, Common, Dashed, Flag, asked, keys, opened, put, say
from workbench.errors import UsageError
from workbench.shown.text import count


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
        query = asked(workbench, _chosen("hold", where))
        done = workbench.hold(query, note=note)
        found = done.changed or workbench.search(query).matched
    if done.changed:
        say(f"put {count(done.changed, 'customer')} on hold")
    elif found:
        say(f"{count(found, 'customer')} found, on hold already")
    else:
        say("nobody was found")
    if common.json:
        put(keys(done, "changed"))
    return 0


def release(
    session: str,
    /,
    *,
    where: Annotated[str | None, Dashed] = None,
    left_out: Annotated[bool, Flag] = False,
    common: Common = COMMON,
) -> int:
    """Let customers that are on hold go with the next commit again; or changes that were taken out in Review.

    Parameters
    ----------
    session
        A name, or a path that ends in .session.
    where
        The query that chooses the customers; is:held for all.
    left_out
        Not customers on hold: the changes that space took out in Review. Without --where all of them.
    """
    with opened(session, common) as workbench:
        if left_out:
            done = workbench.take_in(where=asked(workbench, where or ""))
            say(f"took in {count(done.changed, 'change')}" if done.changed else "no change was left out")
            if common.json:
                put(keys(done, "changed"))
            return 0
        done = workbench.release(asked(workbench, _chosen("release", where)))
    say(f"released {count(done.changed, 'customer')}" if done.changed else "nobody on hold was found")
    if common.json:
        put(keys(done, "changed"))
    return 0


def _chosen(command: str, where: str | None) -> str:
    if where is None:
        raise UsageError(f"{command} needs --where QUERY, which chooses the customers")
    return where
