"""What an unfinished run is in the way of."""

from __future__ import annotations

from workbench.stage.bench import Bench


def refuse_unfinished(bench: Bench, what: str) -> None:
    """Raises `WorkbenchError` naming the unfinished run, if there is one; `what` is what cannot be done until then."""
    run = bench.unfinished()
    if run is not None:
        raise bench.refused(run, "", f", so nothing can be {what}")
