"""Copies, templates and maps: values made of the row's other fields, or of a table of what each value becomes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from workbench.errors import UsageError
from workbench.results import Staged
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

RECORDS = [
    {
        "id": "a", "name": "Acme", "first_name": "Ada", "last_name": "Lee", "payment_term": "NET 30",
        "contacts": [{"id": "1", "first_name": "Bo"}],
    },
    {"id": "b", "name": "Zenith", "first_name": "", "last_name": " Ray ", "payment_term": "Net30", "contacts": []},
    {"id": "c", "name": "Cobra", "payment_term": "COD", "contacts": []},
]  # fmt: skip


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    file = tmp_path / "c.json"
    file.write_text(json.dumps(RECORDS))
    with Workbench.create(tmp_path / "s.session") as workbench:
        workbench.load(file=file)
        yield workbench


def column(bench: Workbench, name: str, table: str = "customers") -> list[str | None]:
    return bench.snapshot.current[table][name].to_list()


def stage(bench: Workbench, *edits: Edit, table: str = "customers") -> Staged:
    return bench.stage(list(edits), table=table)


def test_a_template_takes_up_the_row_s_fields_and_leaves_no_spaces_around(bench: Workbench) -> None:
    done = stage(bench, Edit("template", "display_name", "{first_name} {last_name}"))
    assert column(bench, "display_name") == ["Ada Lee", "Ray", None]
    assert (done.matched, done.changed) == (3, 2)
    assert stage(bench, Edit("template", "display_name", "{first_name} {last_name}")).operation is None


def test_braces_are_written_twice_and_a_template_without_any_value_stays_empty(bench: Workbench) -> None:
    stage(bench, Edit("template", "display_name", "{{x}} Mr {first_name}"))
    assert column(bench, "display_name") == ["{x} Mr Ada", None, None]


def test_a_nested_table_s_template_reaches_its_customer(bench: Workbench) -> None:
    stage(bench, Edit("template", "designation", "{first_name} of {customer.company_name}"), table="contacts")
    assert column(bench, "designation", "contacts") == ["Bo of Acme"]


def test_a_copy_is_the_value_as_it_is(bench: Workbench) -> None:
    stage(bench, Edit("copy", "display_name", "last_name"))
    assert column(bench, "display_name") == ["Lee", " Ray ", None]


def test_edits_of_one_operation_see_each_other_s_values(bench: Workbench) -> None:
    stage(bench, Edit("apply", "last_name", "trim"), Edit("copy", "display_name", "last_name"))
    assert column(bench, "display_name") == ["Lee", "Ray", None]


def test_a_map_changes_the_values_it_names_and_no_others(bench: Workbench) -> None:
    done = stage(bench, Edit("map", "payment_term", json.dumps({"NET 30": "NET30", "Net30": "NET30"})))
    assert column(bench, "payment_term") == ["NET30", "NET30", "COD"]
    assert (done.changed, done.unchanged) == (2, 1)


@pytest.mark.parametrize(
    ("edit", "says"),
    [
        (Edit("template", "display_name", "no field"), "names no field"),
        (Edit("template", "display_name", "{town}"), "no field 'town'"),
        (Edit("template", "display_name", "{display_name} Inc"), "holds display_name itself"),
        (Edit("template", "display_name", "{first_name"), "a brace"),
        (Edit("template", "display_name", "{assigned_sales_rep_ids}"), "no text to take up"),
        (Edit("template", "id", "{first_name}"), "read-only"),
        (Edit("template", "primary_contact_id", "{first_name}"), "is for text"),
        (Edit("copy", "display_name", "display_name"), "itself"),
        (Edit("copy", "display_name", "town"), "no field 'town'"),
        (Edit("map", "display_name", "[]"), "JSON object"),
        (Edit("map", "display_name", "{"), "JSON object"),
        (Edit("map", "display_name", '{"a": 1}'), "JSON object"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_staged(bench: Workbench, edit: Edit, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        stage(bench, edit)
    assert bench.status().operations == 0
