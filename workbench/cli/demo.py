"""The demo without a terminal: load, search, stage, diff, commit, revert, each step as a person would want to read it."""

from __future__ import annotations

from itertools import islice
from typing import Final

from workbench.cli.common import put, quoted, shown
from workbench.commit.beyond import changed_beyond
from workbench.commit.report import RunReport
from workbench.customers.tables import Tables
from workbench.errors import WorkbenchError
from workbench.report.text import group_lines
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

_SPELLINGS: Final = 6


def walk(workbench: Workbench, url: str) -> int:
    """Walks through the main job on the API at `url`; exit code 0 if the server's records ended where they began."""
    _title("Load", f"workbench load demo --api {url}")
    report = workbench.load(api=url)
    put(f"{report.customers:,} customers, {report.addresses:,} addresses, {report.contacts:,} contacts")
    began = workbench.snapshot.base

    _title("Search", "workbench search demo 'payment_term:/^net *30/i'")
    found = workbench.search("payment_term:/^net *30/i")
    put(f"{found.matched:,} customers pay in 30 days, in {found.frame['payment_term'].n_unique()} spellings:")
    spellings = found.frame["payment_term"].value_counts(sort=True)
    for value, count in spellings.head(_SPELLINGS).iter_rows():
        put(f"{count:>8,} x {quoted(value)}")
    if spellings.height > _SPELLINGS:
        put(f"         and {spellings.height - _SPELLINGS} more")

    _title("Stage", "workbench stage demo --where 'payment_term:/^net *30/i' --set payment_term=NET30")
    staged = workbench.stage(
        [Edit("set", "payment_term", "NET30")], where="payment_term:/^net *30/i", note="one spelling"
    )
    put(
        f"{staged.matched:,} customers match, {staged.changed:,} cells change, {staged.unchanged:,} stay. Nothing was sent."
    )
    staged = workbench.stage(
        [Edit("apply", "city", "title")], table="addresses", where="country:US", note="no shouting"
    )
    put(f"and of {staged.matched:,} addresses in the US {staged.changed:,} cities change")

    _title("Diff", "workbench diff demo --format summary")
    preview = workbench.preview()
    for line in islice(group_lines(workbench.report(), shown), 6):
        put(line)
    first = next(preview.patches())
    put(f"{preview.customers:,} requests; the first: PATCH /v1/customers/{first.id} {shown(first.body.decode())}")

    _title("Commit", "workbench commit demo --yes")
    _tell(workbench.commit())

    _title("Revert", "workbench revert demo; workbench commit demo --yes")
    back = workbench.revert()
    put(f"{back.changed:,} cells staged back, {len(back.irreversible)} cannot be")
    _tell(workbench.commit())
    return _compare(workbench, url, began)


def _compare(workbench: Workbench, url: str, began: Tables) -> int:
    workbench.load(api=url)
    left = changed_beyond(began, workbench.snapshot.base, [])
    put("")
    put("The server's records are back where they began." if not left else f"{left:,} cells differ from the beginning.")
    if left:
        raise WorkbenchError("the demo did not end where it began")
    return 0


def _tell(report: RunReport) -> None:
    put(
        f"run {report.run}: {report.committed:,} of {report.planned:,} committed and verified in {report.seconds:.1f} s, "
        f"{report.failed:,} failed, {report.conflict:,} in conflict"
    )
    for trouble in report.troubles[:3]:
        put(f"  {shown(trouble)}")


def _title(name: str, command: str) -> None:
    put("")
    put(f"== {name}   ({command})")
