"""The query language by example, for the search."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap
from typing import ClassVar, Final

from textual.binding import Binding, BindingType

from screens.dialogs.reading import Reading
from screens.lines import Part
from workbench.search.examples import RULES, SECTIONS, Example

_QUERY: Final = 36
_LEAST: Final = 20
"""Terminal cells for what an example finds, below which it stands under the query, not beside it."""

Line = tuple[Part, ...]


class Language(Reading[None]):
    """Shows the examples by section, then the rules; `/` narrows them by a part of the query or of what it finds."""

    PART = "a part of an example"
    SAYS = "/ finds an example   Esc goes back to the search"
    DEFAULT_CSS = "Language > #frame { max-width: 100%; width: 110; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark,f1", "leave", "Leave", show=False, id="language.leave")
    ]

    def __init__(self) -> None:
        super().__init__("How to search")
        self.add_class("-whole")

    def told(self, part: str) -> list[Line]:
        """The examples of each section, then the rules."""
        lines: list[Line] = []
        for section in SECTIONS:
            found = [one for one in section.examples if part in f"{one.query} {one.finds}".casefold()]
            if found:
                lines.append(((section.title, "bold underline"), f"  {section.about}".replace("`", "")))
                lines += [line for one in found for line in _lines(one, self.room)]
                lines.append(("",))
        rules = [rule for rule in RULES if part in rule.casefold()]
        if rules:
            lines.append((("The rules", "bold underline"),))
            lines += [line for rule in rules for line in _hung(f"- {rule}".replace("`", ""), self.room)]
        return lines or [("no example has that",)]


def _lines(one: Example, room: int) -> Iterator[Line]:
    """The query, and beside it what it finds; below it where there is no room for both."""
    table = "" if one.table == "customers" else f" (in {one.table})"
    finds, indent = one.finds.replace("`", "") + table, _QUERY + 1
    if len(one.query) > _QUERY or room < indent + _LEAST:
        indent = 4
        told = wrap(finds, max(room - indent, 1))
        yield ((one.query, "bold"),)
    else:
        first, *told = wrap(finds, room - indent) or [""]
        yield (f"{one.query:<{_QUERY}} ", "bold"), first
    yield from ((" " * indent + line,) for line in told)


def _hung(text: str, room: int) -> Iterator[Line]:
    """A rule, broken so that its dash stands out."""
    yield from ((line,) for line in wrap(text, max(room, 1), subsequent_indent="  "))
