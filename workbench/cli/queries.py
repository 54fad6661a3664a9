"""`queries`: the query language, on one page."""

from __future__ import annotations

import dataclasses

from workbench.cli.common import COMMON, Common, put


def queries(*, common: Common = COMMON) -> int:
    """Print the page of the query language: every kind of condition by example, the rules, the mistakes."""
    from workbench.search.examples import SECTIONS
    from workbench.search.page import page

    if common.json:
        put({"examples": [dataclasses.asdict(one) for section in SECTIONS for one in section.examples]})
    else:
        put(page().rstrip("\n"))
    return 0
