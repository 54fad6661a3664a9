"""Searching: rows, facets, completion, saved searches, the values there are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Final

import polars as pl

from workbench.customers.fields import known_table
from workbench.door.said import unbroken
from workbench.door.session import Door
from workbench.errors import NoSuchCell, QueryError, UsageError
from workbench.found import Facets, Result, Stages
from workbench.given import given
from workbench.search import kept
from workbench.search.kept import SavedSearch

SCREENFUL: Final = 60
"""Rows of a tall terminal: so many first rows are shown before the whole is there, if the cursor is among them."""

_FORMS: Final = 4
"""So many ways to quote a query that finds nothing are tried."""

if TYPE_CHECKING:
    from workbench.search.asking import StillAsked
    from workbench.search.choices import Choice as Suggested
    from workbench.search.completion import Suggestion
    from workbench.search.facet_values import FacetValues
    from workbench.search.picks import Picks
    from workbench.shown.record import Record
    from workbench.shown.walk import Step, Walk


@given
class Searching(Door):
    """Finds rows and values. Nothing here changes what is staged."""

    def search(
        self, query: str = "", table: str = "customers", sort: str = "", *, asked: StillAsked | None = None
    ) -> Result:
        """The rows of current that a query finds; `sort` is a field, with `-` before it for descending, or several with commas.

        Raises `QueryError` (with its `column`) and `UsageError`. Safe to call from any thread. When `asked` says, now and then,
        that nobody waits for the answer any more, it raises `NotAsked`.

        >>> found = wb.search("has:payment_term", sort="-company_name")
        >>> found.matched == found.frame.height
        True
        >>> found.set("payment_term", "NET30", note="one spelling").operation
        1
        """
        snapshot = self.snapshot
        rows = self._found(snapshot, query, known_table(table), asked)
        rows = self._searching.orders.ordered(snapshot.current, table, rows, sort)
        return Result(table, rows, snapshot, self.missing(query, table), query, self._stages, self._searching.columns)

    def first_found(
        self, query: str, table: str = "customers", sort: str = "", *, count: int = SCREENFUL
    ) -> pl.Series | None:
        """The first row numbers of what `search` finds, in a few milliseconds: for who shows them while the whole is asked.

        None where the query finds hardly any of the rows that stand first, or asks about more than what stands in them: then
        only the whole tells. Raises `QueryError` and `UsageError`. Safe to call from any thread, also while others search.
        """
        if not query.strip():
            return None
        return self._searching.first(self._searched(self.snapshot), query, known_table(table), sort, count)

    def prepare_search(
        self,
        table: str = "customers",
        sort: str = "",
        *,
        wanted: Callable[[], bool] = lambda: True,
        told: Callable[[float], None] = lambda share: None,
    ) -> None:
        """Makes ready what words are looked for in, so that the first one is found as quickly as the next; before that, what
        `first_found` asks in this table, so sorted. Ask in a thread; it ends soon when it is not `wanted` any more. `told` hears
        what share is done (0 to 1), as long as there is anything to do."""
        self._searching.prepare_first(self._searched(self.snapshot), known_table(table), sort)
        self._searching.prepare(self.snapshot.current, wanted, told)

    def prepare_orders(self, table: str = "customers", fields: Sequence[str] = ()) -> None:
        """Makes ready what sorting by these fields takes long for, the first of them first, as far as `search.orders.AHEAD`
        goes, so that `search` sorts by one of them at once. For who has a quiet moment: ask in a thread, with an `Onlooker`
        that may leave after any step. The workbench never does it by itself: a thread of a library's own would have to be
        ended with the session, and each script would pay for it. Raises `UsageError` for an unknown field."""
        self._searching.orders.prepare(self.snapshot.current, known_table(table), fields)

    @property
    def _stages(self) -> Stages:
        """What a result stages with."""
        return self  # type: ignore[return-value]

    def facets(self, field: str, where: str = "", table: str = "customers") -> Facets:
        """How often each value of a field (`city` of the table, or `addresses.city`) stands in the rows that `where` finds.

        Raises `QueryError`, `UsageError`.

        >>> done = wb.search().set("payment_term", "COD")
        >>> wb.facets("payment_term").values
        [{'value': 'COD', 'count': 12}]
        """
        return self.search(where, table).facets(field)

    def missing(self, query: str, table: str = "customers") -> tuple[str, ...]:
        """The values of a query's lists (`id:@FILE`, `id:=(A B)`) that no row of the session has. Raises `QueryError`."""
        if "@" not in query and "=(" not in query:
            return ()
        from workbench.search.keys import missing

        return missing(self._searched(self.snapshot), query, table)

    def nearly(self, query: str, table: str = "customers") -> dict[str, str]:
        """For those values of `missing` that rows hold but for blanks or case: what such a row holds. Raises `QueryError`."""
        from workbench.search.keys import nearly

        return nearly(self._searched(self.snapshot), query, table)

    def keys_query(self, text: str, table: str = "customers") -> str:
        """The query that finds the keys of a pasted text, one on each line: of the field that holds most of them.

        Raises `UsageError` for a text without a key, or with too many.
        """
        from workbench.search.keys import keys_query
        from workbench.search.listed import split

        return keys_query(self.snapshot.current, known_table(table), split(text))

    def asked_fields(self, query: str, table: str = "customers") -> frozenset[str]:
        """The fields of a table that a query has a condition on. Raises `QueryError` as `search` does."""
        if not query.strip():
            return frozenset()
        from workbench.search.asked import asked_fields

        return asked_fields(query, known_table(table))

    def quoted(
        self, query: str, table: str = "customers", *, asked: StillAsked | None = None
    ) -> tuple[str, int] | None:
        """Of a query that finds nothing for want of quotes (`city:New York`): the query with them, and how many rows that finds;
        None where quotes would not help. Safe to call from any thread; `asked` as for `search`."""
        from workbench.search.blanks import quoted_forms

        snapshot = self.snapshot
        for form in islice(quoted_forms(query), _FORMS):
            with suppress(QueryError):
                if found := self._found(snapshot, form, known_table(table), asked).len():
                    return form, found
        return None

    def complete(self, query: str, cursor: int, table: str = "customers") -> list[Suggestion]:
        """How a query could go on at the cursor (0-based), the best first. Safe to call from any thread."""
        from workbench.search.completion import suggestions
        from workbench.search.keys import files_of

        snapshot = self.snapshot
        return suggestions(
            self._searched(snapshot),
            query,
            cursor,
            table,
            lambda rest: self._found(snapshot, rest, table),
            [one for one in self.saved_searches if not files_of(one.query)],
            self._searching.labels,
        )

    def picks(self, field: str, query: str = "", table: str = "customers") -> Picks:
        """Which values of a field (`city`, or `addresses.city` from any table) a query picks. Raises `QueryError`, `UsageError`."""
        from workbench.search.picks import picks_of

        return picks_of(query, table, field)

    def picks_elsewhere(self, field: str, query: str = "", table: str = "customers") -> list[tuple[str, str]]:
        """What a query picks of other fields than `field`: each with its values as people read them. Raises `QueryError`."""
        from workbench.search.completion import labelled
        from workbench.search.facets import Span, facet_field
        from workbench.search.picks import picks_elsewhere

        def said(picks: Picks) -> str:
            every = [*picks.picked, *picks.excluded]
            texts = [
                one.text if isinstance(one, Span) else str(one).lower() if isinstance(one, bool) else one
                for one in every
            ]
            of = facet_field(table, picks.name)
            labels = labelled(self.snapshot.current, of, pl.Series(texts, dtype=pl.String)).to_list()
            picked = " or ".join(labels[: len(picks.picked)])
            return ", ".join([*([picked] if picked else []), *(f"not {one}" for one in labels[len(picks.picked) :])])

        return [(picks.name, said(picks)) for picks in picks_elsewhere(query, table, field)]

    def facet_values(self, field: str, query: str = "", table: str = "customers") -> FacetValues:
        """The values of a field within what a query finds; the values that it picks of this field narrow nothing here."""
        from workbench.search.facet_values import facet_values

        snapshot, picks = self.snapshot, self.picks(field, query, table)
        rows = self._found(snapshot, picks.rest, table)
        return facet_values(snapshot.current, snapshot.base, picks, rows, self._searching.columns)

    def facet_fields(self, query: str = "", table: str = "customers") -> pl.DataFrame:
        """The fields of which values can be picked, of this table and the others, within what a query finds: `field`,
        `distinct` (how many different values), `picked` (how many of them the query picks or excludes)."""
        from workbench.search.facet_fields import facet_fields

        snapshot = self.snapshot
        return facet_fields(snapshot.current, table, self._found(snapshot, query, table), query)

    def next_match(self, query: str, walk: Walk) -> Step | None:
        """The next cell that makes the query find its row. Raises `QueryError`."""
        from workbench.search.matching import Matching

        return walk.next(Matching(self._searched(self.snapshot), query, walk.table).cells)

    def matching_columns(self, query: str, row: int, names: Sequence[str], table: str = "customers") -> list[str]:
        """Those of the columns `names` whose cell makes the query find this row. Raises `QueryError`."""
        from workbench.search.matching import Matching

        one = pl.Series([row], dtype=pl.UInt32)
        cells = Matching(self._searched(self.snapshot), query, known_table(table)).cells(one, names)
        return [name for name in names if name in cells and cells[name][0]]

    def past_queries(self, table: str = "customers") -> list[str]:
        """The queries of a table that were kept in this session, the newest first."""
        from workbench.search.keys import files_of

        return [query for query in kept.history(self._bench.facts, table) if not files_of(query)]

    def remember_query(self, query: str, table: str = "customers") -> None:
        """Remembers a query as the newest of its table, with the lines of its files; not if that is very long."""
        text = self._without_files(unbroken(query))[1] or ""
        self._bench.remember_made(lambda facts: kept.with_query(facts, table, text))

    @property
    def saved_searches(self) -> list[SavedSearch]:
        """The searches saved in this session, by name."""
        return kept.saved(self._bench.facts)

    def save_search(self, search: SavedSearch) -> None:
        """Saves a search under its name, in the place of one that has it, with the lines of its files.

        Raises `UsageError`, also for a query with a mistake, and for a file of too many lines.
        """
        from workbench.search.query import parse

        unbroken(search.name)
        parse(search.query)
        query = self._without_files(search.query)[1]
        if query is None:
            raise UsageError(
                "the file of this search has too many lines to be saved with it; save the search without it"
            )
        self._bench.remember_made(lambda facts: kept.with_saved(facts, replace(search, query=query)))

    def saved_query(self, search: SavedSearch) -> str:
        """The query of a saved search, to be asked. Raises `UsageError` if it would read a file: nobody typed that here."""
        from workbench.search.keys import files_of
        from workbench.search.listed import refuse_files

        refuse_files(files_of(search.query), f'the saved search "{search.name}"')
        return search.query

    def forget_search(self, name: str) -> None:
        """Deletes the saved search of this name, if there is one."""
        self._bench.remember_made(lambda facts: kept.without_saved(facts, name))

    def choices(
        self, field: str, *, table: str = "customers", rows: pl.Series | None = None, lately: Sequence[str] = ()
    ) -> list[Suggested]:
        """What a field could be set to: the values in use, the commonest in `rows` (row numbers; None: all) first, by name where
        the API has ids; before them those of the texts `lately` that stand there. Raises `UsageError` for an unknown field."""
        from workbench.customers.fields import field as described
        from workbench.search.choices import choices
        from workbench.shown.standing import lately_first

        snapshot, of = self.snapshot, described(table, field)
        current = snapshot.current
        chosen = self._found(snapshot, "", table) if rows is None else rows.cast(pl.UInt32)
        found = self._searching.choices.of(current, of, table, chosen, lambda: choices(current, table, field, chosen))
        return lately_first(current, of, found, lately)

    def record(self, row: int | str) -> Record:
        """A customer (its row number, or its id) as a form: all of its fields and items as they stand. Raises `NoSuchCell` if
        there is none."""
        from workbench.shown.record import record_of

        snapshot = self.snapshot
        if isinstance(row, str):
            customers = snapshot.current.customers["id"]
            place = (customers == row).arg_max() if customers.len() else None
            if place is None or customers[place] != row:
                raise NoSuchCell(f"there is no customer {row!r}; see: workbench search for the customers' ids")
            row = place
        return record_of(snapshot, row)
