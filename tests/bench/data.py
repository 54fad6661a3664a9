"""What the cases read, made in a process of its own: `python tests/bench/data.py PART CUSTOMERS FOLDER`.

The parts: `customers.ndjson`; `csv/customers.csv` (and the other three tables beside it: the same rows as a peer would be given
them); `bench.session` and `messy.session` (loaded and closed, the second of the sandbox's messy customers).
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson

NESTED = ("addresses", "contacts", "attributes")


def ndjson(customers: int, folder: Path) -> None:
    """The customers, one a line."""
    from load import write_customers

    write_customers(_new(folder / "customers.ndjson"), customers)
    _done(folder / "customers.ndjson")


def tables(customers: int, folder: Path) -> None:
    """One CSV a table, with headings: the values without the keys."""
    if not (folder / "customers.ndjson").exists():
        ndjson(customers, folder)
    (folder / "csv").mkdir(exist_ok=True)
    files = {table: (folder / "csv" / f"{table}.csv") for table in ("customers", *NESTED)}
    opened = {table: _new(file).open("w", newline="", encoding="utf-8") for table, file in files.items()}
    writers = {table: csv.writer(file) for table, file in opened.items()}
    with (folder / "customers.ndjson").open("rb") as lines:
        for place, customer in enumerate(map(orjson.loads, lines)):
            for table, records in (("customers", [customer]), *((name, customer[name]) for name in NESTED)):
                if not place:
                    writers[table].writerow(_flat(records[0]).keys())
                writers[table].writerows(_flat(record).values() for record in records)
    for file in opened.values():
        file.close()
    for file in reversed(files.values()):
        _done(file)


def session(customers: int, folder: Path) -> None:
    """A session of the customers, as `workbench load` leaves it."""
    from workbench.workbench import Workbench

    if not (folder / "customers.ndjson").exists():
        ndjson(customers, folder)
    with Workbench.create("new", sessions_dir=folder) as workbench:
        workbench.load(file=folder / "customers.ndjson")
    (folder / "new.session").rename(folder / "bench.session")


def messy(customers: int, folder: Path) -> None:
    """The same of the sandbox's customers."""
    from workbench.sandbox.samples import sample_customers
    from workbench.workbench import Workbench

    file = folder / "messy.ndjson"
    with file.open("w", encoding="utf-8") as lines:
        lines.writelines(json.dumps(one) + "\n" for one in sample_customers(customers))
    with Workbench.create("mess", sessions_dir=folder) as workbench:
        workbench.load(file=file)
    (folder / "mess.session").rename(folder / "messy.session")


def bad(kind: str) -> Callable[[int, Path], None]:
    """The customers in one of the ways that are hard on a table."""

    def made(customers: int, folder: Path) -> None:
        from bad import write

        if not (folder / "customers.ndjson").exists():
            ndjson(customers, folder)
        target = folder / f"bad-{kind}.ndjson"
        write(kind, folder / "customers.ndjson", _new(target), customers)
        _done(target)

    return made


PARTS = {
    **{f"bad-{kind}.ndjson": bad(kind) for kind in ("long", "many", "equal", "distinct", "empty")},
    "customers.ndjson": ndjson,
    "csv/customers.csv": tables,
    "bench.session": session,
    "messy.session": messy,
}


def _flat(record: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in record.items() if not isinstance(value, dict | list)}


def _new(file: Path) -> Path:
    """Where a file is written until it is whole."""
    return file.with_name(f"{file.name}.part")


def _done(file: Path) -> None:
    _new(file).rename(file)


if __name__ == "__main__":
    PARTS[sys.argv[1]](int(sys.argv[2]), Path(sys.argv[3]))
