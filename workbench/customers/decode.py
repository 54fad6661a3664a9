"""Lines of JSON to table rows, thousands at a time, in polars.

The quick way decodes a batch with one type: the answer's keys, and the unknown keys that a few of its records show
(`customers.unknown`). A row that does not hold all of its line (`customers.whole`), and any line of a batch that polars
refuses, is read by `customers.odd` instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import polars as pl

from workbench.customers.answer import CUSTOMER, POINTERS
from workbench.customers.letters import Letters
from workbench.customers.odd import Rewritten, Unfit, rewrite, rewrite_object
from workbench.customers.packed import packed
from workbench.customers.unknown import NONE, Unknown, learnt, narrowed
from workbench.customers.whole import odd_rows

_REFUSED_AT_ONCE: Final = 64
"""So many lines of a batch that polars refuses are read one by one; a larger batch is halved first."""

_SAMPLE: Final = 20
"""So many records, spread evenly over a batch, show which unknown keys there are."""

_FEW: Final = 16
"""So many lines are read one by one sooner than the quick way gets ready."""

_AT_ONCE: Final = 1 << 20
"""About so many bytes are decoded at once: what polars makes of JSON on the way is many times that, and soon more than fits a
processor's cache, which costs a third more."""

_DATA: Final = '{"data":'
_WRAPPED: Final = r'^\{\s*"data"\s*:\s*(\{.*\})\s*\}$'
_LOOSE_COLONS: Final = (" :", "\t:", "\r:", "\n:")
_HALF_PAIR: Final = r"\\u[dD][89abAB]|\\u[dD][c-fC-F]"


@dataclass(frozen=True, slots=True)
class Parsed:
    """What lines became: `rows` has `_at` (the line's index), the columns of `answer.CUSTOMER`, and the pointers that
    the items' flags say (`_said_..`). `unfit` pairs a line's index and a reason; `sales_reps` and `price_lists` map
    ids to JSON text."""

    rows: pl.DataFrame
    unfit: list[tuple[int, str]]
    sales_reps: dict[str, str]
    price_lists: dict[str, str]


def parse(lines: pl.Series) -> Parsed:
    """Read each line as a customer (the answer's form, or wrapped in `{"data": ..}`); blank lines are skipped."""
    at = pl.int_range(len(lines), dtype=pl.UInt32, eager=True)
    frame = pl.DataFrame({"_at": at, "_raw": lines, "_line": _stripped(lines)}).filter(pl.col("_line") != "")
    letters = Letters.of(frame["_line"])
    odd = frame.select(_odd_text(loose=letters.may_be_loose)).to_series()
    rows, odd_lines = _taken(frame.filter(~odd)) if odd.any() else _taken(frame, letters)
    names = _Names.of(rows)
    if odd_lines.is_empty() and not odd.any():
        return Parsed(rows, [], names.sales_reps, names.price_lists)
    odd_lines = pl.concat([frame.filter(odd), odd_lines])
    slow, unfit = _slow(odd_lines, names)
    return Parsed(pl.concat([rows, slow]).sort("_at"), unfit, names.sales_reps, names.price_lists)


def parse_objects(found: Iterable[tuple[int, dict[str, Any]]]) -> Parsed:
    """Read customers that are Python objects already (and are used up), each with its index."""
    names = _Names({}, {})
    rows, unfit = _one_by_one(((index, partial(rewrite_object, one)) for index, one in found), names)
    return Parsed(rows, unfit, names.sales_reps, names.price_lists)


def _stripped(lines: pl.Series) -> pl.Series:
    """The lines without white space around them and out of their `{"data": ..}`."""
    edges = lines.str.starts_with("{") & lines.str.ends_with("}")
    if not edges.all():
        lines = lines.fill_null("").str.strip_chars(" \t\r\n")
    if lines.str.starts_with(_DATA).all():
        return lines.str.strip_prefix(_DATA).str.strip_suffix("}").str.strip_chars(" \t\r\n")
    if lines.str.starts_with('{"data"').any() or lines.str.starts_with("{ ").any():
        lines = lines.str.extract(_WRAPPED).fill_null(lines)
    return lines


def _odd_text(*, loose: bool) -> pl.Expr:
    """Lines in which keys cannot be counted, or that polars would read wrong; `loose` if there may be line ends in lines, or
    colons apart from their keys."""
    line = pl.col("_line")
    apart = [line.str.contains(text, literal=True) for text in (*_LOOSE_COLONS, "\n")] if loose else []
    return pl.any_horizontal(
        ~line.str.starts_with("{"), ~line.str.ends_with("}"), *apart, line.str.contains(_HALF_PAIR)
    )


def _taken(frame: pl.DataFrame, letters: Letters | None = None) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows of the lines that were taken whole, and the lines that were not, after as many goes as teach something. `letters` are
    those of all lines, if known.

    A go that takes few lines is the last: keys that are different in every record cannot be learnt.
    """
    found, left, unknown, learning = list[pl.DataFrame](), frame, NONE, True
    while left.height > _FEW and learning:
        before, unknown = unknown, learnt(left["_line"].gather_every(max(1, left.height // _SAMPLE)))
        if found and unknown in (NONE, before):
            break
        ready = packed(left, unknown.packed())
        rows = _quick(ready, unknown, letters if ready is frame else None)
        found.append(rows)
        learning = rows.height >= left.height // 4
        left = left.filter(~pl.col("_at").is_in(rows["_at"].implode())) if rows.height < left.height else left.clear()
    if len(found) == 1:
        return found[0], left
    return pl.concat([_rows(frame.clear()), *found]).sort("_at"), left


def _quick(frame: pl.DataFrame, unknown: Unknown, letters: Letters | None = None) -> pl.DataFrame:
    """Rows of the lines that were taken whole."""
    rows = _decoded(frame, unknown, letters)
    if rows is not None:
        return rows
    if frame.height <= _REFUSED_AT_ONCE:
        return _rows(frame.clear())
    half = frame.height // 2
    return pl.concat([_quick(frame[:half], unknown), _quick(frame[half:], unknown)])


def _decoded(frame: pl.DataFrame, unknown: Unknown, letters: Letters | None) -> pl.DataFrame | None:
    """One row for each line that was taken whole, or None if polars refuses one or finds more or fewer than lines."""
    try:
        found = _objects(frame["_line"], unknown.dtype())
    except pl.exceptions.ComputeError:
        return None
    if len(found) != frame.height:
        return None
    rows = _pointed_to(narrowed(found.struct.unnest(), unknown), frame["_at"])
    odd = odd_rows(rows, found, frame["_line"], letters)
    return rows.filter(~odd) if odd.any() else rows


def _objects(lines: pl.Series, dtype: pl.Struct) -> pl.Series:
    """The lines decoded, some at a time."""
    step = max(1, _AT_ONCE * len(lines) // max(1, int(lines.str.len_bytes().sum())))
    if step >= len(lines):
        return lines.str.json_decode(dtype)
    return pl.concat([lines[at : at + step].str.json_decode(dtype) for at in range(0, len(lines), step)], rechunk=True)


def _pointed_to(customers: pl.DataFrame, at: pl.Series) -> pl.DataFrame:
    said = [_pointed(name).alias(f"_said_{name}") for name in POINTERS]
    return customers.insert_column(0, at).with_columns(said)


def _pointed(name: str) -> pl.Expr:
    """The id of the first default item that the pointer `name` could mean, or null."""
    key = pl.element().struct.field
    flagged = key("is_default").fill_null(False) & key("id").is_not_null()
    if name == "primary_contact_id":
        return pl.col("contacts").list.eval(key("id").filter(flagged)).list.first()
    kind = key("type").fill_null("") == name.removeprefix("default_").removesuffix("_address_id")
    return pl.col("addresses").list.eval(key("id").filter(flagged & kind)).list.first()


# ---- what it did not ----


@dataclass(frozen=True, slots=True)
class _Names:
    """id -> JSON text of the sales reps and price lists met so far."""

    sales_reps: dict[str, str]
    price_lists: dict[str, str]

    @staticmethod
    def of(rows: pl.DataFrame) -> _Names:
        reps = rows["assigned_sales_reps"].explode(empty_as_null=False, keep_nulls=False)
        return _Names(_by_id(reps), _by_id(rows["assigned_price_list"]))


def _by_id(objects: pl.Series) -> dict[str, str]:
    frame = objects.drop_nulls().struct.unnest().unique(subset="id", keep="last", maintain_order=True)
    text = pl.struct(pl.exclude("_extra")).struct.json_encode()
    whole = pl.concat_str(text.str.strip_suffix("}"), pl.lit(","), pl.col("_extra").str.strip_prefix("{"))
    return dict(zip(frame["id"], frame.select(pl.coalesce(whole, text)).to_series(), strict=True))


def _slow(frame: pl.DataFrame, names: _Names) -> tuple[pl.DataFrame, list[tuple[int, str]]]:
    """Rows of the lines of `frame`, read one by one, and the unfit among them."""
    texts = frame.select("_at", "_raw").iter_rows()
    return _one_by_one(((index, partial(rewrite, text)) for index, text in texts), names)


def _one_by_one(
    found: Iterable[tuple[int, Callable[[], Rewritten]]], names: _Names
) -> tuple[pl.DataFrame, list[tuple[int, str]]]:
    at, lines, unfit = [], [], []
    for index, read in found:
        try:
            one = read()
        except Unfit as error:
            unfit.append((index, str(error)))
            continue
        at.append(index)
        lines.append(one.line)
        names.sales_reps.update(one.sales_reps)
        names.price_lists.update(one.price_lists)
    return _rows(pl.DataFrame({"_at": at, "_line": lines}, schema={"_at": pl.UInt32(), "_line": pl.String()})), unfit


def _rows(frame: pl.DataFrame) -> pl.DataFrame:
    """One row for each line that is known to decode."""
    return _pointed_to(frame["_line"].str.json_decode(CUSTOMER).struct.unnest(), frame["_at"])
