"""Which page shows which value: by the name of its class, so that asking for one imports the room of that one only."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Final

from workbench.notebook.page import Page

PAGES: Final[dict[str, str]] = {
    "Result": "found:result",
    "Record": "one:record",
    "Plan": "one:plan",
    "Settings": "one:settings",
    "Preview": "staged:preview",
    "Review": "staged:review",
    "Groups": "staged:groups",
    "Staged": "done:staged",
    "StagedSheet": "done:staged_sheet",
    "Resolved": "done:resolved",
    "Unstaged": "done:unstaged",
    "Held": "done:held",
    "Acted": "done:acted",
    "Reverted": "done:reverted",
    "RunReport": "done:run_report",
    "Outcomes": "done:outcomes",
    "Course": "course:course",
    "Audit": "told:audit",
    "ReviewReport": "told:report",
    "Conflicts": "done:conflicts",
    "LoadReport": "done:load_report",
    "Refreshed": "done:refreshed",
    "Replays": "done:replays",
    "Recipe": "done:recipe",
    "Log": "told:log",
    "Logs": "told:logs",
    "Status": "done:status",
    "Problems": "found:problems",
    "Effect": "found:effect",
    "Facets": "found:facets",
    "Profile": "found:profile",
    "Clusters": "found:clusters",
    "Duplicates": "found:duplicates",
}
"""The class's name -> the module `displays_*` and the function in it that makes its page."""


def page(value: object) -> Page:
    """The page of a value that is `Displayed`."""
    for kind in type(value).__mro__:
        if kind.__name__ in PAGES:
            module, _, name = PAGES[kind.__name__].partition(":")
            make: Callable[[object], Page] = getattr(import_module(f"workbench.notebook.displays_{module}"), name)
            return make(value)
    raise TypeError(f"there is no display of {type(value).__name__}")
