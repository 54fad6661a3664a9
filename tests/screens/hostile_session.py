"""A session in which whatever can be hostile is: 500 customers, a server that refuses with such words, notes, names, conflicts."""

from __future__ import annotations

import csv
import fcntl
import itertools
import os
from pathlib import Path
from typing import Any

import orjson
import polars as pl
import pytest

from tests.faults.machine_desk import attribute, customer, item
from tests.faults.malformed_peer import Peer
from tests.screens.hostile import strings
from workbench.errors import WorkbenchError
from workbench.sandbox.world import World
from workbench.search.kept import SavedSearch
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

TEXTS = strings()
NAME = "\x1b[31;5;7m[@click=app.quit]x[]"
"""Of the session's file, and of who works on it."""
MOVED = 7
"""By so many customers the texts were moved on by others since they were loaded."""


class Refusing(Peer):
    """Answers what a hostile customer holds, and refuses every PATCH with a hostile message."""

    def __init__(self, texts: list[str]) -> None:
        self.texts = texts
        super().__init__()
        self._messages, self._calls = itertools.cycle(texts), 0

    def set_back(self, seed: int, odds: float) -> None:
        """The world of hostile customers."""
        super().set_back(seed, odds)
        self.world = world(self.texts, 0)

    def honest(self, method: str, target: str, body: bytes) -> tuple[int, bytes]:
        """As an honest server, but for what is to be changed."""
        self._calls += method == "PATCH"
        if method == "PATCH" and self._calls % 15:  # a run in which all are refused alike stops
            text = next(self._messages)
            return 422, orjson.dumps({"code": text[:50], "message": text, "errors": [{"field": text, "message": text}]})
        return super().honest(method, target, body)


def made_once(factory: pytest.TempPathFactory) -> Path:
    """The session's file, made by the first who asks; all workers of a run of the tests share it. It is not to be written to."""
    own = factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "hostile"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock, pytest.MonkeyPatch.context() as patch:
        fcntl.flock(lock, fcntl.LOCK_EX)
        path = folder / f"{NAME}.session"
        return path if path.exists() else build(folder, patch)


def world(texts: list[str], shift: int) -> World:
    """Each of the texts in a customer, in many of its fields; `shift` others of them."""
    people = [
        {"id": f"r{number}", "first_name": texts[number], "last_name": texts[-2 - number], "email": texts[number + 1]}
        for number in range(20)
    ]
    lists = [{"id": f"p{number}", "name": texts[number]} for number in range(20)]
    rows = [record(number, texts[number - shift], people, lists) for number in range(len(texts))]
    return World([(one["id"], orjson.dumps(one)) for one in rows], people, lists)


def record(number: int, text: str, people: list[Any], lists: list[Any]) -> dict[str, Any]:
    """A customer that holds a text wherever there is one; a text of a megabyte only in its name."""
    short, id_ = text[:2000], f"c{number:03}"
    spoken = ("first_name", "last_name", "phone", "email", "designation")
    placed = ("address_1", "address_2", "city", "state", "zip_code", "country", "company_name")
    marks = [
        {**attribute(short, short), "id": f"t{number:03}"},
        {**attribute("Note", text), "id": f"u{number:03}"},
    ]
    one = customer(
        id_, [people[number % 20]], name=text, display_id=short, display_name=short, first_name=short, last_name=short,
        phone=short, email=short, freight_term=short, shipping_method=short, payment_mode=short, payment_term=short,
        reference_id=short, assigned_price_list=lists[number % 20], attributes=marks,
    )  # fmt: skip
    address = item("addresses", f"a{number:03}", id_, [], is_default=True, type="billing")
    contact = item("contacts", f"k{number:03}", id_, [], is_default=True)
    one["addresses"] = [{**address, **{name: short for name in placed if name in address}}]
    one["contacts"] = [{**contact, **{name: short for name in spoken if name in contact}}]
    return one


def build(folder: Path, monkeypatch: pytest.MonkeyPatch, texts: list[str] = TEXTS) -> Path:
    """The session's file: loaded, a run of 500 refusals in it, then staged, noted, held, saved, and in conflict."""
    for name in ("LOGNAME", "USER"):
        monkeypatch.setenv(name, NAME)
    with Refusing(texts) as peer, Workbench.create(folder / f"{NAME}.session", key="k") as bench:
        bench.load(api=peer.url)
        bench.stage([Edit("set", "shipping_method", "Ground")], where="", note=texts[0])
        bench.set_settings({"grace": "0"})
        report = bench.commit()
        assert report.unsent == report.unknown == 0, report
        assert report.failed > len(texts) / 2, report
        stage(bench, folder, texts)
        peer.world = world(texts, MOVED)
        bench.load(api=peer.url)
    return folder / f"{NAME}.session"


def stage(bench: Workbench, folder: Path, texts: list[str]) -> None:
    """Hostile values and notes in all ways by which they come in."""
    sheet = folder / "sheet.csv"
    with sheet.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "payment_term", "reference_id"])
        rows.writerows(
            [f"c{number:03}", f"{text[:2000]}!", text[:2000]] for number, text in enumerate(texts) if "\0" not in text
        )
    bench.stage_sheet(sheet, note=texts[3])
    for number, text in enumerate(texts[:30]):
        one = pl.Series([number], dtype=pl.UInt32)
        bench.stage([Edit("set", "company_name", f"{text[:100]}?")], rows=one, note=text)
        bench.hold(rows=pl.Series([number + 40], dtype=pl.UInt32), note=text)
        try:
            bench.save_search(SavedSearch(text, "customers", f'company_name:"{text.strip()[:20]}"'))
            bench.remember_query(text, "customers")
        except WorkbenchError:  # no such name, or no query
            continue
