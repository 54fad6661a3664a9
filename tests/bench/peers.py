"""What users would pick instead, doing the same: `python tests/bench/peers.py NAME ARGUMENTS`, in a process of its own.

Each prints figures with the names of ours. `installed` says whether a peer is there at all; nothing here imports the workbench.
"""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from asked import SEARCHES, TURNS, TYPED
from timing import Figures, one_of

ROWS = 20_000
"""Rows that csv-diff is given at most: its rate is looked at, and it holds every row as a dictionary."""


def installed(peer: str) -> str | None:
    """Where a peer is: a module, or a command beside the interpreter or on the path; None if it is not installed."""
    if peer == "duckdb":
        found = find_spec(peer)
        return found.origin if found else None
    beside = Path(sys.executable).parent / peer
    return str(beside) if beside.exists() else shutil.which(peer)


def load(figures: Figures, given: list[str]) -> None:
    """DuckDB: `read_json` into a table, and its Parquet export."""
    import duckdb

    database = duckdb.connect()
    database.execute("set enable_progress_bar = false")
    database.execute(f"create table t as select * from read_json('{given[0]}')")
    database.execute(f"copy t to '{given[1]}/t.parquet' (format parquet, compression zstd)")


def sort(figures: Figures, given: list[str]) -> None:
    """DuckDB: the order of the rows of the customers' CSV, held in a table."""
    import duckdb

    database = duckdb.connect()
    database.execute("set enable_progress_bar = false")
    database.execute(f"create table t as select * from read_csv('{given[0]}', all_varchar = true)")

    def order(by: str) -> None:
        database.execute(f"create or replace temp table sorted as select rowid as r from t order by {by}")

    order("id")
    figures.took("sort by a text", lambda: order("name"))
    figures.same("sort by a text, made ahead in the app", "sort by a text")
    figures.took("sort by a text, whatever its case", lambda: order("name collate nocase"))
    figures.took("sort by another column", lambda: order("phone desc"))


def search(figures: Figures, given: list[str]) -> None:
    """ripgrep over the CSV of all tables, which the page cache holds."""
    program, customers, files = given[0], int(given[1]), given[2:]

    def grep(pattern: str) -> None:
        subprocess.run([program, "-i", "-c", pattern, *files], stdout=subprocess.DEVNULL, check=False)

    grep("warm")
    for name, asked in SEARCHES.items():
        patterns = [one.of(customers).pattern for one in asked]
        figures.often(f"search, {name}", lambda turn, patterns=patterns: grep(patterns[turn]), TURNS)
    figures.took("search, typing a word", lambda: [grep(TYPED[:end]) for end in range(1, len(TYPED) + 1)])


def start(figures: Figures, given: list[str]) -> None:
    """VisiData on a pty: the first customer's name on the screen of a CSV, and the last one's after `G`."""
    from start import started

    program, file = given
    with Path(file).open(newline="") as rows:
        names = [row["name"] for row in csv.DictReader(rows)]
    found = started([program, "-N", file], names[0], names[-1])
    figures["open a small session: first rows"], figures["open a small session: a key is answered"] = found


def edit(figures: Figures, given: list[str]) -> None:
    """VisiData's batch: it opens the customers' CSV, sets a column, makes another upper case, saves; then without the edits.

    The figure of the edits alone is the difference."""
    program, file, folder = given
    name = Path(file).stem
    edits = [
        {"longname": "select-rows", "sheet": name, "col": "", "row": "", "input": ""},
        {"longname": "setcol-expr", "sheet": name, "col": "payment_term", "row": "", "input": "'NET31'"},
        {"longname": "setcol-expr", "sheet": name, "col": "name", "row": "", "input": "name.upper()"},
    ]
    whole = "two bulk edits, the whole command"
    figures.took(whole, lambda: _batch(program, file, folder, edits))
    with Path(folder, "out.csv").open() as out:
        first = next(csv.DictReader(out))
        assert first["payment_term"] == "NET31"
        assert first["name"].isupper()
    figures.took("two bulk edits, staged", lambda: _batch(program, file, folder, []))
    figures.rest("two bulk edits, staged", whole)


def _batch(program: str, file: str, folder: str, steps: list[dict[str, str]]) -> None:
    """One batch: a file that it opens, steps and a save."""
    opening = {"longname": "open-file", "sheet": "", "col": "", "row": "", "input": file}
    script = Path(folder, "steps.vdj")
    script.write_text("#!vd -p\n" + "".join(json.dumps(step) + "\n" for step in [opening, *steps]))
    command = [program, "-N", "-b", "-p", str(script), "-o", str(Path(folder, "out.csv"))]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def preview(figures: Figures, given: list[str]) -> None:
    """csv-diff: what differs between the customers' CSV and the same with another payment term, as JSON; scaled from its rate."""
    program, file, folder = given
    before, after = Path(folder, "before.csv"), Path(folder, "after.csv")
    with Path(file).open(newline="") as source, before.open("w", newline="") as old, after.open("w", newline="") as new:
        reader = csv.DictReader(source)
        writers = [csv.DictWriter(one, reader.fieldnames or []) for one in (old, new)]
        for writer in writers:
            writer.writeheader()
        taken = rows = 0
        for row in reader:
            rows += 1
            if taken < ROWS:
                taken += 1
                writers[0].writerow(row)
                writers[1].writerow({**row, "payment_term": "NET31"})
    command = [program, str(before), str(after), "--key", "id", "--json"]
    name = "bodies of all, written"
    figures.took(name, lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL))
    figures.times(name, rows / taken)


WORKS = {work.__name__: work for work in (load, sort, search, start, edit, preview)}

if __name__ == "__main__":
    one_of(WORKS)
