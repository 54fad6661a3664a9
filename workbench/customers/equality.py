"""When two values of one field count as the same: each kind's normal form. For comparing, never for storing.

As little as possible is the same, because whatever a server makes of a value that a person could see (or a search could miss)
must be told. So a text is what stands there: letters, spaces and accents as they are, in phones, emails, countries and ids
too. What nobody can see is no difference: nothing and an empty text are one, and the order of a list of ids and an id given twice
mean nothing. A flag that is empty is not one that is false: nobody has said no yet.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from workbench.customers.fields import Kind


@dataclass(frozen=True, slots=True)
class Form:
    """One normal form, told twice: of a column, and of one value as JSON gives it. Two values are the same if these are equal."""

    column: Callable[[pl.Series], pl.Series]
    value: Callable[[Any], Any]


def differs(left: pl.Series, right: pl.Series) -> pl.Series:
    """Row by row, whether two columns of one field hold different values (Boolean, never null). The type tells the form."""
    form = _OF_TYPE[type(left.dtype)]
    if form is not _LIST:
        return form.column(left).ne_missing(form.column(right))
    odd = left.ne_missing(right)
    rows = odd.arg_true()
    if not rows.len():
        return odd
    return odd.scatter(rows, form.column(left.gather(rows)).ne_missing(form.column(right.gather(rows))))


def alike(values: pl.Series) -> pl.Series:
    """A column in its normal form: where two values are equal there, they count as the same. To group by."""
    return _OF_TYPE[type(values.dtype)].column(values)


def same(kind: Kind, left: Any, right: Any) -> bool:
    """Whether two values of a field of this kind count as the same (the rule of `differs`, for one pair).

    They may come out of JSON: a number or a truth in a text counts as the characters that the tables keep of it. What is of
    no form that the kind can have (a list where text should be) is the same as nothing but itself.
    """
    form = FORMS[kind].value
    return bool(form(left) == form(right))


def _text_column(values: pl.Series) -> pl.Series:
    return values.fill_null("")


def _text(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else value


def _set_column(values: pl.Series) -> pl.Series:
    return values.to_frame("v").select(pl.col("v").fill_null([]).list.unique().list.sort())["v"]


def _set(value: Any) -> Any:
    if value in (None, ""):
        return frozenset()
    return frozenset(one if one is None else str(_text(one)) for one in value) if isinstance(value, list) else value


def _flag(value: Any) -> Any:
    return value if value is None or isinstance(value, bool) else (value,)


_TEXT: Final = Form(_text_column, _text)
_LIST: Final = Form(_set_column, _set)
_FLAG: Final = Form(lambda values: values, _flag)

FORMS: Final[dict[Kind, Form]] = {
    Kind.TEXT: _TEXT,
    Kind.CHOICE: _TEXT,
    Kind.PHONE: _TEXT,
    Kind.EMAIL: _TEXT,
    Kind.COUNTRY: _TEXT,
    Kind.ID: _TEXT,
    Kind.TIME: _TEXT,  # never sent; a refresh that shows another spelling of an instant shows another answer
    Kind.FLAG: _FLAG,
    Kind.IDS: _LIST,
}
"""Each kind's normal form."""

_OF_TYPE: Final = {pl.String: _TEXT, pl.Boolean: _FLAG, pl.List: _LIST}
