"""A page as a parser of HTML reads it, without a script."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterable
from html.parser import HTMLParser
from typing import Any

_EMPTY = {"meta", "input", "br"}


class Parsed(HTMLParser):
    """`tags` are all elements, in order, with their attributes; `texts` the text in each; `data` what the script reads."""

    def __init__(self, lines: Iterable[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.html = "\n".join(lines)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self._open: list[int] = []
        self.feed(self.html)
        self.close()
        assert not self._open, [self.tags[place] for place in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.texts.append("")
        if tag not in _EMPTY:
            self._open.append(len(self.tags) - 1)

    def handle_endtag(self, tag: str) -> None:
        assert self.tags[self._open.pop()][0] == tag

    def handle_data(self, data: str) -> None:
        for place in self._open:
            self.texts[place] += data

    def all(self, tag: str, kind: str | None = None) -> list[str]:
        """The texts of all elements of a tag (and a class)."""
        found = zip(self.tags, self.texts, strict=True)
        return [text for (name, more), text in found if name == tag and (kind is None or more.get("class") == kind)]

    @property
    def data(self) -> dict[str, Any]:
        """What the script reads."""
        place = next(n for n, (_, more) in enumerate(self.tags) if more.get("id") == "data")
        text = self.texts[place]
        if "data-packed" in self.tags[place][1]:
            text = zlib.decompress(base64.b64decode(text)).decode()
        found: dict[str, Any] = json.loads(text)
        return found
