"""What `make bench` measures, case by case: issue 9's table, and what of it no case measures."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from asked import FIELDS, SEARCHES
from harness import Case, Data, Figure, Side, script
from peers import installed

NOT_MEASURED: tuple[str, ...] = ()
"""What the issue asks for and no case of this command measures."""

GB = 1024.0


def cli(*arguments: str) -> list[str]:
    """A command of ours."""
    return [sys.executable, "-m", "workbench", *arguments]


def ours(file: str, name: str, *, ndjson: bool = False) -> Side:
    """A work of ours, on the session that was copied into its folder; with the file of the customers, if it needs that."""
    return lambda data, folder: script(file, name, folder, *([data.ndjson] if ndjson else []))


def peer(name: str, needs: str, *given: str) -> Side:
    """A work of a peer: `given` are `ndjson`, `csv`, `all` (the CSV of all tables), `customers`, `folder`, `program`."""

    def command(data: Data, folder: Path) -> list[str] | None:
        program = installed(needs)
        if program is None:
            return None
        asked = {"program": [program], "folder": [folder], "customers": [data.customers]}
        made = {"ndjson": lambda: [data.ndjson], "csv": lambda: data.csv[:1], "all": lambda: data.csv}
        return script(
            "peers.py", name, *(one for what in given for one in (asked[what] if what in asked else made[what]()))
        )

    return command


def always(seconds: float) -> dict[str, object]:
    """A limit that is the same for any number of customers, and no peer."""
    return {
        "target": 1.0,
        "beside": f"{seconds:g} s" if seconds >= 0.1 else f"{seconds * 1000:.0f} ms",
        "limit": lambda customers: seconds,
    }


def each(seconds: float, of: int, said: str) -> dict[str, object]:
    """A limit that grows with the customers."""
    return {"target": 1.0, "beside": said, "limit": lambda customers: seconds * customers / of}


def held(megabytes: float) -> dict[str, object]:
    """A limit of memory."""
    return {"target": 1.0, "beside": f"{megabytes:g} MB", "limit": lambda customers: megabytes, "unit": "MB"}


def only(name: str) -> Figure:
    """A figure that no target is set for: it is there to be looked at, and for its growth."""
    return Figure(name, None, "no target")


def bad(kind: str, said: str) -> Case:
    """Hard customers beside ordinary ones, the same work by us: no more than twice the time and the memory."""
    name = f"bad input, {said}"

    def side(file: Callable[[Data], Path]) -> Side:
        return lambda data, folder: script("ours.py", "hard", folder, file(data), name)

    figures = (
        Figure(name, 2.0, "ordinary customers"),
        Figure(f"{name}, memory", 2.0, "ordinary customers", unit="MB", memory=True),
    )
    return Case(
        f"bad {kind}", side(lambda data: data.bad(kind)), figures, (side(lambda data: data.ndjson),),
        most=1_000_000, least=10_000, rounds=2,
    )  # fmt: skip


RIPGREP = [Figure(f"search, {name}", 0.25, "ripgrep on the CSV") for name in (*SEARCHES, "typing a word")]

CASES = (
    Case(
        "help",
        lambda data, folder: cli("--help"),
        (Figure("workbench --help", 8.0, "a bare Python (target ours)"),),
        (lambda data, folder: [sys.executable, "-c", ""],),
        most=1,
    ),
    Case(
        "load",
        lambda data, folder: cli("load", "bench", "--file", str(data.ndjson), "--sessions-dir", str(folder)),
        (
            Figure("load a file", 1.5, "DuckDB read_json + Parquet"),
            Figure("load a file, memory", **held(3 * GB), memory=True),
        ),
        (peer("load", "duckdb", "ndjson", "folder"),),
    ),
    Case(
        "open",
        ours("app.py", "start"),
        (
            Figure("open a saved session: first rows", **always(1)),
            Figure("open a saved session: a key is answered", **always(4)),
        ),
        begins="session",
    ),
    Case(
        "open small",
        ours("app.py", "small"),
        (
            Figure("open a small session: first rows", 1.0, "VisiData on the CSV"),
            Figure("open a small session: a key is answered", None, "VisiData on the CSV"),
        ),
        (peer("start", "vd", "program", "csv"),),
        begins="session",
        most=5_000,
    ),
    Case(
        "search",
        ours("ours.py", "search"),
        (
            *RIPGREP,
            Figure("search, the first screenful", **always(0.005)),
            only("search, the first of a session"),
            only("search, made ready"),
        ),
        (peer("search", "rg", "program", "customers", "all"),),
        begins="session",
    ),
    Case(
        "fields",
        ours("ours.py", "fields"),
        (
            *(Figure(name, **always(0.03)) for name in (*FIELDS, "is:staged")),
            *(only(f"{name}, the first time") for name in FIELDS),
        ),
        begins="session",
    ),
    Case(
        "facets",
        ours("ours.py", "facets"),
        (Figure("nine facets of all", **always(0.05)), Figure("nine facets of a third", **always(0.05))),
        begins="session",
    ),
    Case(
        "sort",
        ours("ours.py", "sort"),
        (
            Figure("sort by a text", 0.5, "DuckDB order by"),
            Figure("sort by a text, whatever its case", None, "DuckDB order by .. collate nocase"),
            Figure("sort by another column", 0.5, "DuckDB order by"),
            Figure("sort, back to the first", **always(0.02)),
        ),
        (peer("sort", "duckdb", "csv"),),
        begins="session",
    ),
    Case(
        "sort ahead",
        ours("app.py", "ahead"),
        (
            Figure("sort by a text, made ahead in the app", 0.5, "DuckDB order by"),
            Figure("the app while it makes orders ahead, late at worst", **always(0.02)),
            only("orders made ahead, after opening"),
            Figure("orders made ahead, memory", None, "no target", unit="MB"),
        ),
        (peer("sort", "duckdb", "csv"),),
        begins="session",
    ),
    Case(
        "count ahead",
        ours("app.py", "count"),
        (
            Figure("the app while it counts problems ahead, late in 99 of 100", **always(0.02)),
            only("the app while it counts problems ahead, late at worst"),
            only("problems in the headings, after the orders"),
        ),
        begins="session",
        rounds=1,
    ),
    Case(
        "stage",
        ours("ours.py", "stage"),
        (
            Figure("two bulk edits, staged", 1 / 30, "VisiData's batch, its edits alone"),
            Figure("two bulk edits, the whole command", 1 / 30, "VisiData's batch, all of it"),
            Figure("undo", **always(0.2)),
            Figure("redo", **always(0.2)),
            only("drop the first"),
        ),
        (peer("edit", "vd", "program", "csv", "folder"),),
        begins="session",
    ),
    Case(
        "preview",
        ours("ours.py", "preview"),
        (
            Figure("preview, counts and groups", **always(0.5)),
            Figure("bodies of all, written", 1 / 40, "csv-diff, by its rate on 20,000 rows"),
        ),
        (peer("preview", "csv-diff", "program", "csv", "folder"),),
        begins="session",
    ),
    Case(
        "plan",
        ours("web.py", "plan", ndjson=True),
        (
            Figure("plan of all, durable", **always(5)),
            Figure(
                "plan of all, KB a customer", 1.0, "1 KB a customer", limit=lambda customers: 1.0, unit="KB"
            ),
        ),
        begins="session",
    ),
    Case(
        "load from the API",
        ours("web.py", "load", ndjson=True),
        (Figure("load from the API, details included", 1 / 0.8, "a bare loop of httpx over aiohttp"),),
        (ours("web.py", "bare_load", ndjson=True),),
        most=20_000,
    ),
    Case(
        "first page",
        ours("app.py", "first_page", ndjson=True),
        (Figure("a first load from the API: a key moves in the grid", **always(1)),),
        most=20_000,
    ),
    Case(
        "commit",
        ours("web.py", "commit", ndjson=True),
        (
            Figure("commit --check none", 1 / 0.6, "a bare loop of httpx over aiohttp"),
            Figure("commit, beside plain httpx", 1 / 3, "plain httpx, by every tenth"),
            Figure("commit --check changed", 1.15, "--check none", against="commit --check none"),
            Figure("commit --check each", 2.0, "--check none", against="commit --check none"),
        ),
        (ours("web.py", "bare_commit", ndjson=True), ours("web.py", "plain_commit", ndjson=True)),
        begins="session",
        most=5_000,
    ),
    Case(
        "distant",
        ours("web.py", "distant_commit", ndjson=True),
        (
            Figure(
                "commit at 50 ms, 64 in flight", 1 / 0.85, "customers x 50 ms / 64",
                limit=lambda customers: customers * 0.05 / 64,
            ),
        ),
        begins="session",
        most=20_000,
    ),
    Case(
        "smooth",
        ours("app.py", "smooth", ndjson=True),
        (
            Figure("the app while it commits, late at worst", **always(0.02)),
            Figure("the app while it commits, late in 99 of 100", **always(0.02)),
            only("the app while it commits, a key in 99 of 100"),
        ),
        begins="session",
        most=2_000,
    ),
    Case(
        "problems",
        ours("ours.py", "problems"),
        (
            Figure("all checks", **each(5, 100_000, "5 s for 100,000")),
            Figure("clusters by all methods", **each(3, 20_000, "3 s for 20,000")),
            Figure("duplicates", **each(10, 100_000, "10 s for 100,000")),
        ),
        begins="messy",
        most=1_000_000,
        rounds=2,
    ),
    Case(
        "grid",
        ours("app.py", "grid"),
        (
            Figure("the grid mounts", **always(1)),
            Figure("a page, CPU", **always(0.02)),
            Figure("an arrow key held down, each row", **always(1 / 30)),
            Figure("an arrow key held down, memory", **held(10)),
        ),
        begins="session",
        rounds=2,
    ),
    Case(
        "held",
        ours("app.py", "hold"),
        (
            Figure("an arrow key held down for 50 s, the last row", **always(1 / 30)),
            only("an arrow key held down for 50 s, a row in 99 of 100"),
            Figure("an arrow key held down for 50 s, memory", **held(10)),
        ),
        begins="session",
        rounds=1,
    ),
    Case(
        "whole",
        ours("ours.py", "whole", ndjson=True),
        (
            Figure("a session of all the above, memory", **held(3 * GB)),
            Figure("all of it but problems, clusters and duplicates, memory", None, "no target", unit="MB"),
            Figure("a session of all the above, memory at its peak", None, "no target", unit="MB", memory=True),
        ),
        rounds=1,
    ),
    bad("long", "a value of 10 MB"),
    bad("many", "50,000 addresses of one"),
    bad("equal", "all values equal"),
    bad("distinct", "all values different"),
    bad("empty", "all fields empty"),
)  # fmt: skip
