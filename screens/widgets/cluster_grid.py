"""The lines of clusters: those that are taken in have a mark, and left and right are the list's."""

from __future__ import annotations

from typing import ClassVar, Final

import polars as pl
from textual.binding import Binding, BindingType
from textual.message import Message

from screens.widgets.grid import Grid
from workbench.problems.clusters import Cluster, Counted
from workbench.shown.cluster_rows import ClusterRows
from workbench.shown.marks import Marks

_FIGURES: Final = 8
_EDGES: Final = 4
"""Terminal cells of the gutter and the scroll bar."""
_NARROWEST: Final = 8


class ClusterGrid(Grid):
    """There is nothing at the side to go to: left and right change the method of the screen that it stands on."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "screen.method(-1)", "Previous method", show=False, id="clusters.previous_method"),
        Binding("right,l", "screen.method(1)", "Next method", show=False, id="clusters.next_method"),
    ]

    class Gutter(Message):
        """The left edge of the cursor's line was clicked."""

    def __init__(self, clusters: ClusterRows) -> None:
        super().__init__(clusters)
        self.clusters = clusters

    def show_clusters(self, clusters: ClusterRows) -> None:
        """Shows these from the first on."""
        self.clusters = clusters
        self.show(clusters)
        self.share_room()
        self.mark_taken()
        self.go_to(0, 0)

    def mark_taken(self) -> None:
        """Paints what is chosen now."""
        self.marks = Marks(self.clusters.height)
        self.marks.add(pl.Series(self.clusters.taken_rows, dtype=pl.UInt32))
        self.repaint()

    @property
    def here(self) -> tuple[Cluster, Counted | None] | None:
        """The cluster under the cursor and its value there, None on its first line; None without clusters."""
        return None if self.row is None else self.clusters.at(self.row)

    def go_to_cluster(self, step: int) -> None:
        """To the first line of the next cluster, or of the previous."""
        at, heads = self.cursor.position, self.clusters.heads
        there = [head for head in heads if (head > at if step > 0 else head < at)]
        if there:
            self.go_to(there[0] if step > 0 else there[-1])

    def share_room(self) -> None:
        """Half of the room that the figures leave is for the spelling, half for what it becomes."""
        half = max((self.size.width - _FIGURES - _EDGES) // 2, _NARROWEST)
        arrangement = self.arrangement
        for name, width in (("spelling", half), ("rows", _FIGURES), ("becomes", half)):
            arrangement = arrangement.widen(name, width)
        self.arrange_columns(arrangement, tell=False)

    def on_resize(self) -> None:
        """Shares the room anew."""
        self.share_room()

    def gutter_clicked(self) -> None:
        """A click at the left edge takes the cluster in or out."""
        self.post_message(self.Gutter())
