"""How long a file takes to load, and how much memory, beside DuckDB: `python tests/bench/load.py [--customers 100000]`.

Both read one NDJSON file of customers as the vendor's example shows them, and write what they read as Parquet. They run
in turns, each time in a fresh process; medians are printed. Nothing is asserted.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import orjson

TIMES = {"created_at": "2025-01-01T15:04:05Z", "updated_at": "2025-01-01T15:04:05Z"}

OURS = [
    *(str(Path(sys.executable).parent / "workbench"), "load", "bench"),
    *("--file", "{file}", "--sessions-dir", "{folder}"),
]
"""The command that loads `{file}` into `{folder}`."""

THEIRS = [
    *(sys.executable, "-c"),
    "import sys, duckdb; database = duckdb.connect()\n"
    "database.execute('set enable_progress_bar = false')\n"
    "database.execute(f\"create table t as select * from read_json('{sys.argv[1]}')\")\n"
    "database.execute(f\"copy t to '{sys.argv[2]}/t.parquet' (format parquet, compression zstd)\")",
    *("{file}", "{folder}"),
]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--customers", type=int, default=100_000)
    options.add_argument("--turns", type=int, default=5)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "customers.ndjson")
        write_customers(file, chosen.customers)
        print(f"{chosen.customers:,} customers, {file.stat().st_size / 1e6:.0f} MB")
        turns = [(run(OURS, file), run(THEIRS, file)) for _ in range(chosen.turns)]
    ours, theirs = ([turn[side] for turn in turns] for side in (0, 1))
    for name, runs in (("workbench", ours), ("duckdb", theirs)):
        busy = statistics.median(cpu for _, cpu, _ in runs)
        print(f"{name:10} {seconds(runs):6.2f} s, {busy:6.2f} s of CPU, {max(mb for *_, mb in runs):6.0f} MB at most")
    print(f"ratio      {seconds(ours) / seconds(theirs):6.2f}   (target: at most 1.5, under 800 MB)")


def seconds(runs: list[tuple[float, float, float]]) -> float:
    """The median of the runs' wall times."""
    return statistics.median(wall for wall, *_ in runs)


def run(command: list[str], file: Path) -> tuple[float, float, float]:
    """Seconds of wall time, of CPU, and MB of peak memory of one fresh process."""
    with tempfile.TemporaryDirectory() as folder:
        filled = [part.replace("{file}", str(file)).replace("{folder}", folder) for part in command]
        begin = time.perf_counter()
        process = subprocess.Popen(filled, stdout=subprocess.DEVNULL)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{filled[:2]} ended with {process.returncode}")
    return wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def write_customers(file: Path, count: int) -> None:
    """Write `count` customers, each with two addresses, a contact and an attribute, always the same ones."""
    chance = random.Random(1)
    reps = [_rep(chance, n) for n in range(20)]
    lists = [{"id": _id(chance), "name": f"Price List {n}", "status": "active", **TIMES} for n in range(6)]
    with file.open("wb") as handle:
        for n in range(count):
            handle.write(orjson.dumps(_customer(chance, n, chance.choice(reps), chance.choice(lists))) + b"\n")


def _id(chance: random.Random) -> str:
    digits = f"{chance.getrandbits(128):032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def _person(chance: random.Random, n: int) -> dict[str, Any]:
    last = chance.choice(["Doe", "Smith", "Garcia", "Müller", "O'Neil"])
    return {
        "first_name": "John",
        "last_name": last,
        "phone": f"+1415555{chance.randrange(10_000):04}",
        "email": f"john.{n}@example.com",
        "status": "active",
    }


def _rep(chance: random.Random, n: int) -> dict[str, Any]:
    made_by = {"created_by": _id(chance), "updated_by": _id(chance)}
    return {"id": _id(chance), "department": "Sales", **_person(chance, n), **made_by, **TIMES}


def _times(n: int) -> dict[str, str]:
    """Three years of days, so that a range of times finds some of the customers."""
    day = f"{2023 + n % 3}-{1 + n // 3 % 12:02}-{1 + n // 36 % 28:02}"
    return {"created_at": f"{day}T15:04:05Z", "updated_at": f"{day}T16:05:06Z"}


def _address(chance: random.Random, n: int, customer: str, kind: str) -> dict[str, Any]:
    return {
        "id": _id(chance),
        "customer_id": customer,
        "reference_id": f"ADDR{n}",
        "address_line_1": f"{chance.randrange(999)} Main St",
        "address_line_2": "Apt 101",
        "city": chance.choice(["Anytown", "Springfield", "Austin", "Dallas"]),
        "state": chance.choice(["CA", "TX", "NY"]),
        "country": "US",
        "zip_code": f"{chance.randrange(100_000):05}",
        **_person(chance, n),
        "type": kind,
        "is_default": True,
        "attributes": [],
        **TIMES,
    }


def _customer(chance: random.Random, n: int, rep: dict[str, Any], price_list: dict[str, Any]) -> dict[str, Any]:
    one, name = _id(chance), f"{chance.choice(['Acme', 'Globex', 'Initech', 'Hooli'])} {n}"
    contact = {"id": _id(chance), "reference_id": f"CON{n}", **_person(chance, n), "designation": "Sales Manager"}
    made_by = {"created_by": rep["id"], "updated_by": rep["id"]}
    return {
        "id": one,
        "reference_id": f"CUS{n}",
        "display_id": f"WC_{n}",
        "name": name,
        "display_name": name,
        **_person(chance, n),
        "freight_term": "Cust. Pickup",
        "shipping_method": chance.choice(["DHL", "UPS"]),
        "payment_mode": "AMEX",
        "payment_term": chance.choice(["NET30", "NET 30", "net 30"]),
        "assigned_sales_reps": [rep],
        "assigned_price_list": price_list,
        "addresses": [_address(chance, n, one, kind) for kind in ("shipping", "billing")],
        "contacts": [{**contact, "is_default": True, "attributes": [], **TIMES}],
        "attributes": [
            {"id": _id(chance), "name": "Color", "value": chance.choice(["Red", "Blue"]), **made_by, **TIMES}
        ],
        **_times(n),
    }


if __name__ == "__main__":
    main()
