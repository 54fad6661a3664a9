"""What only the command line does, for who looks for it in the palette: the exact command, for the session that is open."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from workbench.session.place import command_name


@dataclass(frozen=True, slots=True)
class Command:
    """What it is called in the palette, what it does, and its words after `workbench`, with `SESSION` where the session is named:
    only such a command needs it closed."""

    title: str
    does: str
    words: str

    @property
    def names_the_session(self) -> bool:
        """Whether it is about a session: then no other process may hold it."""
        return _SESSION in self.words.split()

    def typed(self, path: Path) -> str:
        """What is typed for the session with this path, as it is: not safe to show."""
        name = command_name(path)
        return " ".join(["workbench", *(name if word == _SESSION else word for word in self.words.split())])


_SESSION: Final = "SESSION"

AT_A_PROMPT: Final = (
    Command(
        "Export a table to a file, as a sheet to fill in",
        "Writes the customers, what is staged included: .xlsx, .csv, .parquet or .ndjson, as the file's name ends. "
        "--table addresses (contacts, attributes) writes another table, --where QUERY only what a search finds.",
        "export SESSION --output customers.xlsx",
    ),
    Command(
        "Merge a sheet of corrections: stage what a file changes",
        "Stages what was changed in a sheet that export wrote, or what stands in one of your own with a column of ids. "
        "--dry-run before it only tells what would change.",
        "stage SESSION --from FILE.xlsx",
    ),
    Command(
        "Load customers again, from the API or a file",
        "Reads every customer anew from the API at that address (else $WORKBENCH_API_URL); --file FILE reads a file instead. What "
        "is staged stays.",
        "load SESSION --api URL",
    ),
    Command(
        "Approved plan: send it by its digest",
        "Sends exactly what stands in a plan (P in Review writes one), or nothing if it is stale, edited or of another session.",
        "commit SESSION --yes --plan FILE --digest HEX",
    ),
    Command(
        "Outcomes of a run to a file: a report cell by cell",
        "Writes what was asked of each cell of the latest run, what the server stored, and its reason, as a sheet. A number "
        "after the session's name tells another run.",
        "outcomes SESSION --output outcomes.csv",
    ),
    Command(
        "Write a recipe of what was done, for other data",
        "Writes what was done in this session and still stands as a recipe, to be read, changed and replayed.",
        "recipe SESSION --output recipe.json",
    ),
    Command(
        "Replay a recipe on this session",
        "Stages the steps of a recipe on this session's data, and tells what became of each. Nothing is sent.",
        "replay SESSION --recipe recipe.json",
    ),
    Command(
        "Backup: a copy of the session to a file",
        "Writes all of the session, with what is staged and what was done, to another file. Do not copy it in other ways "
        "while it is open.",
        "export SESSION --session COPY.session",
    ),
    Command(
        "Settings of the session: rate, concurrency, checks",
        "Shows them; KEY=VALUE after it sets one, such as rate=5.",
        "settings SESSION",
    ),
    Command(
        "Serve the app to a browser on this machine",
        "Its first line is the address to open, until ctrl+c. Whoever can open that works as you.",
        "serve SESSION",
    ),
    Command(
        "Doctor: what is installed, configured, reachable",
        "Tells what is missing and what to do about it. Nothing is changed.",
        "doctor",
    ),
    Command(
        "Sandbox: try the API without a customer's data",
        "Runs the sandbox API alone, until ctrl+c; its first line is its address.",
        "sandbox",
    ),
)
"""All of them."""
