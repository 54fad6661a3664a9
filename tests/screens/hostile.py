"""500 strings that would like to drive a terminal, a markup parser or a person's eyes, and what none of them may bring about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final
from unicodedata import category

from workbench.shown.text import revealed

ESC: Final = b"\x1b"

COMMANDS: Final = (
    "\x1b[31;5;7m", "\x1b[2J", "\x1b[9999;9999H", "\x1b[?1049l", "\x1b[?25h", "\x1b[6n", "\x1b[c", "\x1b[21t", "\x1bc", "\x1b#8",
    "\x1b]0;owned\x07", "\x1b]2;owned\x1b\\", "\x1b]52;c;b3duZWQ=\x07", "\x1b]8;;http://owned.example\x1b\\",
    "\x1b]1337;File=owned\x07", "\x1bP+q544e\x1b\\", "\x1b_owned\x1b\\", "\x1b^owned\x1b\\", "\x1bXowned\x1b\\",
    "\x1b[200~y\x1b[201~", "\x9b31m", "\x9d0;owned\x9c", "\x90owned\x9c",
    "\x85", "\x07", "\x08\x08\x08", "\x0e", "\x0f", "\x7f", "\x00",
    "\t", "\r", "\n", "\r\n", "\x0b", "\x0c",
)  # fmt: skip
"""Controls of a terminal: C0, C1, CSI, OSC (title, clipboard, link), DCS, APC, PM, SOS, a forged paste."""

MARKUP: Final = (
    "[@click=app.quit]x[/]", "[@click=app.quit()]x", "[@click=screen.dismiss(True)]y[/]", "[/]", "[[/]]", "[bold]x[/bold]",
    "[Ltd]", "[link=http://owned.example]x[/link]", "[$error]x", "[#ff0000 on blue]x[/]", "\\[x]", "[", "]", "[/@click]",
    "{x}", "{0}", "%s", "$x", "`x`", "<b>x</b>", "<script>x</script>", ":smile:", "=cmd|' /C calc'!A0", "@SUM(1)", "*x*", "__x__",
)  # fmt: skip
"""What a parser of markup, of templates or of formulas would act on."""

EYES: Final = (
    "\u202e", "\u202d", "\u202a", "\u202b", "\u2066", "\u2067", "\u2068", "\u200f", "\u200e", "\u061c", "\u200b", "\u200c",
    "\u200d", "\u2060", "\ufeff", "\u00ad", "\u2028", "\u2029", "\ufff9", "\ufffe", "\U000e0041", "\u3164", "\u115f", "\ufe0f",
    "\u034f", "\u180e",
)  # fmt: skip
"""What cannot be seen, or turns the direction of the text."""

SHAPES: Final = (
    "株式会社東京本社", "مؤسسة الخليج للتجارة", "חברת השקעות", "👩‍👩‍👧‍👦", "🏴\U000e0067\U000e0062\U000e0065\U000e007f",
    "e\u0301\u0301\u0301\u0301\u0301\u0301\u0301",
    "ﷺ",
    "𒐫", "กำกำ", "Z̸̧̢͎̗͚̙͉̮̪̣̱̦̟̟̠̞̱̟̓͗̔̽", " ", "   leading and trailing   ", "'", '"', "''\"\"", "\\", "\\x1b[31m", "null", "None", "NaN", "-1", "true",
)  # fmt: skip
"""Wide, joined, combining and right-to-left text; spaces; what other notations would take for something else."""


HALVES: Final = ("\ud800", "a\udcffb", "\udc1b[2J")
"""Halves of characters: no table holds them, but the names of files and what a server says can come with them."""


def strings(count: int = 500) -> list[str]:
    """So many different hostile strings: each of the above alone, then within and around words, and a long one."""
    found = list(dict.fromkeys(_all()))
    return [*found[: count - 1], "\x1b]52;c;bG9uZw==\x07[@click=app.quit]" * 32_000]


def _all() -> Iterator[str]:
    parts = (*COMMANDS, *MARKUP, *EYES, *SHAPES)
    yield from parts
    for number, part in enumerate(parts):
        yield f"Acme {number:03}{part}"
        yield f"{part}Smith & Sons {number:03}"
        yield f"North{part}wind {number:03} Ltd"
        yield f"{part}{parts[-1 - number]}{part}"


_SEEN_AS_OWN: Final = "\u200e"
"""A left-to-right mark is what keeps the columns beside right-to-left text in their places."""


def unsafe(text: str, *, lines: bool = False) -> list[str]:
    """What in a text on its way to the terminal would be obeyed or not be seen. `lines`: its line breaks are the app's own."""
    seen = set(_MARKED.sub("", text)) - {_SEEN_AS_OWN, "\n" if lines else ""}
    return sorted(f"U+{ord(char):04X}" for char in seen if category(char) in _UNSEEN_KINDS or char in EYES)


def missing(texts: Iterable[str], seen: str) -> list[str]:
    """Those of the texts of which not even the first cells are to be seen in what was painted."""
    seen = _MARKED.sub("", seen).replace(_SEEN_AS_OWN, "")
    return [text for text in texts if _head(text) not in seen]


def _head(text: str) -> str:
    return revealed(text[:20].strip(" "))[:4]


_OWN: Final = re.compile(
    rb"\x1b\[[0-9]+;[0-9]+H|\x1b\[[0-9]+[XC]|\x1b[78]"  # places, and the width of what terminals disagree about
    rb"|\x1b\[(?:0|(?:[123479];)*(?:[34]8;[52];[0-9;]+)?|[1-479])m"  # looks; no blinking
    rb"|\x1b\[\?(?:7|25|1000|1003|1004|1006|1015|1049|2004|2026|2048)[hl]|\x1b\[\?20(?:26|48)\$p|\x1b\[[<>=][0-9;]*u"
    rb"|\x1b\]22;(?:default|pointer|text)\x07|(?<=[Hmlh])\r\n(?=\x1b)"
)
"""All that the app itself sends."""
_COPIED: Final = re.compile(rb"\x1b\]52;c;[A-Za-z0-9+/=]*(?:\x07|\x1b\\)")
_C1: Final = re.compile(rb"\xc2[\x80-\x9f]")
_UNSEEN: Final = "".join(mark for mark in EYES if mark not in (_SEEN_AS_OWN, "\ufffe", "\ufe0f")) + "\x7f"
_UNSEEN_KINDS: Final = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
_MARKED: Final = re.compile("[\U000e0100-\U000e01ef]")
"""Around what terminals disagree about the width of; none of them reaches a terminal (`screens.steady`)."""


def escaped(seen: bytes, *, copies: int = 0) -> list[str]:
    """What in a terminal's output could only have come from data; empty when nothing did.

    `seen` begins and ends between two keys, while the app runs: leaving, it sends some of the very commands that data hold.
    `copies`: so many times something was copied on purpose.
    """
    found = [f"{command!r}" for command in COMMANDS if len(command) > 2 and command.encode() in seen]
    made = len(_COPIED.findall(seen))
    found += [f"{made} copies instead of {copies}"] if made != copies else []
    rest = _OWN.sub(b"", _COPIED.sub(b"", seen) if copies else seen)
    found += [f"control {match[0]!r}" for match in re.finditer(rb"[\x00-\x1f\x7f][^\x00-\x1f]{0,20}", rest)]
    found += [f"C1 {code!r}" for code in set(_C1.findall(rest))]
    text = rest.decode("utf-8", "replace")
    return found + [f"unseen U+{ord(mark):04X}" for mark in _UNSEEN if mark in text]
