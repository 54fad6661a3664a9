"""Email addresses, as mail programs copy them."""

from __future__ import annotations

from typing import Final

import polars as pl

from workbench.customers.validity import EMAIL

_AROUND: Final = r"[\s\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]*"
_PART: Final = r"[^\s@<>,;:()\"?\p{Cc}\p{Cf}]+"
_ADDRESS: Final = rf"^{_AROUND}<?(?:(?i:mailto):)?<?({_PART})@({_PART})>?{_AROUND}$"


def email(values: pl.Series, regions: pl.Series) -> pl.Series:
    """Without what mail programs put around an address (spaces, <>, mailto:), its domain in small letters.

    Only if one address comes out; a name before it, two addresses, and what is none stay as they are.
    """
    value = pl.col("value")
    name, domain = (value.str.extract(_ADDRESS, group) for group in (1, 2))
    made = name + "@" + domain.str.replace_all("İ", "i", literal=True).str.to_lowercase()
    kept = pl.when(made.str.contains(EMAIL)).then(made).otherwise(value)
    return values.to_frame("value").select(kept.alias(values.name))[values.name]
