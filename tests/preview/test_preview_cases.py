"""Bodies by example: what is held and why, shapes, groups, digests, JSON text, the preview as text."""

from __future__ import annotations

import hashlib
import json
import shlex
from typing import Any

import orjson
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.customers.fields import TABLES
from workbench.customers.records import decode
from workbench.customers.rules import Rules
from workbench.customers.tables import Tables
from workbench.preview.digests import digest
from workbench.preview.habits import Habits
from workbench.preview.json_text import json_text
from workbench.preview.preview import Preview
from workbench.preview.text import curl_lines, text_lines
from workbench.problems.effect import Effect
from workbench.problems.found import Problems
from workbench.report.review import About, ReviewReport
from workbench.report.text import summary_lines
from workbench.session.rows import Operation
from workbench.stage.edits import Edit
from workbench.stage.fold import Fold
from workbench.stage.snapshot import Snapshot
from workbench.stage.staging import evaluated

Object = dict[str, Any]


def read(*records: Object) -> Tables:
    tables, rejected = decode([json.dumps(one) for one in records], str)
    assert not rejected
    return tables


def staged(base: Tables, *edits: tuple[str, list[int], Edit], gone: tuple[str, int] | None = None) -> Snapshot:
    """The snapshot after these edits of rows; then `gone` (table, row) is marked gone in base."""
    operations: list[Operation] = []
    snapshot = Snapshot(0, base, base)
    for table, rows, edit in edits:
        found = evaluated(snapshot, table, pl.Series(rows, dtype=pl.UInt32), [edit], region="US")
        operations.append(Operation(len(operations) + 1, "", "", "stage", "", "{}", 0, 0, found.changes))
        snapshot = folded(base, operations)
    if gone is not None:
        mask = pl.Series([row == gone[1] for row in range(base[gone[0]].height)])
        base = base.with_frames({gone[0]: base[gone[0]].with_columns(_gone=mask)})
    return folded(base, operations)


def folded(base: Tables, operations: list[Operation]) -> Snapshot:
    fold, active = Fold(operations), {one.id for one in operations}
    frames, writers = {table: base[table] for table in TABLES}, {}
    for table, name in fold.columns:
        values, wrote = fold.column(base, (table, name), active)
        frames[table] = frames[table].with_columns(values.rename(name))
        writers[table, name] = wrote
    return Snapshot(1, base, base.with_frames(frames), writers)


def preview(snapshot: Snapshot, nested: str = "full", clear: str = "empty") -> Preview:
    return Preview(snapshot, Habits(nested, clear))


def report(found: Preview) -> ReviewReport:
    nothing = Effect(Problems(found.snapshot.base, ()), Problems(found.snapshot.current, ()))
    operations = [Operation(n, "2026-01-01T00:00:00Z", "me", "stage", f"note {n}", "{}", 1, 1) for n in range(9)]
    return ReviewReport(About("s", None, "", "me", "2026-01-01T00:00:00Z"), found, lambda: nothing, operations)


def bodies(found: Preview) -> list[Any]:
    return [orjson.loads(body) for _, body in found.bodies()]


def address(id_: str | None, **more: Any) -> Object:
    return {"id": id_, "type": "billing", **more}


CITY = Edit("set", "city", "Q")

# ---- bodies ----


def test_nothing_staged_is_an_empty_preview_of_any_table() -> None:
    for base in (Tables.empty(), read({"id": "c"})):
        found = preview(Snapshot(0, base, base))
        assert (found.customers, found.held, found.changes, found.fields, found.groups()) == (0, 0, 0, {}, [])
        assert list(found.ndjson()) == list(found.bodies()) == list(found.patches()) == []
        assert len(found.digest) == 64


def test_items_of_the_same_id_in_two_customers_keep_their_own_attributes() -> None:
    base = read(*({"id": c, "addresses": [address("1", attributes=[{"name": "n", "value": c}])]} for c in "ab"))
    found = bodies(preview(staged(base, ("addresses", [0, 1], CITY))))
    assert [one["addresses"][0]["attributes"] for one in found] == [
        [{"name": "n", "value": "a"}],
        [{"name": "n", "value": "b"}],
    ]


def test_what_an_edit_leaves_empty_is_a_clear_under_both_settings() -> None:
    base = read(
        {"id": "c", "name": "x", "assigned_sales_reps": [{"id": "r"}], "addresses": [address("1", city="x", state="")]}
    )
    edits = [("customers", Edit("replace", "company_name", "x", "")), ("addresses", Edit("replace", "city", "x", "")),
             ("customers", Edit("remove", "assigned_sales_rep_ids", "r"))]  # fmt: skip
    snapshot = staged(base, *((table, [0], edit) for table, edit in edits))
    [empty], [null] = bodies(preview(snapshot)), bodies(preview(snapshot, clear="null"))
    assert (empty["company_name"], empty["assigned_sales_rep_ids"], empty["addresses"][0]["city"]) == ("", [], "")
    assert (null["company_name"], null["assigned_sales_rep_ids"], null["addresses"][0]["city"]) == (None, None, None)
    assert null["addresses"][0]["state"] == ""


def test_what_was_edited_and_cleared_again_is_carried_as_the_server_holds_it() -> None:
    """An empty text is not null to a server that replaces whole items."""
    texts = {"attributes": [{"name": "Dock", "value": ""}, {"name": "Gate", "value": "1"}]}
    base = read({"id": "c", "addresses": [address("1", city="", **texts), address("2", city="x")]})
    there, back = Edit("set", "city", "y"), Edit("clear", "city")
    edits = [("addresses", [0, 1], there), ("addresses", [0], back)]
    edits += [("attributes", [0, 1], Edit("set", "value", "y")), ("attributes", [0], Edit("clear", "value"))]
    (body,) = bodies(preview(staged(base, *edits)))
    assert body["addresses"][0]["city"] == ""
    assert body["addresses"][0]["attributes"] == [{"name": "Dock", "value": ""}, {"name": "Gate", "value": "y"}]


def shapes(snapshot: Snapshot, nested: str = "full") -> list[set[str]]:
    return [set(text.split(",")) for text in preview(snapshot, nested).frame["shapes"]]


def test_the_plus_of_a_shape_means_two_items_where_arrays_are_whole() -> None:
    two = [{"name": "a", "value": "},{"}, {"name": "b"}]
    base = read(
        {"id": "a", "addresses": [address("1", attributes=two)]}, {"id": "b", "addresses": [address("1"), address("2")]}
    )
    found = shapes(staged(base, ("addresses", [0, 1], CITY)))
    assert found == [{"addresses", "addresses.attributes+"}, {"addresses+"}]


def test_where_only_touched_items_are_sent_the_plus_means_what_a_wrong_guess_would_harm() -> None:
    three = [address("1"), address("2"), address("3")]
    base = read(*({"id": id_, "addresses": three[: 1 if id_ == "a" else 3]} for id_ in "abcd"))
    snapshot = staged(base, ("addresses", [0, 1, 2, 3, 4, 5, 9], CITY))
    assert shapes(snapshot, "sparse") == [{"addresses"}, {"addresses"}, {"addresses+"}, {"addresses++"}]


def test_attributes_of_items_are_an_array_of_their_own() -> None:
    two = [{"name": "a", "value": "x"}, {"name": "b", "value": "x"}]
    base = read({"id": "a", "contacts": [{"id": "1", "attributes": two}], "attributes": two})
    found = [shapes(staged(base, ("attributes", [row], Edit("set", "value", "y"))), "sparse")[0] for row in range(4)]
    own = [{"attributes+"}, {"attributes++"}]
    assert sorted(found, key=sorted) == sorted(
        [*own, {"contacts", "contacts.attributes+"}, {"contacts", "contacts.attributes++"}], key=sorted
    )


def test_values_that_servers_like_to_alter_are_shapes_of_their_own() -> None:
    base = read({"id": "a", "name": "x", "payment_term": "y", "addresses": [address("1"), address("2", country="CA")]})

    def of(table: str, field: str, *values: str) -> set[str]:
        edits = [(table, [row], Edit("set" if value else "clear", field, value)) for row, value in enumerate(values)]
        return shapes(staged(base, *edits))[0]

    assert of("customers", "payment_term", "z") == {"scalar"}
    assert of("customers", "payment_term", "z\u00a0") == {"scalar", "spaces"}
    assert of("customers", "payment_term", "") == {"scalar", "clear"}
    assert of("addresses", "country", "DE", "FR") == {"addresses+", "country:DE", "country:FR"}


def test_a_new_default_is_not_contradicted_by_the_flag_of_the_one_before_it() -> None:
    flags = [
        address("1", is_default=True),
        address("2", is_default=False),
        {**address("3", is_default=True), "type": "shipping"},
    ]
    base = read({"id": "c", "addresses": flags})
    [body] = bodies(preview(staged(base, ("addresses", [1], Edit("set", "is_default", "true")))))
    assert [item.get("is_default") for item in body["addresses"]] == [None, True, True]
    [body] = bodies(preview(staged(base, ("addresses", [0], Edit("set", "is_default", "false")))))
    assert [item.get("is_default") for item in body["addresses"]] == [False, False, True]


# ---- what could not be taken back, and what a server makes of values ----


def test_what_could_not_be_taken_back_is_named_with_the_reason() -> None:
    base = read(
        {"id": "a", "contacts": [{"id": "k"}], "addresses": [{"id": "1", "type": None, "is_default": None}]},
        {"id": "b", "contacts": [{"id": "k", "is_default": True}], "addresses": [address("1", is_default=False)]},
    )
    snapshot = staged(
        base,
        ("customers", [0], Edit("set", "primary_contact_id", "k")),
        ("customers", [0, 1], Edit("set", "payment_term", "x")),
        ("addresses", [0, 1], Edit("set", "is_default", "true")),
        ("addresses", [0, 1], Edit("set", "type", "shipping")),
    )
    found = preview(snapshot).irreversible
    paths = ["primary_contact_id", "addresses[1].type", "addresses[1].is_default"]
    assert found.select("id", "path").rows() == [("a", path) for path in paths]
    assert all(reason.startswith("it was empty before") for reason in found["reason"])
    few = Preview(snapshot, Habits(), pl.Series([1], dtype=pl.UInt32)).irreversible
    assert few.height == 0


def test_what_is_held_is_not_named() -> None:
    base = read({"id": "a", "contacts": [{"id": "k"}]})
    wrong = ("customers", [0], Edit("set", "email", "nonsense"))
    assert (
        preview(staged(base, ("customers", [0], Edit("set", "primary_contact_id", "k")), wrong)).irreversible.height
        == 0
    )


def ignoring(*columns: str) -> Rules:
    return Rules({column: frozenset({"ignores null"}) for column in columns})


def test_what_was_empty_cannot_go_back_where_the_server_ignores_a_clear() -> None:
    named = [{"name": "N"}, {"name": "M", "value": "x"}]
    base = read({"id": "a", "attributes": named, "addresses": [address("1", attributes=named)]})
    snapshot = staged(
        base,
        ("customers", [0], Edit("set", "payment_term", "x")),
        ("addresses", [0], CITY),
        ("attributes", [0, 1, 2, 3], Edit("set", "value", "y")),
    )
    rules = ignoring("payment_term", "address.attributes[N]", "addresses.city")
    found = Preview(snapshot, Habits(clear="null"), rules=rules).irreversible
    assert found["path"].to_list() == ["payment_term", "addresses[1].city", "addresses[1].attributes[N]"]
    assert set(found["reason"]) == {"it was empty before, and this server ignores null there"}
    assert Preview(snapshot, Habits(clear="empty"), rules=rules).irreversible.height == 0


def test_the_text_says_what_this_server_will_store_and_what_could_not_be_taken_back() -> None:
    base = read(
        {"id": "a", "payment_term": "old", "addresses": [address("1", country="USA")], "contacts": [{"id": "k"}]}
    )
    snapshot = staged(
        base,
        ("addresses", [0], Edit("set", "country", "US")),
        ("customers", [0], Edit("clear", "payment_term")),
        ("customers", [0], Edit("set", "primary_contact_id", "k")),
    )
    rules = Rules({"payment_term": frozenset({"ignores null"})}, {"addresses.country": {"US": "USA"}})
    told = Preview(snapshot, Habits(clear="null"), rules=rules)
    for lines in (list(text_lines(told, str, {})), list(summary_lines(report(told), str))):
        assert any("country: “USA” -> “US”" in line and "this server will store “USA”" in line for line in lines)
        assert any("payment_term" in line and "this server will store “old”" in line for line in lines)
        assert sum("->" in line and "will store" in line for line in lines) == 2
        assert lines[-3] == "1 cells could not be reverted once committed:"
        assert lines[-2].endswith("no way to clear it, for example primary_contact_id of a")
        assert lines[-1] == f"the plan of 1 customer has the digest {told.digest}"


# ---- what is held ----


def held(snapshot: Snapshot, **habits: str) -> list[str | None]:
    return [patch.held for patch in preview(snapshot, **habits).patches()]


def test_a_full_array_with_an_item_that_cannot_be_named_is_held() -> None:
    for odd in (address(None), address(""), address("1")):
        base = read({"id": "c", "addresses": [address("0"), odd, address("1")]})
        snapshot = staged(base, ("addresses", [0], CITY))
        assert "cannot be sent safely" in str(held(snapshot))
        assert held(snapshot, nested="sparse") == [None]


def test_a_full_array_with_an_attribute_that_cannot_be_named_is_held() -> None:
    for names in ([None], ["x", "x"]):
        odd = [{"name": "ok", "value": "1"}, *({"name": name} for name in names)]
        base = read({"id": "c", "attributes": odd}, {"id": "d", "addresses": [address("1", attributes=odd)]})
        snapshot = staged(base, ("attributes", [0], Edit("set", "value", "2")), ("addresses", [0], CITY))
        assert [str(one).count("cannot be sent safely") for one in held(snapshot)] == [1, 1]
        assert held(snapshot, nested="sparse") == [None, None]


def test_rows_that_no_path_names_alone_or_that_are_gone_are_skipped() -> None:
    base = read({"id": "c", "addresses": [address(None), address(""), address("1"), address("1"), address("2")],
                 "attributes": [{"name": "x"}, {"name": "x"}, {"name": "y"}, {"name": None}]})  # fmt: skip
    base = base.with_frames({"addresses": base.addresses.with_columns(_gone=pl.Series([False] * 3 + [True, False]))})
    snapshot = Snapshot(0, base, base)
    every = pl.Series(range(5), dtype=pl.UInt32)
    found = evaluated(snapshot, "addresses", every, [CITY], region="US")
    assert (found.matched, found.changed, found.skipped) == (5, 2, 3)
    assert [one.path for one in found.examples] == ["addresses[1].city"]
    found = evaluated(snapshot, "attributes", every.head(4), [Edit("set", "value", "v")], region="US")
    assert (found.changed, found.skipped) == (1, 3)


def test_a_staged_item_or_customer_that_is_gone_holds_its_customer() -> None:
    base = read({"id": "c", "addresses": [address("1"), address("2")]}, {"id": "d", "contacts": [{"id": "1"}]})
    lost = staged(base, ("addresses", [0], CITY), gone=("addresses", 0))
    assert held(lost) == ["addresses.city is staged in an item that the server no longer has"]
    assert held(staged(base, ("contacts", [0], Edit("set", "email", "a@b.c")), gone=("contacts", 0)))[0] is not None
    assert held(staged(base, ("customers", [0], Edit("set", "phone", "")), ("customers", [0], Edit("set", "company_name", "x")),
                       gone=("customers", 0))) == ["the server no longer has this customer"]  # fmt: skip


def test_a_value_that_breaks_a_limit_holds_its_customer_but_not_a_reverted_one() -> None:
    base = read({"id": "c", "phone": "+14155552671"}, {"id": "d"})
    snapshot = staged(base, ("customers", [0, 1], Edit("set", "phone", "555")))
    assert [one is None for one in held(snapshot)] == [False, False]
    assert (
        snapshot.flag("customers", "invalid").to_list() == snapshot.flag("customers", "held").to_list() == [True, True]
    )


def test_a_pointer_and_the_flag_of_its_kind_cannot_be_staged_together() -> None:
    billing, shipping = [address(i) for i in "12"], [{"id": i, "type": "shipping"} for i in "34"]
    base = read({"id": "c", "addresses": [*billing, *shipping], "contacts": [{"id": "1"}]})
    point = ("customers", [0], Edit("set", "default_billing_address_id", "2"))
    flag = Edit("set", "is_default", "true")
    assert "staged too" in str(held(staged(base, point, ("addresses", [1], flag))))
    assert "staged too" in str(held(staged(base, point, ("addresses", [0], flag))))
    assert held(staged(base, point, ("addresses", [2], flag))) == [None]
    assert held(staged(base, point, ("contacts", [0], flag))) == [None]


def test_a_pointer_to_an_item_whose_id_occurs_twice_is_no_crash() -> None:
    base = read({"id": "c", "contacts": [{"id": "1"}, {"id": "2"}]})
    snapshot = staged(base, ("customers", [0], Edit("set", "primary_contact_id", "2")))
    twice = {"contacts": pl.concat([base.contacts, base.contacts])}
    assert held(Snapshot(1, base.with_frames(twice), snapshot.current.with_frames(twice), snapshot.writers)) == [None]


# ---- groups, digest, text ----


def test_groups_put_the_same_change_together_the_largest_first() -> None:
    base = read(
        *(
            {"id": str(n), "payment_term": t, "assigned_sales_reps": [{"id": "r"}]}
            for n, t in enumerate(["a", "b", "b"])
        )
    )
    snapshot = staged(base, ("customers", [0, 1, 2], Edit("set", "payment_term", "c")),
                      ("customers", [0], Edit("add", "assigned_sales_rep_ids", "s")))  # fmt: skip
    found = preview(snapshot).groups()
    assert [(g.field, g.before, g.after, g.count) for g in found] == [
        ("payment_term", "b", "c", 2), ("payment_term", "a", "c", 1), ("assigned_sales_rep_ids", ["r"], ["r", "s"], 1)
    ]  # fmt: skip
    assert found[0].rows.to_list() == [1, 2]
    assert "       2 x payment_term: “b” -> “c”" in list(summary_lines(report(preview(snapshot)), str))


def test_a_part_of_the_customers_is_a_part_of_the_preview() -> None:
    base = read(*({"id": c, "addresses": [address("1")]} for c in "abc"))
    snapshot = staged(base, ("addresses", [0, 1, 2], CITY))
    some = Preview(snapshot, Habits(), pl.Series([2, 0], dtype=pl.UInt32))
    assert [id_ for id_, _ in some.bodies()] == ["a", "c"]
    assert (some.changes, some.fields, some.groups()[0].count) == (2, {"addresses.city": 2}, 2)
    none = Preview(snapshot, Habits(), pl.Series([], dtype=pl.UInt32))
    assert (none.customers, none.changes, none.fields) == (0, 0, {})


def test_lines_and_digest_are_the_same_however_many_patches_are_made_text_at_a_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = preview(
        staged(read(*({"id": c} for c in "abcde")), ("customers", [0, 2, 4], Edit("set", "payment_term", "ab")))
    )
    told = [*whole.ndjson()], b"".join(whole.ndjson_texts()), whole.digest
    for module in ("digests", "patch_lines"):
        monkeypatch.setattr(f"workbench.preview.{module}._AT_ONCE", 2)
    assert ([*whole.ndjson()], b"".join(whole.ndjson_texts()), digest(whole.frame)) == told
    plain = "".join("\t".join(row) + "\n" for row in whole.frame.select("id", "body", "cells").iter_rows())
    assert whole.digest == hashlib.sha256(plain.encode()).hexdigest()


def test_the_digest_moves_with_every_byte() -> None:
    frame = preview(staged(read({"id": "c"}), ("customers", [0], Edit("set", "payment_term", "ab")))).frame
    seen = {digest(frame)}
    for column in ("id", "body", "cells"):
        text = frame[column][0]
        for at in range(len(text)):
            other = text[:at] + chr(ord(text[at]) ^ 1) + text[at + 1 :]
            seen.add(digest(frame.with_columns(pl.lit(other).alias(column))))
    assert len(seen) == 1 + sum(len(frame[column][0]) for column in ("id", "body", "cells"))


def test_text_shows_ids_and_values_safely_and_curl_carries_the_very_bytes() -> None:
    evil = "\x1b]52;c;!\x07'"
    base = read({"id": evil, "name": evil, "phone": "1"})
    snapshot = staged(base, ("customers", [0], Edit("set", "company_name", "\u202e$(x) \"é'")))
    show = ascii
    assert not any("\x1b" in line for line in text_lines(preview(snapshot), show, {}))
    [line] = curl_lines(preview(snapshot), "https://api")
    words = shlex.split(line)
    assert words[-1].encode() == next(iter(preview(snapshot).bodies()))[1]
    assert "https://api/v1/customers/%1B%5D52%3Bc%3B%21%07%27" in words
    assert "\x1b" not in line


# ---- JSON text ----

anything = st.none() | st.text(st.characters(exclude_categories=["Cs"]))


@given(st.lists(anything))
def test_text_is_written_as_orjson_writes_it(values: list[str | None]) -> None:
    assert json_text(pl.Series(values, dtype=pl.String)).to_list() == [orjson.dumps(v).decode() for v in values]


def test_every_character_is_escaped_as_orjson_escapes_it() -> None:
    every = [f'"{chr(point)}' for point in range(0x110000) if not 0xD800 <= point < 0xE000]
    assert json_text(pl.Series(every)).to_list() == [orjson.dumps(text).decode() for text in every]


@given(st.lists(st.none() | st.lists(anything, max_size=3)))
def test_lists_are_written_as_orjson_writes_them(values: list[list[str | None] | None]) -> None:
    assert json_text(pl.Series(values, dtype=pl.List(pl.String))).to_list() == [
        orjson.dumps(v).decode() for v in values
    ]


def test_flags_are_written_as_json_and_nulls_as_told() -> None:
    flags = pl.Series([True, False, None])
    assert json_text(flags).to_list() == ["true", "false", "null"]
    assert json_text(flags, null=None).to_list() == ["true", "false", None]
    assert json_text(pl.Series([None], dtype=pl.List(pl.String)), null="[]").to_list() == ["[]"]
    assert json_text(pl.Series([], dtype=pl.String)).to_list() == []
