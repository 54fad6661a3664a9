"""Mistakes in a query, said with their place."""

from __future__ import annotations

import re
from typing import Final

from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from workbench.errors import QueryError

TERM: Final = "a word, field:value or ("
_OPERATORS: Final = (":", "=", "<", ">", "~")
_LAST_WORD: Final = re.compile(r"[^\s()-]*$")


class Unfit(Exception):
    """A condition that this field, or this machine, cannot meet; `args[0]` says why, `args[1]` what would do."""


def mistake(query: str, column: int, what: str, expected: str = "") -> QueryError:
    """The error for a mistake at `column` (1-based) of `query`; its message begins with the place."""
    return QueryError(f"column {column}: {what}", query=query, column=column, expected=expected)


def no_value(query: str, column: int, key: str) -> QueryError:
    """The error for a key such as `state:` that no value follows at `column`."""
    return mistake(query, column, f'expected a value after "{key}"', "a value")


def from_lark(query: str, error: UnexpectedInput) -> QueryError:
    """What Lark stumbled over, in the words of the language."""
    if isinstance(error, UnexpectedCharacters):
        return _unreadable(query, error.pos_in_stream or 0)
    if isinstance(error, UnexpectedToken) and error.token.type != "$END":
        return _unexpected(query, error.token.start_pos or 0, str(error.token))
    return _ended(query)


def _unreadable(query: str, at: int) -> QueryError:
    sign, before = query[at], query[at - 1 : at]
    if sign == '"' and before == '"':
        return mistake(query, at + 1, "expected a space between two quoted texts", "a space")
    if sign == '"' and before and not before.isspace() and before not in "(:=<>~-@":
        return mistake(query, at + 1, 'a quote cannot stand inside a word; quote it whole, with \\" inside', "a space")
    if sign == '"':
        return mistake(query, at + 1, "this quote is not closed", '"')
    if sign == "/":
        return mistake(query, at + 1, "this regular expression does not end in a / (quote the value to find a /)", "/")
    return mistake(query, at + 1, f"expected {TERM} right after {sign}", TERM)


def _unexpected(query: str, at: int, text: str) -> QueryError:
    if text[0] in '"/-':
        return _unreadable(query, at)
    before = query[:at].rstrip()
    if text == ")" and query.count(")", 0, at + 1) > query.count("(", 0, at):
        return mistake(query, at + 1, "this ) closes nothing", TERM)
    if before.endswith(_OPERATORS):
        return no_value(query, len(before) + 1, _last_word(before))
    return mistake(query, at + 1, f'expected {TERM} instead of "{text[:20]}"', TERM)


def _ended(query: str) -> QueryError:
    text = query.rstrip()
    last = _last_word(text)
    if last.endswith(_OPERATORS):
        return no_value(query, len(text) + 1, last)
    if last in ("OR", "AND") or text.endswith("("):
        return mistake(query, len(text) + 1, f"expected {TERM} after {last or '('}", TERM)
    return mistake(query, len(text) + 1, "a ( is not closed", ")")


def _last_word(text: str) -> str:
    return _LAST_WORD.search(text[-60:])[0]  # type: ignore[index]  # of all of it, it would take the square of its length
