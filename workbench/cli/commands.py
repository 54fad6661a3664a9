"""The commands by name: where each lives, and what it does in one line. Nothing else is imported for `--help`."""

from __future__ import annotations

from typing import Final

COMMANDS: Final[dict[str, tuple[str, str]]] = {
    "open": ("workbench.cli.app_commands:open_", "open the terminal app on a session"),
    "demo": ("workbench.cli.app_commands:demo", "try everything on a sandbox API with sample customers"),
    "serve": ("workbench.cli.serve:serve", "open the terminal app in a browser on this machine"),
    "sandbox": ("workbench.cli.sandbox:sandbox", "run the sandbox API alone"),
    "load": ("workbench.cli.load:load", "load customers from an API or a file into a session"),
    "refresh": ("workbench.cli.refresh:refresh", "read what changed on the server since the load"),
    "settings": ("workbench.cli.session:settings", "show or set a session's settings"),
    "search": ("workbench.cli.search:search", "find rows"),
    "queries": ("workbench.cli.queries:queries", "tell the query language: examples, rules"),
    "profile": ("workbench.cli.profile:profile", "tell what each column holds, now and when it was loaded"),
    "clusters": ("workbench.cli.clusters:clusters", "find the spellings of one thing, and stage one of them"),
    "duplicates": ("workbench.cli.duplicates:duplicates", "find customers that are probably one, and stage a merge"),
    "facets": ("workbench.cli.facets:facets", "count the values of a field"),
    "problems": ("workbench.cli.problems:problems", "find what is wrong, mend it in bulk, waive what may stay"),
    "stage": ("workbench.cli.stage:stage", "stage an edit of the rows that a query finds"),
    "hold": ("workbench.cli.hold:hold", "leave customers out of every commit"),
    "release": ("workbench.cli.hold:release", "let customers on hold go again"),
    "accept": ("workbench.cli.accept:accept", "remember that staged changes were looked at and are right"),
    "diff": ("workbench.cli.diff:diff", "preview what is staged: the exact PATCH of each customer"),
    "unstage": ("workbench.cli.stage:unstage", "take staged cells back"),
    "undo": ("workbench.cli.stage:undo", "take back the newest operations"),
    "redo": ("workbench.cli.stage:redo", "set again what undo took back"),
    "drop": ("workbench.cli.stage:drop", "switch any operation off"),
    "enable": ("workbench.cli.stage:enable", "switch an operation on again that was dropped or undone"),
    "commit": ("workbench.cli.commit:commit", "send what is staged"),
    "resume": ("workbench.cli.commit:resume", "finish an interrupted run"),
    "outcomes": ("workbench.cli.outcomes:outcomes", "list what became of each cell of a run"),
    "conflicts": ("workbench.cli.settle:conflicts", "list staged cells that changed on the server"),
    "resolve": ("workbench.cli.settle:resolve", "settle conflicts: keep ours, theirs or a new value"),
    "revert": ("workbench.cli.settle:revert", "stage the inverse of a run"),
    "recipe": ("workbench.cli.replay:recipe", "write what was done as a recipe for other data"),
    "replay": ("workbench.cli.replay:replay", "stage a recipe's steps again"),
    "log": ("workbench.cli.log:log", "list what was done; who changed a cell, when, why, with which answer"),
    "status": ("workbench.cli.session:status", "tell where a session stands"),
    "doctor": ("workbench.cli.doctor:doctor", "tell what is installed, configured and reachable"),
    "export": ("workbench.cli.session:export", "write a table to a file, or copy the session"),
    "completion": ("workbench.cli.completion:completion", "print what a shell needs to complete all this with Tab"),
}

OVERVIEW: Final = """Usage: workbench [COMMAND] [OPTIONS]

Load customers, search, stage edits across many of them, preview the exact PATCH of each, commit, undo.
A SESSION is a name (looked up in --sessions-dir, $WORKBENCH_SESSIONS, ./sessions or your data folder) or a path
that ends in .session. The API is --api URL or $WORKBENCH_API_URL, its key $WORKBENCH_API_KEY.

Commands:
{commands}

workbench COMMAND --help tells a command's options. Every command takes --json and --sessions-dir.
workbench --profile FILE.html COMMAND .. writes where the time of a command went (.json: for speedscope).
Exit codes: 0 done, 1 error, 2 wrong usage, 3 done but something needs you, 4 the run stopped itself,
5 the session is held by another process, 130 interrupted."""


def overview() -> str:
    """The text of `workbench --help`."""
    lines = [f"  {name:<10} {summary}" for name, (_, summary) in COMMANDS.items()]
    return OVERVIEW.format(commands="\n".join(lines))
