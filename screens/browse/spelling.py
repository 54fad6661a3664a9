"""From a column of Browse to its clusters: the ways in which one thing is written, and one spelling for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from screens.browse.showing import Showing
from workbench.errors import WorkbenchError
from workbench.shown.text import count

if TYPE_CHECKING:
    from screens.dialogs.clusters import Accepted
    from workbench.results import Staged
    from workbench.shown.cluster_rows import Chosen


class Spelling(Showing):
    """Opens the clusters of the cursor's column in what is found, and stages what was accepted of them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("C", "clusters", "Clusters of this column", show=False, id="browse.clusters"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._chosen: dict[tuple[str, str], Chosen] = {}

    def action_clusters(self) -> None:
        """Lists them; what was chosen of this column's before is chosen again."""
        from screens.dialogs.clusters import ClusterList
        from workbench.problems.clusters import refuse_no_spellings
        from workbench.shown.cluster_rows import Chosen

        field = self._field_here("C")
        if field is None or self._editable()[1] is None:
            return
        try:
            refuse_no_spellings(field)
        except WorkbenchError as error:
            self.desk.say(f"{error.in_commands}; C is for a column of text")
            return
        chosen = self._chosen.setdefault((field.table, field.name), Chosen())

        def answered(accepted: Accepted | None) -> None:
            if accepted is not None:
                self._stage_clusters(accepted, chosen)
            elif chosen.taken:
                self.desk.say("not staged; C brings back what was taken in")

        self.app.push_screen(ClusterList(field, self.view.query, chosen), answered)

    def _stage_clusters(self, accepted: Accepted, chosen: Chosen) -> None:
        bench, name = self.bench, f"{accepted.found.field.table}.{accepted.found.field.name}"
        note = accepted.note or f"{name}: {count(len(accepted.ids), 'cluster')} by {accepted.found.method.name}"

        def done(staged: Staged) -> None:
            chosen.taken.difference_update(accepted.ids)
            if staged.operation is None:
                self.desk.say("nothing changes: these values are gone meanwhile")
                return
            self.desk.recent.keep(accepted.found.field.table, [accepted.found.edit(accepted.ids, accepted.winners)])
            invalid = f"; {staged.invalid:,} not valid, their customers are held" if staged.invalid else ""
            self.desk.say(f"staged {count(staged.changed, 'cell')}{invalid}; u takes it back")

        self.desk.act(
            lambda: bench.stage_clusters(accepted.found, accepted.ids, winners=accepted.winners, note=note),
            done,
            group="stage",
        )
