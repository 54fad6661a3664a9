"""Our side of the cases that hold a session: `python tests/bench/ours.py NAME FOLDER`, in which `bench.session` lies.

Each is what a steward does, through the `Workbench` object, in a process of its own; `app.py` is the same for the terminal app,
`web.py` for what needs a server.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path

from asked import BEGUN, FACETS, FIELDS, SEARCHES, TURNS, TYPED
from timing import Figures, held_now, one_of

from workbench.shown.rows import SnapshotRows
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

TERM = Edit("set", "payment_term", "NET31")
NAME = Edit("apply", "company_name", "upper")
WHILE, REST = ("qx", "qxy", "qxyz", "qxyzz"), 1.0
"""Words that find nothing, and the seconds before each."""
SCREEN = 45
"""Rows of a large terminal."""


def opened(folder: str) -> Workbench:
    """The session, with a key that no server looks at."""
    return Workbench.open("bench", sessions_dir=Path(folder), key="k")


def search(figures: Figures, given: list[str]) -> None:
    """A keystroke over all text: the first of the session, then each kind, and a word as it is typed. No word comes twice."""
    with opened(given[0]) as bench:
        customers = bench.status().customers
        figures.took("search, the first of a session", lambda: bench.search("zq"))
        figures.took("search, made ready", bench.prepare_search)
        bench.search("zzzz")
        figures.took("search, typing a word", lambda: [bench.search(TYPED[:end]) for end in range(1, len(TYPED) + 1)])
        bench.search("company_name:/nobody/")
        for name, asked in SEARCHES.items():
            queries = [one.of(customers).query for one in asked]
            figures.often(f"search, {name}", lambda turn, queries=queries: bench.search(queries[turn]), TURNS)
        shown = SnapshotRows(bench.snapshot, "customers")
        names = [column.name for column in shown.columns]
        shown.window(0, SCREEN, names)  # what stands there while a word is typed

        def screenful(word: str) -> None:
            found = bench.first_found(word)
            rows = found if found is not None else bench.search(word).rows
            SnapshotRows(bench.snapshot, "customers", rows).window(0, SCREEN, names)

        figures.often("search, the first screenful", lambda turn: screenful(BEGUN[turn]), TURNS)


def fields(figures: Figures, given: list[str]) -> None:
    """Conditions on fields: the first of each, and the median of four others, each asked once."""
    with opened(given[0]) as bench:
        bench.stage([TERM], where="last_name:garcia")
        figures.took("is:staged", lambda: bench.search("is:staged"))
        for name, (first, *others) in FIELDS.items():
            figures.took(f"{name}, the first time", lambda first=first: bench.search(first))
            figures.often(name, lambda turn, others=others: bench.search(others[turn]), len(others))


def facets(figures: Figures, given: list[str]) -> None:
    """Nine facets of all rows, and of a third of them."""
    with opened(given[0]) as bench:
        for name, query in (("nine facets of all", ""), ("nine facets of a third", "payment_term:=NET30")):
            found = bench.search(query)
            found.facets("status")
            figures.often(name, lambda turn, found=found: [found.facets(field) for field in FACETS], 3)


def sort(figures: Figures, given: list[str]) -> None:
    """By a text, then by another column, and back to the first."""
    with opened(given[0]) as bench:
        bench.search("", sort="id")
        figures.took("sort by a text", lambda: bench.search("", sort="company_name"))
        figures.same("sort by a text, whatever its case", "sort by a text")
        figures.took("sort by another column", lambda: bench.search("", sort="-phone"))
        figures.took("sort, back to the first", lambda: bench.search("", sort="company_name"))


def stage(figures: Figures, given: list[str]) -> None:
    """Two bulk edits of all, by a command of its own on a copy; then durable one by one, undo, redo, drop the first."""
    other = Path(given[0], "other")
    other.mkdir()
    shutil.copy(Path(given[0], "bench.session"), other)
    edits = ["--set", "payment_term=NET31", "--apply", "company_name", "upper"]
    command = [sys.executable, "-m", "workbench", "stage", "bench", "--sessions-dir", str(other), *edits]
    figures.took("two bulk edits, the whole command", lambda: subprocess.run(command, check=True, capture_output=True))
    with opened(given[0]) as bench:
        first = figures.took("two bulk edits, staged", lambda: [bench.stage([TERM]), bench.stage([NAME])])[0]
        figures.took("undo", bench.undo)
        figures.took("redo", bench.redo)
        assert first.operation is not None
        figures.took("drop the first", lambda: bench.drop(first.operation or 0))
        figures["session file, KB a customer"] = bench.path.stat().st_size / 1024 / bench.status().customers


def preview(figures: Figures, given: list[str]) -> None:
    """Counts and groups; the exact bodies of all, written; the plan as a file."""
    with opened(given[0]) as bench:
        bench.stage([TERM])
        bench.stage([NAME], where="payment_term:=NET31 last_name:garcia")

        def look() -> None:
            shown = bench.preview()
            assert shown.customers
            assert not shown.held
            assert shown.changes >= sum(one.count for one in shown.groups()[:SCREEN])

        figures.took("preview, counts and groups", look)
        target = Path(given[0], "bodies.ndjson")
        figures.took("bodies of all, written", lambda: bench.write_diff(target, "ndjson"))
        with target.open() as written:
            assert sum(1 for _ in written) == bench.status().customers


def problems(figures: Figures, given: list[str]) -> None:
    """All checks, the clusters of the names by each method, the duplicates: of messy customers."""
    from workbench.problems.methods import METHODS, method

    with opened(given[0]) as bench:
        figures.took("all checks", lambda: bench.problems().count)
        figures.took(
            "clusters by all methods", lambda: [bench.clusters("company_name", method(name)) for name in METHODS]
        )
        figures.took("duplicates", bench.duplicates)


def hard(figures: Figures, given: list[str]) -> None:
    """What a steward does with customers that are hard on a table, or with ordinary ones: all of it is one figure."""
    folder, file, name = Path(given[0]), Path(given[1]), given[2]

    def walk() -> None:
        with Workbench.create("hard", sessions_dir=folder, key="k") as bench:
            bench.load(file=file)
            for query in ("globex", "zq", "company_name:globex", "addresses:(type:billing state:TX)"):
                bench.search(query)
            found = bench.search("", sort="company_name")
            names = [column.name for column in SnapshotRows(bench.snapshot, "customers").columns]
            SnapshotRows(bench.snapshot, "customers", found.rows).window(0, SCREEN, names)
            for field in FACETS:
                found.facets(field)
            bench.stage([TERM])
            bench.undo()
            bench.redo()
            assert bench.preview().groups()[:SCREEN]
            bench.write_diff(folder / "bodies.ndjson", "ndjson")

    figures.took(name, walk)


def whole(figures: Figures, given: list[str]) -> None:
    """A session of everything, from a file on: what it holds at its end, when what was let go of had the time to go."""
    from workbench.problems.methods import METHODS, method

    with Workbench.create("whole", sessions_dir=Path(given[0]), key="k") as bench:
        bench.load(file=Path(given[1]))
        for asked in SEARCHES.values():
            bench.search(asked[0].of(2).query)
        bench.search("addresses:(type:billing state:TX)")
        found = bench.search("")
        for field in FACETS:
            found.facets(field)
        bench.search("", sort="company_name")
        bench.search("", sort="-phone")
        first = bench.stage([TERM]).operation
        bench.stage([NAME])
        bench.undo(), bench.redo(), bench.drop(first or 0), bench.undo()
        assert bench.preview().groups()[:SCREEN]
        bench.write_diff(Path(given[0], "bodies.ndjson"), "ndjson")
        bench.plan()
        figures["all of it but problems, clusters and duplicates, memory"] = held_now()
        assert bench.problems().count
        for name in METHODS:
            bench.clusters("company_name", method(name))
        bench.duplicates()
        # the allocator gives back what was let go of when it is asked for more, a second or two later
        for word in WHILE:
            time.sleep(REST)
            bench.search(word)
        figures["a session of all the above, memory"] = held_now()


WORKS = {work.__name__: work for work in (search, fields, facets, sort, stage, preview, problems, hard, whole)}

if __name__ == "__main__":
    one_of(WORKS)
