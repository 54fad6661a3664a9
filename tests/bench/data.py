"""What the cases read, made in a process of its own: `python tests/bench/data.py CUSTOMERS FOLDER`.

A process starts with its parent's peak memory, so the harness itself stays small: it makes no data and imports no polars.
"""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from typing import Any

from load import write_customers

NESTED = ("addresses", "contacts", "attributes")


def make(customers: int, folder: Path) -> None:
    """`customers.ndjson`, and the same rows as one CSV a table: the values without the keys, as a peer would be given them."""
    write_customers(folder / "customers.ndjson", customers)
    (folder / "csv").mkdir()
    files = {table: (folder / "csv" / f"{table}.csv").open("w", newline="") for table in ("customers", *NESTED)}
    writers = {table: csv.writer(file) for table, file in files.items()}
    with (folder / "customers.ndjson").open() as lines:
        for customer in map(json.loads, lines):
            writers["customers"].writerow(_flat(customer))
            for table in NESTED:
                writers[table].writerows(_flat(item) for item in customer[table])
    for file in files.values():
        file.close()


def _flat(record: dict[str, Any]) -> list[Any]:
    return [value for value in record.values() if not isinstance(value, dict | list)]


if __name__ == "__main__":
    make(int(sys.argv[1]), Path(sys.argv[2]))
