"""Staging: operations, what they make of the base, and taking them back. Nothing here leaves the machine."""
