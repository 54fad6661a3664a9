"""The headings of a sheet and the fields that they mean: the PATCH body's names or the answer's, however they are written.

Case, spaces and signs between words do not matter: `Payment term`, `payment_term` and `PAYMENT-TERM` are one heading.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

from workbench.customers.fields import FIELDS

CUSTOMER: Final = "customer"
"""The heading under which a sheet of a nested table tells people whose each row is. It is not read back."""


def field_of(table: str, heading: str) -> str | None:
    """The field of `table` that a heading means: `Addresses.City` and `ZIP code` too; None if it means none."""
    if heading in FIELDS[table]:
        return heading
    names = _names(table)
    plain = _plain(heading)
    return names.get(plain) or names.get(plain.removeprefix(_plain(table)))


def _plain(heading: str) -> str:
    return re.sub(r"[\W_]+", "", heading.casefold())


@cache
def _names(table: str) -> Mapping[str, str]:
    fields = FIELDS[table].values()
    return {_plain(one.answer_name): one.name for one in fields} | {_plain(one.name): one.name for one in fields}
