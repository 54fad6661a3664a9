"""The published schema and the reader know the same keys, kinds and tables."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from workbench.customers.fields import TABLES
from workbench.replay import reading
from workbench.replay.recipe import FORMAT
from workbench.stage.edits import KINDS

SCHEMA: dict[str, Any] = json.loads(files("workbench.replay").joinpath("schema.json").read_text())


def test_the_schema_names_the_keys_that_the_reader_takes() -> None:
    assert SCHEMA["properties"].keys() == reading._RECIPE
    assert SCHEMA["properties"]["recipe"]["const"] == FORMAT
    for kind, keys in reading._STEP.items():
        assert SCHEMA["$defs"][kind]["properties"].keys() == keys | {kind}
    edit = SCHEMA["$defs"]["edit"]["properties"]
    assert edit.keys() == reading._EDIT
    assert tuple(edit["kind"]["enum"]) == KINDS
    assert tuple(SCHEMA["$defs"]["edits"]["properties"]["table"]["enum"]) == TABLES
