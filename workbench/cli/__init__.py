"""The command line: thin commands over `Workbench`. Data goes to stdout, messages and progress to stderr."""
