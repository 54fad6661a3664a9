"""What is written for others, line by line or into a file: the preview, problems, a profile, recipes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from workbench.door.planning import Planning
from workbench.door.replaying import Replaying
from workbench.door.reporting import Reporting
from workbench.errors import UsageError
from workbench.given import given
from workbench.preview.preview import Preview
from workbench.shown.text import safe

if TYPE_CHECKING:
    from workbench.problems.found import Problems
    from workbench.problems.profile import Column, Profile

DiffFormat = Literal["text", "ndjson", "summary", "curl", "html", "plan"]

_PROFILES: Final = (".html", ".csv")


@given
class Writing(Replaying, Reporting, Planning):
    """Writes."""

    def diff_lines(
        self,
        format: DiffFormat = "text",
        *,
        where: str = "",
        preview: Preview | None = None,
        api: str = "https://API",
        show: Callable[[Any], str] = safe,
    ) -> Iterator[str]:
        """The lines of what is staged, of all customers or those that `where` finds (whose `preview` that is, if it is known): as
        text with each exact body, `ndjson` (a customer each), `summary` (the same change grouped), `curl` commands (to `api` if
        the session knows none), one page of `html`, or a `plan` for `read_plan`. `show` makes values fit to be seen in text.

        Raises `QueryError`, and `UsageError` for another format.

        >>> done = wb.search().set("payment_term", "COD")
        >>> len(list(wb.diff_lines("ndjson")))
        12
        """
        from workbench.preview.text import curl_lines, text_lines

        if format not in get_args(DiffFormat):
            raise UsageError(f"there is no format {format!r}; there are: {', '.join(get_args(DiffFormat))}")
        shown = self.preview(where) if preview is None else preview
        if format == "ndjson":
            return shown.ndjson()
        if format == "plan":
            return self.plan_lines(shown, where)
        if format == "curl":
            return curl_lines(shown, self.origin or api)
        report = self.report(where)
        if format == "html":
            from workbench.report.page import page

            return page(report)
        from workbench.report.text import head_lines, summary_lines

        if format == "summary":
            return summary_lines(report, show)
        return chain(head_lines(report, show), text_lines(shown, show, report.notes))

    def write_diff(
        self,
        target: Path | str,
        format: DiffFormat = "html",
        *,
        where: str = "",
        preview: Preview | None = None,
        api: str = "https://API",
        show: Callable[[Any], str] = safe,
    ) -> None:
        """Writes the lines of `diff_lines` to a file, whole or not at all: a page for whoever decides, or a plan to be approved.

        Raises `QueryError`, `UsageError`, and `WorkbenchError` if it cannot be written.

        >>> done = wb.search().set("payment_term", "COD")
        >>> wb.write_diff(folder / "plan.json", "plan")
        >>> plan = wb.read_plan(folder / "plan.json")
        >>> wb.plan(plan=plan).planned
        12
        """
        from workbench.preview.export import write_lines, write_texts

        if format == "ndjson":
            shown = self.preview(where) if preview is None else preview
            write_texts(Path(target), shown.ndjson_texts())
        else:
            lines = self.diff_lines(format, where=where, preview=preview, api=api, show=show)
            write_lines(Path(target), lines)

    def write_problems(self, found: Problems, target: Path | str, limit: int | None = None) -> int:
        """Writes problems (the first `limit`, or all) as CSV, XLSX, JSON or NDJSON, by the file's ending; how many.

        Raises `UsageError` for another ending, `WorkbenchError` if it cannot be written.
        """
        from workbench.preview.problem_file import write_problems

        return write_problems(found, Path(target), limit)

    def profile_text(self, found: Profile, format: Literal["html", "csv"] = "html") -> str:
        """A profile as one page of HTML that needs nothing else, or as CSV; values by name where the API has ids."""
        from workbench.shown.profile_pages import csv_text, html_page

        if format == "csv":
            return csv_text(found, self.profile_value)
        at = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
        return html_page(found, session=self.name, at=at, named=self.profile_value)

    def profile_value(self, column: Column, common: Any) -> str:
        """One of a profile's commonest values as people call it: by name where the API has an id."""
        from workbench.customers.called import called
        from workbench.shown.profile_pages import told

        if not column.field.names:
            return told(column, common)
        name = called(self.snapshot.current, column.field, [common.value]).get(common.value)
        return f"{name} ({common.value})" if name else str(common.value)

    def write_profile(self, found: Profile, target: Path | str) -> None:
        """Writes a profile as HTML or CSV, by the file's ending. Raises `UsageError` for another ending, `WorkbenchError`."""
        from workbench.preview.export import ending, write_sheet_text, write_text

        target = Path(target)
        if ending(target, _PROFILES) == ".csv":
            write_sheet_text(target, self.profile_text(found, "csv"))
        else:
            write_text(target, self.profile_text(found))

    def write_recipe(self, target: Path | str) -> int:
        """Writes what was done and still stands as a recipe (JSON) for `replay`; how many steps. Raises `WorkbenchError`.

        >>> done = wb.search().set("payment_term", "COD")
        >>> wb.write_recipe(folder / "clean.json")
        1
        >>> undone = wb.undo()
        >>> wb.replay(folder / "clean.json")[0].changed
        12
        """
        from workbench.preview.export import write_text

        made = self.recipe()
        write_text(Path(target), made.text())
        return len(made.steps)
