"""The session's own frames are not changed by whoever was handed one."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from workbench import Workbench
from workbench.customers.fixed import fixed
from workbench.customers.tables import Tables
from workbench.errors import UsageError
from workbench.sandbox.server import Sandbox

Change = Callable[[pl.DataFrame], object]

CHANGES: list[Change] = [
    lambda frame: frame.__setitem__((0, "company_name"), "mine"),
    lambda frame: frame.replace_column(0, pl.Series("x", ["q"] * frame.height)),
    lambda frame: frame.insert_column(0, pl.Series("x", ["q"] * frame.height)),
    lambda frame: frame.hstack([pl.Series("x", ["q"] * frame.height)], in_place=True),
    lambda frame: frame.vstack(frame, in_place=True),
    lambda frame: frame.extend(frame),
    lambda frame: frame.drop_in_place("company_name"),
    lambda frame: setattr(frame, "columns", [name.upper() for name in frame.columns]),
]  # fmt: skip


def test_what_is_done_in_place_to_a_frame_of_the_session_is_refused_and_moves_no_body(tmp_path: Path) -> None:
    with Sandbox(customers=5) as sandbox, Workbench.create("s", sessions_dir=tmp_path, key="k") as wb:
        wb.load(api=sandbox.url)
        wb.search().set("first_name", "Ada")
        digest, bodies = wb.staged.plan_digest, list(wb.staged.bodies())
        for tables in (wb.snapshot.current, wb.snapshot.base):
            kept = tables.customers.clone()
            for change in CHANGES:
                with pytest.raises(UsageError, match=r"was not changed: take \.clone\(\)"):
                    change(tables.customers)
            name = tables.customers["first_name"]
            name[0] = "EVIL"  # polars copies a column before it is written to
            assert tables.customers.equals(kept)
        shown = wb.staged
        shown.cells[0, "after"] = "EVIL"
        assert (wb.staged.plan_digest, list(wb.staged.bodies())) == (digest, bodies)


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_is_made_of_it_is_ones_own(change: Change) -> None:
    frame = fixed(pl.DataFrame({"company_name": ["a", "b"], "n": [1, 2]}))
    assert fixed(frame) is frame
    for own in (
        frame.clone(),
        frame.head(2),
        frame.filter(True),
        frame.with_columns(n=pl.lit(3)),
        pl.concat([frame, frame]),
    ):
        assert type(own) is pl.DataFrame
        change(own)
    assert frame.to_dict(as_series=False) == {"company_name": ["a", "b"], "n": [1, 2]}
    assert frame.hstack([pl.Series("x", [1, 2])]).width == 3
    assert pickle.loads(pickle.dumps(frame)).equals(frame)


def test_tables_hold_such_frames_and_the_same_ones_where_nothing_moved() -> None:
    tables = Tables.empty()
    assert tables.with_frames({"customers": tables.customers.clone()}).addresses is tables.addresses
