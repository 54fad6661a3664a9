"""`revert`, `conflicts`, `resolve`: what is staged after a run, and where somebody else was there first."""

from __future__ import annotations

from typing import Annotated

from workbench.cli.common import COMMON, Common, Dashed, asked, keys, opened, put, quoted, say, shown
from workbench.errors import UsageError
from workbench.shown.text import count


def revert(
    session: str,
    run: int | None = None,
    /,
    *,
    where: Annotated[str, Dashed] = "",
    id: str = "",
    path: str = "",
    common: Common = COMMON,
) -> int:
    """Stage the inverse of a run, to be previewed and committed like any other edit.

    Parameters
    ----------
    session
        A name, or a path that ends in .session.
    run
        The run's number, as log shows it; the latest unless given.
    where
        Only customers that this query finds.
    id
        Only one cell: its customer's id, with --path.
    path
        Only one cell: its path, such as payment_term or addresses[ID].city, with --id.
    """
    if bool(id) != bool(path):
        raise UsageError("revert takes --id and --path together: a cell is named by both")
    with opened(session, common) as workbench:
        done = workbench.revert(run, where=asked(workbench, where), id=id, path=path)
    for one in done.irreversible[:20]:
        say(f"stays: {shown(one['path'])} of {one['id']}: {one['reason']}")
    if len(done.irreversible) > 20:
        say(f"stays: {len(done.irreversible) - 20:,} more cells")
    say(
        f"staged {count(done.changed, 'cell')} back as operation {done.operation}"
        if done.operation
        else "nothing to revert"
    )
    if common.json:
        put(keys(done, "operation", "changed", "irreversible"))
    return 0


def conflicts(session: str, /, *, common: Common = COMMON) -> int:
    """List the staged cells that somebody else changed on the server since they were loaded.

    A customer whose patch was a conflict only because of cells beside it (the other items of an array) is not among them:
    there is nothing to settle, the next commit lays what is staged over what the server holds now.

    Parameters
    ----------
    session
        A name, or a path that ends in .session.
    """
    with opened(session, common) as workbench:
        found = workbench.conflicts()
    if common.json:
        put({"conflicts": [keys(one, "id", "path", "loaded", "theirs", "ours") for one in found]})
        return 0
    for one in found:
        put(
            f"{one.id} {shown(one.path)}: loaded {quoted(one.loaded)}, theirs {quoted(one.theirs)}, ours {quoted(one.ours)}"
        )
    say(f"{count(len(found), 'conflict')}")
    return 0


def resolve(
    session: str,
    id: str = "",
    path: str = "",
    /,
    *,
    keep: Annotated[str | None, Dashed] = None,
    where: Annotated[str | None, Dashed] = None,
    common: Common = COMMON,
) -> int:
    """Settle conflicts, as conflicts lists them: one cell by its customer's id and its path, or all that a query finds.

    Parameters
    ----------
    session
        A name, or a path that ends in .session.
    id
        The customer's id.
    path
        The cell's path, such as payment_term or addresses[ID].city.
    keep
        ours, theirs, or a new value.
    where
        Instead of id and path: all conflicts of the customers that this query finds.
    """
    if keep is None or bool(id and path) == (where is not None):
        raise UsageError("resolve takes ID PATH --keep ours|theirs|VALUE, or --where QUERY --keep ours|theirs|VALUE")
    with opened(session, common) as workbench:
        done = workbench.resolve(keep, id=id, path=path, where=asked(workbench, where or ""))
    say(
        f"resolved {count(done.changed, 'cell')} as operation {done.operation}"
        if done.operation
        else "there is no conflict"
    )
    if common.json:
        put(keys(done, "operation", "changed"))
    return 0
