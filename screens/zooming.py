"""One pane as large as the screen, and back: on a small terminal a list beside others shows only a few lines."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from screens.screen import WorkbenchScreen


class Zooming(WorkbenchScreen):
    """A screen of several panes. `PANES` selects those that can get all the room, `ASIDE` what else makes way for them."""

    PANES: ClassVar[str] = ""
    ASIDE: ClassVar[str] = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("z", "zoom", "Larger, or back", show=False, id="screen.zoom"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._zoomed = False

    def action_zoom(self) -> None:
        """Gives the pane that has the keys all the room; again: as before."""
        if self.zooms_out():
            return
        panes = list(self.query(self.PANES))
        here = next((pane for pane in panes if pane.has_focus_within or pane.has_focus), panes[0])
        self._zoomed = True
        for pane in (*panes, *self._aside()):
            if pane is not here:
                pane.display = False
        here.styles.width = here.styles.height = "1fr"
        here.styles.max_height = "100%"

    def zooms_out(self) -> bool:
        """All panes again; whether one had all the room."""
        was, self._zoomed = self._zoomed, False
        for pane in (*self.query(self.PANES), *self._aside()) if was else ():
            for rule in ("display", "width", "height", "max_height"):
                pane.styles.inline.clear_rule(rule)
            pane.refresh(layout=True)
        return was

    def action_other_pane(self) -> None:
        """The keys go to the next pane; if one has all the room, that one gets it."""
        was = self.zooms_out()
        self.focus_next()
        if was:
            self.action_zoom()

    def _aside(self) -> list[Widget]:
        return list(self.query(self.ASIDE)) if self.ASIDE else []
