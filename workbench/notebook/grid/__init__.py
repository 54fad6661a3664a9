"""The bench as a grid in a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.errors import UsageError

if TYPE_CHECKING:
    from workbench.notebook.grid.widget import Grid
    from workbench.workbench import Workbench


def grid(bench: Workbench, *, api: str | None = None, rows: int = 15) -> Grid:
    """A grid over an open session, `rows` rows high, whose commits go to `api` (the session's own unless told).

    Raises `UsageError` if anywidget is not installed, or the session holds nothing yet.
    """
    try:
        from workbench.notebook.grid.widget import Grid
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("anywidget", "ipywidgets", "traitlets"):
            raise
        raise UsageError("the grid needs anywidget, which is not installed: pip install anywidget") from None
    if not bench.loaded:
        raise UsageError(f"the session {bench.name} holds no customers yet: load them first")
    return Grid(bench, api=api, rows=rows)
