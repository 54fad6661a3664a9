"""A query that is still typed: what stands at the cursor, and what would be replaced by a better ending of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from lark import Token

from workbench.customers.fields import TABLES
from workbench.search.query import tokens

_OPERATOR: Final = re.compile(r":(?:>=|<=|>|<|=|~)?|>=|<=|>|<|=")
_NAME: Final = re.compile(r"[\w.]*")
_PLAIN: Final = re.compile(r'[^\s()"]*')
_CLOSED: Final = re.compile(r'(?:\\.|[^"\\])*"(?=[\s)]|$)', re.DOTALL)
_ESCAPED: Final = re.compile(r'\\(["\\])')


@dataclass(frozen=True, slots=True)
class Typed:
    """What is typed at the cursor.

    `typed` is its part before the cursor, without quotes. With an empty `key` it is a word or the beginning of a key, and
    `start` to `end` is all of it; `followed` says that an operator stands after it. Otherwise it is the value of `key`,
    and `start` to `end` is the operator and the value. `table` is the table whose fields are meant here (a bracket after
    `addresses:` means those of addresses), `rest` the query without this term.
    """

    typed: str
    start: int
    end: int
    table: str
    rest: str
    key: str = ""
    followed: bool = False


def typed_at(text: str, cursor: int, table: str) -> Typed | None:
    """What is typed at a place (0-based) of a query on `table`, or None where nothing can be proposed."""
    read, broken = tokens(text[:cursor])
    here = _group(read, table)
    last = read[-1] if read else None
    if broken is not None:
        return _quoted(text, cursor, here, last, broken) if last is not None else None
    if last is None or _ends(last) < cursor or last.type in ("LPAR", "_MINUS"):
        return _nothing_yet(text, cursor, here, last)
    if last.type == "WORD":
        return _word(text, cursor, here, last)
    if last.type == "KEY":
        return _value(text, cursor, here, last, cursor)
    if last.type == "VALUE" and _ends(read[-2]) == last.start_pos:
        return _value(text, cursor, here, read[-2], last.start_pos)
    return None


def _group(read: list[Token], table: str) -> str:
    """The table whose fields are meant after these tokens."""
    stack, before = [table], None
    for token in read:
        if token.type == "LPAR":
            named = str(before).rstrip(":") if before is not None and before.type == "KEY" else ""
            of = "customers" if named == "customer" else named
            stack.append(of if of in TABLES else stack[-1])
        elif token.type == "RPAR" and len(stack) > 1:
            stack.pop()
        before = token
    return stack[-1]


def _nothing_yet(text: str, cursor: int, table: str, last: Token | None) -> Typed | None:
    if (last is not None and last.type == "KEY") or text[cursor : cursor + 1].strip(" )"):
        return None
    return Typed("", cursor, cursor, table, _without(text, cursor, cursor))


def _word(text: str, cursor: int, table: str, word: Token) -> Typed | None:
    start, end = _starts(word), cursor + _length(_NAME, text, cursor)
    followed = _OPERATOR.match(text, end) is not None
    if not _NAME.fullmatch(str(word)) or (not followed and text[end : end + 1].strip(" )")):
        return None
    return Typed(str(word), start, end, table, _without(text, start, end), followed=followed)


def _value(text: str, cursor: int, table: str, key: Token, start: int) -> Typed | None:
    end = cursor + _length(_PLAIN, text, cursor)
    return _of_key(text, table, key, text[start:cursor], end)


def _quoted(text: str, cursor: int, table: str, key: Token, start: int) -> Typed | None:
    if key.type != "KEY" or _ends(key) != start or text[start] != '"':
        return None
    end = cursor + _length(_CLOSED, text, cursor)
    return _of_key(text, table, key, _ESCAPED.sub(r"\1", text[start + 1 : cursor]), end)


def _of_key(text: str, table: str, key: Token, typed: str, end: int) -> Typed | None:
    name = _NAME.match(str(key))[0]  # type: ignore[index]
    if str(key)[len(name) :] not in (":", "=", ":="):
        return None
    start = _starts(key)
    return Typed(typed, start + len(name), end, table, _without(text, start, end), key=name)


def _without(text: str, start: int, end: int) -> str:
    """The text without a term and the minus before it."""
    return f"{text[:start].rstrip('-')} {text[end:]}".strip()


def _length(pattern: re.Pattern[str], text: str, place: int) -> int:
    found = pattern.match(text, place)
    return len(found[0]) if found else 0


def _starts(token: Token) -> int:
    return token.start_pos or 0


def _ends(token: Token) -> int:
    return token.end_pos or 0
