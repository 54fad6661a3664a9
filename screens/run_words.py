"""What Run says about a run: how far it is, what became of the customers, and what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from screens.commit_run import CommitRun, done_of
from screens.in_keys import reason_alone
from screens.lines import Part
from screens.pace import duration
from workbench.results import Reverted
from workbench.session.rows import Run
from workbench.shown.text import count

_BAR: Final = 20


def live(commit: CommitRun, counts: Mapping[str, int]) -> list[Part]:
    """How far a commit is by these counts of the whole run's outcomes, how much of it earlier goes have done, and, once that can be
    told, how fast it goes and how long it takes still."""
    done, earlier, progress = done_of(counts), commit.done_earlier, commit.progress
    parts: list[Part] = [(f"run {commit.number} ", "bold"), _bar(done, commit.planned)]
    parts.append(f" {done:,} of {commit.planned:,}" + (f" ({earlier:,} earlier)" if earlier else ""))
    if progress is None:
        return [*parts, (f"  {commit.awaited}", "bold")]
    if commit.draining:
        return [*parts, ("  stops when what is in flight is answered", "bold")]
    if commit.held:
        return [*parts, ("  paused: p goes on", "bold reverse")]
    if progress.waiting:
        return [*parts, f"  {progress.waiting}"]
    if not commit.pace.is_known:
        return parts
    parts.append(f"  {_rate(commit.pace.recent)} now, {_rate(commit.pace.mean)} mean")
    left = commit.pace.left(commit.planned - done)
    return [*parts, f"  {duration(left)} left" if left is not None else "  waiting for the server"]


def ended(run: Run) -> list[Part]:
    """A run that does not go on: when it was, how long it took, and why it waits if it does."""
    took = f"  {duration(run.seconds)}" if run.seconds else ""
    parts: list[Part] = [(f"run {run.id}", "bold"), f"  {run.at[:19].replace('T', ' ')}{took}"]
    if run.state == "done":
        return parts
    state = "cut off" if run.state == "running" else run.state
    return [*parts, (f"  {state}", "bold"), f": {reason_alone(run.reason)}" if run.reason else ""]


def counted(counts: Mapping[str, int], shown: tuple[str, ...]) -> list[Part]:
    """The outcomes with their numbers; those that are `shown` in the list (empty: all) are reversed."""
    parts: list[Part] = []
    for name, number in counts.items():
        if not number and (name == "unsent" or counts.get("unsent")):
            continue  # of a run that is not done there is more to say, and little room
        style = "reverse" if name in shown else "bold" if number else "dim"
        parts += [(f"{name} {number:,}", style), "   "]
    return parts


def needs_you(
    counts: Mapping[str, int],
    open_conflicts: int | None = None,
    taken_back: str = "",
    *,
    unfinished: bool,
    accepts: bool = False,
) -> str:
    """What needs the steward after a run, each with its key; of its conflicts so many are open still (None: all). What was
    `taken_back` of it stands first. `accepts`: it goes on only once what the server made of a canary is accepted. Empty if nothing
    does."""
    still = counts["conflict"] if open_conflicts is None else open_conflicts
    said = [taken_back] if taken_back else []
    if unfinished:
        on = "A resumes and takes what the server stores" if accepts else "r resumes"
        said.append(f"{count(counts['unsent'] + counts['unknown'], 'customer')} not done: {on}, X gives up")
    if not unfinished and counts["unsent"]:
        said.append(f"{counts['unsent']:,} unsent stay staged: c reviews them")
    if not unfinished and counts["unknown"]:
        said.append(f"whether {counts['unknown']:,} arrived is not known: c commits again, which reads first")
    if counts["failed"]:
        said.append(f"{counts['failed']:,} failed: F shows why, / in Browse, t tries again")
    if still:
        said.append(f"{count(still, 'conflict')}: C resolves")
    if decided := counts["conflict"] - still:
        said.append(f"{count(decided, 'conflict')} decided: c reviews what is still staged")
    if counts["altered"]:
        said.append(f"{counts['altered']:,} altered by the server: F shows them")
    return "; ".join(said)


def nothing_needs_you(way_back: str) -> str:
    """That nothing does, and what can go back, once that is known."""
    return "; ".join(filter(None, ("nothing needs you", way_back)))


def way_back(found: Reverted) -> str:
    """What can go back of a run in which all went well, by what reverting it comes to."""
    if not found.changed:
        return found.stays
    of = f"{found.changed:,} of its {found.changed + len(found.irreversible):,} cells" if found.irreversible else "it"
    return f"R in History (4) takes {of} back"


def resuming(run: int, counts: Mapping[str, int], origin: str, *, accept_altered: bool) -> tuple[str, list[str]]:
    """What is asked before an unfinished run goes on, and what that would do, by these counts of outcomes."""
    unsent, unknown = counts.get("unsent", 0), counts.get("unknown", 0)
    said = []
    if unsent:
        said.append(f"{count(unsent, 'customer')} not sent yet: {'it is' if unsent == 1 else 'they are'} sent now.")
    if unknown:
        said.append(f"{count(unknown, 'customer')} perhaps sent: read back first; nothing is sent twice.")
    if accept_altered:
        said.append("What the server stores instead of what was asked, or empties beside it, is taken as it is.")
    return f"Resume run {run}: {count(unsent + unknown, 'customer')} not done, to {origin}?", said


def _rate(customers: float) -> str:
    return f"{customers:,.0f}/s" if customers >= 10 else f"{customers:.1f}/s"


def _bar(done: int, planned: int) -> str:
    full = _BAR * done // planned if planned else _BAR
    return "█" * full + "░" * (_BAR - full)
