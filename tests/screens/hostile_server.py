"""A server that refuses in words that no honest one would send: halves of characters, raw controls, bytes that are no UTF-8."""

from __future__ import annotations

import html
import json
from collections.abc import Callable

import orjson

from tests.screens.hostile_session import Refusing

Honest = tuple[int, bytes]
_HALF = "\ud800"


def spoilt(text: str) -> list[bytes]:
    """Bodies of an answer that say a text, each in another way that breaks a rule of JSON, of UTF-8, or of good manners."""
    raw = f"{text}{_HALF}".encode("utf-8", "surrogatepass")
    details = [{"field": text, "reason": text}]
    return [
        json.dumps({"code": text, "message": f"{text}{_HALF}", "details": details}).encode(),
        b'{"message":"' + raw + b'\xff","details":[{"field":"' + raw + b'"}]}',
        b"\xff\xfe\x9b31m" + raw,
        f"<html><title>{html.escape(text)}\x1b[2J</title><body>{text}".encode(),
        orjson.dumps({"message": text, "details": details}),
        b"\x1b]52;c;eA==\x07" + text.encode(),
    ]


class Spoiling(Refusing):
    """Refuses changes in spoilt words. What `odd_answer` returns for a call is answered instead of all else."""

    odd_answer: Callable[[str, str, Honest], Honest | None] | None = None

    def honest(self, method: str, target: str, body: bytes) -> Honest:
        """The answer, spoilt."""
        status, content = super().honest(method, target, body)
        if method == "PATCH" and status == 422:
            text = orjson.loads(content)["message"]
            content = spoilt(text[:3000])[self._calls % 6]
        other = self.odd_answer(method, target, (status, content)) if self.odd_answer is not None else None
        return other or (status, content)
