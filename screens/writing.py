"""Writing a file from the app: where to is asked, over what is there only after a question, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from screens.dialogs.are_you_sure import AreYouSure
from screens.dialogs.one_line import OneLine
from workbench.errors import WorkbenchError
from workbench.onlooker import Onlooker
from workbench.preview.export import write_lines
from workbench.preview.preview import Preview
from workbench.shown.text import count

if TYPE_CHECKING:
    from screens.asking import Asking

_OFTEN: Final = 1_000
"""Lines between two words on how far it is."""
_NOTHING: Final = "nothing is staged that could go: there is nothing to write"


@dataclass(frozen=True, slots=True)
class Out:
    """What is to be written: what the question says, the file it offers, what makes the lines (in a thread), what is said when
    they are written, what is said meanwhile (a group of `screens.busy`), and how many lines there are (0: not known)."""

    title: str
    name: str
    help: str
    lines: Callable[[], Iterable[str]]
    told: str
    group: str
    many: int = 0


class Writing:
    """A file on its way. `told` hears which share of it is written."""

    def __init__(self, out: Out, told: Callable[[float], None]) -> None:
        self.out, self._onlooker = out, Onlooker(told)

    def cancel(self) -> bool:
        """Sees to it that there will be no file; False if it is too late."""
        return self._onlooker.leave()

    def lines(self) -> Iterator[str]:
        """The lines. Raises `LetGo` once it is cancelled: what has been written goes away then."""
        for number, line in enumerate(self.out.lines()):
            tells = self.out.many and number % _OFTEN == 0
            self._onlooker.sees(number / self.out.many if tells else None)
            yield line
        self._onlooker.keeps()


def write_out(desk: Asking, out: Out) -> None:
    """Asks where to, and writes."""

    def given(name: str | None) -> None:
        path = Path(name).expanduser() if name and name.strip() else None
        if path is None:
            return
        if not path.exists():
            _write(desk, out, path)
            return
        lines = [f"{path} is there already."]
        desk.push_screen(
            AreYouSure("Write over the file?", lines, "writes over it"),
            lambda yes: _write(desk, out, path) if yes else None,
        )

    desk.push_screen(OneLine(out.title, out.name, out.help, placeholder="a file"), given)


def _write(desk: Asking, out: Out, path: Path) -> None:
    if desk.writing is not None:
        desk.say("a file is being written already; Esc stops that")
        return
    writing = Writing(out, desk.busy.telling(out.group))

    def written(_: None) -> None:
        desk.writing = None
        desk.say(out.told.format(path=path))

    def wrong(error: WorkbenchError) -> None:
        desk.writing = None
        desk.say_wrong(error)

    desk.writing = writing
    desk.look(lambda: write_lines(path, writing.lines()), written, wrong, group=out.group)


def write_plan(desk: Asking) -> None:
    """Writes the plan of all that is staged and not held: the exact bodies, to be approved by somebody else."""
    bench = desk.workbench

    def ask(preview: Preview) -> None:
        goes = preview.customers - preview.held
        if not goes:
            desk.say(_NOTHING)
            return
        said = (
            f"The exact bodies of {count(goes, 'customer')}: all that is staged and neither held nor out in Review. "
            "Who has read it gives you its digest; then, with this app closed: "
            f"workbench commit {bench.name} --yes --plan FILE --digest HEX"
        )
        told = f"wrote the plan of {count(goes, 'customer')} to {{path}}; its digest is {preview.digest}"
        lines = lambda: bench.plan_lines(preview)  # noqa: E731
        write_out(
            desk,
            Out("Write the plan to", f"{bench.name}.plan.json", said, lines, told, "write plan", goes),
        )

    desk.hold_keys(desk.look(bench.preview, ask, group="tally"))


def write_report(desk: Asking) -> None:
    """Writes the report of all that is staged: one page for whoever decides."""
    from workbench.report.page import page

    bench = desk.workbench
    if not bench.snapshot.staged_cells:
        desk.say(_NOTHING)
        return
    said = (
        "One page of HTML for whoever decides about it: what is staged by shape, with examples, notes, warnings and the problems "
        "it mends; to open, search and print. Enter writes it, Esc leaves."
    )
    out = Out(
        "Write the report to", f"{bench.name}.html", said, lambda: page(bench.report()), "wrote the report to {path}",
        "write report",
    )  # fmt: skip
    write_out(desk, out)
