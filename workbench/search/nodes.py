"""What a query means, as a tree of frozen values. Columns are 1-based places in the query's text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Contains:
    """The value holds this text, in any case."""

    text: str


@dataclass(frozen=True, slots=True)
class Exact:
    """The value is this text, character for character; an empty text means that there is no value."""

    text: str


@dataclass(frozen=True, slots=True)
class Wildcard:
    """The whole value is these parts, in any case, with anything between them."""

    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Regex:
    """The pattern (Rust's syntax) matches somewhere in the value."""

    pattern: str


@dataclass(frozen=True, slots=True)
class Close:
    """Some words of the value are this text but for a few typing mistakes."""

    text: str


@dataclass(frozen=True, slots=True)
class Between:
    """The value lies between two bounds; None: open at that end. `with_low`, `with_high`: the bound belongs to it."""

    low: str | None
    high: str | None
    with_low: bool = True
    with_high: bool = True


@dataclass(frozen=True, slots=True)
class OneOf:
    """The value is exactly one of these; an empty text means that there is no value."""

    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LinesOf:
    """The value is one of the lines of the file at this path."""

    path: str


@dataclass(frozen=True, slots=True)
class Filled:
    """There is a value."""


Condition: TypeAlias = Contains | Exact | Wildcard | Regex | Close | Between | OneOf | LinesOf | Filled


@dataclass(frozen=True, slots=True)
class FieldName:
    """A field as written: `table` is empty for the searched table's own, `before` asks for the value in base."""

    table: str
    name: str
    before: bool
    column: int


@dataclass(frozen=True, slots=True)
class Word:
    """Words anywhere in a row: `parts` with anything between them, within one value."""

    parts: tuple[str, ...]
    column: int


@dataclass(frozen=True, slots=True)
class FieldTest:
    """A condition on a field; `column` is the value's place."""

    field: FieldName
    condition: Condition
    column: int


@dataclass(frozen=True, slots=True)
class Is:
    """A mark of the row: `staged`, `invalid`, `held`, `conflict`, `unseen`, `accepted`, `active` or `inactive`."""

    mark: str
    column: int


@dataclass(frozen=True, slots=True)
class Became:
    """What became of the customer in the last run that took it along: `committed`, `failed` .."""

    outcome: str
    column: int


@dataclass(frozen=True, slots=True)
class Did:
    """Operation `number` changed a cell of the row."""

    number: int
    column: int


@dataclass(frozen=True, slots=True)
class Problem:
    """A check found something wrong in the row: `pattern` is its name, or what that begins with; after an @ perhaps the field."""

    pattern: str
    column: int


@dataclass(frozen=True, slots=True)
class Changed:
    """The field's cell is staged."""

    field: FieldName


@dataclass(frozen=True, slots=True)
class Group:
    """One row of `table` meets all of `of`."""

    table: str
    of: Node
    column: int


@dataclass(frozen=True, slots=True)
class Not:
    """Everything that `of` does not find."""

    of: Node


@dataclass(frozen=True, slots=True)
class All:
    """What each one finds."""

    of: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """What at least one finds."""

    of: tuple[Node, ...]


Node: TypeAlias = Word | FieldTest | Is | Became | Did | Problem | Changed | Group | Not | All | Any


@dataclass(frozen=True, slots=True)
class Query:
    """A query's text and its meaning; `root` is None if it is empty and finds everything."""

    text: str
    root: Node | None
