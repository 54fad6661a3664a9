"""The page about problems: its list is what the docstrings say, its example runs, and every check is named."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import workbench.problems
from workbench.problems.listing import listing
from workbench.problems.registry import CHECKS

PAGE = Path(workbench.problems.__file__).with_name("README.md").read_text("utf-8")


def test_the_list_of_checks_is_made_of_their_docstrings() -> None:
    assert listing(CHECKS) == PAGE.partition("<!-- checks -->\n")[2].partition("<!-- end -->")[0]


def test_every_check_has_a_name_of_its_own_and_says_what_is_wrong() -> None:
    rules = [check.rule for check in CHECKS]
    assert len(rules) == len(set(rules)) > 25
    assert all(re.fullmatch(r"[A-Z].+[^.]", check.message) for check in CHECKS)


def test_the_example_of_the_page_runs(opened: Any, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(PAGE.partition("```python\n")[2].partition("```")[0])
    bench = opened({"id": "c1", "name": "Acme Fax 5", "contacts": [{"id": "p", "email": "x@wholesale.example"}]})
    bench.add_checks(tmp_path / "mine.py")
    assert {rule for rule in bench.problems().counts if rule in ("company.fax", "contact.inhouse")} == {
        "company.fax",
        "contact.inhouse",
    }
