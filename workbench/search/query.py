"""From text to a query: the grammar is query.lark, what it builds is nodes.py, README.md shows it by example."""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path
from typing import Any as AnyType
from typing import Final

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedInput, VisitError

from workbench.errors import QueryError
from workbench.search.mistakes import from_lark, mistake
from workbench.search.nodes import Query
from workbench.search.reading import Reading

__all__ = ["Query", "parse", "tokens"]

LONGEST: Final = 50_000
"""The most characters of a query. Lists of hundreds of ids fit; longer ones are for `id:@FILE`."""

DEEPEST: Final = 100
"""The most levels of brackets, alternatives and groups within each other."""

MOST: Final = 1_000
"""The most words and conditions of a query."""

MOST_LISTED: Final = 10_000
"""The most values of its lists, `id:=(a b c)`, together."""


@lru_cache(maxsize=32)
def parse(text: str) -> Query:
    """The query that `text` writes; raises `QueryError` with the column of the mistake and what could stand there.

    An empty text, or one of spaces only, is the query that finds everything.

    >>> parse("acme -addresses.state:TX").root
    All(of=(Word(...), Not(of=FieldTest(...))))
    """
    _check_characters(text)
    try:
        tree = _grammar().parse(text)
    except UnexpectedInput as error:
        raise from_lark(text, error) from None
    _check_size(text, tree)
    try:
        return Query(text, Reading(text).transform(tree))
    except VisitError as error:
        if isinstance(error.orig_exc, QueryError):
            raise error.orig_exc from None
        raise


def tokens(text: str) -> tuple[list[Token], int | None]:
    """The tokens of a query that may not be finished, and the 0-based place from where on it cannot be read (None: all can).

    Their `type` is the grammar's: `WORD`, `QUOTED`, `KEY`, `VALUE`, `REGEX`, `FILE`, `LPAR`, `RPAR`, `_OR`, `_AND`, `_MINUS`.
    """
    read: list[Token] = []
    try:
        read.extend(_grammar().parse_interactive(text).iter_parse())
    except UnexpectedInput as trouble:
        broken = trouble.pos_in_stream or 0
        return [token for token in read if (token.end_pos or 0) <= broken], broken
    return read, None


@cache
def _grammar() -> Lark:
    source = Path(__file__).with_name("query.lark").read_text("utf-8")
    return Lark(source, parser="lalr", lexer="contextual", maybe_placeholders=False)


def _check_characters(text: str) -> None:
    if len(text) > LONGEST:
        what = f"the query is longer than {LONGEST} characters; put a list of values into a file: id:@FILE"
        raise mistake(text, LONGEST + 1, what, "the end")
    odd = next((place for place, sign in enumerate(text) if 0xD800 <= ord(sign) <= 0xDFFF), None)
    if odd is not None:
        raise mistake(text, odd + 1, "this is half a character (a lone surrogate)", "text")


def _check_size(text: str, tree: Tree[Token]) -> None:
    stack: list[tuple[AnyType, int, bool]] = [(tree, 0, False)]
    terms = listed = 0
    while stack:
        node, depth, in_list = stack.pop()
        if not isinstance(node, Tree):
            terms, listed = terms + (not in_list), listed + in_list
            continue
        if depth > DEEPEST:
            raise mistake(text, 1, f"the query nests more than {DEEPEST} levels deep", "a flatter query")
        deeper = depth + (node.data not in ("negated", "start"))
        in_list = in_list or (node.data == "group" and str(node.children[0]).endswith("="))
        stack.extend((child, deeper, in_list) for child in node.children)
    if terms > 2 * MOST:
        what = f"the query has more than {MOST} conditions; put a list of values into a file: id:@FILE"
        raise mistake(text, 1, what, "fewer conditions")
    if listed > MOST_LISTED:
        what = f"the query lists more than {MOST_LISTED} values; put them into a file: id:@FILE"
        raise mistake(text, 1, what, "fewer values")
