"""Screens of panes: how these look, the one that has the keys among them, and where there is room for their titles."""

from __future__ import annotations

from typing import ClassVar, Final

from textual.screen import Screen

HIGH: Final = 30
"""Lines of a terminal from which on a list has a title too: below that it would cost a line that is needed."""


class PaneScreen(Screen[None]):
    """Its lists stand in `Titled`; what says more of their lines is a `pane`, and `beside` where it stands at the side."""

    DEFAULT_CSS: ClassVar[str] = """
    PaneScreen .pane, PaneScreen Titled { border-title-color: $foreground; }
    PaneScreen .pane { border-top: solid $foreground 35%; }
    PaneScreen .pane:focus, PaneScreen .pane:focus-within { border-top: heavy $primary; }
    PaneScreen.-wide .beside { border-left: solid $foreground 35%; }
    PaneScreen.-wide .beside:focus, PaneScreen.-wide .beside:focus-within { border-left: heavy $primary; }
    PaneScreen Titled { height: 1fr; }
    PaneScreen.-high Titled { border-top: solid $foreground 35%; }
    PaneScreen.-high Titled:focus-within { border-top: heavy $primary; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.VERTICAL_BREAKPOINTS = [(0, "-low"), (HIGH, "-high")]
