"""What an answer says, in one safe line: the documented error body, an HTML page's title, the first words of a text."""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from workbench.customer_api.answers import Answer

LONGEST: Final = 200
"""Characters that a line taken from an answer has at most."""

_READ: Final = 8_000
_TITLE: Final = re.compile(r"<title[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)
_UNSEEN: Final = re.compile(r"<(script|style|head)\b.*?(</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_TAG: Final = re.compile(r"<[^<>]{0,2000}>")


@dataclass(frozen=True, slots=True)
class Reason:
    """One detail of the documented error body: which field of the request, and what is wrong with it. Both are safe."""

    field: str
    reason: str


def reasons(answer: Answer) -> list[Reason]:
    """The details of the documented error body, in its order; none if the body is another."""
    document = answer.document
    details = document.get("details") if isinstance(document, dict) else None
    if not isinstance(details, list):
        return []
    return [
        Reason(safe_line(_text(item.get("field"))), safe_line(_text(item.get("reason"))))
        for item in details[:1000]
        if isinstance(item, dict)
    ]


def describe(answer: Answer) -> str:
    """One safe line: the status and what the answer says, or why there is none; some 250 characters at most."""
    if answer.trouble:
        return safe_line(f"{answer.status}: {answer.trouble}" if answer.status else answer.trouble)
    said = _said(answer)
    name = status_name(answer.status)
    return f"{name}: {said}" if said and said.casefold() not in name.casefold() else name


def status_name(status: int) -> str:
    """`404 Not Found`; the number alone if it has no name."""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def is_html(answer: Answer) -> bool:
    """Whether the answer is a page for a browser, as proxies send them."""
    return "html" in answer.content_type.lower() or answer.body[:200].lstrip().lower().startswith(
        (b"<!doctype", b"<html")
    )


def safe_line(text: str) -> str:
    """`text` on one line of at most 200 characters, without control, bidi and other invisible characters."""
    line = " ".join("".join(c if _is_seen(c) else " " for c in text[:_READ]).split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


def _is_seen(character: str) -> bool:
    return character == " " or unicodedata.category(character)[0] not in "CZ"


def _said(answer: Answer) -> str:
    if answer.location is not None and 300 <= answer.status <= 399:
        return safe_line(f"it redirects to {answer.location}")
    if is_html(answer):
        return _page_says(answer.body[:_READ].decode("utf-8", "replace"))
    document = answer.document
    if isinstance(document, dict):
        return safe_line(_error_says(document, reasons(answer)))
    return "" if answer.is_success else safe_line(answer.body[:_READ].decode("utf-8", "replace"))


def _error_says(document: dict[str, Any], details: list[Reason]) -> str:
    message = _text(document.get("message")) or _text(document.get("code"))
    named = "; ".join(f"{detail.field}: {detail.reason}".strip(": ") for detail in details)
    return f"{message} ({named})" if message and named else message or named


def _page_says(page: str) -> str:
    title = _TITLE.search(page)
    words = title.group(1) if title else _UNSEEN.sub(" ", page)
    return safe_line(html.unescape(_TAG.sub(" ", words)))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
