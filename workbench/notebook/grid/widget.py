"""The widget: carries messages between a browser and a `Desk`. Everything that it loads is in this package."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import anywidget
import traitlets

from workbench.notebook.grid.desk import Desk

if TYPE_CHECKING:
    from workbench.workbench import Workbench

_PAGE: Final = Path(__file__).parent / "page"
_PARTS: Final = (
    "elements",
    "wire",
    "suggesting",
    "asking",
    "drawing",
    "moving",
    "editing",
    "many",
    "adding",
    "settling",
    "panes",
    "committing",
    "grid",
)
"""The parts of the page's one script, in the order in which one builds on the others: a widget loads no second file."""


class Grid(anywidget.AnyWidget):  # type: ignore[misc]
    """A grid over an open session; display it as a cell's last line. `rows` is how many rows high it is."""

    _esm = "\n".join((_PAGE / f"{part}.js").read_text(encoding="utf-8") for part in _PARTS)
    _css = (_PAGE / "grid.css").read_text(encoding="utf-8")
    rows = traitlets.Int(15).tag(sync=True)

    def __init__(self, bench: Workbench, *, api: str | None = None, rows: int = 15) -> None:
        super().__init__(rows=max(rows, 3))
        self._name = bench.name
        self._desk = Desk(bench, api=api, tell=self.send)
        self.on_msg(self._heard)

    def __repr__(self) -> str:
        return f"<Grid of the session {self._name}: to be displayed in a notebook>"

    def close(self) -> None:
        """Ends the grid; what is staged stays in the session."""
        if hasattr(self, "_desk"):  # a widget that could not be made is closed too
            self._desk.close()
        super().close()

    def _heard(self, _: Any, content: Any, buffers: Any) -> None:
        answer = self._desk.hear(content)
        if answer is not None:
            self.send(answer)
