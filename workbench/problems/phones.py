"""Phone numbers that are not written as E.164, or that no numbering plan has."""

from __future__ import annotations

import polars as pl

from workbench.customers.validity import E164, reasons
from workbench.problems.check import Asked, value_check
from workbench.problems.columns import PHONES
from workbench.stage.transforms.numbering import assigned


@value_check("phone.invalid", "error", PHONES, place="region", fix=("e164",))
def invalid(asked: Asked) -> pl.DataFrame:
    """The phone number is not E.164 (+14155552671), which is how the API documents it. Where it is a number of the address's
    country, that number is suggested."""
    return asked.frame.with_columns(message=reasons(asked.field, asked.frame["value"])).drop_nulls("message")


@value_check("phone.unassigned", "warning", PHONES)
def unassigned(asked: Asked) -> pl.DataFrame:
    """The number is written as E.164, but no numbering plan has such a number."""
    written = asked.frame.filter(pl.col("value").str.contains(E164))
    return written.filter(~assigned(written["value"]))
