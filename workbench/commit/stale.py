"""Whether a plan still is what is staged: customer by customer, cell by cell, with the reason for each that moved."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import orjson
import polars as pl

from workbench.errors import WorkbenchError
from workbench.preview.habits import Habits
from workbench.preview.patches import patches
from workbench.preview.plan import updated_of
from workbench.preview.plan_file import Plan
from workbench.stage.snapshot import UNACCEPTED, Snapshot

_NAMED: Final = 3
"""So many customers that moved are named, and so many cells of each."""


def rows_of_plan(snapshot: Snapshot, plan: Plan) -> pl.Series:
    """The row numbers of a plan's customers, in its order; null for one that the session does not have."""
    known = snapshot.base.customers.select("id").with_row_index("row").unique("id", keep="none")
    return plan.patches.select("id").join(known, on="id", how="left", maintain_order="left")["row"]


def refuse_stale(snapshot: Snapshot, habits: Habits, plan: Plan, session: str) -> pl.Series:
    """The row numbers of a plan's customers. Raises `WorkbenchError` naming what moved, unless a commit of them would send
    exactly the plan now (once all are accepted, where a review is required)."""
    for name, then, now in (("nested", plan.nested, habits.nested), ("clear", plan.clear, habits.clear)):
        if then != now:
            raise WorkbenchError(
                f"{plan.name} is stale, so nothing was sent: it was made with {name}={then}, and the session says {name}={now}; "
                f"{_anew(session)}"
            )
    rows = rows_of_plan(snapshot, plan)
    moved = _moved(snapshot, habits, plan, rows)
    if moved.height:
        told = "; ".join(f"{one['id']}: {_why(one)}" for one in moved.head(_NAMED).iter_rows(named=True))
        more = f"; and {moved.height - _NAMED:,} more" if moved.height > _NAMED else ""
        count = f"{moved.height:,} of its {plan.patches.height:,} customers moved"
        raise WorkbenchError(f"{plan.name} is stale, so nothing was sent: {count}: {told}{more}; {_anew(session)}")
    return rows


def _moved(snapshot: Snapshot, habits: Habits, plan: Plan, rows: pl.Series) -> pl.DataFrame:
    """The plan's patches that are not staged as they stand: `id`, and both sides (`now_` and the name; null: there is none)."""
    base = snapshot.base.customers
    then = plan.patches.with_columns(row=rows)
    now = patches(snapshot, habits, rows.drop_nulls())
    staged = now.select("row", now_body="body", now_cells="cells", now_held="held")
    known = base.select(row=pl.int_range(pl.len(), dtype=pl.UInt32), now_updated_at=updated_of(base))
    both = then.join(staged, on="row", how="left", maintain_order="left").join(
        known, on="row", how="left", maintain_order="left"
    )
    same = [pl.col(f"now_{name}").eq_missing(pl.col(name)) for name in ("body", "cells", "updated_at")]
    goes = pl.col("now_held").is_null() | (pl.col("now_held") == UNACCEPTED)
    return both.filter(~(pl.all_horizontal(same) & goes))


def _why(one: dict[str, Any]) -> str:
    """Why a customer's patch is not what is staged, in words."""
    if one["row"] is None:
        return "the session has no such customer"
    if one["now_cells"] is None:
        return "nothing of it is staged any more (it was committed, undone, unstaged or left out)"
    if one["now_held"] not in (None, UNACCEPTED):
        return f"it is held now ({one['now_held']})"
    if one["now_cells"] != one["cells"]:
        cells = list(_other_cells(orjson.loads(one["cells"]), orjson.loads(one["now_cells"])))
        more = f" and {len(cells) - _NAMED:,} more cells" if len(cells) > _NAMED else ""
        return ", ".join(cells[:_NAMED]) + more
    if one["now_body"] != one["body"]:
        return "what its body carries beside the changes moved"
    return f"the server changed it ({one['now_updated_at']}, in the plan {one['updated_at']})"


def _other_cells(then: list[dict[str, Any]], now: list[dict[str, Any]]) -> Iterator[str]:
    """The cells that differ, each with what is other about it."""
    before, staged = ({one["path"]: one for one in some} for some in (then, now))
    for path in dict.fromkeys([*before, *staged]):
        old, new = before.get(path), staged.get(path)
        if old is None:
            yield f"{path} is staged too"
        elif new is None:
            yield f"{path} is not staged any more"
        elif old["before"] != new["before"]:
            yield f"the base of {path} moved"
        elif old["after"] != new["after"]:
            yield f"{path} is staged otherwise"
        elif old != new:
            yield f"{path} is of operation {new['operation']} now, not {old['operation']}"


def _anew(session: str) -> str:
    return f"write it anew with: workbench diff {session} --format plan --output FILE"
