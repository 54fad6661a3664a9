"""What both sides are asked: queries in our language beside patterns of ripgrep's. It imports nothing of either."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Asked:
    """A query, and the pattern (case-insensitive) that finds the same in CSV; `{last}` is the last customer's number."""

    query: str
    pattern: str

    def of(self, customers: int) -> Asked:
        """For so many customers."""
        last = str(customers - 1)
        return Asked(self.query.replace("{last}", last), self.pattern.replace("{last}", last))


NAMES = ("acme", "globex", "initech", "hooli", "springfield")
TURNS = len(NAMES)
"""Each kind is asked so many times, each time something that was not asked before: words that were are kept."""

SEARCHES = {
    "a common word": [Asked(one, one) for one in NAMES],
    "a rare word": [Asked(f"cus{{last}}{one}", f"cus{{last}}{one}") for one in ("", "1", "2")]
    + [Asked(f"{one}_{{last}}", f"{one}_{{last}}") for one in ("wc", "c")],
    "no hit": [Asked(f"qq{one}zy", f"qq{one}zy") for one in NAMES],
    "two words": [
        Asked(f"{one} {two}", f"{one}.*{two}|{two}.*{one}")
        for one, two in zip(("smi", "doe", "gar", "neil", "ups"), ("acm", "glob", "init", "hool", "gmail"), strict=True)
    ],
    "a regular expression": [
        Asked(f"company_name:/^(hooli|globex) 1.*{n}$/i", f",(hooli|globex) 1[0-9]*{n},") for n in range(5)
    ],
}
"""A regular expression is asked of a field: the language has none over all text."""

FIELDS = {
    "one field, a literal": [f"company_name:{one}" for one in NAMES],
    "one address that is both": [
        f"addresses:(type:{kind} state:{state})"
        for kind, state in (
            ("billing", "TX"),
            ("shipping", "NY"),
            ("billing", "CA"),
            ("shipping", "TX"),
            ("billing", "NY"),
        )
    ],
    "a range of times": [f"created_at:2024-0{n}-01..2024-09-30" for n in range(1, 6)],
}

TYPED = "springfield"
"""Typed letter by letter; ripgrep looks for each beginning of it."""

BEGUN = ("initec", "globe", "garci", "joh", "smit")
"""Words on their way, of which the first screenful is asked."""

FACETS = (
    "status", "payment_term", "payment_mode", "shipping_method", "freight_term", "last_name",
    "addresses.city", "addresses.state", "attributes.value",
)  # fmt: skip
"""Nine fields, of three tables."""
