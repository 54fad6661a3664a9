"""Search: a small language (see README.md), parsed with Lark, answered with polars."""
