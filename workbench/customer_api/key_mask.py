"""Taking the API key out of answers: what a server says is shown and kept, and the key must be neither."""

from __future__ import annotations

import html
from dataclasses import replace
from typing import Final
from urllib.parse import quote, unquote

import orjson

from workbench.customer_api.answers import Answer, Kind

_HIDDEN: Final = "[the key]"
_SHORTEST: Final = 8
"""A shorter key is none that anybody could be harmed by, and stands in ordinary words."""


class KeyMask:
    """Finds one key in answers and other texts, as it is, percent-encoded, or in the escapes of JSON and HTML."""

    def __init__(self, key: str) -> None:
        key = key.strip()
        self._secrets = [form for form in dict.fromkeys((key, quote(key, safe=""))) if len(key) >= _SHORTEST]

    def applied(self, answer: Answer) -> Answer:
        """The answer with the key taken out of what it says. One that carries a customer is not changed but given up, if the key
        is in it: nothing of that record may be kept."""
        if not self._secrets:
            return answer
        if answer.is_success:
            return self._given_up(answer) if self._holds(answer.body) else answer
        location = None if answer.location is None else self._masked(unquote(answer.location))
        return replace(answer, body=self._without(answer.body), location=location)

    def without(self, text: str) -> str:
        """A text of the program's own without the key."""
        return self._masked(text)

    def _holds(self, body: bytes) -> bool:
        if any(secret.encode() in body for secret in self._secrets):
            return True
        return b"\\" in body and self._masked(_plain(body)) != _plain(body)

    def _given_up(self, answer: Answer) -> Answer:
        trouble = "the answer repeats the API key, so nothing of it is kept: tell whoever runs that server"
        return Answer(0, lost=Kind.STOP, trouble=trouble, asked=answer.asked)

    def _without(self, body: bytes) -> bytes:
        text = body.decode("utf-8", "replace")
        for form in (text, _plain(body), html.unescape(text)):
            if self._masked(form) != form:
                return self._masked(html.unescape(_plain(body) or text)).encode()
        return body

    def _masked(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, _HIDDEN)
        return text


def _plain(body: bytes) -> str:
    """A JSON document without needless escapes; empty if it is none."""
    try:
        return orjson.dumps(orjson.loads(body)).decode()
    except (orjson.JSONDecodeError, TypeError):
        return ""
