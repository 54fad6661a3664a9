"""Home: which session to open, or a new one, loaded before it is opened. An app of its own, for it has no workbench yet."""
