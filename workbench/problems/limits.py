"""Values over the limits that the API documents."""

from __future__ import annotations

import polars as pl

from workbench.customers.validity import reasons
from workbench.problems.check import Asked, value_check
from workbench.problems.columns import CHOICES, TEXTS


@value_check("limit.exceeded", "error", [*TEXTS, *CHOICES], fix=("squeeze", "trim"))
def exceeded(asked: Asked) -> pl.DataFrame:
    """The value breaks a limit that the API documents: it is too long, holds control characters, or is none of the words that
    can stand there. Tabs and line breaks can become spaces."""
    return asked.frame.with_columns(message=reasons(asked.field, asked.frame["value"])).drop_nulls("message")
