"""Makes the two months of the example: `python tests/replay/months/make.py` writes march.ndjson and april.ndjson beside it.

March is a part of the sandbox's mess. April is what the same shop looks like a month later though March was cleaned on the server:
some customers came back as they were before, some have spellings that nobody has seen, some are new, some are gone.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from workbench.sandbox.samples import sample_customers

HERE = Path(__file__).parent
CUSTOMERS = 60
SEED = 11

TERMS = ("NET 30", "N-30", "net 30 days", "N30", "NET60")
"""What careless hands write in April: `N-30` is a spelling that nobody had seen in March."""


def months() -> dict[str, list[dict[str, Any]]]:
    """The customers of each month, as the API answers them."""
    every = [json.loads(json.dumps(one)) for one in sample_customers(CUSTOMERS + 12, seed=SEED)]
    march, new = every[:CUSTOMERS], every[CUSTOMERS:]
    april = [json.loads(json.dumps(one)) for one in march if march.index(one) % 17 != 5]
    for number, one in enumerate(april):
        if number % 9 == 0:
            one["payment_term"] = TERMS[number // 9 % len(TERMS)]
        if number % 7 == 3:
            one["phone"] = "+14155552671"  # somebody mended it in the shop
        if one["reference_id"] == "CUS00010":
            one["payment_term"] = "NET15"  # what sales sent back in March does not hold any more
    return {"march": march, "april": [*april, *new]}


def main() -> None:
    """Writes both."""
    for name, customers in months().items():
        text = "".join(json.dumps(one, ensure_ascii=False, separators=(",", ":")) + "\n" for one in customers)
        (HERE / f"{name}.ndjson").write_text(text, encoding="utf-8")
        print(f"{name}: {len(customers)} customers, {len(text):,} characters")


if __name__ == "__main__":
    main()
