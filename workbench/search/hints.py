"""What in a query is a word or part of one, though it is an operator elsewhere: said beside what is found, which stays the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from lark import Token

from workbench.search.query import tokens

_MAYBE: Final = re.compile(r"(?i)\b(?:or|and|not)\b|'|::|==|=:")
"""Only a query that holds one of these is looked at."""
_WORDS: Final = {
    "or": "is a word here: OR means either",
    "and": "is a word here: a space or AND means both",
    "not": "is a word here: a minus leaves out, as in -acme",
}
_QUOTES: Final = """' is no quote here: "double quotes" keep words together"""
_BEGINS: Final = ("WORD", "QUOTED", "KEY", "REGEX", "LPAR", "_MINUS")
_ENDS: Final = ("WORD", "QUOTED", "VALUE", "REGEX", "FILE", "RPAR")


def taken_as_words(text: str) -> str:
    """What is to be known of a query that holds `or` or `and` between two terms, `not` before one, a phrase in single quotes, or a
    sign twice (`city::york`); empty for others.

    >>> taken_as_words("acme or smith")
    'or is a word here: OR means either'
    """
    if not _MAYBE.search(text):
        return ""
    read = tokens(text)[0]
    said = {f"{token} {_WORDS[token.lower()]}": None for token in _operators(read)}
    said |= dict.fromkeys(_twice(read))
    return "; ".join([*said, *([_QUOTES] if _is_quoted(read) else [])])


def _operators(read: list[Token]) -> list[Token]:
    """The words that stand where an operator would; in a list of values, `id:=(a or b)`, there is none."""
    found, lists, before = [], [False], None
    for token, after in zip(read, [*read[1:], None], strict=True):
        if token.type == "LPAR":
            lists.append(lists[-1] or (before is not None and before.type == "KEY" and before.endswith("=")))
        elif token.type == "RPAR" and len(lists) > 1:
            lists.pop()
        elif token.type == "WORD" and token.lower() in _WORDS and not lists[-1]:
            goes_on = after is not None and after.type in _BEGINS
            if goes_on and (token.lower() == "not" or (before is not None and before.type in _ENDS)):
                found.append(token)
        before = token
    return found


def _twice(read: list[Token]) -> Iterator[str]:
    """What is said of values that begin with the sign that stands between them and their field."""
    for key, value in pairwise(read):
        meant = value.lstrip(":=")
        if key.type == "KEY" and value.type == "VALUE" and meant and meant != value:
            sign = value[: len(value) - len(meant)]
            exact = "=" if "=" in f"{key}{sign}" else ""
            yield f"the {sign} before {meant} is part of the value here: {key.rstrip(':=')}:{exact}{meant} is without it"


def _is_quoted(read: list[Token]) -> bool:
    """Whether a word or value begins with a single quote, and it or a later one ends with another."""
    words = [token for token in read if token.type in ("WORD", "VALUE")]
    begins = next((place for place, token in enumerate(words) if token.startswith("'")), None)
    if begins is None:
        return False
    return (len(words[begins]) > 1 and words[begins].endswith("'")) or any(
        token.endswith("'") for token in words[begins + 1 :]
    )
