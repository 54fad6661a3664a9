"""Texts that terminals disagree about the width of, kept from moving what stands to the right of them.

One terminal gives a vowel sign of Hindi a cell of its own and another none; the flag of a country takes one, two or four
cells; an emoji of this year is unknown to last year's terminal. Nobody can measure that from outside, so such a text is put
between two invisible marks, and what writes to the terminal makes them into: remember this place, blank so many cells, (the
text), back to the place, that many cells to the right. The marks have no width, so that everything between here and there can
cut and join lines as it likes; a pair that was cut apart is dropped, also where what lay between the first mark of one text and
the last of another was covered (by a dialog): what stands between the marks of a pair is as wide as they say.
"""

from __future__ import annotations

import re
from typing import Final

from rich.cells import cell_len
from rich.segment import Segment

_BEGIN, _END, _WIDTHS = "\U000e0100", "\U000e0101", 0xE0110
"""Variation selectors that go with nothing; `workbench.shown.text.safe` lets none of a stored text's through."""
_WIDEST: Final = 0xE01EF - _WIDTHS

_DOUBTFUL: Final = re.compile(
    "[^ -\u02ff\u0370-\u0482\u048a-\u052f\u1e00-\u1fff\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2100-\u22ff"
    "\u2400-\u2426\u2500-\u25ff\u21c4\u23ce\u2370\u237d\u3000-\u3029\u3041-\u3096\u30a0-\u30ff\u3105-\u312f\u3400-\u9fff"
    "\uac00-\ud7a3\uff01-\uff60\uffe0-\uffe6]"
)
"""Whatever is not of the scripts and signs that have had one width in all terminals for decades."""
_PAIR: Final = re.compile(
    f"{_BEGIN}([{chr(_WIDTHS)}-{chr(_WIDTHS + _WIDEST)}])((?:(?!\x1b\\[[0-9;]*H)[^\n{_BEGIN}{_END}])*){_END}"
)
_STYLES: Final = re.compile("\x1b\\[[0-9;:]*m")
_MARKS: Final = re.compile(f"[{_BEGIN}-{chr(_WIDTHS + _WIDEST)}]")


def steady(segments: list[Segment], width: int) -> list[Segment]:
    """Segments of text that take `width` cells by our measure, marked if a terminal may see that otherwise."""
    if width > _WIDEST or not any(_DOUBTFUL.search(text) for text, *_ in segments if not text.isascii()):
        return segments
    first, last = segments[0], segments[-1]
    marked = [Segment(_BEGIN + chr(_WIDTHS + width) + first.text, first.style), *segments[1:]]
    marked[-1] = Segment((marked[0] if first is last else last).text + _END, last.style)
    return marked


def certain(text: str, instead: str) -> str:
    """The text with `instead` for every character that may have another width in some terminal."""
    return text if text.isascii() else _DOUBTFUL.sub(instead, text)


def is_steadied(data: str) -> bool:
    """Whether there is text in it that a terminal may draw wider or narrower than was thought."""
    return _BEGIN in data or _END in data


def steadied(data: str) -> str:
    """What is sent to a terminal, with codes in the place of marks."""
    if _BEGIN not in data and _END not in data:
        return data
    return _MARKS.sub("", _PAIR.sub(_codes, data))


def _codes(pair: re.Match[str]) -> str:
    width = ord(pair[1]) - _WIDTHS
    if sum(map(cell_len, _STYLES.split(pair[2]))) != width:
        return pair[2]
    return f"\x1b7\x1b[{width}X{pair[2]}\x1b8\x1b[{width}C"
