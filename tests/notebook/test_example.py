"""The example notebook is run as a reader runs it, in a real kernel, and what it shows is what happened."""

from __future__ import annotations

import os
import re
from pathlib import Path

EXAMPLE = Path(__file__).parents[2] / "sessions" / "example.ipynb"


def test_the_example_goes_from_load_to_revert_and_its_outputs_tell_the_same_story(
    tmp_path: Path,
) -> None:
    import nbformat  # late: it takes two seconds, which every worker of a run would spend
    from nbclient import NotebookClient

    notebook = nbformat.read(EXAMPLE, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell for cell in code if cell.outputs or cell.execution_count] == []  # it is kept without outputs
    assets = {"metadata": {"path": str(EXAMPLE.parent.parent)}}
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    NotebookClient(notebook, timeout=120, kernel_name="python3", resources=assets).execute(env=environment)
    assert list(tmp_path.iterdir()) == []  # nothing is left behind
    outputs = [(cell.source, one) for cell in code for one in cell.outputs]
    kinds = {kind for _, one in outputs if "data" in one for kind in one["data"]}
    assert kinds == {"text/html", "text/plain"}
    assert [
        one for _, one in outputs if one["output_type"] in ("error", "stream") and one.get("name") != "stdout"
    ] == []

    def shown(part: str) -> str:
        return "\n".join(one["data"]["text/plain"] for source, one in outputs if part in source and "data" in one)

    def figure(pattern: str, part: str) -> int:
        found = re.search(pattern, shown(part))
        assert found, shown(part)
        return int(found[1].replace(",", ""))

    planned = figure(r"run 1: ([\d,]+) of", "acommit")
    assert planned > 0
    assert figure(r"run 1: [\d,]+ of ([\d,]+) customers", "acommit") == planned
    assert figure(r"what became of ([\d,]+) of", "wb.course") == planned
    assert figure(r"run 2: ([\d,]+) of", "back =") == planned
    assert figure(r"load: ([\d,]+) of", "wb.load") > 0
    assert "NET30" in shown("wb.staged")
    assert "revert of run 1" in shown("wb.log()")
