"""Writing a file from the app: where to is asked, over what is there only after a question, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from screens.dialogs.are_you_sure import AreYouSure
from screens.dialogs.one_line import OneLine
from workbench.preview.export import write_lines
from workbench.preview.preview import Preview
from workbench.shown.text import count

if TYPE_CHECKING:
    from screens.asking import Asking

_NOTHING = "nothing is staged that could go: there is nothing to write"


@dataclass(frozen=True, slots=True)
class Out:
    """What is to be written: what the question says, the file it offers, what makes the lines (in a thread), and what is said
    when they are written."""

    title: str
    name: str
    help: str
    lines: Callable[[], Iterable[str]]
    told: str


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

    desk.push_screen(OneLine(out.title, out.name, out.help, placeholder="a file", suggested=True), given)


def _write(desk: Asking, out: Out, path: Path) -> None:
    desk.look(lambda: write_lines(path, out.lines()), lambda _: desk.say(out.told.format(path=path)), group="write")


def write_plan(desk: Asking) -> None:
    """Writes the plan of all that is staged and not held: the exact bodies, to be approved by somebody else."""
    bench = desk.workbench

    def ask(preview: Preview) -> None:
        if not preview.customers:
            desk.say(_NOTHING)
            return
        said = (
            f"The exact bodies of {count(preview.customers, 'customer')}: all that is staged and not held, also what space took "
            "out of a commit in Review. Who has read it gives you its digest; then, with this app closed: "
            f"workbench commit {bench.name} --yes --plan FILE --digest HEX"
        )
        told = f"wrote the plan of {count(preview.customers, 'customer')} to {{path}}; its digest is {preview.digest}"
        lines = lambda: bench.plan_lines(preview)  # noqa: E731
        write_out(desk, Out("write the plan to", f"{bench.name}.plan.json", said, lines, told))

    desk.hold_keys(desk.look(bench.preview, ask, group="write"))


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
        "write the report to", f"{bench.name}.html", said, lambda: page(bench.report()), "wrote the report to {path}"
    )
    write_out(desk, out)
