"""Examples for people: names, commas and words instead of ids, lists and flags."""

from __future__ import annotations

import json
from pathlib import Path

from workbench.shown.examples import readable
from workbench.shown.problems import example_lines
from workbench.stage.staging import Example
from workbench.workbench import Workbench


def test_ids_are_names_lists_have_commas_and_flags_are_words(tmp_path: Path) -> None:
    file = tmp_path / "c.json"
    reps = [{"id": "r1", "first_name": "Ada", "last_name": "Byron"}]
    contacts = [{"id": "p1", "first_name": "Bo", "last_name": "Li"}]
    file.write_text(json.dumps([{"id": "c", "name": "N", "assigned_sales_reps": reps, "contacts": contacts}]))
    with Workbench.create(tmp_path / "s.session") as bench:
        bench.load(file=file)

        def texts(path: str, before: object, after: object, table: str = "customers") -> tuple[object, object]:
            made = readable(bench.snapshot.current, table, [Example("c", path, before, after)])[0]
            return made.before, made.after

        assert texts("assigned_sales_rep_ids", ["r1", "r2"], None) == ("Ada Byron, r2", "")
        assert texts("primary_contact_id", "p1", "p9") == ("Bo Li", "p9")
        assert texts("contacts[p1].is_default", None, False, "contacts") == ("", "false")
        assert texts("attributes[Color]", "red", "", "attributes") == ("red", "")

        places = [("c", "email"), ("d", "email"), ("d", "phone"), ("e", "email")]
        alike = [Example(*place, None if place[0] == "c" else "", "x") for place in places]
        made = readable(bench.snapshot.current, "customers", alike)
        assert [(one.id, one.path, one.cells) for one in made] == [("c", "email", 3), ("d", "phone", 1)]

        many = [Example("c", field, str(number), "x") for field in ("phone", "email") for number in range(5)]
        told = example_lines(bench.snapshot.current, many)
        assert told == [f"N, {field}: {number} → x" for field in ("phone", "email") for number in range(3)], "of each"
