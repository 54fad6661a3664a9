"""`stage`, `unstage`, `undo`, `redo`, `drop`: what happens on this machine only."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from workbench.cli.common import COMMON, Common, Dashed, Flag, asked, keys, opened, put, say, say_summaries
from workbench.cli.told import tell
from workbench.errors import UsageError
from workbench.shown.text import count

if TYPE_CHECKING:
    from workbench.stage.acting import Acted
    from workbench.stage.edits import Edit

_Values = Annotated[list[str] | None, Dashed]


def stage(
    session: str,
    /,
    *,
    where: Annotated[str, Dashed] = "",
    table: str = "customers",
    set_: Annotated[list[str] | None, Parameter(name="--set", allow_leading_hyphen=True, negative="")] = None,
    clear: _Values = None,
    replace: Annotated[list[tuple[str, str, str]] | None, Dashed] = None,
    regex: Annotated[bool, Flag] = False,
    apply: Annotated[list[tuple[str, str]] | None, Dashed] = None,
    add: _Values = None,
    remove: _Values = None,
    swap: _Values = None,
    new: Annotated[bool, Flag] = False,
    from_: Annotated[Path | None, Parameter(name="--from", negative="")] = None,
    key: str = "id",
    empty: Literal["keep", "clear"] = "keep",
    sheet: Annotated[str, Parameter(negative="")] = "",
    note: Annotated[str, Dashed] = "",
    dry_run: Annotated[bool, Flag] = False,
    common: Common = COMMON,
) -> int:
    """Stage an edit of all rows that a query finds, as one operation. Nothing leaves this machine.

    Several edits are made one after the other: set, clear, replace, apply, swap, remove, add.

    Parameters
    ----------
    session
        A name, or a path that ends in .session.
    where
        The query that chooses the rows of the table; all rows if it is not given.
    table
        customers, addresses, contacts or attributes.
    set_
        FIELD=VALUE: the new value; FIELD= clears.
    clear
        FIELD: make it empty.
    replace
        FIELD PATTERN TEXT: replace each place where the pattern stands.
    regex
        Read the patterns of --replace as regular expressions; \\1 in the text is the first group.
    apply
        FIELD TRANSFORM: trim, squeeze, upper, lower, title, e164 and others.
    add
        FIELD=ID: add to a list of ids (a sales rep's name will do).
    remove
        FIELD=ID: take out of a list of ids.
    swap
        FIELD=OLD:NEW: put one id in the place of another.
    new
        Make a new address, contact or attribute for each row that the query finds among the customers; --set gives its values
        (an attribute needs name and value; its owner may be address or contact, and the query finds those then).
    from_
        A sheet of corrections instead (.csv, .xlsx, .parquet, .ndjson, .json): the key, and the columns to change. One that export
        or outcomes wrote stages only what you changed in it, and nothing that moved meanwhile. Rows and cells that cannot be
        taken are named, and the rest is staged.
    key
        The column of the sheet that names the records: id, reference_id or display_id.
    empty
        What an empty cell of the sheet does: keep the value, or clear it.
    sheet
        Which sheet of a workbook; the first unless given.
    note
        Why, for those who read the log.
    dry_run
        Only tell what would change.
    """
    edits = _edits(set_, clear, replace, regex, apply, swap, remove, add)
    if from_ is not None:
        from workbench.cli.sheet import stage_sheet

        if edits or where or new or regex:
            raise UsageError("--from says by itself what changes where: give neither --where nor an edit beside it")
        return stage_sheet(
            session, from_, table=table, key=key, empty=empty, note=note, dry_run=dry_run, sheet=sheet, common=common
        )
    if sheet:
        raise UsageError("--sheet names a sheet of the workbook that --from gives; there is no --from")
    with opened(session, common) as workbench:
        from workbench.stage.new_items import lacking, wanted

        chosen = asked(workbench, where, wanted(table, edits).home if new else table)
        done = workbench.stage(edits, table=table, where=chosen, note=note, dry_run=dry_run, new=new)
        say_summaries(workbench)
    tell(done, dry_run)
    lacks = lacking(table, {edit.field for edit in edits}) if new and done.changed else ""
    if lacks:
        say(f"  as it is, the API refuses it: {lacks}")
    if common.json:
        put(keys(done, "operation", "matched", "changed", "unchanged", "invalid"))
    return 3 if done.invalid else 0


def unstage(
    session: str,
    /,
    *,
    where: Annotated[str | None, Dashed] = None,
    field: str = "",
    common: Common = COMMON,
) -> int:
    """Take staged cells back: of the customers that a query finds, all or one field (payment_term, addresses.city).

    Parameters
    ----------
    session
        A name, or a path that ends in .session.
    where
        The query that chooses the customers; is:staged for all.
    field
        Only this field.
    """
    if where is None:
        raise UsageError("unstage needs --where QUERY; is:staged takes everything back")
    if field:
        _known(field)
    with opened(session, common) as workbench:
        done = workbench.unstage(where=asked(workbench, where), field=field)
    say(f"took back {count(done.changed, 'cell')}" if done.changed else "nothing is staged there")
    if common.json:
        put(keys(done, "operation", "changed"))
    return 0


def undo(session: str, steps: int = 1, /, *, common: Common = COMMON) -> int:
    """Take back the newest operations.

    Parameters
    ----------
    session
        A name, or a path that ends in .session.
    steps
        How many.
    """
    with opened(session, common) as workbench:
        done = workbench.undo(steps)
    return _acted(done, common, "there is nothing to undo")


def redo(session: str, steps: int = 1, /, *, common: Common = COMMON) -> int:
    """Set again what undo took back.

    Parameters
    ----------
    session
        A name, or a path that ends in .session.
    steps
        How many.
    """
    with opened(session, common) as workbench:
        done = workbench.redo(steps)
    return _acted(done, common, "there is nothing to redo")


def drop(session: str, operation: int, /, *, dry_run: Annotated[bool, Flag] = False, common: Common = COMMON) -> int:
    """Switch any operation off; undo or enable brings it back.

    Parameters
    ----------
    session
        A name, or a path that ends in .session.
    operation
        Its number, as log shows it.
    dry_run
        Only tell which later operations changed its cells again.
    """
    with opened(session, common) as workbench:
        later = workbench.on_top_of(operation)
        done = None if dry_run else workbench.drop(operation)  # what is refused is told in one line
        for line in later:
            say(line)
        if done is not None:
            return _acted(done, common, "")
        if not later:
            say("no later operation changed its cells")
        if common.json:
            put({"operations": 0, "staged": workbench.status().staged})
        return 0


def enable(session: str, operation: int, /, *, common: Common = COMMON) -> int:
    """Switch an operation that was dropped or undone on again, at its old place: what later ones made of its cells stands.

    Parameters
    ----------
    session
        A name, or a path that ends in .session.
    operation
        Its number, as log shows it.
    """
    with opened(session, common) as workbench:
        done = workbench.enable(operation)
    return _acted(done, common, "")


def _edits(
    set_: list[str] | None,
    clear: list[str] | None,
    replace: list[tuple[str, str, str]] | None,
    regex: bool,
    apply: list[tuple[str, str]] | None,
    swap: list[str] | None,
    remove: list[str] | None,
    add: list[str] | None,
) -> list[Edit]:
    from workbench.stage.edits import Edit

    edits = [Edit("set", *_pair(text, "--set")) for text in set_ or ()]
    edits += [Edit("clear", name) for name in clear or ()]
    edits += [Edit("replace", name, pattern, text, regex) for name, pattern, text in replace or ()]
    edits += [Edit("apply", name, transform) for name, transform in apply or ()]
    for text in swap or ():
        name, value = _pair(text, "--swap")
        old, colon, new = value.partition(":")
        if not colon:
            raise UsageError(f"--swap takes FIELD=OLD:NEW, not {text!r}")
        edits.append(Edit("swap", name, old, new))
    edits += [Edit("remove", *_pair(text, "--remove")) for text in remove or ()]
    return edits + [Edit("add", *_pair(text, "--add")) for text in add or ()]


def _pair(text: str, option: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise UsageError(f"{option} takes FIELD=VALUE, not {text!r}")
    return name.strip(), value


def _known(name: str) -> None:
    """Raises `UsageError` unless `payment_term` or `addresses.city` names a field."""
    from workbench.customers.fields import field, known_table

    table, _, of = name.rpartition(".")
    field(known_table(table or "customers"), of)


def _acted(done: Acted, common: Common, nothing: str) -> int:
    for line in done.lines:
        say(line)
    say(f"{done.staged:,} cells are staged" if done.lines else nothing)
    if common.json:
        put(keys(done, "operations", "staged"))
    return 0
