"""The columns of which checks speak: by the kind of what they hold."""

from __future__ import annotations

from typing import Final

from workbench.customers.fields import FIELDS, TABLES, Kind


def columns(*kinds: Kind) -> tuple[str, ...]:
    """The columns (`addresses.city`) of these kinds that a PATCH can change, of all tables."""
    fields = [field for table in TABLES for field in FIELDS[table].values()]
    return tuple(f"{field.table}.{field.name}" for field in fields if field.editable and field.kind in kinds)


EMAILS: Final = columns(Kind.EMAIL)
PHONES: Final = columns(Kind.PHONE)
COUNTRIES: Final = columns(Kind.COUNTRY)
TEXTS: Final = columns(Kind.TEXT)
CHOICES: Final = columns(Kind.CHOICE)
COMPANIES: Final = ("customers.company_name", "customers.display_name")
PEOPLE: Final = tuple(name for name in TEXTS if name.endswith((".first_name", ".last_name")))
