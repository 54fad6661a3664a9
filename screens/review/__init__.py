"""Review: what would be sent, group by group, down to the exact body; and the way to a commit."""

from screens.review.review import Review

__all__ = ["Review"]
