"""Any string made safe to show: data is data, and cannot colour, crash, click or drive the terminal.

`safe` is the one door between stored text and the screen. What would be obeyed or not be seen (control characters, direction
marks, zero-width characters, line separators, lone surrogates), and what would be taken for a space and is none, is shown as a
glyph of one cell. What comes out is still plain text: give it to `rich.text.Text`, `textual.content.Content` or a `Segment`,
never to a place that reads markup. Stored data is never changed.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from rich.cells import cell_len, set_cell_size

HIDDEN: Final = "◦"
"""Stands for a character that has no width of its own."""
BLANK: Final = "⍽"
"""Stands for a space that is not the ordinary one: one that does not break, a thin or a wide one."""
TURNS: Final = "⇄"
"""Stands for a character that turns the direction of the text."""
BREAK: Final = "⏎"
"""Stands for a line or paragraph separator."""
BROKEN: Final = "⍰"
"""Stands for what is no character: C1 controls, lone surrogates, noncharacters."""
ELLIPSIS: Final = "…"

_LONG_ID: Final = re.compile(r"\[([0-9A-Fa-f]{8})[0-9A-Fa-f-]{4,}\]")
_MARKS_AT_ONCE: Final = 4
_DIRECTION_MARK: Final = "\u200e"
_RIGHT_TO_LEFT: Final = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_TURNERS: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_INVISIBLE: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\u2800") | {
    chr(code)
    for first, last in ((0x180B, 0x180F), (0xFE00, 0xFE0F), (0x1F3FB, 0x1F3FF), (0xE0000, 0xE0FFF))
    for code in range(first, last + 1)
}


def safe(value: object) -> str:
    """The text of `value` (None is empty) in which every character can be seen and none is obeyed by a terminal."""
    text = value if isinstance(value, str) else "" if value is None else str(value)
    if text.isascii() and text.isprintable():
        return text
    return _anchored(text.translate(_GLYPHS))


def glyphs(text: str) -> str:
    """The text with a glyph for each dangerous character and nothing added: as many characters as `text` has."""
    return text.translate(_GLYPHS)


def breadth(text: str) -> int:
    """How many cells a safe text may take: some terminals draw the vowel signs of Hindi and its like on their letters, others
    give them a cell."""
    if text.isascii():
        return len(text)
    return cell_len(text) + sum(char > "\u08ff" and unicodedata.category(char) == "Mc" for char in text)


def fit(text: str, width: int) -> str:
    """Safe text cut (with an ellipsis) or padded with spaces to exactly `width` cells, and to what can be seen in them."""
    if text.isascii():
        return text.ljust(width) if len(text) <= width else text[: max(width - 1, 0)] + ELLIPSIS[:width]
    if breadth(text) <= width:
        return set_cell_size(text, width)
    size = max(width - 1, 0)
    cut = set_cell_size(text, size)
    while breadth(cut) > max(width - 1, 0):
        size -= 1
        cut = set_cell_size(text, size)
    return set_cell_size(cut + ELLIPSIS, width)


def isolated(text: str) -> str:
    """Safe text with a left-to-right mark around it if it holds right-to-left letters.

    A terminal that reorders such letters then does so within this text and leaves the columns beside it in place.
    """
    if text.isascii() or not _RIGHT_TO_LEFT.search(text):
        return text
    return f"{_DIRECTION_MARK}{text}{_DIRECTION_MARK}"


def revealed(value: object) -> str:
    """Safe text in which spaces at the ends and doubled spaces are seen too: for before and after."""
    text = safe(value)
    if "  " not in text and text[:1] != " " and text[-1:] != " ":
        return text
    inner = text.strip(" ")
    start = len(text) - len(text.lstrip(" "))
    shown = "·" * start + inner + "·" * (len(text) - start - len(inner))
    return re.sub("  +", lambda run: "·" * len(run.group()), shown)


def glimpse(value: object, most: int = 500) -> str:
    """`revealed`; but of a text of more than `most` characters only its beginning, with an ellipsis: no more is looked at."""
    text = value if isinstance(value, str) else safe(value)
    return revealed(text) if len(text) <= most else revealed(text[:most]) + ELLIPSIS


def count(number: int, noun: str, several: str = "") -> str:
    """`1 customer`, `2,000 customers`."""
    return f"{number:,} {noun if number == 1 else several or noun + 's'}"


def of_outcome(number: int, name: str) -> str:
    """How many customers or cells have an outcome, by its name, as people say it: `2 committed`, `1 in conflict`."""
    return f"{number:,} {'in conflict' if name == 'conflict' else name}"


class _Glyphs(dict[int, str]):
    """Code point -> what is shown for it; filled as characters are met."""

    def __missing__(self, code: int) -> str:
        shown = self[code] = _glyph(code)
        return shown


_GLYPHS: Final = _Glyphs()


def _glyph(code: int) -> str:
    char, category = chr(code), unicodedata.category(chr(code))
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    if category in ("Zl", "Zp") or code == 0x85:
        return BREAK
    if category in ("Cc", "Cs") or code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF:
        return BROKEN
    if category == "Zs" and char != " ":
        return BLANK
    if char in _TURNERS:
        return TURNS
    return HIDDEN if category == "Cf" or char in _INVISIBLE else char


def _anchored(text: str) -> str:
    """Combining marks stand on something in the text, and no more than a few on one letter."""
    out: list[str] = []
    marks = 0
    for char in text:
        if not (char > "\u02ff" and unicodedata.category(char) in ("Mn", "Me")):
            marks = 0
        elif not out:
            out.append("◌")
            marks = 1
        else:
            marks += 1
        out.append(HIDDEN if marks > _MARKS_AT_ONCE else char)
    return "".join(out)


def short_path(path: str) -> str:
    """A path whose long ids are cut, for a list: `addresses[027b97bf…].city`."""
    return _LONG_ID.sub(r"[\1…]", path)
