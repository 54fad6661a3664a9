"""Every staged cell with its texts and what there is to say of it, as one frame."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from workbench.customers.flat import flat
from workbench.customers.paths import cell_paths, parse_path
from workbench.customers.tables import rows_of
from workbench.onlooker import part, step, stepwise
from workbench.preview.groups import Groups
from workbench.preview.irreversible import why_not_back
from workbench.preview.lines import WARNINGS
from workbench.preview.preview import Preview
from workbench.shown.lookalike import lookalikes
from workbench.shown.named import named
from workbench.shown.rows import called
from workbench.stage.snapshot import Column, Snapshot

_OVER: Final = "goes over what somebody else wrote there since the load: that was decided"
_TEXTS: Final = ("name", "id", "path", "before", "after", "note", *(f"why_{name}" for name in WARNINGS))
_CELLS: Final[dict[str, pl.DataType]] = {
    "line": pl.UInt32(), "customer": pl.UInt32(), "operation": pl.UInt32(),
    **dict.fromkeys(_TEXTS, pl.String()), **dict.fromkeys(WARNINGS, pl.Boolean()),
}  # fmt: skip


def cells_of(groups: Groups, preview: Preview) -> pl.DataFrame:
    """The staged cells of all groups, by customer and in the order of the columns.

    `line` is the group's number, `customer` a row number, `name` what people call it and `id` its id, `operation` the one that
    wrote the cell. `before` and `after` are texts (empty: nothing is there; a name where the API has an id). Of each of `WARNINGS`
    there is a Boolean, and `why_` of it; `note` says all that there is to say of the cell, and is empty if that is nothing.
    """
    parts = []
    for number in range(len(groups.columns)):
        with part(number / len(groups.columns), (number + 1) / len(groups.columns)):
            parts.append(_column(groups, preview, number))
    whole = pl.concat([pl.DataFrame(schema=_CELLS), *parts])
    return whole.sort("customer", maintain_order=True)


def _column(groups: Groups, preview: Preview, number: int) -> pl.DataFrame:
    snapshot, column = groups.snapshot, groups.columns[number]
    mine = groups.cells.filter(pl.col("column") == number).select("line", "row")
    cells = mine.join(snapshot.staged_cells_of(column), on="row", maintain_order="left").sort(
        "row", maintain_order=True
    )
    rows = cells["row"]
    customers = snapshot.customers_of(column[0], rows)
    step(0.1)
    whys = _whys(groups, preview, column, cells)
    step(0.3)
    frame = pl.DataFrame(
        {
            "line": cells["line"],
            "customer": customers,
            "operation": cells["operation"],
            "name": pl.Series(called(snapshot.current, customers), dtype=pl.String),
            "id": snapshot.current.customers["id"].gather(customers).fill_null(""),
            "path": cell_paths(snapshot.current, *column, rows),
            **_values(snapshot, column, cells),
            **{f"why_{name}": whys[name] for name in WARNINGS},
            **{name: whys[name].is_not_null() for name in WARNINGS},
        }
    )
    step(0.6)
    return frame.with_columns(note=_notes(preview, column, cells, frame)).select(list(_CELLS)).cast(_CELLS)  # type: ignore[arg-type]


def _values(snapshot: Snapshot, column: Column, cells: pl.DataFrame) -> dict[str, pl.Series]:
    """Both values as people read them; ids of different things that have one name stay ids."""
    stored = [flat(cells[name]).fill_null("") for name in ("before", "after")]
    texts = [pl.Series(named(snapshot.current, *column, one.to_list()), dtype=pl.String) for one in stored]
    frame = pl.DataFrame(
        [one.alias(name) for one, name in zip((*stored, *texts), ("b", "a", "before", "after"), strict=True)]
    )
    alike = pl.col("before") == pl.col("after")
    told = frame.select(
        before=pl.when(alike).then("b").otherwise("before"), after=pl.when(alike).then("a").otherwise("after")
    )
    return {name: told[name] for name in ("before", "after")}


def _whys(groups: Groups, preview: Preview, column: Column, cells: pl.DataFrame) -> dict[str, pl.Series]:
    """Why each cell is to be warned of, null where it is not."""
    snapshot, rows = groups.snapshot, cells.select("row")
    conflicts = snapshot.conflict_cells_of(column)
    values = {name: flat(conflicts[name]).fill_null("") for name in ("loaded", "before")}
    told = pl.format("loaded “{}”, the server holds “{}” now", pl.lit(values["loaded"]), pl.lit(values["before"]))
    moved = (
        conflicts.select("row", why=told)
        if conflicts.height
        else pl.DataFrame(schema={"row": pl.UInt32, "why": pl.String})
    )
    invalid = snapshot.invalid_cells_of(column).select("row", why="reason")
    back = why_not_back(snapshot, column, cells.select("row", "before"), preview.habits, preview.rules)
    return {
        "conflict": _beside(rows, moved),
        "invalid": _beside(rows, invalid),
        "over": cells.select(pl.when("over").then(pl.lit(_OVER)))["literal"],
        "irreversible": back,
        "beside": _beside(rows, _carried(groups, column)),
    }


def _carried(groups: Groups, column: Column) -> pl.DataFrame:
    """The cells (`row`) of a column that go beside a value that is not valid, and which field that is and `why`: the first of the
    customer's."""
    rows = groups.warned("beside").get(column, pl.Series([], dtype=pl.UInt32))
    first = groups.beside.found.unique("customer", keep="first", maintain_order=True)
    told = pl.format("{}.{} beside it, untouched: {}; the server may refuse the body", "table", "field", "reason")
    cells = pl.DataFrame({"row": rows, "customer": groups.snapshot.customers_of(column[0], rows)})
    return cells.join(first.select("customer", why=told), on="customer", how="left", maintain_order="left")


def _beside(rows: pl.DataFrame, found: pl.DataFrame) -> pl.Series:
    return rows.join(found, on="row", how="left", maintain_order="left")["why"]


_PREFIX: Final[Mapping[str, str]] = {
    "conflict": "in conflict: ", "invalid": "not valid: ", "over": "", "irreversible": "cannot be reverted: ", "beside": "",
}  # fmt: skip


def _notes(preview: Preview, column: Column, cells: pl.DataFrame, frame: pl.DataFrame) -> pl.Series:
    snapshot, table = preview.snapshot, column[0]
    new = snapshot.unsent(table).gather(cells["row"]) if table != "customers" else _never(cells.height)
    parts = [
        pl.select(v=pl.when(pl.lit(new)).then(pl.lit("new: the commit makes this item")))["v"],
        *(frame.select(v=pl.lit(_PREFIX[name]) + pl.col(f"why_{name}"))["v"] for name in WARNINGS),
        _otherwise(preview, frame["path"], cells),
        _lookalikes(frame),
    ]
    made = pl.DataFrame([part.alias(str(number)) for number, part in enumerate(parts)])
    return made.select(n=pl.concat_str(pl.all(), separator="; ", ignore_nulls=True))["n"]


def _otherwise(preview: Preview, paths: pl.Series, cells: pl.DataFrame) -> pl.Series:
    """That this server is known to store something else."""
    if not preview.rules:
        return pl.repeat(None, cells.height, dtype=pl.String, eager=True)
    found: list[str | None] = []
    for path, before, after in stepwise(zip(paths, cells["before"], cells["after"], strict=True)):
        plain = [one.to_list() if isinstance(one, pl.Series) else one for one in (before, after)]
        stored = preview.otherwise(parse_path(path), *plain)
        found.append(None if stored is None else f"this server will store “{_text(stored[0])}”")
    return pl.Series(found, dtype=pl.String)


def _text(value: object) -> str:
    return "" if value is None else ",".join(map(str, value)) if isinstance(value, list) else str(value)


def _lookalikes(frame: pl.DataFrame) -> pl.Series:
    """What `_alike` has to say of each cell; ASCII, which nearly all are, is not looked at one by one."""
    other = frame.select(
        pl.any_horizontal(pl.col(name).str.len_bytes() != pl.col(name).str.len_chars() for name in ("before", "after"))
    ).to_series()
    told = [
        _alike(before, after) for before, after in stepwise(frame.filter(other).select("before", "after").iter_rows())
    ]
    nothing = pl.repeat(None, frame.height, dtype=pl.String, eager=True)
    return nothing.scatter(rows_of(other), pl.Series(told, dtype=pl.String)) if told else nothing


def _alike(before: str, after: str) -> str | None:
    """The letters of another script among those of a word, which no eye tells from them."""
    parts = [(name, sorted(set(lookalikes(text).values()))) for name, text in (("before", before), ("after", after))]
    told = [f"{name} {', '.join(letters).lower()}" for name, letters in parts if letters]
    return f"looks like another letter: {'; '.join(told)}" if told else None


def _never(height: int) -> pl.Series:
    return pl.repeat(False, height, dtype=pl.Boolean, eager=True)
