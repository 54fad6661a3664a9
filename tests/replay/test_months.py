"""The example of two months (`months/README.md`): its commands tell and stage today what was recorded.

`python tests/replay/test_months.py` records it anew, after a change that was meant; look at the difference before it is kept.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from workbench.cli.app import run

MONTHS = Path(__file__).parent / "months"
GIVEN = ("march.ndjson", "april.ndjson", "corrections.csv")
RECORDED = ("clean.json", "march.bodies.ndjson", "april.bodies.ndjson", "told.txt")


def commands() -> Iterator[list[str]]:
    """The arguments of each command of the page."""
    for line in (MONTHS / "README.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("workbench "):
            yield shlex.split(line)[1:]


def read(file: Path) -> list[dict[str, Any]]:
    """The objects of an NDJSON file."""
    return [json.loads(line) for line in file.read_bytes().splitlines()]


def played(folder: Path) -> None:
    """Runs the commands in a folder and writes `told.txt` there."""
    for name in GIVEN:
        shutil.copy(MONTHS / name, folder)
    told = []
    for arguments in commands():
        out = io.StringIO()
        with contextlib.chdir(folder), contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            code = run(arguments)
        told += [f"$ workbench {shlex.join(arguments)}", out.getvalue().rstrip("\n"), f"exit {code}", ""]
    (folder / "told.txt").write_text("\n".join(told), encoding="utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the commands were run."""
    made = tmp_path_factory.mktemp("months")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORKBENCH_SESSIONS", str(made))
        patch.delenv("WORKBENCH_API_URL", raising=False)
        played(made)
    return made


@pytest.mark.parametrize("name", RECORDED)
def test_the_two_months_come_out_as_recorded(folder: Path, name: str) -> None:
    assert (folder / name).read_text(encoding="utf-8") == (MONTHS / name).read_text(encoding="utf-8")


def test_on_a_copy_of_march_the_recipe_makes_the_same_bodies_to_the_byte(folder: Path) -> None:
    copy, march = ([one["body"] for one in read(folder / f"{name}.bodies.ndjson")] for name in ("copy", "march"))
    assert copy == march
    assert len(march) > 50


def test_what_april_has_and_march_had_not_is_asked_about_and_left(folder: Path) -> None:
    told = (folder / "told.txt").read_text(encoding="utf-8")
    april = told[told.index("$ workbench replay april") : told.index("$ workbench diff april")]
    assert "new spellings" in april
    assert april.rstrip().endswith("exit 3")
    terms = {one["id"]: one["payment_term"] for one in read(folder / "april.ndjson")}
    unseen = [one for one, term in terms.items() if term == "N-30"]
    bodies = {one["id"]: one["body"] for one in read(folder / "april.bodies.ndjson")}
    assert unseen
    assert not any("payment_term" in bodies.get(one, {}) for one in unseen)


if __name__ == "__main__":
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as place:
        os.environ["WORKBENCH_SESSIONS"] = place
        os.environ.pop("WORKBENCH_API_URL", None)
        played(Path(place))
        for recorded in RECORDED:
            shutil.copy(Path(place) / recorded, MONTHS)
