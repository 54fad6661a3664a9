"""Browse, by the jobs that are done in it: showing, searching, arranging, editing, entering a record."""

from screens.browse.browse import Browse

__all__ = ["Browse"]
