"""A large export says how far it is, and whoever leaves it leaves the file that was there as it was, and no part of another."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

import workbench.preview.export as export
import workbench.preview.workbook as workbook
from workbench.load.sheet import read_sheet
from workbench.onlooker import LetGo, Onlooker
from workbench.workbench import Workbench

ENDINGS = (".csv", ".ndjson", ".parquet", ".xlsx")


class LeavesAt(Onlooker):
    """Leaves at a step; `shares` are those that it heard of before."""

    def __init__(self, at: int) -> None:
        self.shares: list[float] = []
        super().__init__(self.shares.append)
        self._at = at

    def sees(self, share: float | None) -> None:
        self._at -= 1
        if self._at == 0:
            self.leave()  # in vain once it is being kept
        super().sees(share)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    file = tmp_path / "customers.ndjson"
    lines = [
        {"id": f"c{n}", "name": f'=Acme, "{n}"', "email": None, "sales_reps": [{"id": "r1"}, {"id": f"r{n}"}], "status": "active"}
        for n in range(45)
    ]  # fmt: skip
    file.write_text("\n".join(map(json.dumps, lines)))
    with Workbench.create(str(tmp_path / "s.session")) as made:
        made.load(file=file)
        yield made


@pytest.fixture
def few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "_AT_ONCE", 10)
    monkeypatch.setattr(workbook, "_OFTEN", 10)


@pytest.mark.parametrize("ending", [".csv", ".ndjson"])
def test_what_is_written_some_rows_at_a_time_is_what_would_be_written_at_once(
    bench: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    whole, parts = tmp_path / f"whole{ending}", tmp_path / f"parts{ending}"
    bench.export(whole)
    monkeypatch.setattr(export, "_AT_ONCE", 10)
    bench.export(parts)
    assert parts.read_bytes() == whole.read_bytes()


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.usefixtures("few_at_once")
def test_of_no_row_a_file_with_its_headings_is_written(bench: Workbench, tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"none{ending}"
    assert bench.export(file, where="id:=nobody") == 0
    if ending in (".csv", ".xlsx"):
        assert "company_name" in read_sheet(file, "").columns
    elif ending == ".parquet":
        assert pl.read_parquet(file).columns[-1] == "_exported"
    else:
        assert file.read_bytes() == b""


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.usefixtures("few_at_once")
def test_an_export_tells_shares_that_only_grow(bench: Workbench, tmp_path: Path, ending: str) -> None:
    onlooker = LeavesAt(0)
    with onlooker.watching():
        bench.export(tmp_path / f"all{ending}")
    assert len(onlooker.shares) > (1 if ending == ".parquet" else 5)
    assert onlooker.shares == sorted(onlooker.shares)
    assert 0.8 < onlooker.shares[-1] <= 1


@pytest.mark.usefixtures("few_at_once")
def test_lines_for_programs_hold_no_exported_values_and_are_written_from_the_first_share_on(
    bench: Workbench, tmp_path: Path
) -> None:
    onlooker = LeavesAt(0)
    with onlooker.watching():
        bench.export(tmp_path / "all.ndjson")
    assert sorted({round(share * 45) for share in onlooker.shares}) == [0, 10, 20, 30, 40, 45]


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("there", [True, False])
@pytest.mark.usefixtures("few_at_once")
def test_an_export_that_is_left_leaves_the_file_that_was_there_and_no_part_of_another(
    bench: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str, there: bool
) -> None:
    behind, out = tmp_path / "behind", tmp_path / "out"
    behind.mkdir()
    out.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(behind))
    target = out / f"all{ending}"
    if there:
        target.write_bytes(b"last week's")
    left = 0
    for at in range(1, 200):
        try:
            with LeavesAt(at).watching():
                bench.export(target)
        except LetGo:
            left += 1
            assert [file.name for file in out.iterdir()] == ([target.name] if there else [])
            assert not there or target.read_bytes() == b"last week's"
            assert not list(behind.iterdir())
        else:
            break
    assert left > 3
    assert target.read_bytes() not in (b"", b"last week's")
