"""`diff`: the preview of what is staged."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal

from workbench.cli.common import COMMON, Common, Dashed, asked, keys, opened, put, say, shown
from workbench.cli.far import how_far
from workbench.shown.text import count


def diff(
    session: str,
    /,
    *,
    where: Annotated[str, Dashed] = "",
    format: Literal["text", "ndjson", "summary", "curl", "html", "plan"] = "text",
    output: Path | None = None,
    common: Common = COMMON,
) -> int:
    """Preview what is staged: before, after, and the exact body of each PATCH that a commit would send.

    Parameters
    ----------
    session
        A name, or a path that ends in .session.
    where
        Only customers that this query finds, with all of their staged cells.
    format
        text, ndjson (one object a customer), summary (by change), curl, html (one page for whoever decides), plan (one JSON
        document with a digest, which commit --plan sends exactly as it stands).
    output
        Write to this file instead of stdout.
    """
    from workbench.preview.text import digest_lines, left_out_lines

    with opened(session, common) as workbench:
        chosen = asked(workbench, where)
        preview = workbench.preview(chosen)
        api = os.environ.get("WORKBENCH_API_URL") or "https://API"
        if output is not None:
            with how_far(f"writing {format}"):
                workbench.write_diff(output, format, where=chosen, preview=preview, api=api, show=shown)
        elif not common.json:
            for line in workbench.diff_lines(format, where=chosen, preview=preview, api=api, show=shown):
                put(line)
        counts = keys(preview, "customers", "changes", "fields", "held")
        told = format in ("text", "summary") and output is None and not common.json and preview.changes > 0
        said = [] if told else list(digest_lines(preview))
    if common.json:
        put(counts)
    held = f", {count(counts['held'], 'customer is', 'customers are')} held" if counts["held"] else ""
    are = "is" if counts["changes"] == 1 else "are"
    say(f"{count(counts['changes'], 'cell')} of {count(counts['customers'], 'customer')} {are} staged{held}")
    for line in (*([] if told else left_out_lines(preview)), *said):
        say(line)
    return 0
