"""The report as text and as a file, as the command line gives it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl

from tests.report.parsed import Parsed
from workbench.cli.app import run
from workbench.report.text import summary_lines
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

Make = Callable[..., Workbench]


def test_the_summary_tells_what_the_page_tells(make: Make) -> None:
    bench = make(*({"payment_term": "NET 30", "phone": "(415) 555-2671"} for _ in range(30)))
    bench.stage([Edit("set", "payment_term", "NET30"), Edit("apply", "phone", "e164")], note="one spelling")
    bench.stage([Edit("clear", "payment_term")], rows=pl.Series([5], dtype=pl.UInt32))
    bench.hold(rows=pl.Series([7], dtype=pl.UInt32), note="ask first")
    lines = list(summary_lines(bench.report(), str))
    assert lines[0].startswith("loaded ")
    assert "from customers.ndjson: 30 customers" in lines[0]
    assert "staged 60 changes of 30 customers, 1 customer held; the plan sends 29 customers" in lines
    assert any(
        line.startswith("operation 1, ") and line.endswith("59 of these changes  note: one spelling") for line in lines
    )
    assert "warning: 1 customer held: a commit leaves the customer out, whole" in lines
    assert any("30 fixed" in line for line in lines)
    first = lines[lines.index("changes, the oddest first:") + 1 :][:2]
    assert first[0].startswith("       1 x payment_term: “NET 30” -> (empty)  !! ")
    assert first[1].split() == ["Firm", "5,", "payment_term", "of", "c5"]
    assert lines[-1].endswith(bench.preview().digest)


def test_a_change_in_the_long_text_names_the_note_of_its_operation(make: Make, capsys: Any) -> None:
    bench = make({"payment_term": "a"})
    bench.stage([Edit("set", "payment_term", "b")], note="as agreed")
    bench.close()
    assert run(["diff", str(bench.path)]) == 0
    out, _ = capsys.readouterr()
    assert out.startswith("loaded ")
    assert "payment_term: “a” -> “b”  (operation 1: as agreed)" in out


def test_the_page_is_written_whole_and_its_digest_is_said(make: Make, tmp_path: Path, capsys: Any) -> None:
    bench = make({"payment_term": "a"}, {"payment_term": "a", "freight_term": "x"})
    bench.stage([Edit("set", "payment_term", "b")])
    digest = bench.preview("freight_term:x").digest
    bench.close()
    page = tmp_path / "review.html"
    asked = ["diff", str(bench.path), "--format", "html", "--where", "freight_term:x"]
    assert run([*asked, "--output", str(page)]) == 0
    out, err = capsys.readouterr()
    assert (out, digest in err) == ("", True)
    found = Parsed(page.read_text(encoding="utf-8").splitlines())
    assert digest in found.all("dl")[0]
    assert [one[0] for one in found.data["customers"]] == ["c1"]
    assert run([*asked, "--output", str(tmp_path / "nowhere" / "x.html")]) == 1
    assert "cannot be written" in capsys.readouterr().err
