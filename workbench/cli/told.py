"""What staging came to, told on stderr: whichever command staged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.cli.common import quoted, say
from workbench.shown.text import count

if TYPE_CHECKING:
    from workbench.results import Staged


def tell(done: Staged, dry_run: bool) -> None:
    """Says what staging came to."""
    verb = "would stage" if dry_run else "staged" if done.operation else "staged nothing:"
    number = f" as operation {done.operation}" if done.operation else ""
    say(
        f"{verb} {count(done.changed, 'cell')}{number}: {done.matched:,} rows match, {done.unchanged:,} cells stay, "
        f"{done.invalid:,} would not be valid"
    )
    for one in done.examples[:5]:
        say(f"  {one.path} of {one.id}: {quoted(one.before)} -> {quoted(one.after)}")
    for why in done.unheld:
        say(f"  {why}")
    if done.skipped:
        say(f"  {done.skipped:,} rows cannot be edited (an item without an id, or an attribute's name twice)")
    if done.invalid and not dry_run:
        say("  their customers are held until the cells not valid are mended; see: workbench search .. is:invalid")
