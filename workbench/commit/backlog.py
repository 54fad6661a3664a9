"""What of a plan is not read back yet: a run that begins sends its first requests while the others wait in the file."""

from __future__ import annotations

from array import array
from collections import Counter

from workbench.commit.schedule import Job, shapes_of
from workbench.session.plans import Fresh
from workbench.session.store import Store


class Backlog:
    """The requests of a plan that this process has made durable and of which nothing was ever intended, read part by part.

    `shapes` says how many requests have which shapes. `rows` and `customers` have the customer row and id of each request that
    was read, by its number.
    """

    def __init__(self, store: Store, run: int, fresh: Fresh) -> None:
        self._store, self._run, self._fresh, self._read = store, run, fresh, 0
        self.shapes = Counter[frozenset[str]]()
        for text, count in fresh.shapes.items():
            self.shapes[shapes_of(text)] += count
        self.rows = array("I")
        self.customers: list[str] = []

    def read(self) -> list[Job]:
        """The next part as jobs, in order; none at the end. Raises `SessionDamaged` if the file does not hold what was written."""
        if self._read == self._fresh.parts:
            return []
        found = self._store.fresh_requests(self._run, self._read)
        self._read += 1
        self.rows.extend(request.row for request in found)
        self.customers.extend(request.customer_id for request in found)
        return [Job(request) for request in found]
