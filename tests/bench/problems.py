"""All checks on the sandbox's mess: the first time, after edits, and what follows: `python tests/bench/problems.py [CUSTOMERS]`.

The peer is what a plain program does: phonenumbers asked about every phone that is filled, one after the other, and ftfy about
every name and city. Printed beside that and beside the issue's limit; nothing is asserted.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import ftfy
import phonenumbers
import polars as pl

from workbench.problems.inspector import Inspector
from workbench.problems.registry import CHECKS
from workbench.sandbox.samples import sample_customers
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

LIMIT = 5.0
"""Seconds for all checks of 100,000 customers."""


def main(customers: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        file = Path(name, "customers.ndjson")
        with file.open("w", encoding="utf-8") as lines:
            lines.writelines(json.dumps(one) + "\n" for one in sample_customers(customers))
        with Workbench.create("bench", sessions_dir=Path(name)) as workbench:
            workbench.load(file=file)
            measure(workbench, customers)


def measure(workbench: Workbench, customers: int) -> None:
    tables = workbench.snapshot.current
    texts = pl.concat([tables.customers["company_name"], tables.customers["display_name"], tables.addresses["city"]])
    phones = pl.concat([tables[table]["phone"] for table in ("customers", "addresses", "contacts")])
    Inspector(CHECKS).inspect(tables, "US")  # the libraries' data is read, polars is warm
    print(
        f"{customers:,} customers, {sum(tables[table].height for table in ('addresses', 'contacts', 'attributes')):,} items"
    )
    peer = took("phonenumbers and ftfy, a value at a time", lambda: plainly(phones, texts))
    limit = LIMIT * customers / 100_000
    first = took("all checks, the first time", workbench.problems)
    print(f"{'':42} limit {limit:.2f} s, ratio {first / limit:.2f}; ratio to the peer {first / peer:.2f}")
    print(f"{'':42} {workbench.problems().count:,} problems by {len(CHECKS)} checks")
    took("again, nothing changed", workbench.problems)
    workbench.stage([Edit("set", "payment_term", "NET 31")], where="payment_term:net")
    took("after an edit of one column", workbench.problems)
    workbench.stage([Edit("apply", "phone", "e164")])
    took("after an edit of all phones", workbench.problems)
    took("problem:phone.invalid in search", lambda: workbench.search("problem:phone.invalid"))
    took("what is staged fixes and brings", workbench.effect)
    took("all lines, with their paths", lambda: workbench.problems().frame())
    took("all suggestions staged, durable", lambda: workbench.fix(rules=["*"]))
    print(f"{'':42} {workbench.problems().count:,} problems are left")


def plainly(phones: pl.Series, texts: pl.Series) -> None:
    for phone in phones.drop_nulls():
        try:
            phonenumbers.is_valid_number(phonenumbers.parse(phone, "US"))
        except phonenumbers.NumberParseException:
            continue
    for text in texts.drop_nulls():
        ftfy.fix_text(text)


def took(what: str, action: Callable[[], object]) -> float:
    start, busy = time.perf_counter(), time.process_time()
    action()
    seconds, busy = time.perf_counter() - start, time.process_time() - busy
    print(f"{what:42} {seconds:6.3f} s ({busy:6.3f} s of CPU)")
    return seconds


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
