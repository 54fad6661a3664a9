"""What is said when the app has been left with a run unfinished: what became of it so far, and the command that goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.session.place import command_name
from workbench.shown.text import of_outcome

if TYPE_CHECKING:
    from workbench.workbench import Workbench


def left_unfinished(workbench: Workbench) -> str:
    """The run that waits to be resumed, its counts of customers, and how to go on, in a line; empty if none is unfinished."""
    run = workbench.unfinished
    if run is None:
        return ""
    from workbench.commit.report import OUTCOMES

    counts = next(one for one in workbench.log().runs if one["run"] == run)
    told = ", ".join(of_outcome(counts[name], name) for name in OUTCOMES if counts[name])
    of = f"{sum(counts[name] for name in OUTCOMES):,}"
    return f"run {run} is unfinished: {told} of {of}; go on with: workbench resume {command_name(workbench.path)}"
