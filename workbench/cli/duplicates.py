"""`duplicates`: customers that are probably one, side by side; what was said of them; and a merge of them, staged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from workbench.cli.common import COMMON, Common, Dashed, Flag, asked, keys, opened, put, say, shown
from workbench.cli.far import how_far
from workbench.cli.table import put_table
from workbench.cli.told import tell
from workbench.errors import UsageError
from workbench.shown.text import count

if TYPE_CHECKING:
    from workbench.problems.duplicates import Duplicates, Group
    from workbench.problems.duplicates_merge import Merge
    from workbench.workbench import Workbench

_FIRST = 20
_DOING = "comparing customers"
_Pairs = list[tuple[str, str]] | None


def duplicates(
    session: str,
    /,
    *,
    where: Annotated[str, Dashed] = "",
    fields: str = "",
    threshold: float = 0.7,
    limit: int | None = None,
    not_: Annotated[_Pairs, Parameter(name="--not", negative="")] = None,
    take_back: Annotated[_Pairs, Parameter(negative="")] = None,
    list_not: Annotated[bool, Flag] = False,
    merge: str = "",
    survivor: str = "",
    fill: str | None = None,
    take: Annotated[list[str] | None, Parameter(negative="")] = None,
    mark: Annotated[list[str] | None, Dashed] = None,
    hold: Annotated[bool, Flag] = False,
    note: Annotated[str, Dashed] = "",
    dry_run: Annotated[bool, Flag] = False,
    common: Common = COMMON,
) -> int:
    """Find customers that are probably one: compared by name, email, phone and address, in groups, side by side.

    Name gives 0.50, email 0.40 (half for the same domain), phone and address 0.35 each to the score of a pair. The API merges
    nothing: --merge stages what the survivor lacks from the others, and how those are marked, as one operation.

    --json: threshold, weights, customers, pairs, apart, cut, groups (id, score, survivor, customers, pairs: a, b, score, fields:
    field, gave, like, a, b). --not and --take-back: changed. --list-not: apart (a, b, at, by, note). --merge: as stage.

    Parameters
    ----------
    session
        A name, or a path that ends in .session.
    where
        Only customers that this query finds are compared with each other.
    fields
        What is compared, separated by commas: name, email, phone, address.
    threshold
        The score from which on a pair counts, above 0 and at most 1.
    limit
        Most groups to show (20 on the screen).
    not_
        ID ID: remember that these two customers are no duplicates; may be given several times.
    take_back
        ID ID: forget that.
    list_not
        List the pairs that are known not to be duplicates, with who said so and when.
    merge
        The id of a group, or the ids of customers separated by commas, the survivor first.
    survivor
        With --merge GROUP: the customer that stays, instead of the suggested one (the first).
    fill
        With --merge: the fields that the survivor gets where it has none; all that can be unless told, none with "".
    take
        With --merge, FIELD=ID: the survivor's field gets the value of this other one, whatever it holds.
    mark
        With --merge, FIELD=TEXT: a text for the others; {survivor} in it is the survivor's id.
    hold
        With --merge: put the others on hold.
    note
        Why, for those who read the log.
    dry_run
        With --merge: only tell what would change.
    """
    if (not_ or take_back) and (merge or list_not):
        raise UsageError("--not and --take-back remember, --merge stages, --list-not lists: give one of them")
    if not merge and (survivor or fill is not None or take or mark or hold or dry_run):
        raise UsageError(
            "--survivor, --fill, --take, --mark, --hold and --dry-run are for --merge GROUP or --merge ID,ID"
        )
    if limit is not None and limit < 0:
        raise UsageError(f"--limit is {limit}; it must be 0 or more")
    with opened(session, common) as workbench:
        if not_ or take_back:
            return _say(workbench, not_ or [], take_back or [], note, common)
        if list_not:
            return _list_said(workbench, common)
        compared = [part.strip() for part in fields.split(",") if part.strip()]
        if merge:
            chosen = _chosen(workbench, merge, survivor, asked(workbench, where), compared, threshold)
            return _merge(workbench, _with(chosen, fill, take or [], mark or []), hold, note, dry_run, common)
        where = asked(workbench, where)
        with how_far(_DOING):
            found = workbench.duplicates(where, fields=compared, threshold=threshold)
        most = _FIRST if limit is None and not common.json else limit
        told = [_told(workbench, group) for group in found.groups[:most]]
    if common.json:
        put({**keys(found, "threshold", "weights", "customers", "pairs", "apart", "cut"), "groups": told})
        return 0
    for one in told:
        _put(one)
    _summary(found, len(told))
    return 0


def _say(
    workbench: Workbench, apart: list[tuple[str, str]], back: list[tuple[str, str]], note: str, common: Common
) -> int:
    from workbench.problems.duplicates_merge import rows_of

    for pair in [*apart, *back]:
        rows_of(workbench.snapshot, pair)
        if len(set(pair)) < 2:
            raise UsageError(f"{pair[0]} cannot be apart from itself: give the ids of two customers")
    changed = sum(workbench.say_apart(pair, note=note).changed for pair in apart)
    changed += sum(workbench.say_apart(pair, apart=False, note=note).changed for pair in back)
    say(f"remembered of {changed:,} pairs" if changed else "that is known already")
    if common.json:
        put({"changed": changed})
    return 0


def _list_said(workbench: Workbench, common: Common) -> int:
    found = [keys(one, "a", "b", "at", "by", "note") for one in workbench.apart]
    if common.json:
        put({"apart": found})
        return 0
    if found:
        put_table(["a", "b", "at", "by", "note"], [list(one.values()) for one in found])
    say(f"{len(found):,} pairs are known not to be duplicates; --take-back ID ID forgets one")
    return 0


def _chosen(
    workbench: Workbench, merge: str, survivor: str, where: str, fields: list[str], threshold: float
) -> tuple[str, list[str]]:
    """The survivor and the others."""
    if "," in merge:
        if survivor:
            raise UsageError("--merge ID,ID names the survivor itself: the first")
        first, *others = (part.strip() for part in merge.split(",") if part.strip())
        return first, others
    with how_far(_DOING):
        group = workbench.duplicates(where, fields=fields, threshold=threshold).named(merge)
    stays = survivor or group.survivor
    if stays not in group.ids:
        raise UsageError(f"{stays!r} is not in the group {group.id}: {', '.join(group.ids)}")
    return stays, [id_ for id_ in group.ids if id_ != stays]


def _with(chosen: tuple[str, list[str]], fill: str | None, take: list[str], mark: list[str]) -> Merge:
    from workbench.problems.duplicates_merge import Merge

    names = None if fill is None else [part.strip() for part in fill.split(",") if part.strip()]
    return Merge(
        *chosen, fill=names, take=_named(take, "--take", "FIELD=ID"), mark=_named(mark, "--mark", "FIELD=TEXT")
    )


def _named(given: list[str], option: str, form: str) -> dict[str, str]:
    for one in given:
        if "=" not in one:
            raise UsageError(f"{option} takes {form}, not {one!r}")
    return dict(one.split("=", 1) for one in given)


def _merge(workbench: Workbench, merge: Merge, hold: bool, note: str, dry_run: bool, common: Common) -> int:
    done = workbench.stage_merge(merge, hold=hold, note=note, dry_run=dry_run)
    say(f"{merge.survivor} stays, {len(merge.others):,} others beside it")
    tell(done, dry_run)
    if hold and not dry_run:
        say(f"  the others are on hold, {len(merge.others):,} customers: no commit sends them until they are released")
    if common.json:
        put(keys(done, "operation", "matched", "changed", "unchanged", "invalid"))
    return 3 if done.invalid else 0


def _told(workbench: Workbench, group: Group) -> dict[str, Any]:
    from workbench.problems.duplicates_beside import beside

    return {
        **keys(group, "id", "score", "survivor"),
        "customers": beside(workbench.snapshot.current, group.rows),
        "pairs": [{**keys(pair, "a", "b", "score", "fields")} for pair in group.pairs],
    }


def _put(group: dict[str, Any]) -> None:
    customers = group["customers"]
    letters = {one["id"]: _letter(place) for place, one in enumerate(customers)}
    stays = f"{letters[group['survivor']]} is suggested to stay"
    put(f"group {group['id']}  {group['score']:.2f}  {len(customers)} customers; {stays}")
    lines = []
    for name in customers[0]:
        values = [_cell(one[name]) for one in customers]
        if any(values):
            same = len(set(values)) == 1
            lines.append([("= " if same else "  ") + name, *values])
    put_table(["", *letters.values()], lines)
    for pair in group["pairs"]:
        why = ", ".join(_reason(one) for one in pair["fields"])
        put(f"  {letters[pair['a']]} {letters[pair['b']]}  {pair['score']:.2f}  {why}")
    put("")


def _letter(place: int) -> str:
    return chr(ord("A") + place)


def _cell(value: Any) -> str:
    return "; ".join(map(shown, value)) if isinstance(value, list) else shown(value)


def _reason(one: dict[str, Any]) -> str:
    texts = shown(one["a"]) if one["a"] == one["b"] else f"{shown(one['a'])} ~ {shown(one['b'])}"
    return f"{one['field']} {one['gave']:.2f} ({texts})"


def _summary(found: Duplicates, told: int) -> None:
    more = f", the first {told:,} are shown" if told < len(found.groups) else ""
    where = f"among {found.customers:,} customers, from {count(found.pairs, 'pair')}"
    say(f"{count(len(found.groups), 'group')} of {found.threshold:g} and more {where}{more}")
    if found.apart:
        say(f"{found.apart:,} pairs are known not to be duplicates (--list-not)")
    if found.cut:
        why = "they would make chains, groups of more than 12, or join what is known to be apart"
        say(f"{found.cut:,} pairs are not grouped: {why}")
    if found.groups:
        say("--not ID ID remembers that two are none; --merge GROUP stages what the survivor lacks")
