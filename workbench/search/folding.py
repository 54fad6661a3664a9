"""Case: what is looked for in any case is compared in lower case, by polars' rules on both sides."""

from __future__ import annotations

import polars as pl

_SIGMAS = str.maketrans({"σ": "[σς]", "ς": "[σς]"})


def folded(text: str) -> str:
    """`text` in lower case, as `folded_column` makes it."""
    lower: str = pl.Series([text]).str.to_lowercase()[0]
    return lower


def holds(column: pl.Expr, text: str) -> pl.Expr:
    """Whether a lower-case column (String) holds a lower-case text. The two small Greek sigmas are one letter."""
    if "σ" in text or "ς" in text:
        return column.str.contains(as_pattern(text))
    return column.str.contains(text, literal=True)


def as_pattern(text: str) -> str:
    """A regular expression (Rust's syntax) for a lower-case text, taken literally."""
    return pl.escape_regex(text).translate(_SIGMAS)
