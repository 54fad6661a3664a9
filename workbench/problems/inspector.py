"""The inspector: runs the checks on one moment of the tables after another, and only those anew whose columns changed."""

from __future__ import annotations

import os
from collections.abc import Collection, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from threading import Lock
from time import perf_counter
from typing import Final

import polars as pl

from workbench.customers.tables import Tables
from workbench.onlooker import step
from workbench.problems.answers import NOTHING, answered, in_parts
from workbench.problems.check import Check
from workbench.problems.distinct import Distinct, Judged, compact
from workbench.problems.forecast import Forecast
from workbench.problems.reading import Key, Reading
from workbench.problems.versions import Versions
from workbench.session.rows import Column

_THREADS: Final = 4
"""So many columns are asked about at a time, at most."""
_SEVERAL: Final = 2
_TRIED: Final = 3
"""So many times each question of a job goes on at first: to its column's values, a first part, and one that tells its pace."""

_Question = tuple[Check, Column, Key]


@dataclass(frozen=True, slots=True)
class Hits:
    """What a check found in a column: `frame` has `row` (UInt32, sorted), `message`, and `suggestion` (null: none is certain),
    which are text or enums of text.

    `trouble` says in one line why it could not be asked, if it could not.
    """

    check: Check
    column: Column
    frame: pl.DataFrame
    trouble: str = ""


@dataclass(slots=True)
class Known:
    """What is kept from moment to moment: everything in it is replaced, never changed."""

    versions: Versions = field(default_factory=Versions)
    distinct: dict[tuple[Column, str], tuple[Key, Distinct]] = field(default_factory=dict)
    judged: dict[tuple[str, Column], Judged] = field(default_factory=dict)
    hits: dict[tuple[str, Column], tuple[Key, Hits]] = field(default_factory=dict)


class Inspector:
    """Finds problems. One for each session; safe to call from several threads, one of which works at a time."""

    def __init__(self, checks: Sequence[Check], known: Known | None = None, added: Sequence[Check] = ()) -> None:
        self.checks = (*checks, *added)
        self._added = tuple(added)
        self._known = known or Known()
        self._lock = Lock()

    def add(self, checks: Sequence[Check]) -> None:
        """Asks these checks too from now on, one at a time and in the thread that waits: they may take long."""
        with self._lock:
            self.checks = (*self.checks, *checks)
            self._added = (*self._added, *checks)

    def copy(self) -> Inspector:
        """One that knows what this one knows, to be shown other tables without this one's losing its place."""
        with self._lock:
            known = self._known
            known = Known(known.versions.copy(), dict(known.distinct), dict(known.judged), dict(known.hits))
            return Inspector(self.checks[: len(self.checks) - len(self._added)], known, self._added)

    def inspect(self, tables: Tables, region: str, checks: Sequence[Check] | None = None) -> tuple[Hits, ...]:
        """What these checks (all unless told) find in the tables, check by check and column by column.

        `region` (ISO alpha-2) is for phones of which no address says the country.
        """
        with self._lock:
            self._known.versions.follow(tables)
            moment = Moment(self._known, tables, region)
            asked = [(check, column) for check in (self.checks if checks is None else checks) for column in check.on]
            forecast = moment.ask_side_by_side(asked, apart=self._added)
            found = []
            for check, column in asked:
                step()
                found.append(moment.hits(check, column, forecast))
            return tuple(found)


class Moment:
    """The tables at one moment, beside what is known of those before."""

    def __init__(self, known: Known, tables: Tables, region: str) -> None:
        self._known = known
        self._reading = Reading(known.versions, known.distinct, tables, region)

    def hits(self, check: Check, column: Column, forecast: Forecast | None = None) -> Hits:
        """What a check finds in a column, now or before if nothing that it reads is another. A forecast hears how far it is."""
        key = self.key(check, column)
        before = self._found_before(check, column, key)
        if before is not None:
            return before
        self._find_all([(check, column, key)], forecast)
        return self._known.hits[check.rule, column][1]

    def ask_side_by_side(self, asked: Sequence[tuple[Check, Column]], apart: Collection[Check] = ()) -> Forecast:
        """Asks these checks but those `apart`, several columns at a time (polars leaves the interpreter to others while it works):
        `hits` knows then. Gives a forecast of all that have to be asked.

        Raises `LetGo` when the onlooker has left; what is being asked then is waited for.
        """
        unknown = [(check, column, self.key(check, column)) for check, column in asked]
        unknown = [one for one in unknown if self._found_before(*one) is None]
        jobs: dict[object, list[_Question]] = {}
        for check, column, key in unknown:
            if check not in apart:
                # the values of a column are asked about one check after the other: each has their numbers from the one before
                jobs.setdefault(column if check.reads is None else (check.rule, column), []).append(
                    (check, column, key)
                )
        forecast = Forecast([_name(one) for one in unknown])
        step(0.0 if unknown else None)
        if len(jobs) < _SEVERAL:
            for job in jobs.values():
                self._find_all(job, forecast)
            return forecast
        with ThreadPoolExecutor(min(_THREADS, os.cpu_count() or 1), "checks") as pool:
            try:
                working = [pool.submit(copy_context().run, self._find_all, job, forecast) for job in jobs.values()]
                for work in working:
                    step()
                    work.result()
            finally:
                pool.shutdown(wait=False, cancel_futures=True)
        return forecast

    def _find_all(self, job: Sequence[_Question], forecast: Forecast | None) -> None:
        """Asks the questions of a job. Each judges a few values before the first goes on: how long all takes is known early."""
        going = [(_name(one), self._finding(*one)) for one in job]
        for _ in range(_TRIED):
            going = [one for one in going if _goes_on(*one, forecast)]
        for one in going:
            while _goes_on(*one, forecast):
                pass

    def _found_before(self, check: Check, column: Column, key: Key) -> Hits | None:
        known = self._known.hits.get((check.rule, column))
        return None if known is None or known[0] != key or known[1].check is not check else known[1]

    def _finding(self, check: Check, column: Column, key: Key) -> Iterator[float]:
        """Asks a check about a column, and gives the share (0 to 1) that is judged, between two parts; its hits are known then."""
        if check.reads is None:
            found = yield from self._asked_of_values(check, column)
        else:
            asked = self._reading.of_rows(check, column)
            step()
            answer, trouble = answered(check, asked)
            found = Hits(check, column, compact(answer), trouble)
        self._known.hits[check.rule, column] = (key, found)

    def key(self, check: Check, column: Column) -> Key:
        """Whatever the answer follows from: the versions of all that is read."""
        return self._reading.key(check, column)

    def _asked_of_values(self, check: Check, column: Column) -> Generator[float, None, Hits]:
        distinct = self._reading.distinct(column, check.place)
        yield 0.0
        judged = self._known.judged.get((check.rule, column), Judged(0, NOTHING))
        if judged.done < distinct.seen.height:
            fresh = self._reading.fresh(column, distinct, judged.done, odd=check.odd)
            frame = fresh.rename({"place": check.place}) if check.place else fresh
            parts, done, every = [judged.found.cast(NOTHING.schema)], 0, in_parts(frame)
            some = next(every, None)
            while some is not None:
                found, trouble = answered(check, self._reading.asked(column, some, {}))
                if trouble:
                    return Hits(check, column, NOTHING, trouble)
                parts.append(found)
                done += some.height
                some = next(every, None)  # before other questions go on: their time is none of this one's
                yield done / frame.height
            judged = Judged(distinct.seen.height, compact(pl.concat(parts, rechunk=True)))
            self._known.judged[check.rule, column] = judged
        return Hits(check, column, judged.hits(distinct))


def _name(question: _Question) -> tuple[str, Column]:
    return question[0].rule, question[1]


def _goes_on(name: tuple[str, Column], finding: Iterator[float], forecast: Forecast | None) -> bool:
    """Has a question go on by a part, and then a step, unless all is judged and not kept yet; whether more is to come."""
    began = perf_counter()
    done = next(finding, None)
    if forecast is not None:
        forecast.went(name, perf_counter() - began, 1.0 if done is None else done)
    if done != 1:
        step() if forecast is None else forecast.step()
    return done is not None
