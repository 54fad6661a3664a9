"""What the workbench's methods return. The attributes are the keys that the commands print with `--json`.

What is said in a text of theirs (a warning, a reason) names commands where there is something to do; notebooks show it as calls.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from workbench.customers.records import Rejected
from workbench.displayed import Displayed
from workbench.preview.bases import Differences
from workbench.stage.staging import Example

if TYPE_CHECKING:
    from workbench.commit.audit import Audit
    from workbench.stage.sheet import Lost
    from workbench.stage.sheets import Moved


@dataclass(frozen=True, slots=True)
class LoadReport(
    Displayed,
    told=("session", "customers", "addresses", "contacts", "attributes", "rejected", "warnings", "interrupted"),
):
    """What a load brought: rows of each table in the session now (`customers`, `addresses`, `contacts`, `attributes`).

    `rejected` customers or lines were not taken, or not whole, and are `set_aside` with their places and the reasons. `warnings`
    are a line each. `conflicts`: how many staged cells are in conflict now. `interrupted`: it ended early, and what was fetched
    is kept. `came`: how many customers were in what was loaded, of a session that may hold others.
    """

    session: str
    customers: int
    addresses: int
    contacts: int
    attributes: int
    rejected: int
    set_aside: tuple[Rejected, ...] = ()
    warnings: tuple[str, ...] = ()
    conflicts: int = 0
    interrupted: bool = False
    came: int = 0


@dataclass(frozen=True, slots=True)
class Refreshed(Displayed):
    """What a refresh found: how many customers `changed`, are `new` and are `gone`, and how many staged cells are in `conflicts`
    now.

    `differences` tells the cells that moved. `loaded` is what came as a load tells it.
    """

    changed: int
    new: int
    gone: int
    conflicts: int
    differences: Differences = field(repr=False)
    loaded: LoadReport = field(repr=False)


@dataclass(frozen=True, slots=True)
class Staged(Displayed, told=("operation", "matched", "changed", "unchanged", "invalid")):
    """What staging came to: the number of the `operation` (None if nothing changes, or it was only tried), rows `matched`, cells
    `changed`, `unchanged` and `invalid`, rows `skipped` because they cannot be edited, some `examples`, the `reasons` why cells
    are invalid (the commonest first), and what is said of ids that are to be removed and that nobody has (`unheld`)."""

    operation: int | None
    matched: int
    changed: int
    unchanged: int
    invalid: int
    skipped: int = 0
    examples: tuple[Example, ...] = ()
    reasons: tuple[str, ...] = ()
    unheld: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StagedSheet(Staged, told=("operation", "matched", "changed", "unchanged", "invalid", "lost", "moved", "unknown")):
    """What staging a sheet came to: beside what `Staged` tells, the rows and cells that are not staged (`lost`, each with its
    place and the reason), the cells that `moved` since it was written, hints on the columns that nobody knows (`unknown`), how
    many values are staged as text that look like `formulas`, with the first of them (`formula`), and how many cells were
    `emptied` in the sheet and stay as they are, with one of them (`emptied_one`: the customer's id, the path)."""

    lost: tuple[Lost, ...] = ()
    moved: tuple[Moved, ...] = ()
    unknown: tuple[str, ...] = ()
    formulas: int = 0
    formula: Example | None = None
    emptied: int = 0
    emptied_one: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Unstaged(Displayed):
    """What unstaging came to: the number of the `operation` (None if nothing was staged there), and how many cells are taken back
    (`changed`)."""

    operation: int | None
    changed: int


@dataclass(frozen=True, slots=True)
class Resolved(Unstaged):
    """The operation that settled conflicts (None: there were none there, or it was only tried), and how many; `keep` is what was
    kept, and how many of the values kept are `invalid`, with the reasons: their customers stay held."""

    keep: str = "theirs"
    invalid: int = 0
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Held(Displayed):
    """What holding or releasing came to: how many customers' state changed."""

    changed: int


_NOTHING: Final = "nothing of it is to go back: the server holds what it held before"


def as_it_is(cells: int) -> str:
    """That so many cells do not go back: they cannot, or they went already."""
    return "stays as it is" if cells == 1 else "stay as they are"


@dataclass(frozen=True, slots=True)
class Reverted(Displayed, told=("operation", "changed", "irreversible")):
    """What reverting came to: the number of the `operation` (None if nothing can go back), how many cells it stages back
    (`changed`), and those that stay (`irreversible`: `id`, `path`, `reason`). `rest`: how many cells of the operation that was to
    be reverted came by earlier runs and could go back too."""

    operation: int | None
    changed: int
    irreversible: tuple[dict[str, str], ...]
    rest: int = 0

    @property
    def why(self) -> str:
        """Why cells stay: the one reason, or each with how many cells, the commonest first; empty if all go back."""
        reasons = Counter(one["reason"] for one in self.irreversible).most_common()
        return ", ".join(reason if len(reasons) == 1 else f"{cells:,} x {reason}" for reason, cells in reasons)

    @property
    def stays(self) -> str:
        """How many of all cells cannot go back, and why; empty if all can."""
        stay = len(self.irreversible)
        if not self.changed:
            return f"nothing of it can go back: {self.why}" if stay else _NOTHING
        return f"{stay:,} of its {self.changed + stay:,} cells cannot go back: {self.why}" if stay else ""


@dataclass(frozen=True, slots=True)
class Log(Displayed, told=("operations", "runs", "holds")):
    """What was done: `operations` and `runs`, oldest first, as plain values; and in `holds` what was put on hold or released
    (`hold`, `at`, `by`, `held`, `note`, how many `customers`, the `customer` (row) if it was one): that is no step of undo. Times
    are ISO 8601, UTC; `acts` are all of them in the order in which they were done, also where a clock was set back."""

    operations: tuple[dict[str, Any], ...]
    runs: tuple[dict[str, Any], ...]
    holds: tuple[dict[str, Any], ...] = ()
    acts: tuple[dict[str, Any], ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Logs(Displayed, told=("operations", "runs", "skipped")):
    """What was done in many sessions: operations and runs as a `Log` has them, each with its `session`, by time (those of one
    session in its own order), and both together as `acts`; events of `cells`, if they were asked for; and the sessions that
    could not be read, with the reasons (`skipped`)."""

    operations: tuple[dict[str, Any], ...]
    runs: tuple[dict[str, Any], ...]
    cells: Audit | None = None
    skipped: tuple[tuple[str, str], ...] = ()
    acts: tuple[dict[str, Any], ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Status(Displayed):
    """Where a session stands: how many `customers` it has and cells are `staged`, the numbers of `operations` and `runs`, the run
    to resume (`unfinished`, or None), how many of the staged cells were taken out of every commit (`left_out`), of how many
    customers only a summary came from the API (`summaries`), and whether the unfinished run is under way in this process
    (`running`)."""

    session: str
    customers: int
    staged: int
    operations: int
    runs: int
    unfinished: int | None
    left_out: int = 0
    summaries: int = 0
    running: bool = False
