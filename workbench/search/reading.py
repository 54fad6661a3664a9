"""From the grammar's tree to the nodes of a query: what keys, values and operators mean."""

from __future__ import annotations

import re
from typing import Final

import polars as pl
from lark import Token
from lark.visitors import Transformer_NonRecursive, v_args

from workbench.customers.fields import NESTED, TABLES
from workbench.search.mistakes import mistake, no_value
from workbench.search.nodes import (
    All,
    Any,
    Became,
    Between,
    Changed,
    Close,
    Condition,
    Contains,
    Did,
    Exact,
    FieldName,
    FieldTest,
    Filled,
    Group,
    Is,
    LinesOf,
    Node,
    Not,
    OneOf,
    Problem,
    Regex,
    Wildcard,
    Word,
)

MARKS: Final = ("staged", "active", "inactive", "invalid", "held", "conflict", "unseen", "accepted")
"""What `is:` knows."""

SPECIAL: Final = ("is", "has", "changed", "outcome", "op", "problem")
"""Keys that are no fields."""

_FOREIGN: Final = re.compile(r"NOT$|[^\W\d][\w.]*!=")
"""`NOT a` and `field!=value` mean something elsewhere, and would find the very rows that are not meant."""
SEPARATOR: Final = "\x1f"
ROW_END: Final = "\x1e"
"""What stands between the fields of a row, and between rows, in a block (see block.py); no word can hold them."""

_KEY: Final = re.compile(r"(?P<name>[\w.]+?):?(?P<operator>>=|<=|>|<|=|~|)")
_ESCAPED: Final = re.compile(r'\\(["\\])')
_BARE: Final = re.compile(r'[^\s()"]+')
_STARS: Final = re.compile(r"\*+")
_MOST_STARS: Final = 21
_LONGEST_PATTERN: Final = 1_000
_IDS: Final = re.compile(r"(.*_)?ids?")


@v_args(inline=True)
class Reading(Transformer_NonRecursive):  # type: ignore[type-arg]
    """Builds the nodes of the query `text`; raises `QueryError` for what the grammar could not see."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def start(self, root: Node | None = None) -> Node | None:
        """The whole query."""
        return root

    def any_of(self, *nodes: Node) -> Node:
        """Alternatives."""
        return Any(nodes)

    def all_of(self, *nodes: Node) -> Node:
        """Terms that all hold."""
        return All(nodes)

    def negated(self, node: Node) -> Node:
        """A minus; two of them are none."""
        return node.of if isinstance(node, Not) else Not(node)

    def word(self, token: Token) -> Node:
        """An unquoted word, with its wildcards; other languages' signs for `not` are no words."""
        if _FOREIGN.match(token):
            what = f'a minus turns round what follows it: -status:inactive (quote "{token[:20]}" to find it as a text)'
            raise mistake(self._text, _column(token), what, "a minus")
        return Word(self._parts(token), _column(token))

    def quoted_word(self, token: Token) -> Node:
        """Quoted words: literal."""
        text = _unquoted(token)
        if SEPARATOR not in text and ROW_END not in text:
            return Word((text,), _column(token))
        raise mistake(self._text, _column(token), "a word cannot hold the control characters U+001E and U+001F", "text")

    def regex_word(self, token: Token) -> Node:
        """A regular expression without a field: refused, since words look at all fields at once."""
        what = "a regular expression needs a field, for example phone:/^\\+1/ (quote it to find the slashes)"
        raise mistake(self._text, _column(token), what, "field:/regex/")

    def plain(self, token: Token) -> Token:
        """An unquoted value."""
        return token

    quoted = regex = file = plain

    def group(self, key: Token, of: Node) -> Node:
        """`addresses:(..)`: one item that meets all of it."""
        name, operator = _taken_apart(key)
        if operator == "" and name in (*TABLES, "customer"):
            return Group("customers" if name == "customer" else name, of, _column(key))
        if operator == "=" and name not in SPECIAL:
            return FieldTest(self._field(name, _column(key)), OneOf(self._listed(key, of)), _end(key))
        listed = "" if name in SPECIAL else f"for exact values: {name}:=(a b); else "
        what = f"a bracket cannot follow {key}; {listed}({name}:a OR {name}:b)"
        raise mistake(self._text, _end(key), what, "a value")

    def _listed(self, key: Token, of: Node) -> tuple[str, ...]:
        """The values in the bracket after `field:=`: words side by side, or with OR between them."""
        values: dict[str, None] = {}
        for one in of.of if isinstance(of, All | Any) else (of,):
            if isinstance(one, Word):
                values[self._as_typed(one)] = None
                continue
            inner = self._listed(key, one) if isinstance(one, All | Any) else None
            if inner is None:
                what = f'in {key}(..) only values can stand; quote one that holds a colon, a minus or a bracket: "a:b"'
                raise mistake(self._text, _end(key) + 1, what, "a value")
            values |= dict.fromkeys(inner)
        return tuple(values)

    def _as_typed(self, word: Word) -> str:
        """A word with its stars: in a list they are letters."""
        if len(word.parts) == 1:
            return word.parts[0]
        return _BARE.match(self._text, word.column - 1)[0]  # type: ignore[index]

    def test(self, key: Token, value: Token) -> Node:
        """`field:value` and its kin."""
        if value.start_pos != key.end_pos:
            raise no_value(self._text, _end(key), str(key))
        name, operator = _taken_apart(key)
        if name in SPECIAL:
            return self._special(name, operator, key, value)
        return FieldTest(self._field(name, _column(key)), self._condition(name, operator, value), _column(value))

    def _special(self, name: str, operator: str, key: Token, value: Token) -> Node:
        if operator or value.type not in ("VALUE", "QUOTED"):
            raise mistake(self._text, _end(key) - len(operator), f"expected a plain word after {name}:", "a word")
        if name == "is":
            return self._is(value)
        if name == "outcome":
            return Became(_plain(value).lower(), _column(value))
        if name == "op":
            return self._did(value)
        if name == "problem" or (name == "has" and _plain(value) == "problem"):
            return Problem("*" if name == "has" else _plain(value), _column(value))
        place = _column(value) + (value.type == "QUOTED")
        field = self._field(_plain(value), place)
        return Changed(field) if name == "changed" else FieldTest(field, Filled(), place)

    def _is(self, value: Token) -> Node:
        mark = _plain(value).lower()
        if mark in MARKS:
            return Is(mark, _column(value))
        marks = ", ".join(MARKS)
        raise mistake(self._text, _column(value), f'there is no mark "{mark[:40]}"; there are: {marks}', marks)

    def _did(self, value: Token) -> Node:
        number = _plain(value)
        if number.isascii() and number.isdigit() and len(number) < 10:
            return Did(int(number), _column(value))
        raise mistake(
            self._text, _column(value), "op: takes the number of an operation, as the log shows it", "a number"
        )

    def _field(self, path: str, column: int) -> FieldName:
        before = path.startswith("before.")
        rest = path.removeprefix("before.")
        table, _, name = rest.rpartition(".")
        at = column + len(path) - len(rest)
        if table == "customer":
            return FieldName("customers", name, before, at + len(table) + 1)
        if table and table not in TABLES:
            tables = ", ".join(("customer", *NESTED, "before"))
            raise mistake(self._text, at, f'there is no "{table[:40]}." to look in; there are: {tables}', tables)
        return FieldName(table, name, before, at + len(table) + bool(table))

    def _condition(self, name: str, operator: str, value: Token) -> Condition:
        if operator in (">", ">=", "<", "<="):
            return self._compared(operator, value)
        if value.type == "REGEX" and operator == "":
            return self._regex(value)
        if operator == "=":
            return Exact(_plain(value))
        if operator == "~":
            return self._close(value)
        if value.type == "FILE" or (value.startswith("@") and _names_ids(name)):
            return self._lines(value)
        return self._contained(value)

    def _compared(self, operator: str, value: Token) -> Condition:
        bound, inclusive = _plain(value), operator.endswith("=")
        if not bound:
            raise mistake(self._text, _column(value), f"expected a value after {operator}", "a value")
        if operator.startswith(">"):
            return Between(bound, None, with_low=inclusive)
        return Between(None, bound, with_high=inclusive)

    def _contained(self, value: Token) -> Condition:
        text = _plain(value)
        if value.type == "QUOTED":
            return Contains(text) if text else Exact("")
        low, dots, high = text.partition("..")
        if dots and not (low or high):
            raise mistake(self._text, _column(value), "expected a bound before or after ..", "a value")
        if dots:
            return Between(low or None, high or None)
        if text.strip("*") == "":
            return Filled()
        return Wildcard(self._parts(value)) if "*" in text else Contains(text)

    def _regex(self, value: Token) -> Condition:
        body, _, flag = str(value)[1:].rpartition("/")
        pattern = f"(?i){body}" if flag else body
        try:
            pl.Series([""]).str.contains(pattern)
        except pl.exceptions.PolarsError as error:
            what = f"this regular expression is not valid: {_reason(error)}"
            raise mistake(self._text, _column(value), what, "a regular expression") from None
        return Regex(pattern)

    def _close(self, value: Token) -> Condition:
        text = " ".join(_plain(value).split())
        if not text:
            raise mistake(self._text, _column(value), "expected a value after ~", "a value")
        if len(text) > 200:
            raise mistake(self._text, _column(value), "close match takes at most 200 characters", "a shorter value")
        return Close(text)

    def _lines(self, value: Token) -> Condition:
        path = _unquoted(value[1:]) if value.type == "FILE" else str(value)[1:]
        if path:
            return LinesOf(path)
        raise mistake(self._text, _column(value) + 1, "expected a file's path after @", "a path")

    def _parts(self, token: Token) -> tuple[str, ...]:
        parts = tuple(_STARS.sub("*", str(token)).split("*"))
        if len(parts) == 1 or (len(parts) <= _MOST_STARS and len(token) <= _LONGEST_PATTERN):
            return parts
        what = f"a value with * takes at most {_LONGEST_PATTERN} characters and {_MOST_STARS - 1} of them"
        raise mistake(self._text, _column(token), what, "a shorter value")


def _reason(error: pl.exceptions.PolarsError) -> str:
    lines = [line.strip() for line in str(error).splitlines()]
    said = next((line for line in lines if line.startswith("error: ")), lines[0])
    return said.removeprefix("error: ").removeprefix("regex error: ")[:200]


def _taken_apart(key: Token) -> tuple[str, str]:
    match = _KEY.fullmatch(str(key))
    return (match["name"], match["operator"]) if match else (str(key), "")


def _plain(value: Token) -> str:
    return _unquoted(value) if value.type == "QUOTED" else str(value)


def _unquoted(text: str) -> str:
    return _ESCAPED.sub(r"\1", text[1:-1])


def _names_ids(name: str) -> bool:
    return bool(_IDS.fullmatch(name.rpartition(".")[2]))


def _column(token: Token) -> int:
    return (token.start_pos or 0) + 1


def _end(token: Token) -> int:
    return (token.end_pos or 0) + 1
