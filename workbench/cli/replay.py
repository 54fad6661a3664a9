"""`recipe` and `replay`: what was done in one session, done again on other data."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

from cyclopts import Parameter

from workbench.cli.common import COMMON, Common, Flag, inert_json, keys, opened, put, say, shown
from workbench.cli.interrupts import Interrupts, interruptible
from workbench.errors import UsageError
from workbench.shown.text import count

if TYPE_CHECKING:
    from workbench.replay.recipe import Recipe, Step
    from workbench.replay.replayed import Answer, Replayed

_KEYS: Final = ("operation", "status", "matched", "changed")
"""No recipe is as long as that: reading one takes ten times its size."""


def recipe(session: str, /, *, output: Path | None = None, common: Common = COMMON) -> int:
    """Write what was done in a session and still stands as a recipe: JSON, to stdout or a file, to be read and changed.

    Edits of what a query found are written as that query; what was done by hand, cell by cell.

    Parameters
    ----------
    session
        A name, or a path that ends in .session.
    output
        The file to write.
    """
    with opened(session, common) as workbench:
        made = workbench.recipe()
        if output is not None:
            workbench.write_recipe(output)
    if output is not None:
        say(f"wrote {count(len(made.steps), 'step')} to {output}")
    if made.takes_back:
        say(made.takes_back)
    if made.unheld:
        say(f"{count(made.unheld, 'customer')} on hold: no step does that again; workbench hold does")
    if common.json:
        put({"steps": [_listed(step) for step in made.steps]})
    elif output is None:
        put(inert_json(made.text().rstrip("\n")))
    return 0


def replay(
    session: str,
    /,
    *,
    recipe: Path | None = None,
    from_: Annotated[str | None, Parameter(name="--from")] = None,
    on_trouble: Literal["leave", "go", "stop"] | None = None,
    anywhere: Annotated[bool, Flag] = False,
    common: Common = COMMON,
) -> int:
    """Stage the steps of a recipe on this session's data, and tell what became of each. Nothing is sent.

    Parameters
    ----------
    session
        A name, or a path that ends in .session.
    recipe
        The recipe's file.
    from_
        Instead: another session, whose recipe is made and replayed.
    on_trouble
        What to do where a step finds much more or less than it did, or a cell is not what it was: leave that out (without a
        terminal this is what is done), go on with it, or stop before it. At a terminal you are asked.
    anywhere
        Replay a recipe that was made on another server.
    """
    from workbench.replay.reading import read_recipe
    from workbench.replay.replayed import NOT_REACHED

    if (recipe is None) == (from_ is None):
        raise UsageError("replay takes --recipe FILE, or --from SESSION")
    made = read_recipe(recipe) if recipe is not None else _of_session(str(from_), common)
    with interruptible() as signals, opened(session, common) as workbench, signals.between() as stopped:
        steps = workbench.replay(
            made, _asking(on_trouble, signals), anywhere=anywhere, on_step=_teller(stopped), stopped=stopped
        )
    if common.json:
        put({"steps": [keys(step, *_KEYS) for step in steps]})
    if not steps:
        say("the recipe has no steps; nothing was staged")
    reached = sum(step.status != NOT_REACHED for step in steps)
    if stopped() and reached < len(steps):
        say(f"interrupted after {reached:,} of {count(len(steps), 'step')}; replay it again, and it goes on there")
        return 130
    return 3 if any(step.needs for step in steps) else 0


def _of_session(name: str, common: Common) -> Recipe:
    with opened(name, common) as workbench:
        return workbench.recipe()


def _asking(on_trouble: Answer | None, signals: Interrupts) -> Callable[[Replayed], Answer]:
    if on_trouble is not None:
        return lambda step: on_trouble
    if sys.stdin.isatty() and sys.stderr.isatty():
        return lambda step: _answered(step, signals)
    return lambda step: "leave"


def _answered(step: Replayed, signals: Interrupts) -> Answer:
    try:
        with signals.at_once():
            return _asked(step)
    except KeyboardInterrupt:
        say("")
        return "stop"


def _asked(step: Replayed) -> Answer:
    """Asks at the terminal until there is an answer; its end is a stop."""
    answers: dict[str, Answer] = {"g": "go", "l": "leave", "s": "stop"}
    while True:
        sys.stderr.write(f"step {shown(_line(step))}\n  g go on with it, l leave it out, s stop: ")
        sys.stderr.flush()
        line = sys.stdin.readline()
        if not line:
            return "stop"
        if line.strip().lower()[:1] in answers:
            return answers[line.strip().lower()[:1]]


def _teller(stopped: Callable[[], bool]) -> Callable[[int, Replayed], None]:
    """Tells each step as it is done; what is not reached after an interrupt is not told one by one."""
    from workbench.replay.replayed import NOT_REACHED

    def tell(place: int, step: Replayed) -> None:
        if not (stopped() and step.status == NOT_REACHED):
            say(f"step {place}, {_line(step)}")

    return tell


def _line(step: Replayed) -> str:
    counts = f", {step.matched:,} matched, {step.changed:,} changed" if step.matched or step.seen else ""
    before = f" ({step.seen:,} matched then)" if step.seen and step.seen != step.matched else ""
    invalid = f", {step.invalid:,} not valid" if step.invalid else ""
    why = f": {step.message}" if step.message else ""
    return f"operation {step.operation}: {step.status}{counts}{before}{invalid}{why}"


def _listed(step: Step) -> dict[str, object]:
    """A step of a recipe as the list tells it: nothing is done yet."""
    from workbench.replay.recipe import DropStep, EnableStep

    if isinstance(step, DropStep | EnableStep):
        status = "dropped" if isinstance(step, DropStep) else "enabled"
        return {"operation": step.operation, "status": status, "matched": 0, "changed": 0}
    meant = step.meant
    return {"operation": meant.operation, "status": "recorded", "matched": meant.matched, "changed": meant.changed}
