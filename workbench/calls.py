"""What a message tells somebody at the command line to type, as what a notebook calls: `workbench resume s` is `wb.resume()`."""

from __future__ import annotations

import re
from typing import Final

_OPTIONS: Final = "api|key|limit|check|max-failures|where|id|path|sheet|anywhere|digest|plan|new|table|from"

_CALLS: Final = (
    (r"(?:workbench )?resume(?: \S+)? --abandon", "wb.resume(abandon=True)"),
    (r"(?:workbench )?resume(?: \S+)? --accept-altered", "wb.resume(accept_altered=True)"),
    (r"workbench resume(?: [\w.-]+)?", "wb.resume()"),
    (r"workbench revert \S+ (\d+)", r"wb.revert(\1)"),
    (r"workbench (log|search|recipe|conflicts)\b(?: \S+)?$", r"wb.\1()"),
    (r"workbench search for", "wb.search() for"),
    (r"(?:workbench diff \S+|(?<=with )diff) --format plan(?: --output FILE)?", 'wb.write_diff(FILE, "plan")'),
    (r"(?<=with: )diff --where QUERY", 'wb.write_diff(FILE, "plan", where=QUERY)'),
    (r"(?<=clear with )stage --clear", "clear() of what wb.search() finds"),
    (r"(?<=resolve it with )--keep theirs", 'keep "theirs"'),
    (r"takes --set FIELD=VALUE only", 'takes Edit("set", FIELD, VALUE) only'),
    (r"at least one --set FIELD=VALUE", 'at least one Edit("set", FIELD, VALUE)'),
    (r"--set name=NAME --set value=VALUE", 'one Edit("set", ..) for its name and one for its value'),
    (r"workbench accept \S+ --where QUERY", "wb.accept_customers(QUERY)"),
    (r"workbench load (\S+) \.\.", r'Workbench.create("\1")'),
    (r"once this is closed: workbench settings \S+ url=(\S+)", r'wb.set_settings({"url": "\1"})'),
    (r"approves it with --digest", "approves it with wb.read_plan(FILE, digest=..)"),
    (r"diff --where QUERY goes with the same --where", "wb.preview(QUERY) goes with the same query"),
    (r"--set, --clear, --replace, --apply, --add, --remove, --swap or --from", "edits"),
    (rf"(?<![\w-])--({_OPTIONS})(?![\w-])", lambda found: found[1].replace("-", "_")),
)
"""Patterns in order: the first that fits a place decides."""


def as_calls(message: str) -> str:
    """The message of an error, or the reason why a run stopped, for whoever reads it in Python."""
    for pattern, call in _CALLS:
        message = re.sub(pattern, call, message)
    return message
