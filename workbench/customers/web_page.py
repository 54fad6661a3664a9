"""Where people see a customer in a browser: an address of the steward's own making, with the customer's id in it."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote, urlsplit

from workbench.errors import UsageError

ID: Final = "{id}"
EXAMPLE: Final = "https://shop.example/customers/{id}"
_SCHEMES: Final = ("http", "https")
_LONGEST: Final = 1_000


def parse_template(text: str) -> str:
    """The template that `text` is; raises `UsageError` unless it is an http or https URL with `{id}` after its host, so that no
    customer's data can choose where it leads to."""
    try:
        parts = urlsplit(text)
        found = parts.scheme in _SCHEMES and bool(parts.hostname)
    except ValueError:
        found = False
    plain = text.isascii() and text.isprintable() and " " not in text and len(text) <= _LONGEST
    if not (found and plain) or "{" in parts.netloc or text.count("{") != text.count(ID) or not text.count(ID):
        raise UsageError(
            f"url is {text!r}; it must be an http or https URL with {ID} where a customer's id goes: {EXAMPLE}"
        )
    return text


def page_of(template: str, id_: str) -> str:
    """The address of a customer's page: the id is encoded, whatever it holds. Raises `UsageError` for an id that would be read
    as a folder."""
    if not id_.strip("."):
        raise UsageError(f"the customer's id {id_!r} cannot stand in an address")
    return template.replace(ID, quote(id_, safe=""))
