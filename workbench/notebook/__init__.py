"""The workbench in a notebook: what it shows, its progress, and a session that is shared with whoever else works on it."""
