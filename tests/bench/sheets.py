"""A sheet of all customers, out and back, beside the bare libraries: `python tests/bench/sheets.py [--customers 100000]`.

`export` writes all columns, `stage --from --dry-run` reads them back and compares each cell with what was exported and what is
there now; both as commands, each in a process of its own. The peers do only the file: xlsxwriter writes and calamine reads the
same cells, polars writes and Python's csv module reads them. Peak memory is the whole process's, the open session in it.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from load import run, seconds, write_customers

_WORKBENCH = str(Path(sys.executable).parent / "workbench")
_PYTHON = (sys.executable, "-c")
_CELLS = "import polars as pl, sys; cells = pl.read_csv('{file}.csv', infer_schema=False).fill_null('')\n"
_BARE = {
    "export x.xlsx": _CELLS
    + "import xlsxwriter; book = xlsxwriter.Workbook('{folder}/t.xlsx', dict(constant_memory=True))\n"
    + "sheet = book.add_worksheet(); text = book.add_format(dict(num_format='@'))\n"
    + "[sheet.write_string(r, c, v, text) for r, row in enumerate(cells.iter_rows()) for c, v in enumerate(row) if v]\n"
    + "book.close()",
    "export x.csv": _CELLS + "cells.write_csv('{folder}/t.csv')",
    "stage x.xlsx": "import python_calamine; book = python_calamine.load_workbook('{file}.xlsx')\n"
    "for row in book.get_sheet_by_index(0).iter_rows(): pass",
    "stage x.csv": "import csv\nfor row in csv.reader(open('{file}.csv', newline='')): pass",
}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--customers", type=int, default=100_000)
    options.add_argument("--turns", type=int, default=3)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "x")
        write_customers(Path(folder, "c.ndjson"), chosen.customers)
        run([_WORKBENCH, "load", "bench", "--file", f"{folder}/c.ndjson", "--sessions-dir", folder], file)
        for suffix in (".csv", ".xlsx"):
            run([_WORKBENCH, "export", "bench", "--output", f"{folder}/x{suffix}", "--sessions-dir", folder], file)
        print(f"{chosen.customers:,} customers, all columns")
        for name, bare in _BARE.items():
            _measure(name, _ours(name, folder), [*_PYTHON, bare], file, chosen.turns)


def _ours(name: str, folder: str) -> list[str]:
    """The command; `{folder}` is a fresh one for what it writes."""
    sessions = ["--sessions-dir", folder]
    job, sheet = name.split()
    if job == "export":
        return [_WORKBENCH, "export", "bench", "--output", "{folder}/" + sheet, *sessions]
    return [_WORKBENCH, "stage", "bench", "--from", str(Path(folder, sheet)), "--dry-run", *sessions]


def _measure(name: str, ours: list[str], bare: list[str], file: Path, turns: int) -> None:
    both = [(run(ours, file), run(bare, file)) for _ in range(turns)]
    mine, theirs = ([turn[side] for turn in both] for side in (0, 1))
    print(
        f"{name:14} {seconds(mine):6.2f} s, {max(mb for *_, mb in mine):6.0f} MB   bare {seconds(theirs):6.2f} s, "
        f"{max(mb for *_, mb in theirs):6.0f} MB   ratio {seconds(mine) / seconds(theirs):5.2f}"
    )


if __name__ == "__main__":
    main()
