"""What a display is made of, before it is HTML or text: a title, lines, tables, folds. Values stand in it as they are stored.

Both painters (`html`, `text`) make every string in a page safe, so no display escapes anything, and none can forget to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

FIRST: Final = 10
"""So many rows of a table are shown, and the rest is counted."""

FEW: Final = 5
"""So many of what is folded away, or of what stands in one cell."""

LONGEST: Final = 160
"""So many characters of one value are shown."""

_LINE: Final = 1_000
_BODY: Final = 20_000
"""So many characters of a line, and of all, are shown of what is read exactly."""

Look = Literal["", "number", "soft", "old", "new", "staged", "invalid", "warn", "good", "bad"]
"""How a text looks: figures to the right, `old` and `new` as before and after,
`staged` and `invalid` as in the grid, with its glyphs."""


@dataclass(frozen=True, slots=True)
class Bit:
    """A text as it is stored or said. A `value` is somebody's data: its spaces at the ends, and what cannot be seen, are shown."""

    text: str
    look: Look = ""
    value: bool = False
    before: str | None = None
    """What a staged cell held."""


@dataclass(frozen=True, slots=True)
class Head:
    """A column of a table; `number` for figures."""

    text: str
    number: bool = False


Cell = Bit | Sequence[Bit] | str
"""What stands in one place of a table: one text, or several one after the other."""


@dataclass(frozen=True, slots=True)
class Table:
    """The first `rows` of `total`; `noun` is what they are, for the count of the rest."""

    heads: Sequence[Head]
    rows: Sequence[Sequence[Cell]]
    total: int
    noun: str = "row"
    several: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text."""

    bits: Sequence[Cell]
    look: Look = ""


@dataclass(frozen=True, slots=True)
class Body:
    """What is read exactly, in a fixed width: a request's body, a recipe. Its own line breaks are kept."""

    text: str

    @property
    def shown(self) -> str:
        """As much of it as a page can hold; how much more there is stands where it ends."""
        cut = (
            line if len(line) <= _LINE else f"{line[:_LINE]}… {len(line) - _LINE:,} more"
            for line in self.text.split("\n")
        )
        text = "\n".join(cut)
        return text if len(text) <= _BODY else f"{text[:_BODY]}… {len(text) - _BODY:,} more characters"


@dataclass(frozen=True, slots=True)
class Bar:
    """Parts of a whole, each with its count and look, in one bar; `total` is the whole."""

    parts: Sequence[tuple[str, int, Look]]
    total: int


@dataclass(frozen=True, slots=True)
class Part:
    """A bar, or a piece of one: what it counts, and how it looks."""

    name: str
    number: int
    look: Look = ""


@dataclass(frozen=True, slots=True)
class Plot:
    """A line for each name, its parts as bars below each other or, `stacked`, one after the other in one bar. All bars are
    measured by the longest."""

    title: str
    lines: Sequence[tuple[str, Sequence[Part]]]
    stacked: bool = False

    @property
    def longest(self) -> int:
        """What the longest bar counts."""
        sizes = (
            sum(one.number for one in parts) if self.stacked else max((one.number for one in parts), default=0)
            for _, parts in self.lines
        )
        return max(sizes, default=0)


@dataclass(frozen=True, slots=True)
class Fold:
    """What is looked at on demand. Text shows only that it is there, with `hint`: how to get at it."""

    title: str
    blocks: Sequence[Block]
    hint: str = ""


Block = Table | Line | Body | Bar | Plot | Fold


@dataclass(frozen=True, slots=True)
class Page:
    """A display: its title, and what stands below it."""

    title: Sequence[Cell]
    blocks: Sequence[Block] = field(default=())


def value(text: object, look: Look = "") -> Bit:
    """A piece of data; nothing as `(empty)`."""
    if text in (None, "", []):
        return Bit("(empty)", "soft" if look in ("", "number") else look)
    if isinstance(text, (list, tuple)):
        return Bit(", ".join(map(str, text)), look, value=True)
    return Bit(str(text).lower() if isinstance(text, bool) else str(text), look, value=True)


def figure(number: float) -> Bit:
    """A count, with commas."""
    return Bit(f"{number:,}", "number")


def change(before: object, after: object) -> tuple[Bit, Bit, Bit]:
    """A value that becomes another."""
    return value(before, "old"), Bit(" → ", "soft"), value(after, "new")
