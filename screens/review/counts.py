"""What the lines below the list of Review count: what is warned of, what the checks say, how far the review is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from screens.lines import Part
from workbench.preview.lines import CALLED
from workbench.preview.review import Review as Reviewed
from workbench.preview.review import Tally
from workbench.shown.text import count

_CHECKED: Final = 200_000
"""Customers up to which the checks are asked without being told to: of 100,000 they take some five seconds."""
_NAMED: Final = 1


def is_checked(review: Reviewed) -> bool:
    """Whether the checks are asked without being told to."""
    return review.snapshot.base.customers.height <= _CHECKED


def warnings(review: Reviewed, checked: str | None) -> list[Part]:
    """What a reviewer is warned of, in all that is staged, and which problems are mended and made: as the checks say, once they
    were asked (None: not yet), until then as the documented limits say, which are but a part of them: so that is said."""
    if not review.snapshot.staged_cells:
        return []
    groups = review.groups
    numbers = {word: groups.total(name) for name, word in CALLED.items() if name != "beside"}
    numbers["untouched value not valid"] = (
        groups.beside.found.height
    )  # not the changes beside it: the question counts so, too
    parts: list[Part] = [(f" {number:,} {word} ", "bold reverse") for word, number in numbers.items() if number]
    spaced: list[Part] = [part for one in parts for part in (" ", one)]
    if checked is None and is_checked(review):
        checked = "checking .."  # what the limits alone say is a part, and would be taken for all
    elif checked is None:
        fixed, introduced = groups.total("fixed"), groups.total("introduced")
        mends = [f"{count(fixed, 'problem')} fixed"] * bool(fixed) + [f"{introduced:,} introduced"] * bool(introduced)
        checked = f"{', '.join(mends)} (limits only)" if mends else ""
    gap = "  " if spaced else " "
    told = [*spaced, f"{gap}{checked}" if checked else "", "  w only warnings" if spaced else ""]
    return [(" all:", "bold"), *told] if any(told) else []


def mended(fixed: Mapping[str, int], introduced: Mapping[str, int]) -> str:
    """What the checks say of what is in, in a line, with the rules that it breaks most."""
    worst = sorted(introduced, key=lambda rule: -introduced[rule])[:_NAMED]
    more = ", .." if len(introduced) > _NAMED else ""
    named = f" ({', '.join(f'{rule} {introduced[rule]:,}' for rule in worst)}{more})" if worst else ""
    brings = f"{sum(introduced.values()):,} introduced{named}" if introduced else ""
    mends = f"{count(sum(fixed.values()), 'problem')} fixed" if fixed else ""
    return ", ".join(part for part in (mends, brings) if part)


def counts(tally: Tally | None) -> list[Part]:
    """How far the review is, and what a commit would send: changes that go, are left out and stay (of customers who are held, or
    for a second commit) are together all that is staged."""
    if tally is None:
        return [" counting .."]
    if tally.cells == tally.left_out:  # "0 of 0 accepted" would say nothing
        out = f"  {count(tally.cells, 'change')} left out: i takes {'it' if tally.cells == 1 else 'them'} in"
        return [(" nothing goes", "bold"), out]
    out = f", {tally.left_out:,} left out" if tally.left_out else ""
    stay = tally.cells - tally.left_out - tally.changes
    held = f", {stay:,} {'held' if tally.held else 'for a second commit'}" if stay else ""
    goes = f"  in: {count(tally.customers, 'customer')}, {count(tally.changes, 'change')}{out}{held}"
    waits = f", {tally.on_hold:,} on hold" if tally.on_hold else ""
    return [(f" {tally.seen:,} of {tally.cells - tally.left_out:,} accepted{waits}", "bold"), goes]
