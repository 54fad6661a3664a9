"""What both sides are asked: queries in our language beside patterns of ripgrep's. It imports nothing of either."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Asked:
    """A query, and the pattern (case-insensitive) that finds the same in CSV; `{last}` is the last customer's number.
    A regular expression is asked of a field: the language has none over all text."""

    query: str
    pattern: str


SEARCHES = {
    "a common word": Asked("globex", "globex"),
    "a rare word": Asked("cus{last}", "cus{last}"),
    "no hit": Asked("qqzzy", "qqzzy"),
    "two words": Asked("globex garcia", "globex.*garcia|garcia.*globex"),
    "a regular expression": Asked("company_name:/^(hooli|globex) 1.*7$/i", ",(hooli|globex) 1[0-9]*7,"),
}
TYPED = "springfield"
"""Typed letter by letter; ripgrep looks for each beginning of it."""

RANGE = "created_at:2024-03-01..2024-09-30"

FACETS = (
    "status", "payment_term", "payment_mode", "shipping_method", "freight_term", "last_name",
    "addresses.city", "addresses.state", "attributes.value",
)  # fmt: skip
"""Nine fields, of three tables."""
