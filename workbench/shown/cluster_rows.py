"""Clusters as rows of a grid: a line for what a cluster would become, then one for each of its values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from workbench.problems.clusters import Cluster, Clusters, Counted
from workbench.shown.cells import FIGURE, Cell, Column
from workbench.shown.text import count, glimpse

COLUMNS = (Column("spelling", "spelling"), Column("rows", "rows", FIGURE), Column("becomes", "becomes"))


@dataclass(slots=True)
class Chosen:
    """What a steward has chosen of a field's clusters: the `method` that was shown last, the ids of the clusters that are `taken`,
    and winners other than the suggested ones by id. An id is that of the same values only, whatever method is shown."""

    method: str = "fingerprint"
    taken: set[str] = field(default_factory=set)
    winners: dict[str, str] = field(default_factory=dict)

    def winner(self, cluster: Cluster) -> str:
        """What all values of a cluster would become."""
        return self.winners.get(cluster.id, cluster.winner)


class ClusterRows:
    """The lines of clusters. What is `chosen` may change: the lines say what holds when they are asked for."""

    def __init__(self, found: Clusters, chosen: Chosen) -> None:
        self.found, self.chosen = found, chosen
        self.columns = COLUMNS
        self.staged: frozenset[str] = frozenset()
        self._lines = [(cluster, one) for cluster in found.clusters for one in (None, *cluster.values)]
        self.heads = [row for row, (_, one) in enumerate(self._lines) if one is None]
        """The rows at which clusters begin."""

    @property
    def height(self) -> int:
        """How many lines there are."""
        return len(self._lines)

    def at(self, row: int) -> tuple[Cluster, Counted | None]:
        """The cluster of a row, and which of its values it shows; None for the line above them."""
        return self._lines[row]

    @property
    def taken(self) -> list[Cluster]:
        """The clusters that are taken."""
        return [cluster for cluster in self.found.clusters if cluster.id in self.chosen.taken]

    @property
    def taken_rows(self) -> list[int]:
        """The rows of the clusters that are taken."""
        return [row for row, (cluster, _) in enumerate(self._lines) if cluster.id in self.chosen.taken]

    def why(self, cluster: Cluster) -> str:
        """What speaks for the winner of a cluster."""
        return cluster.why if self.chosen.winner(cluster) == cluster.winner else "chosen by you"

    def would_change(self) -> int:
        """In how many rows of the table stands another value than what it would become."""
        return sum(one.count for cluster, one in self._moving() if one.value != self.chosen.winner(cluster))

    def window(self, start: int, stop: int, names: Sequence[str]) -> list[list[Cell]]:
        """The cells of some columns at some positions, row by row."""
        lines = (self._line(row) for row in range(start, min(stop, self.height)))
        return [[Cell(line[name]) for name in names] for line in lines]

    def row_at(self, position: int) -> int:
        """The row at a position: rows stand in their order."""
        return position

    def position_of(self, row: int) -> int | None:
        """Where a row is shown, or None."""
        return row if row < self.height else None

    def rows_between(self, first: int, last: int) -> Sequence[int]:
        """The rows from a position to another (inclusive)."""
        return range(first, last + 1)

    def same(self, row: int, name: str) -> Sequence[int]:
        """The rows of the same cluster."""
        cluster = self._lines[row][0]
        return [other for other, (of, _) in enumerate(self._lines) if of is cluster]

    def _moving(self) -> Iterator[tuple[Cluster, Counted]]:
        return ((cluster, one) for cluster in self.taken for one in cluster.values)

    def _line(self, row: int) -> dict[str, str]:
        cluster, one = self._lines[row]
        winner = self.chosen.winner(cluster)
        if one is None:
            said = f"{count(len(cluster.values), 'spelling')}: {self.why(cluster)}"
            return {"spelling": f"→ {glimpse(winner)}", "rows": f"{cluster.rows:,}", "becomes": said}
        becomes = "stays" if one.value == winner else f"→ {glimpse(winner)}"
        shown = becomes if cluster.id in self.chosen.taken else ""
        return {"spelling": f"    {glimpse(one.value)}", "rows": f"{one.count:,}", "becomes": shown}
