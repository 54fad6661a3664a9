"""A check: a plain function that says which cells of a column are wrong, with what the workbench needs to know of it.

Most checks look at one value at a time (`value_check`): those get each different value of a column once. The others
(`row_check`) get the rows, with the fields that they name. Both give back the wrong ones of the rows that they got.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from workbench.customers.fields import FIELDS, Field, Kind, field
from workbench.customers.tables import Names
from workbench.errors import UsageError
from workbench.session.rows import Column

SEVERITIES: Final = ("error", "warning", "hint")
"""How bad a problem is: it breaks a documented limit or points nowhere; it is most likely wrong; it could be neater."""

PLACES: Final = ("", "region", "country")
"""What a value check may ask for beside a value: the country by which a phone is read, never null (the address's, else the
customer's, else the session's); or the address's own country, null where it names none. Both ISO alpha-2."""

ODD: Final = r"^ | $|  |[^ -%'-~]"
"""A regex for values that are more than ASCII's letters, digits and signs with single spaces between them, or hold an `&`: hardly
any does, and one look tells for several checks."""

NAMED: Final = ("sales_reps", "price_lists")
"""What a row check may read that is no column: the records behind ids."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a check gets: the `field` that it looks at, and a `frame` with a `row` (UInt32) for each thing to look at.

    For a value check that is each different value of the column: `value` (String, never null or empty), and `region` or
    `country` if it asks for that. For a row check the rows that are there: `customer` (UInt32: the number of its customer),
    `value` (whatever the column holds), and the fields of this table that it reads; `others` has the same of the other tables
    that it reads, by name, without a `value`.
    """

    field: Field
    frame: pl.DataFrame
    others: Mapping[str, pl.DataFrame]
    sales_reps: Names
    price_lists: Names


Find = Callable[[Asked], pl.DataFrame]
"""Gives back rows of `asked.frame` (by their `row`, each once) that have the problem. A column `message` (String) says what is
wrong with each, else the docstring's first line does; `suggestion` (String, null where nothing is certain, "" to clear)
says what it should be."""


@dataclass(frozen=True, slots=True)
class Check:
    """One check. `rule` names it (`phone.invalid`), `on` are the columns whose cells it is about, `fix` names the transforms
    that mend a value, one after the other, where it gives no suggestion of its own. `reads` is None for a value check, else
    the fields that it reads beside the column: `status`, `addresses.city`, or `sales_reps` and `price_lists`. Those of its
    own table are in its frame. A value check with `odd` is only given values that match `ODD`."""

    rule: str
    severity: str
    on: tuple[Column, ...]
    find: Find
    place: str = ""
    fix: tuple[str, ...] = ()
    reads: tuple[str, ...] | None = None
    odd: bool = False

    @property
    def explanation(self) -> str:
        """Its docstring as one line."""
        return " ".join((inspect.getdoc(self.find) or self.rule).split())

    @property
    def message(self) -> str:
        """What it says of a cell unless it says more: the first sentence of its docstring."""
        return self.explanation.partition(". ")[0].rstrip(".")


def value_check(
    rule: str, severity: str, on: Sequence[str], *, place: str = "", fix: Sequence[str] = (), odd: bool = False
) -> Callable[[Find], Check]:
    """Makes a check of a function that judges values by themselves; `on` are columns such as `addresses.city`. One that can find
    something in `odd` values only is given no others."""
    if place not in PLACES:
        raise UsageError(f"the check {rule}: there is no place {place!r}; there are region and country")
    for table, name in _columns(on):
        if FIELDS[table][name].kind in (Kind.FLAG, Kind.IDS):
            raise UsageError(f"the check {rule}: {table}.{name} holds no texts; look at its rows with row_check")
    if place == "country" and any(table != "addresses" for table, _ in _columns(on)):
        raise UsageError(f"the check {rule}: only addresses have a country of their own; ask for their region")

    def made(find: Find) -> Check:
        return Check(_rule(rule), _severity(rule, severity), _columns(on), find, place, tuple(fix), odd=odd)

    return made


def row_check(rule: str, severity: str, on: Sequence[str], *, reads: Sequence[str] = ()) -> Callable[[Find], Check]:
    """Makes a check of a function that judges rows by what stands beside the column, or in other rows and tables."""
    _refuse_unread(rule, _columns(on), reads)

    def made(find: Find) -> Check:
        return Check(_rule(rule), _severity(rule, severity), _columns(on), find, reads=tuple(reads))

    return made


def _refuse_unread(rule: str, on: Sequence[Column], reads: Sequence[str]) -> None:
    """Raises `UsageError` for what a row check cannot read beside its columns."""
    for name in reads:
        if name in NAMED:
            continue
        own = [(table, name) for table, _ in on] if "." not in name else [column_of(name)]
        for table, of in own:
            if (table, of) != ("customers", "detailed"):
                field(table, of)
            if of == "value" and any(table == other and column != "value" for other, column in on):
                raise UsageError(f"the check {rule}: look at attributes.value, and read what stands beside it")


def column_of(name: str) -> Column:
    """The column that `addresses.city` names; raises `UsageError` if there is none."""
    table, _, of = name.rpartition(".")
    return (table, field(table, of).name)


def _columns(on: Sequence[str]) -> tuple[Column, ...]:
    return tuple(column_of(name) for name in ([on] if isinstance(on, str) else on))


def _rule(rule: str) -> str:
    if all(part.isidentifier() and part.islower() for part in rule.split(".")) and "." in rule:
        return rule
    raise UsageError(f"{rule!r} is no name of a check; it is two words such as phone.invalid")


def _severity(rule: str, severity: str) -> str:
    if severity in SEVERITIES:
        return severity
    raise UsageError(f"the check {rule}: there is no severity {severity!r}; there are {', '.join(SEVERITIES)}")
