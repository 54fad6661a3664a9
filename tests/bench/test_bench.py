"""The harness of `make bench`: what fails is said and stops nothing, sides run in turns, what was measured is told as it was."""

from __future__ import annotations

import importlib
import json
import os
import signal
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

HERE = Path(__file__).parent
MODULES = ("harness", "told", "picture", "readme")


@pytest.fixture(scope="module")
def bench() -> Iterator[SimpleNamespace]:
    """The bench's modules, which are scripts beside one another and no package."""
    sys.path.append(str(HERE))
    try:
        yield SimpleNamespace(**{name: importlib.import_module(name) for name in MODULES})
    finally:
        sys.path.remove(str(HERE))
        for name in MODULES:
            sys.modules.pop(name)


def prints(figures: dict[str, float], then: str = "") -> Any:
    """A side that tells figures, leaves a line in a file beside the data, and may end badly."""

    def side(data: Any, folder: Path) -> list[str]:
        told = json.dumps({"figures": figures})
        turn = f"open({str(data.folder.parent / 'turns')!r}, 'a').write({next(iter(figures), 'none')!r} + ' ')"
        return [sys.executable, "-c", f"{turn}; {then or 'pass'}; print({told!r})"]

    return side


def test_both_sides_run_in_turns_and_their_medians_are_compared(bench: Any, tmp_path: Path) -> None:
    case = bench.harness.Case(
        "words",
        prints({"word": 2.0, "memory": 1.0}),
        (
            bench.harness.Figure("word", 0.3, "a peer"),
            bench.harness.Figure("again", 1.0, "word", against="word"),
            bench.harness.Figure("memory", 1.0, "1 MB", limit=lambda customers: 1.0, unit="MB", memory=True),
        ),
        (prints({"word": 4.0}), lambda data, folder: None),
    )
    word, again, memory = bench.harness.measure(case, bench.harness.Data(7, tmp_path / "7"), 2)
    assert (tmp_path / "turns").read_text() == "word word word word "
    assert (word.ours, word.theirs, word.ratio, word.short, word.rounds) == (2.0, 4.0, 0.5, True, 2)
    assert again.failed == "it did not measure this"
    assert again.theirs == 2.0
    assert 1.0 < memory.ours <= memory.megabytes  # the median, and the most
    assert memory.short


def test_a_side_that_fails_is_said_in_a_line_and_the_other_still_stands(bench: Any, tmp_path: Path) -> None:
    figure = bench.harness.Figure("word", 1.0, "a peer")
    bad = prints({"word": 1.0}, "raise ValueError('no such word')")
    data = bench.harness.Data(7, tmp_path / "7")
    (ours,) = bench.harness.measure(bench.harness.Case("c", bad, (figure,), (prints({"word": 1.0}),)), data, 3)
    assert ours.failed.endswith("ended with 1: ValueError: no such word")
    assert "FAILED" in bench.told.line(ours)
    assert ours.short
    (theirs,) = bench.harness.measure(bench.harness.Case("c", prints({"word": 1.0}), (figure,), (bad,)), data, 1)
    assert (theirs.ours, theirs.failed, theirs.theirs) == (1.0, "", None)
    assert "no such word" in theirs.peer_failed


def test_what_grows_more_than_its_rows_is_told(bench: Any) -> None:
    rows = [row(bench, "square", 10, 1.0), row(bench, "flat", 10, 1.0), row(bench, "square", 100, 100.0)]
    assert bench.told.growth([*rows, row(bench, "flat", 100, 1.0)]) == [("square", 10.0), ("flat", 0.1)]


def test_the_picture_is_whole_whatever_failed(bench: Any) -> None:
    rows = [row(bench, "a < b", 10, 0.5), row(bench, "a < b", 1000, 5.0), row(bench, "gone", 10, None)]
    texts = [one.text for one in ET.fromstring(bench.picture.svg(rows)).iter("{http://www.w3.org/2000/svg}text")]
    assert "a < b, beside a peer" in texts
    assert {"10", "1,000", "100 ms", "1 s"} <= set(texts)
    assert "gone, beside a peer" not in texts


def test_the_readme_gets_the_table_between_its_marks_and_nothing_else_changes(bench: Any, tmp_path: Path) -> None:
    (tmp_path / "tests" / "bench").mkdir(parents=True)
    readme, output = tmp_path / "README.md", tmp_path / "out"
    output.mkdir()
    rows = [row(bench, "word", 10, 9.0), row(bench, "word", 1000, 3.0), row(bench, "gone", 10, None)]
    (output / "ratios.json").write_text(json.dumps({"machine": "a machine", "rows": [one.as_json() for one in rows]}))
    (output / "growth.svg").write_text("<svg/>")
    readme.write_text(f"before\n{bench.readme.BEGIN}\nof another run\n{bench.readme.END}\nafter\n")
    bench.readme.put(readme, output)
    told = readme.read_text()
    assert told.startswith(f"before\n{bench.readme.BEGIN}\n")
    assert told.endswith(f"{bench.readme.END}\nafter\n")
    assert "| word | 1,000 | 3.00 s | a peer | 2.00 s | **1.50** |  | 1.00 |" in told
    assert "0 of 1 targets are met" in told
    assert "of another run" not in told
    assert "gone" not in told
    readme.write_text("no marks")
    with pytest.raises(ValueError, match="nothing was written"):
        bench.readme.put(readme, output)
    assert readme.read_text() == "no marks"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_bench_keeps_what_was_measured_and_leaves_neither_its_data_nor_a_process(
    tmp_path: Path, number: signal.Signals
) -> None:
    asked = ["--sizes", "300", "--only", "load,open", "--repeat", "2", "--output", "out", "--data", "data"]
    with subprocess.Popen(
        [sys.executable, HERE, *asked], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    ) as running:  # fmt: skip
        assert running.stdout is not None
        assert running.stderr is not None
        while "load a file, memory" not in (line := running.stdout.readline()):
            assert line
        assert list(tmp_path.glob("data/*/300/customers.ndjson"))
        if number == signal.SIGINT:
            os.killpg(running.pid, number)  # as a terminal does
        else:
            running.send_signal(number)
        assert "open a saved session" not in running.stdout.read()
        assert running.stderr.read() == "\ninterrupted: what was measured is in out/ratios.json; the data is removed\n"
    assert running.returncode == 130
    assert not list(tmp_path.glob("data/*"))
    assert "load a file" in tmp_path.joinpath("out", "ratios.json").read_text()
    with pytest.raises(ProcessLookupError):
        os.killpg(running.pid, 0)


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["--sizes", "0"], "1 or more"),
        (["--sizes", "10,-5"], "1 or more"),
        (["--sizes", "1e4"], "--sizes"),
        (["--repeat", "0"], "1 or more"),
        (["--jobs", "0"], "1 or more"),
        (["--only", ""], "no case is named"),
        (["--only", "lode"], "there are: "),
        (["--output", __file__], "exists"),
        (["--data", __file__], "exists"),
        (["--readme", "nowhere.md"], "nowhere.md"),
        (["--readme", __file__], "has no lines"),
    ],
)
def test_what_the_bench_cannot_do_is_refused_before_anything_is_measured(
    options: list[str], why: str, tmp_path: Path
) -> None:
    given = [*([] if "--output" in options else ["--output", "out"]), *options]
    done = subprocess.run([sys.executable, HERE, *given], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert why in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


def row(bench: Any, name: str, customers: int, ours: float | None) -> Any:
    """A figure beside 2 s of a peer."""
    return bench.harness.Measured(name, "case", customers, "s", "a peer", 1.0, ours=ours, theirs=2.0)
