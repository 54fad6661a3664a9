"""Customers in the answer's form with everything that patches must carry, and random edits of them: plain dicts, one dice."""

from __future__ import annotations

import random
from typing import Any

import orjson

Record = dict[str, Any]
Change = tuple[str, str, tuple[str, ...], Any]
"""A table, a field, where (customer, then the item's id, or the owner's kind and id and the attribute's name), the value."""

PERSON = ("reference_id", "first_name", "last_name", "phone", "email")
SCALARS = (
    "display_id",
    "name",
    "display_name",
    *PERSON,
    "freight_term",
    "shipping_method",
    "payment_mode",
    "payment_term",
)
ITEMS = {"addresses": (*PERSON, "address_line_1", "address_line_2", "city", "state", "country", "zip_code"),
         "contacts": (*PERSON, "designation")}  # fmt: skip
POINTERS = {"primary_contact_id": ("contacts", None), "default_shipping_address_id": ("addresses", "shipping"),
            "default_billing_address_id": ("addresses", "billing")}  # fmt: skip
REPS = [{"id": f"r{n}", "first_name": f"Rep {n}"} for n in range(4)]
LISTS = [{"id": f"p{n}", "name": f"List {n}"} for n in range(2)]

HELD = [None, None, "", " ", "a", "NET 30", "A\u2028b", 'q"\\\n\x00', "},{", "é😀", "  x  ", "x" * 60, "USA", "call me"]
"""What a server may hold in any text: also what breaks the documented limits."""

WANTED = {
    "phone": ["", "+14155552671", "+4930123456"], "email": ["", "a@b.co", "c.d@e.org"], "country": ["", "US", "DE"],
}  # fmt: skip
TEXTS = ["", "b", "Z\u2029y", "},[{", 'n"\\', "Ünï 😀", "NET30"]
NAMES = ["Color", "a]b", "x.y", "addresses[1].city", 'n"\\', "Größe"]


def customer(dice: random.Random, number: int) -> Record:
    """One customer; at most one item of a kind is the default."""
    id_ = f"c/{number}"
    made: Record = {"id": id_, "status": "active", **{name: dice.choice(HELD) for name in SCALARS}}
    made["assigned_sales_reps"] = dice.sample(REPS, dice.randrange(3))
    made["assigned_price_list"] = dice.choice([None, *LISTS])
    made["attributes"] = _attributes(dice)
    for table, names in ITEMS.items():
        made[table] = [_item(dice, table, names, id_) for _ in range(dice.choice([0, 1, 2, 2, 3]))]
        for n, item in enumerate(made[table]):
            item["id"] = dice.choice([f"{table[0]}{n}", f'{n}"]d', f"{n}/x"])
        _flag_one(dice, made[table])
    return made


def _attributes(dice: random.Random) -> list[Record]:
    return [
        {"id": f"t{n}", "name": name, "value": dice.choice(HELD)}
        for n, name in enumerate(dice.sample(NAMES, dice.randrange(4)))
    ]


def _item(dice: random.Random, table: str, names: tuple[str, ...], customer_id: str) -> Record:
    made: Record = {
        "id": "",
        **{name: dice.choice(HELD) for name in names},
        "is_default": False,
        "attributes": _attributes(dice),
    }
    return made | (
        {"type": dice.choice(["billing", "shipping"]), "customer_id": customer_id} if table == "addresses" else {}
    )


def _flag_one(dice: random.Random, items: list[Record]) -> None:
    for kind in {item.get("type") for item in items}:
        if dice.random() < 0.7:
            dice.choice([item for item in items if item.get("type") == kind])["is_default"] = True


def copied(record: Record) -> Record:
    """A copy, all the way down."""
    made: Record = orjson.loads(orjson.dumps(record))
    return made


def edited(dice: random.Random, record: Record) -> tuple[Record, list[Change]]:
    """The customer after up to a dozen edits that the documentation allows, and the edits."""
    made, changes = copied(record), []
    for _ in range(dice.choice([1, 1, 2, 3, 6, 12])):
        change = dice.choice([_scalar, _scalar, _people, _nested, _nested, _nested, _attribute, _attribute, _pointer])(
            dice, made
        )
        if change is not None:
            changes.append(change)
    return made, changes


def _text(dice: random.Random, name: str) -> str | None:
    return dice.choice(WANTED.get(name, TEXTS)) or None


def _scalar(dice: random.Random, made: Record) -> Change:
    name = dice.choice(SCALARS)
    made[name] = _text(dice, name)
    return "customers", "company_name" if name == "name" else name, (made["id"],), made[name]


def _people(dice: random.Random, made: Record) -> Change:
    if dice.random() < 0.5:
        made["assigned_sales_reps"] = dice.sample(REPS, dice.randrange(4))
        return "customers", "assigned_sales_rep_ids", (made["id"],), [one["id"] for one in made["assigned_sales_reps"]]
    made["assigned_price_list"] = dice.choice([None, *LISTS])
    return "customers", "assigned_price_list_id", (made["id"],), (made["assigned_price_list"] or {}).get("id")


def _nested(dice: random.Random, made: Record) -> Change | None:
    table = dice.choice(list(ITEMS))
    if not made[table]:
        return None
    item, name = dice.choice(made[table]), dice.choice(ITEMS[table])
    item[name] = _text(dice, name)
    return table, name, (made["id"], item["id"]), item[name]


def _attribute(dice: random.Random, made: Record) -> Change | None:
    owners = [("customer", made)] + [
        (table[:-2] if table[0] == "a" else table[:-1], one) for table in ITEMS for one in made[table]
    ]
    owner, holder = dice.choice(owners)
    if not holder["attributes"]:
        return None
    one = dice.choice(holder["attributes"])
    one["value"] = _text(dice, "value")
    return "attributes", "value", (made["id"], owner, holder["id"], one["name"]), one["value"]


def _pointer(dice: random.Random, made: Record) -> Change | None:
    name = dice.choice(list(POINTERS))
    table, kind = POINTERS[name]
    items = [item for item in made[table] if item.get("type") == kind]
    if not items:
        return None
    target = dice.choice(items)
    for item in items:
        item["is_default"] = item is target
    return "customers", name, (made["id"],), target["id"]


def patched(record: Record, body: Record, *, replace: bool) -> Record:
    """What a server makes of a PATCH that reads it plainly: arrays merged by id and name, or replaced whole, with what an item
    leaves out empty; a pointer says which item of its kind is the default."""
    made = copied(record)
    for key, value in body.items():
        if key == "attributes":
            made[key] = _named(made[key], value, replace)
        elif key in ITEMS:
            made[key] = _listed(made[key], value, replace)
        elif key == "assigned_sales_rep_ids":
            made["assigned_sales_reps"] = [{"id": one} for one in value or ()]
        elif key == "assigned_price_list_id":
            made["assigned_price_list"] = {"id": value} if value else None
        elif key not in POINTERS:
            made["name" if key == "company_name" else key] = value
    for key in POINTERS.keys() & body.keys():
        table, kind = POINTERS[key]
        for item in made[table]:
            if item.get("type") == kind:
                item["is_default"] = item["id"] == body[key]
    return made


def _listed(stored: list[Record], given: list[Record], replace: bool) -> list[Record]:
    known = {item["id"]: item for item in stored}
    assert len({item["id"] for item in given}) == len(given)
    made = {}
    for item in given:
        old = known[item["id"]]
        inner = _named(old["attributes"], item.get("attributes", []), replace)
        told = {
            name: None if name in item or replace else value
            for name, value in old.items()
            if name not in ("is_default", "type")
        }
        kept = {name: value for name, value in old.items() if name in ("is_default", "type") and not replace}
        made[item["id"]] = {"is_default": False, **told, **kept, **item, "attributes": inner}
    return list(made.values()) if replace else [made.get(item["id"], item) for item in stored]


def _named(stored: list[Record], given: list[Record], replace: bool) -> list[Record]:
    known = {one["name"]: one for one in stored}
    assert len({one["name"] for one in given}) == len(given)
    made = {one["name"]: {**({"value": None} if replace else known[one["name"]]), **one} for one in given}
    assert made.keys() <= known.keys()
    return list(made.values()) if replace else [made.get(one["name"], one) for one in stored]


def plain(record: Record) -> Record:
    """What counts of a customer: null and "" are one, lists of ids are sets, items and attributes keep their order."""
    made: Record = {name: record[name] or None for name in SCALARS}
    made["reps"] = {one["id"] for one in record["assigned_sales_reps"]}
    made["price list"] = (record["assigned_price_list"] or {}).get("id")
    made["attributes"] = [(one["name"], one["value"] or None) for one in record["attributes"]]
    for table, names in ITEMS.items():
        made[table] = [
            (item["id"], item.get("type"), item["is_default"], *(item[name] or None for name in names),
             [(one["name"], one["value"] or None) for one in item["attributes"]])
            for item in record[table]
        ]  # fmt: skip
    return made
