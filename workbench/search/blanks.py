"""A value with a blank in it that was written without quotes: only its first word is the value, the others are free words."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise, takewhile

from workbench.search.query import tokens


def quoted_forms(text: str) -> Iterator[str]:
    """A query with the words after a field's value drawn into it, between quotes: as many as there are, then fewer. None where no
    word follows a value, or a value has a meaning that quotes would take away (`*`, `..`).

    >>> list(quoted_forms("freight_term:=Cust. Pickup late"))
    ['freight_term:="Cust. Pickup late"', 'freight_term:="Cust. Pickup" late']
    """
    read, broken = tokens(text)
    if broken is not None:
        return
    for place, (key, value) in enumerate(pairwise(read)):
        start = value.start_pos or 0
        if (key.type, value.type) != ("KEY", "VALUE") or key.end_pos != start or "*" in value or ".." in value:
            continue
        words = [*takewhile(lambda one: one.type == "WORD", read[place + 2 :])]
        for last in reversed(words):
            stop = last.end_pos or 0
            inside = text[start:stop].replace("\\", "\\\\")
            yield f'{text[:start]}"{inside}"{text[stop:]}'
