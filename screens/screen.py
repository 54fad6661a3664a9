"""What every screen of the app shares: the workbench it asks, and catching up when something changed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, cast

from textual import events
from textual.binding import Binding, BindingType

from screens.refusing import Refusing
from screens.widgets.top_bar import TopBar

if TYPE_CHECKING:
    from screens.ahead import Piece
    from screens.app import WorkbenchApp
    from workbench.workbench import Workbench


class WorkbenchScreen(Refusing):
    """A screen that asks the workbench and paints the answer. `generation` is that of the snapshot it shows."""

    WAY: ClassVar[str] = ""
    """How the job is done on this screen, in a line or two, for `?`."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q", "back", "Back", show=False, id="screen.back"),
        Binding("c", "review", "Review", id="screen.review"),
        Binding("u,ctrl+z", "undo", "Undo", id="screen.undo"),
        Binding("ctrl+r,U", "redo", "Redo", show=False, id="screen.redo"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.generation = -1
        self.HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]

    @property
    def desk(self) -> WorkbenchApp:
        """The app, as its own type."""
        return cast("WorkbenchApp", self.app)

    @property
    def bench(self) -> Workbench:
        """The workbench that everything is asked of."""
        return self.desk.workbench

    def on_screen_resume(self) -> None:
        """Shows what has changed since the screen was last seen."""
        self.catch_up()

    def on_screen_suspend(self, event: events.ScreenSuspend) -> None:
        """What was said here would cover the dialog or the screen that comes now; what that one says stays."""
        self.desk.forget_said(before=event.time)

    def catch_up(self) -> None:
        """Paints anew if the snapshot is another one now, or if the commit went on."""
        self.query_one(TopBar).catch_up()
        generation = self.bench.snapshot.generation
        if generation != self.generation:
            self.generation = generation
            self.changed()

    def changed(self) -> None:
        """The snapshot is another one: a screen that shows it asks for what it shows again."""

    def ahead(self) -> Iterable[Piece]:
        """What may be made ready in a quiet moment, the most useful first."""
        return ()

    def action_back(self) -> None:
        """To Browse, where everything starts."""
        self.desk.switch_mode("browse")

    def action_review(self) -> None:
        """To Review: nothing is committed from anywhere else."""
        self.desk.switch_mode("review")

    def action_undo(self) -> None:
        """Takes back the newest operation."""
        self.desk.undo()

    def action_redo(self) -> None:
        """Does again what was undone."""
        self.desk.redo()
