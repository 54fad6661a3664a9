"""The verbs of `Workbench`, one module each: every method is one call into a room."""
