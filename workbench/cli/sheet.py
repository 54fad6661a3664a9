"""`stage --from`: corrections from a sheet."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final

from workbench.cli.common import Common, keys, opened, put, quoted, say, shown
from workbench.cli.told import tell

if TYPE_CHECKING:
    from workbench.results import StagedSheet

_NAMED: Final = 20
"""So many rows and cells are told one by one."""


def stage_sheet(
    session: str,
    file: Path,
    *,
    table: str,
    key: str,
    empty: str,
    note: str,
    dry_run: bool,
    sheet: str,
    common: Common,
) -> int:
    """Stages a sheet and tells what came of it; exit code 3 if something in it needs the steward."""
    with opened(session, common) as workbench:
        done = workbench.stage_sheet(file, table=table, key=key, empty=empty, note=note, dry_run=dry_run, sheet=sheet)
    tell(done, dry_run)
    _tell_left(done)
    if common.json:
        put(keys(done, "operation", "matched", "changed", "unchanged", "invalid"))
    return 3 if done.invalid or done.lost or done.moved or done.unknown else 0


def _tell_left(done: StagedSheet) -> None:
    """What of the sheet was not staged: a line each for the first, and how many there are of each kind."""
    if done.formula is not None:
        look = "1 value looks like a formula" if done.formulas == 1 else f"{done.formulas:,} values look like formulas"
        first = done.formula
        told = f"{shown(first.path)} of {first.id}: {quoted(first.after)}"
        say(f"  {look}, such as {told}; taken as text, nothing computes it")
    if done.emptied_one is not None:
        was = "1 cell was emptied" if done.emptied == 1 else f"{done.emptied:,} cells were emptied"
        id_, path = done.emptied_one
        say(f"  {was} in the sheet, such as {shown(path)} of {id_}: left as they are; --empty clear clears them")
    for hint in done.unknown:
        say(f"  column not used: {hint}")
    for lost in done.lost[:_NAMED]:
        say(f"  not staged: {lost.place}: {quoted(lost.key)}: {lost.reason}")
    for one in done.moved[:_NAMED]:
        values = f"exported {quoted(one.exported)}, now {quoted(one.current)}, in the sheet {quoted(one.sheet)}"
        say(f"  conflict, not staged: {one.place}: {shown(one.path)} of {one.id}: {values}")
    if len(done.lost) > _NAMED:
        for reason, count in Counter(one.reason.partition(":")[0] for one in done.lost).most_common(_NAMED):
            say(f"  not staged, {count:,} in all: {reason}")
    if done.lost or done.moved:
        say(
            f"  {len(done.lost):,} rows or cells could not be staged, {len(done.moved):,} cells moved since the sheet was written"
        )
