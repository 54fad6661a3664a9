"""`clusters`: the values of a field that are ways of writing one thing, and one spelling staged for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from workbench.cli.common import COMMON, Common, Dashed, Flag, asked, keys, opened, put, quoted, say
from workbench.cli.told import tell
from workbench.errors import UsageError
from workbench.shown.text import count

if TYPE_CHECKING:
    from workbench.problems.clusters import Cluster, Clusters

_SPELLINGS = 12


def clusters(
    session: str,
    field: str,
    /,
    *,
    table: str = "customers",
    where: Annotated[str, Dashed] = "",
    method: Literal["fingerprint", "ngram", "phonetic", "distance"] = "fingerprint",
    size: int | None = None,
    radius: int | None = None,
    accept: str = "",
    accept_all: Annotated[bool, Flag] = False,
    winner: Annotated[list[str] | None, Dashed] = None,
    note: Annotated[str, Dashed] = "",
    dry_run: Annotated[bool, Flag] = False,
    limit: int | None = None,
    common: Common = COMMON,
) -> int:
    """Find the values of a field that are ways of writing one thing; accepted ones are staged as one operation.

    Each cluster has an id, a suggested winner and its values with their counts. Values with other numbers are never brought
    together. Nothing is staged unless clusters are accepted.

    --json: field, method, distinct (how many values were compared), left_out (too long to be), partly (compared with some of
    the others only), clusters (id, winner, why, rows, values: value and count); when staging also operation, matched, changed,
    unchanged, invalid.

    Parameters
    ----------
    session
        A name, or a path that ends in .session.
    field
        The field: payment_term, or one of another table such as addresses.city.
    table
        customers, addresses, contacts or attributes.
    where
        Only rows of the field's table that this query finds.
    method
        fingerprint (the same words in any order, case and punctuation), ngram (the same letters wherever spaces stand), phonetic
        (NYSIIS: sounds alike in English), distance (few typing mistakes apart).
    size
        With --method ngram: letters of a run, 2 unless told.
    radius
        With --method distance: the most mistakes, 2 unless told; one is allowed for five letters.
    accept
        The ids of clusters to stage, separated by commas.
    accept_all
        Stage all of them.
    winner
        ID=VALUE: accept the cluster with this value instead of the suggested one; may be given several times.
    note
        Why, for those who read the log.
    dry_run
        Only tell what would change.
    limit
        Most clusters to show.
    """
    from workbench.problems.methods import method as by
    from workbench.search.facets import facet_field

    accepted, winners = [part.strip() for part in accept.split(",") if part.strip()], _winners(winner or [])
    if accept_all and accepted:
        raise UsageError("give --accept with ids or --accept-all, not both")
    if limit is not None and limit < 0:
        raise UsageError(f"--limit is {limit}; it must be 0 or more")
    chosen = by(method, size=size, radius=radius)
    staging = bool(accept_all or accepted or winners)
    if (note or dry_run) and not staging:
        raise UsageError("--note and --dry-run are for staging: give --accept ID,ID or --accept-all too")
    with opened(session, common) as workbench:
        home = facet_field(table, field).table
        found = workbench.clusters(field, chosen, table=table, where=asked(workbench, where, home))
        if staging:
            ids = None if accept_all else accepted
            done = workbench.stage_clusters(found, ids, winners=winners, note=note, dry_run=dry_run)
    if staging:
        tell(done, dry_run)
    told = keys(done, "operation", "matched", "changed", "unchanged", "invalid") if staging else {}
    if common.json:
        put(_json(found, limit) | told)
    elif not staging:
        _list(found, limit)
    return 3 if staging and done.invalid else 0


def _winners(given: list[str]) -> dict[str, str]:
    pairs = [one.partition("=") for one in given]
    for id_, equals, _ in pairs:
        if not equals:
            raise UsageError(f"--winner takes ID=VALUE, not {id_!r}")
    return {id_.strip(): value for id_, _, value in pairs}


def _json(found: Clusters, limit: int | None) -> dict[str, Any]:
    return {
        "field": f"{found.field.table}.{found.field.name}",
        "method": found.method.described,
        "distinct": found.distinct,
        "left_out": found.left_out,
        "partly": found.partly,
        "clusters": [{**keys(cluster, "id", "winner", "why", "rows", "values")} for cluster in found.clusters[:limit]],
    }


def _list(found: Clusters, limit: int | None) -> None:
    from workbench.problems.clusters import LONGEST

    for cluster in found.clusters[:limit]:
        _put(cluster)
    rows = sum(cluster.rows for cluster in found.clusters)
    say(
        f"{count(len(found.clusters), 'cluster')} by {found.method.name} among {count(found.distinct, 'value')} of "
        f"{found.field.table}.{found.field.name}, in {count(rows, 'row')}"
    )
    if found.left_out:
        say(f"{found.left_out:,} values of more than {LONGEST} characters are left out")
    if found.partly:
        say(f"{found.partly:,} values are too many and too much alike: they were compared with some of the others only")
    if found.clusters:
        say("--accept ID,ID or --accept-all stages the winners; --winner ID=VALUE another one")


def _put(cluster: Cluster) -> None:
    put(f"{cluster.id}  {quoted(cluster.winner)}  ({cluster.why})")
    for one in cluster.values[:_SPELLINGS]:
        put(f"  {one.count:>8,}  {quoted(one.value)}")
    if len(cluster.values) > _SPELLINGS:
        put(f"            and {len(cluster.values) - _SPELLINGS:,} more")
