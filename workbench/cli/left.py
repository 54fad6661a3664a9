"""What is said when the app has been left with a run unfinished: what became of it so far, and the command that goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.session.place import command_name
from workbench.shown.text import of_outcome

if TYPE_CHECKING:
    from workbench.workbench import Workbench


def left_unfinished(workbench: Workbench) -> str:
    """The run that waits to be resumed, its counts of customers, and how to go on, in a line, and where all of it is if the
    session's file was removed meanwhile; empty if there is neither."""
    run, copy = workbench.unfinished, workbench.rescued
    gone = f"{workbench.path} was lost while it was open: all of it is in {copy}" if copy is not None else ""
    if run is None:
        return gone
    from workbench.commit.report import OUTCOMES

    counts = next(one for one in workbench.log().runs if one["run"] == run)
    told = ", ".join(of_outcome(counts[name], name) for name in OUTCOMES if counts[name])
    of = f"{sum(counts[name] for name in OUTCOMES):,}"
    unfinished = (
        f"run {run} is unfinished: {told} of {of}; go on with: workbench resume {command_name(copy or workbench.path)}"
    )
    return f"{gone}; {unfinished}" if gone else unfinished
