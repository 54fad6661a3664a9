"""Recipes: what operations meant, not what they touched, and replaying them on other data."""
