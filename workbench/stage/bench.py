"""The session in memory: its base, its operations and flags, and the snapshot that follows from them.

Every change goes to the session file first and into memory after, so that memory never knows more than the disk.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

import orjson
import polars as pl

from workbench.customers.ahead import Ahead, ReadBack
from workbench.customers.implied import bare
from workbench.customers.overlay import laid, news, overlay
from workbench.customers.records import Collected, decode
from workbench.customers.tables import Tables
from workbench.errors import RunUnfinished, SessionDamaged, WorkbenchError
from workbench.onlooker import step
from workbench.session.bases import KeptOrders
from workbench.session.rows import Acceptance, Change, Hold, LeftOut, Operation, Run
from workbench.session.settings import Settings
from workbench.session.store import Store
from workbench.stage.accepted import Accepted, heard
from workbench.stage.arrived import as_asked
from workbench.stage.choice import Choice, chosen
from workbench.stage.fold import Fold
from workbench.stage.following import following
from workbench.stage.ledger import Ledger
from workbench.stage.meanwhile import refuse_outdated
from workbench.stage.notes import Note, fact_of, with_notes
from workbench.stage.on_hold import after, nobody
from workbench.stage.reading import names_text, read_base
from workbench.stage.settling import end_what_is_over, settled_cells, waiting
from workbench.stage.snapshot import Column, Snapshot
from workbench.stage.undisturbed import Undisturbed

_FOLD_AT_ONCE: Final = 20_000
_BASE: Final = 0.8
"""About this share of reading a session is reading its base."""


class Bench:
    """An open session: `store`, `base`, `operations`, `holds`, `ledger`, `fold` and the current `snapshot`. One writer."""

    def __init__(
        self, store: Store, told: Callable[[float], None] = lambda share: None, *, whole: bool = False
    ) -> None:
        """`told` hears which share of the session is read, 0 to 1. Unless it is to be there `whole`, the nested tables are only
        unpacked when somebody asks for them."""
        self.store = store
        self.lock = Undisturbed()
        self.under_way: int | None = None
        """The run that goes on in this process."""
        self.facts = store.facts()
        self.base = read_base(store, self.facts, lambda share: told(_BASE * share), whole=whole)
        self.operations = with_notes(store.operations(), self.facts)
        end_what_is_over(store)
        self.runs = store.runs()
        self.ledger = Ledger.replayed((o.id for o in self.operations), store.acts())
        self.fold = Fold(self.operations)
        self.snapshot = Snapshot(0, self.base, self.base)
        self.holds = store.holds()
        self.on_hold = after(nobody(), self.holds)
        self.accepted = heard({}, store.acceptances())
        self.choice = chosen(Choice(), store.left_out())
        for run in self.runs:
            self._settle(run)
        self.fold_answers()
        self._swap(self.fold.columns)

    # -- base -----------------------------------------------------------------------------------------------------

    @property
    def loaded(self) -> bool:
        """Whether the session has a base yet."""
        return "base" in self.facts

    def rebase(
        self,
        base: Tables,
        facts: Mapping[str, str] | None = None,
        moved: pl.DataFrame | None = None,
        orders: KeptOrders | None = None,
    ) -> None:
        """A base read anew (every row of the old one at its place), what `moved` in it (see `session.moved`), and `orders` that are
        kept with it: durable, then current."""
        with self.lock:
            generation = int(self.facts.get("base", "0")) + 1
            kept = {**(facts or {}), "base": str(generation), "names": names_text(base)}
            self.store.write_base(bare(base), generation=generation, facts=kept, moved=moved, orders=orders)
            self.facts = self.store.facts()
            self.base = base
            self._swap(self.fold.columns)

    def fold_answers(self, ahead: Ahead | None = None) -> int:
        """Lays the answers that no overlay stands for yet over base, durably; how many there were. `ahead` may have read some."""
        with self.lock:
            begun = ahead.taken() if ahead is not None else ReadBack()
            waiting, last = list(begun.pairs), begun.last
            count = len(waiting)
            for part, _, pairs in self.store.answers(last):
                waiting += pairs
                count, last = count + len(pairs), part
                if len(waiting) >= _FOLD_AT_ONCE:
                    self._lay(waiting, last, begun)
                    waiting, begun = [], ReadBack()
            if waiting:
                self._lay(waiting, last, begun)
            if count:
                self._swap(self.fold.columns)
            return count

    def _lay(self, pairs: Sequence[tuple[int, bytes]], folded: int, begun: ReadBack) -> None:
        """Lays answers over base, of which the first are those that were read back. Of a customer's several the last counts."""
        newest = dict(pairs)
        records = list(newest.values())
        known = begun.collected if len(newest) == len(pairs) else Collected()
        fresh, rejected = decode([record.decode() for record in records[known.lines :]], str, known)
        if rejected:
            lines = [record.decode() for record in records]
            for one in rejected:
                lines[int(one.place)] = _as_compared(lines[int(one.place)])
            fresh, rejected = decode(lines, str)
        if rejected:
            raise SessionDamaged(f"an answer kept in {self.store.path} does not read: {rejected[0].reason}")
        over = news(self.base, overlay(self.base, fresh, at=pl.Series(list(newest), dtype=pl.UInt32)))
        generation = int(self.facts.get("base", "0"))
        base = laid(self.base, over).with_names(fresh.sales_reps, fresh.price_lists)
        self.store.write_overlay(over, generation=generation, folded=folded, facts={"names": names_text(base)})
        self.base, self.facts = base, self.store.facts()

    # -- facts and holds ------------------------------------------------------------------------------------------

    def keep(self, facts: dict[str, str]) -> None:
        """Makes facts by key durable and current."""
        with self.lock:
            self.store.keep(facts)
            self.facts = self.store.facts()
            self._swap(())

    def remember(self, facts: dict[str, str]) -> None:
        """Makes facts durable that no snapshot shows: it stays the same one."""
        with self.lock:
            self.store.keep(facts)
            self.facts = self.store.facts()

    def annotate(self, number: int, note: Note) -> None:
        """Makes a newer note of an operation durable and current."""
        with self.lock:
            operation = self.operation(number)
            self.keep(fact_of(number, self.facts, note))
            self.operations[self.operations.index(operation)] = replace(operation, note=note.note)

    def remember_made(self, made: Callable[[Mapping[str, str]], dict[str, str]]) -> None:
        """Makes facts that no snapshot depends on durable and current: those that `made` makes of the ones there are."""
        with self.lock:
            facts = made(self.facts)
            if facts:
                self.store.keep(facts)
                self.facts = self.store.facts()

    def hold(self, change: Hold) -> None:
        """Makes a hold or a release durable and current."""
        with self.lock.before_keeping():
            step()
            on_hold = after(self.on_hold, [change])
            snapshot = self._following((), on_hold=on_hold)
            with self.lock:
                self.store.add_hold(change)
                self.holds = [*self.holds, change]
                self.on_hold, self.snapshot = on_hold, snapshot

    def accept(self, words: list[Acceptance]) -> None:
        """Makes what was accepted or withdrawn durable and current."""
        with self.lock.before_keeping():
            accepted = heard(self.accepted, words)
            snapshot = self._following((), accepted=accepted)
            with self.lock:
                self.store.add_acceptances(words)
                self.accepted, self.snapshot = accepted, snapshot

    def choose(self, words: list[LeftOut]) -> None:
        """Makes durable and current what was taken out of commits, or in again; no snapshot shows it."""
        with self.lock.before_keeping():
            choice = chosen(self.choice, words)
            with self.lock:
                self.store.add_left_out(words)
                self.choice = choice

    # -- operations -----------------------------------------------------------------------------------------------

    def add(
        self,
        operation: Operation,
        rows: Mapping[str, pl.DataFrame] | None = None,
        *,
        on: Snapshot | None = None,
        read: Sequence[Change] = (),
    ) -> Operation:
        """Makes an operation durable and current; comes back with its number.

        `rows` are new rows by table that it lays over base (with `_row`, see `customers.overlay`). Raises `Outdated` if it was
        worked out `on` a snapshot of which what it touches, or `read`, is another meanwhile.
        """
        over = rows or {}
        with self.lock:
            if on is not None and on is not self.snapshot:
                refuse_outdated(operation, over, on, self.snapshot, read)
            generation = int(self.facts.get("base", "0"))
            number = self.store.add_operation(operation, over, generation=generation)
            self.base = laid(self.base, over) if over else self.base
            o = operation
            added = Operation(number, o.at, o.by, o.kind, o.note, o.recipe, o.matched, o.changed, o.changes)
            self.operations.append(added)
            self.ledger.add(number)
            self.fold.add(added)
            self._swap({(c.table, c.field) for c in added.changes})
            return added

    def act(self, at: str, acts: Sequence[tuple[str, int]]) -> None:
        """Makes acts (name, operation) durable and current."""
        with self.lock.before_keeping():
            ledger = self.ledger.after(acts)
            touched = {(c.table, c.field) for _, number in acts for c in self.operation(number).changes}
            snapshot = self._following(touched, active=ledger.active)
            with self.lock:
                self.store.add_acts(at, acts)
                self.ledger, self.snapshot = ledger, snapshot

    def operation(self, number: int) -> Operation:
        """The operation with this number; raises `WorkbenchError` if there is none."""
        for operation in self.operations:
            if operation.id == number:
                return operation
        raise WorkbenchError(f"there is no operation {number}; see: workbench log {self.store.path.stem}")

    def state(self, operation: Operation) -> str:
        """What became of an operation: active, undone, dropped, committed or partly."""
        open_ = self.open_cells(operation)
        if operation.id in self.ledger.active:
            return "active" if open_ == operation.changed else "partly" if open_ else "committed"
        if any(self.fold.counted(operation.id, change)[1] for change in operation.changes):
            return "partly"
        return "dropped" if operation.id in self.ledger.dropped else "undone"

    def open_cells(self, operation: Operation) -> int:
        """How many of an operation's cells no run has settled."""
        return sum(self.fold.counted(operation.id, change)[0] for change in operation.changes if change.count)

    def sent_cells(self, operation: Operation) -> int:
        """Of how many of an operation's cells a run brought that very value to the server last."""
        return sum(self.fold.counted(operation.id, change)[1] for change in operation.changes if change.count)

    # -- runs -----------------------------------------------------------------------------------------------------

    def refresh_runs(self, ahead: Ahead | None = None) -> None:
        """Reads the runs again after one moved on: what they settled, and the answers they brought, some of which `ahead` may have
        read."""
        with self.lock:
            self.runs = self.store.runs()
            if self.runs:
                self._settle(self.runs[-1])
            if not self.fold_answers(ahead):
                self._swap(self.fold.columns)

    def unfinished(self) -> Run | None:
        """The run that waits to be resumed, or None."""
        return next((run for run in reversed(self.runs) if run.state != "done"), None)

    def refused(self, run: Run, before: str, after: str) -> RunUnfinished:
        """The error for what an unfinished run is in the way of: what is said before and after how the run stands."""
        here = run.id == self.under_way
        finish = "" if here else f"workbench resume {self.store.path.stem}"
        stands = f"run {run.id} is {'under way here' if here else 'unfinished'}"
        return RunUnfinished(f"{before}{stands}{after}", run.id, finish)

    def waiting(self, run: Run) -> Iterator[Change]:
        """The cells of a run's plan whose requests are not finished, column by column."""
        return waiting(self.store, run)

    def settled_cells(self, run: int) -> dict[Column, pl.DataFrame]:
        """The cells of a run's plan that it settled, by column: see `settling.settled_cells`."""
        return settled_cells(self.store, self.base, run)

    def _settle(self, run: Run) -> None:
        cells = self.settled_cells(run.id)
        for column, brought in as_asked(self.base, cells).items():
            self.fold.brought(column, brought)
        self.fold.settle({c: self.fold.last_to_write(c, frame, run.horizon) for c, frame in cells.items()})

    # -- below ----------------------------------------------------------------------------------------------------

    def _swap(self, touched: Iterable[Column]) -> None:
        """Computes the touched columns again and swaps the snapshot."""
        self.snapshot = self._following(touched)

    def _following(
        self,
        touched: Iterable[Column],
        *,
        active: Collection[int] | None = None,
        on_hold: pl.DataFrame | None = None,
        accepted: Accepted | None = None,
    ) -> Snapshot:
        """The next snapshot once these columns are touched; with what is told as if it were so already. Nothing is changed."""
        return following(
            self.snapshot,
            touched,
            base=self.base,
            fold=self.fold,
            active=self.ledger.active if active is None else active,
            settings=Settings.read(self.facts),
            on_hold=self.on_hold if on_hold is None else on_hold,
            accepted=self.accepted if accepted is None else accepted,
        )


def _as_compared(answer: str) -> str:
    """An answer as the commit compared it: of a key that it gives twice the last one counts."""
    try:
        return orjson.dumps(orjson.loads(answer)).decode()
    except orjson.JSONDecodeError:
        return answer
