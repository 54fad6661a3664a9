"""The clusters of a column: which of them become one spelling, and which one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from screens.busy import SHOWN_AFTER
from screens.dialogs.dialog import Dialog
from screens.dialogs.one_line import OneLine
from screens.dialogs.stage_clusters import StageClusters
from screens.lines import Part
from screens.widgets.cluster_grid import ClusterGrid
from screens.widgets.key_hints import KeyHints
from screens.widgets.text_line import TextBlock, TextLine
from screens.widgets.titles import title
from workbench.customers.fields import Field
from workbench.errors import WorkbenchError
from workbench.problems.clusters import Cluster, Clusters
from workbench.problems.methods import METHODS, method
from workbench.shown.cluster_rows import Chosen, ClusterRows
from workbench.shown.text import count, glimpse

if TYPE_CHECKING:
    from screens.app import WorkbenchApp

_KEYS = (
    "space in or out", "a all", "Enter this spelling wins", "e another one", "J K cluster", "m ←→ method",
    "s counts what is in, Enter there stages it", "? keys", "Esc leaves",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Accepted:
    """The clusters that were accepted of those `found` (their ids), other winners by id, how many rows change, and why (a note,
    which may be empty)."""

    found: Clusters
    ids: tuple[str, ...]
    winners: dict[str, str]
    note: str


class ClusterList(Dialog[Accepted]):
    """Answers the clusters that were accepted, when what they come to has been seen. What is `chosen` on the way stays there,
    also when it is left. `where` is the query whose rows are looked at."""

    PLACE: ClassVar[str] = "clusters"
    WAY: ClassVar[str] = (
        "Each block is one thing in several spellings; its first line says what they would all become. Space takes a block in, "
        "Enter makes the spelling under the cursor the winner, m compares in another way. s counts what would change; only Enter "
        "there stages, as one operation that u takes back."
    )
    DEFAULT_CSS = """
    ClusterList { align: center bottom; }
    ClusterList > #frame { width: 100%; max-width: 140; height: 100%; margin: 1 0 0 0; }
    ClusterList ClusterGrid { height: 1fr; }
    ClusterList #value { height: auto; max-height: 4; }
    ClusterList #chosen { text-style: bold; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "take", "In, or out", id="clusters.take"),
        Binding("a", "take_all", "All in, or all out", id="clusters.take_all"),
        Binding("enter", "wins", "This spelling wins", id="clusters.wins"),
        Binding("e", "winner", "Another winner", id="clusters.winner"),
        Binding("m", "method(1)", "Another method", id="clusters.method"),
        Binding("s", "stage", "Count and stage", id="clusters.stage"),
        Binding("J", "cluster(1)", "Next cluster", show=False, id="clusters.next"),
        Binding("K", "cluster(-1)", "Previous cluster", show=False, id="clusters.previous"),
    ]

    def __init__(self, field: Field, where: str, chosen: Chosen) -> None:
        super().__init__()
        self._field, self._where, self._chosen = field, where, chosen
        self.rows: ClusterRows | None = None
        self._said = ""

    @property
    def desk(self) -> WorkbenchApp:
        """The app, as its own type."""
        return cast("WorkbenchApp", self.app)

    @property
    def grid(self) -> ClusterGrid:
        """The lines."""
        return self.query_one(ClusterGrid)

    def compose(self) -> ComposeResult:
        """By which method; the clusters; the value under the cursor; what is chosen; the keys."""
        none = ClusterRows(Clusters(self._field, self._where, method(), 0, 0, 0, ()), self._chosen)
        with Vertical(id="frame"):
            yield TextLine(id="methods")
            yield TextLine(id="method")
            yield ClusterGrid(none)
            yield TextBlock(id="value")
            yield TextLine(id="chosen")
            yield KeyHints(*_KEYS, classes="quiet")

    def on_mount(self) -> None:
        """Compares the values by the method that was shown last."""
        self.grid.focus()
        self.grid.empty = ""
        name = f"Clusters of {self._field.table}.{self._field.name}"
        title(self.query_one("#frame"), name, "m another method, ? keys")
        self.set_interval(SHOWN_AFTER, self._say_line)
        self._compare(self._chosen.method)

    # Keys

    def action_method(self, step: int) -> None:
        """Compares by the next method, or the previous."""
        self._compare(_next(self._chosen.method, step))

    def action_take(self) -> None:
        """Takes the cluster in, or out."""
        here = self.grid.here
        if here is not None:
            self._chosen.taken ^= {here[0].id}
            self._paint()

    def action_take_all(self) -> None:
        """Takes all clusters in; out if all are in."""
        if self.rows is not None:
            every = {cluster.id for cluster in self.rows.found.clusters}
            if every <= self._chosen.taken:
                self._chosen.taken -= every
            else:
                self._chosen.taken |= every
            self._paint()

    def action_wins(self) -> None:
        """The spelling under the cursor wins, and its cluster is in; on the first line what that says."""
        here = self.grid.here
        if here is not None:
            self._win(here[0], self._chosen.winner(here[0]) if here[1] is None else here[1].value)

    def action_winner(self) -> None:
        """Asks for a spelling that none of them has."""
        here = self.grid.here
        if here is None:
            return
        cluster = here[0]
        told = f"{count(cluster.rows, 'row')} in {count(len(cluster.values), 'spelling')}. Enter takes it in with this, Esc leaves."

        def given(text: str | None) -> None:
            if text is not None and not text.strip():
                self.desk.say("no spelling wins that is empty: E in Browse clears cells")
            elif text is not None:
                self._win(cluster, text)

        self.app.push_screen(OneLine("What all of these become", self._chosen.winner(cluster), told), given)

    def action_cluster(self, step: int) -> None:
        """To the first line of the next cluster, or of the previous."""
        self.grid.go_to_cluster(step)

    def action_stage(self) -> None:
        """Counts what the clusters that are in come to, before they are accepted."""
        rows = self.rows
        if rows is None or not rows.taken:
            self.desk.say("no cluster is in: space takes one in, a all")
            return
        ids = tuple(cluster.id for cluster in rows.taken)
        winners = {id_: self._chosen.winners[id_] for id_ in ids if id_ in self._chosen.winners}

        def accepted(note: str | None) -> None:
            if note is not None:
                self.dismiss(Accepted(rows.found, ids, winners, note))

        self.app.push_screen(StageClusters(self.desk.workbench, rows.found, ids, winners), accepted)

    def action_leave(self) -> None:
        """Stops comparing and shows what was there; else leaves."""
        if self.desk.stop_looking("clusters") and self.rows is not None:
            self._say_methods()
            self.desk.say("stopped; what is shown is from before")
        else:
            self.dismiss(None)

    # The mouse and the cursor

    def on_grid_chosen(self) -> None:
        """A double click is Enter."""
        self.action_wins()

    def on_cluster_grid_gutter(self) -> None:
        """A click at the left edge is a space."""
        self.action_take()

    def on_grid_moved(self) -> None:
        """Shows the whole of the value under the cursor, or of the winner with what speaks for it."""
        here, line = self.grid.here, self.query_one("#value", TextBlock)
        if here is None or self.rows is None:
            line.say()
        elif here[1] is None:
            line.say((glimpse(self._chosen.winner(here[0])), "bold"), f"  {self.rows.why(here[0])}")
        else:
            line.say((glimpse(here[1].value), "bold"), f"  {count(here[1].count, 'row')}")

    # Asking and painting

    def _win(self, cluster: Cluster, winner: str) -> None:
        """Takes a cluster in with this winner, if the workbench would stage it."""
        rows = self.rows
        if rows is None:
            return
        try:
            rows.found.mapping([], {cluster.id: winner})
        except WorkbenchError as error:
            self.desk.say_wrong(error)
            return
        self._chosen.winners[cluster.id] = winner
        self._chosen.taken.add(cluster.id)
        self._paint()

    def _compare(self, name: str) -> None:
        bench, field, where, chosen = self.desk.workbench, self._field, self._where, self._chosen
        self._say_methods(name)

        def ask() -> ClusterRows:
            return ClusterRows(bench.clusters(field.name, method(name), table=field.table, where=where), chosen)

        def wrong(error: WorkbenchError) -> None:
            self.desk.say_wrong(error)
            if not self.gone and self.rows is None:
                self.dismiss(None)

        self.desk.hold_keys(self.desk.look(ask, self._know, wrong, group="clusters", within=self))

    def _know(self, rows: ClusterRows) -> None:
        if self.gone:
            return
        self.rows, self._chosen.method = rows, rows.found.method.name
        name = self._chosen.method
        self.grid.empty = f"no two values are one thing by {name}; m compares by {_next(name, 1)}"
        self.grid.show_clusters(rows)
        self._say_methods()
        self._paint()

    def _paint(self) -> None:
        """Shows what is chosen now."""
        if self.rows is not None:
            self.grid.mark_taken()
            self.on_grid_moved()
            self._say_chosen()

    def _say_methods(self, asked: str = "") -> None:
        """The methods, the one that is shown (or asked for) with what it brings together; and which the next one is."""
        chosen = asked or self._chosen.method
        names = [(f" {name} ", "reverse bold" if name == chosen else "") for name in METHODS]
        line: list[Part] = [("by ", "bold"), *names, (f"  m tries {_next(chosen, 1)}", "bold")]
        self.query_one("#methods", TextLine).say(*line)
        self.query_one("#method", TextLine).say((f"{chosen}: ", "bold"), METHODS[chosen])

    def _say_chosen(self) -> None:
        """How many clusters there are, how many of them are in, and what was not compared."""
        if self.rows is None:
            return
        found, taken = self.rows.found, len(self.rows.taken)
        chosen = f"; {taken:,} in: {count(self.rows.would_change(), 'row')} would change" if taken else "; none is in"
        out = f"; {found.left_out:,} too long to compare" if found.left_out else ""
        partly = f"; {found.partly:,} compared only partly" if found.partly else ""
        where = f", where {self._where}" if self._where.strip() else ""
        many = f"{count(len(found.clusters), 'cluster')} of {count(found.distinct, 'value')}"
        self._said = f"{many}{chosen}{out}{partly}{where}"
        self._say_line()

    def _say_line(self) -> None:
        """What goes on; else what is chosen."""
        busy = self.desk.busy.line()
        self.query_one("#chosen", TextLine).say(f"{busy}; Esc stops" if busy else self._said)


def _next(name: str, step: int) -> str:
    """The method after this one, or before it."""
    names = list(METHODS)
    return names[(names.index(name) + step) % len(names)]
