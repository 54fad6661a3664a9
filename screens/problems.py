"""Problems: what the checks find in the customers of a search, by rule; fixed, waived or looked at from here."""

from __future__ import annotations

from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from screens.problems_acts import ProblemActs
from screens.problems_showing import LOOKING, NOTHING, Place
from screens.widgets.keys_line import KeysLine
from screens.widgets.marked_grid import MarkedGrid
from screens.widgets.text_line import TextBlock, TextLine
from screens.widgets.titles import Titled
from screens.widgets.top_bar import TopBar
from workbench.shown.problems import problem_query

_YIELDS: Final = ("customer", "field", "value", "suggestion")
"""At 80 columns what is suggested is seen beside what stands there; of the rules every column fits."""


class Problems(ProblemActs):
    """A list of rules, the worst first; one opens into its problems, the last line into what was waived."""

    DEFAULT_CSS = """
    Problems #why { height: 5; padding: 0 1; }
    """
    WAY = (
        "What the checks find in the customers that Browse found. Enter looks into a rule, and goes from a problem to its cell; "
        "/ finds all of a rule in Browse. f stages what is suggested, after a question; w waives, with a reason: what is marked, "
        "else all of the rule. x shows all columns, where only one was asked for. The last line lists what is waived; W there "
        "takes it back."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "review", "Review", show=False, id="problems.review"),
        Binding("enter", "open", "Open", id="problems.open"),
        Binding("slash,ctrl+f", "find", "In Browse", id="problems.find"),
        Binding("x", "all_fields", "All columns", show=False, id="problems.all_fields"),
        Binding("escape,q", "back", "Back", show=False, id="problems.back"),
    ]

    def compose(self) -> ComposeResult:
        """The list, and what there is to say of its line."""
        yield TopBar()
        with Titled():
            yield MarkedGrid(NOTHING, pinned=1, yields=_YIELDS, id="problems")
        yield TextBlock(id="why", classes="pane")
        yield TextLine(id="status")
        yield KeysLine(self.refusal)

    def on_mount(self) -> None:
        """The keys go to the list."""
        self.grid.empty = LOOKING
        self.grid.focus()

    def action_open(self) -> None:
        """Looks into a rule or what was waived; goes from a problem to its cell in Browse."""
        row = self.grid.row
        if self.refuses("open") or row is None:
            return
        if self.place.kind == "rules":
            self.ask(Place("problems", self.rule.rule) if self.rule else Place("waivers"))
        elif self.cells is not None:
            line = self.cells.line(row)
            self.desk.show_cell(line["table"], int(line["row"]), line["field"])

    def action_find(self) -> None:
        """Shows the customers with problems of this rule in Browse."""
        if self.refuses("find"):
            return
        rule = self.place.rule or (self.rule.rule if self.rule else "")
        if rule:
            self.desk.search_customers(problem_query(self.where or "", rule, self.field))

    def action_all_fields(self) -> None:
        """Shows the problems of all columns, if only those of one are shown."""
        if self.field and self.where is not None:
            self.look_at(self.where)
        else:
            self.desk.say("these are the problems of all columns; P in Browse lists those of one")

    def action_back(self) -> None:
        """Stops what is waited for, else takes the marks, else goes back to the rules, else to Browse."""
        stopped = self.desk.stop_looking("problems", "fixes")
        if stopped and self.list is not None:
            self.desk.say("stopped; what is shown is from before")
        elif self.grid.drop_range():
            return
        elif self.grid.marks.count:
            self.grid.clear_marks()
        elif self.place.kind != "rules" and not stopped:
            self.ask(Place())
        else:
            self.desk.switch_mode("browse")
            if stopped:
                self.desk.say("stopped looking for problems")
