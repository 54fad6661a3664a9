"""Transforms: named ways to make a value cleaner, each safe to apply twice, and the plain edits beside them."""
