"""Phone numbers that are not written as E.164, or that no numbering plan has."""

from __future__ import annotations

import polars as pl

from workbench.customers.validity import reasons
from workbench.problems.check import Asked, value_check
from workbench.problems.columns import PHONES


@value_check("phone.invalid", "error", PHONES, place="region", fix=("e164",))
def invalid(asked: Asked) -> pl.DataFrame:
    """The phone number is not E.164 (+14155552671), which is how the API documents it. Where it is a number of the address's
    country, that number is suggested."""
    return asked.frame.with_columns(message=reasons(asked.field, asked.frame["value"])).drop_nulls("message")
