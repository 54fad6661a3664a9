"""What became of a run, cell by cell: what was asked, what the server stored, and its reason at its place."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson
import polars as pl

from workbench.commit.places import at, place_of
from workbench.commit.report import OUTCOMES
from workbench.commit.revert import run_to_revert
from workbench.commit.run_lines import LOST, not_sent
from workbench.customers.fields import FIELDS
from workbench.customers.flat import EXPORTED, flat, form
from workbench.customers.paths import cell_paths, sent_paths
from workbench.displayed import Displayed
from workbench.errors import UsageError
from workbench.preview.export import ending, write_frame, write_text, write_whole
from workbench.preview.json_text import exported_object, json_text
from workbench.preview.workbook import SheetColumn, write_workbook
from workbench.session.rows import Change, Run
from workbench.stage.bench import Bench
from workbench.stage.settling import SHOWN_AS

COLUMNS: Final = ("id", "path", "before", "asked", "stored", "outcome", "reason")
"""The columns of a row: the customer's id, the cell's path, three values, what became of the patch, and why."""

FORMATS: Final = (".csv", ".xlsx", ".parquet", ".ndjson", ".jsonl", ".json")

_SAME: Final = ("committed", "already")
_STORED_ELSE: Final = ("altered", "already")
"""Where the details tell what the server holds instead of what was asked: of `already` what it is known to make of that."""

_TELLING: Final = (*_STORED_ELSE, "conflict", "failed")
_FRAME: Final[dict[str, pl.DataType]] = {
    **dict.fromkeys((*COLUMNS, "form", "now", "column"), pl.String()),
    **dict.fromkeys(("seq", "row", "operation"), pl.UInt32()),
}
_RESULTS: Final = {"seq": pl.UInt32, "outcome": pl.String, "reason": pl.String, "details": pl.String}
_OWN: Final = {"seq": pl.UInt32, "sent": pl.String, "own": pl.Boolean, "found": pl.String, "why": pl.String}
_OTHERWISE: Final = "the server stored something else"
_ELSE: Final = "somebody else changed it"
_WRITTEN: Final = "written by a call whose answer was lost; revert takes it back"
_Own = tuple[int, str, bool, str | None, str]


@dataclass(frozen=True, slots=True)
class Outcomes(Displayed, told=("run", "frame")):
    """What became of the cells of `run` (None: there was none yet).

    `frame` has `COLUMNS`, a row per cell, values as the text of a cell; `form` says how the values stand in JSON, and `now` is
    what the cell holds in current. `column` (as `addresses.city`) and `row` say where it is, `seq` is the number of its request,
    and `operation` the one whose value was sent (null: not noted). `stored` is what the server was seen to hold: what was asked
    where that was verified, theirs in a conflict; null where it was not seen (failed, unknown, unsent, or not the cell that
    somebody else changed).
    """

    run: int | None
    frame: pl.DataFrame

    @property
    def outcomes(self) -> list[dict[str, Any]]:
        """The rows as plain values, with the keys of `COLUMNS`."""
        found: list[dict[str, Any]] = orjson.loads(f"[{','.join(self.lines())}]")
        return found

    def lines(self, *, sheet: bool = False) -> Iterator[str]:
        """Each row as a JSON object; with `sheet` also what `stage --from` needs to know of it."""
        texts = {name: json_text(self.frame[name]) for name in ("id", "path", "outcome", "reason")}
        values = {name: json_values(self.frame[name], self.frame["form"]) for name in ("before", "asked", "stored")}
        both = {**texts, **values}
        more = {EXPORTED: self._exported()} if sheet else {}
        columns = {**{name: both[name] for name in COLUMNS}, **more}
        pairs = [pl.lit(f'"{name}":') + pl.col(name) for name in columns]
        line = pl.lit("{") + pl.concat_str(pairs, separator=",") + pl.lit("}")
        yield from pl.DataFrame(columns).select(line=line)["line"]

    def write(self, target: Path | str) -> None:
        """Writes a sheet that `stage --from` takes back corrected, by the file's ending (`FORMATS`), whole or not at all.

        Raises `UsageError` for another ending, `WorkbenchError` if it cannot be written.
        """
        target = Path(target)
        suffix = ending(target, FORMATS)
        if suffix in (".csv", ".parquet"):
            sheet = self.frame.select(COLUMNS).with_columns(self._exported())
            write_whole(target, lambda name: write_frame(sheet, name, suffix))
        elif suffix == ".xlsx":
            columns = [SheetColumn(name, self.frame[name], name == "asked") for name in COLUMNS]
            write_whole(target, lambda name: write_workbook(name, "outcomes", columns, self._exported(), keys=2))
        else:
            start, between, end = ("[", ",\n", "]\n") if suffix == ".json" else ("", "\n", "\n")
            text = start + between.join(self.lines(sheet=True)) + end
            write_text(target, text)

    def _exported(self) -> pl.Series:
        kept = self.frame.select("id", "path", "asked", "now").with_columns(pl.col("asked", "now").replace("", None))
        return exported_object(kept).rename(EXPORTED)


def outcomes(bench: Bench, number: int | None = None, only: Collection[str] = ()) -> Outcomes:
    """What became of each cell of a run (the latest unless told), or of the cells whose patch has an outcome in `only`.

    Raises `UsageError` for a name that is no outcome, `WorkbenchError` if there is no such run.
    """
    for name in only:
        if name not in OUTCOMES:
            raise UsageError(f"there is no outcome {name!r}; there are: {', '.join(OUTCOMES)}")
    if number is None and not bench.runs:
        return Outcomes(None, pl.DataFrame(schema=_FRAME))
    run = run_to_revert(bench, number)
    fates = fates_of(bench, run)
    fates = fates.filter(pl.col("outcome").is_in(list(only))) if only else fates
    return Outcomes(run.id, cells_of(bench, run, fates, lambda asked: bodies_of(bench, run, asked)))


def cells_of(
    bench: Bench, run: Run, fates: pl.DataFrame, bodies: Callable[[set[int]], Mapping[int, bytes]]
) -> pl.DataFrame:
    """The cells of these requests of a run, as in `Outcomes.frame`. `fates` has `seq`, `outcome`, `reason` in general and
    `details`; `bodies` is asked for the bodies of those that failed."""
    plan = bench.store.planned(run.id)
    made = {change.table: change.cells["row"] for change in plan if change.field == "_gone"}
    parts = [_cells(bench, change, fates, made.get(change.table)) for change in plan if change.count]
    cells = pl.concat(parts).sort("seq", maintain_order=True)
    own = pl.DataFrame(_told(cells, fates, bodies), schema=_OWN, orient="row")
    return _rows(cells.join(own, on=["seq", "sent"], how="left", maintain_order="left"))


def bodies_of(bench: Bench, run: Run, asked: set[int]) -> dict[int, bytes]:
    return {one.seq: one.body for one in bench.store.requests(run.id) if one.seq in asked} if asked else {}


def fates_of(bench: Bench, run: Run) -> pl.DataFrame:
    """Every request of a run: `seq`, `outcome`, `reason` in general, `details` (JSON or empty)."""
    intended = pl.Series(sorted(bench.store.intents(run.id)), dtype=pl.UInt32)
    every = pl.DataFrame({"seq": pl.int_range(run.planned, dtype=pl.UInt32, eager=True)})
    joined = every.join(_results(bench, run), on="seq", how="left", maintain_order="left")
    lost = pl.col("outcome").is_null() & pl.col("seq").is_in(intended.implode())
    never = (pl.col("outcome").is_null() & ~lost) | ((pl.col("outcome") == "unsent") & (pl.col("reason") == ""))
    reason = pl.when(lost).then(pl.lit(LOST)).when(never).then(pl.lit(not_sent(run.reason))).otherwise("reason")
    outcome = pl.when(lost).then(pl.lit("unknown")).otherwise(pl.col("outcome").fill_null("unsent"))
    return joined.select(
        "seq", outcome=outcome.replace(SHOWN_AS), reason=reason,
        details=pl.col("details").fill_null(""),
    )  # fmt: skip


def _results(bench: Bench, run: Run) -> pl.DataFrame:
    """The newest outcome of each request that has one."""
    rows = [(o.seq, o.outcome, o.reason, o.details) for o in bench.store.outcomes(run.id).values()]
    return pl.DataFrame(rows, schema=_RESULTS, orient="row")


def _cells(bench: Bench, planned: Change, fates: pl.DataFrame, made: pl.Series | None) -> pl.DataFrame:
    """The cells of one planned column, with what became of their requests; `made` are the rows of items that the run makes.

    `path` is the cell's now, `sent` the one it was sent under: an item that was made has an id by now.
    """
    snapshot, table, name = bench.snapshot, planned.table, planned.field
    cells = planned.cells.join(fates, on="seq", how="inner", maintain_order="left")
    customers = snapshot.customers_of(table, cells["row"])
    paths = cell_paths(snapshot.current, table, name, cells["row"])
    return pl.DataFrame(
        {
            "seq": cells["seq"],
            "id": snapshot.current.customers["id"].gather(customers),
            "path": paths,
            "sent": sent_paths(snapshot.current, table, name, cells["row"], made),
            "before": flat(cells["before"]),
            "asked": flat(cells["after"]),
            "outcome": cells["outcome"],
            "reason": cells["reason"],
            "details": cells["details"],
            "form": pl.Series([form(FIELDS[table][name])], dtype=pl.String).new_from_index(0, cells.height),
            "now": flat(snapshot.current[table][name].gather(cells["row"])),
            "column": pl.Series([f"{table}.{name}"], dtype=pl.String).new_from_index(0, cells.height),
            "row": cells["row"],
            "operation": cells["operation"] if "operation" in cells.columns else _unnoted(cells.height),
        }
    )


def _unnoted(height: int) -> pl.Series:
    return pl.repeat(None, height, dtype=pl.UInt32, eager=True)


def _rows(cells: pl.DataFrame) -> pl.DataFrame:
    """The cells with `stored` and the reason that stands at each."""
    own, outcome = pl.col("own").fill_null(False), pl.col("outcome")
    kept = (outcome.is_in(_SAME) | (outcome == "altered")) & ~own
    stored = pl.when(kept).then("asked").when(own).then("found")
    told_elsewhere = (outcome == "altered") & ~own & pl.col("details").str.contains('"altered":', literal=True)
    reason = pl.when(own).then("why").when(~told_elsewhere).then("reason").replace("", None)
    return cells.with_columns(stored=stored, reason=reason).select(list(_FRAME))


def _told(cells: pl.DataFrame, fates: pl.DataFrame, asked_for: Callable[[set[int]], Mapping[int, bytes]]) -> list[_Own]:
    """What was said of single cells."""
    telling = fates.filter(pl.col("outcome").is_in(_TELLING) & (pl.col("details") != ""))
    failed = telling.filter(pl.col("outcome") == "failed")["seq"]
    paths = _paths(cells, failed)
    bodies = asked_for(set(failed))
    found: list[_Own] = []
    documents = orjson.loads(f"[{','.join(telling['details'])}]")
    for (seq, outcome, reason), told in zip(
        telling.select("seq", "outcome", "reason").iter_rows(), documents, strict=True
    ):
        if outcome == "failed":
            found += _refused(seq, reason, told.get("reasons", ()), paths[seq], orjson.loads(bodies[seq]))
        else:
            found += _differing(seq, outcome, told)
        found += [(seq, cell["path"], True, _text(cell["found"]), _WRITTEN) for cell in told.get("written", ())]
    return found


def _paths(cells: pl.DataFrame, seqs: pl.Series) -> dict[int, list[str]]:
    grouped = cells.filter(pl.col("seq").is_in(seqs.implode())).group_by("seq").agg("sent")
    return dict(grouped.iter_rows())


def _differing(seq: int, outcome: str, told: Mapping[str, Any]) -> list[_Own]:
    """The cells of an altered or conflicting patch where the server holds something else, and what that is."""
    key, why = ("altered", _OTHERWISE) if outcome in _STORED_ELSE else ("conflicts", _ELSE)
    return [(seq, cell["path"], True, _text(cell["found"]), why) for cell in told.get(key, ())]


def _refused(
    seq: int, general: str, reasons: Sequence[Mapping[str, str]], paths: Sequence[str], body: Mapping[str, Any]
) -> list[_Own]:
    """The server's reasons at the cells that they are about. A reason that is about none of them stands at all the others."""
    whys: dict[str, list[str]] = {}
    homeless = []
    for told in reasons:
        place = place_of(told["path"], body)
        cells = at(place, paths)
        for path in cells:
            whys.setdefault(path, []).append(told["reason"])
        if not cells and place != told["path"]:
            homeless.append(f"{place}: {told['reason']}")
    for path in paths if homeless else ():
        whys.setdefault(path, [general, *homeless])
    return [(seq, path, True, None, "; ".join(why)) for path, why in whys.items()]


def _text(value: Any) -> str | None:
    """A value of an answer as the text of a cell."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ",".join(value)
    return orjson.dumps(value).decode()


def json_values(texts: pl.Series, forms: pl.Series) -> pl.Series:
    """Texts of cells as JSON values of their forms."""
    frame = pl.DataFrame({"text": texts, "json": json_text(texts), "form": forms})
    flags = pl.col("text").is_in(("true", "false")) & (pl.col("form") == "flag")
    ids = pl.lit("[") + pl.col("json").str.replace_all(",", '","', literal=True) + pl.lit("]")
    value = pl.when(flags).then("text").when((pl.col("form") == "ids") & (pl.col("text") == "")).then(pl.lit("[]"))
    value = value.when((pl.col("form") == "ids") & pl.col("text").is_not_null()).then(ids)
    return frame.select(v=value.otherwise("json"))["v"]
