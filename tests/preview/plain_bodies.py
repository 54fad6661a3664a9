"""Bodies and cells made the slow and simple way, customer by customer, value by value: what the columns' way is compared with."""

from __future__ import annotations

from typing import Any

import orjson

from workbench.customers.fields import FIELDS, TABLES, Field, Kind
from workbench.customers.paths import cell_paths
from workbench.preview.habits import Habits
from workbench.stage.arrays import OWNER
from workbench.stage.snapshot import Snapshot

Row = dict[str, Any]
_KINDS = {
    "addresses": ("default_shipping_address_id", "default_billing_address_id"),
    "contacts": ("primary_contact_id",),
}


def plain_patches(snapshot: Snapshot, habits: Habits) -> list[tuple[str, str, str]]:
    """The id, the body and the cells of each customer with something staged, in the rows' order. No item waits to be made."""
    return [
        found for number in range(snapshot.base.customers.height) if (found := _One(snapshot, habits, number).told())
    ]


class _One:
    """One customer's patch."""

    def __init__(self, snapshot: Snapshot, habits: Habits, number: int) -> None:
        self.habits, self.base = habits, {table: snapshot.base[table].to_dicts() for table in TABLES}
        self.id, self.tables = self.base["customers"][number]["id"], {}
        self.staged: dict[tuple[str, str], dict[int, Row]] = {}
        self.cells = []
        for table in TABLES:
            rows = snapshot.current[table].with_row_index("_row").to_dicts()
            mine = [
                row for row in rows if (number if table != "customers" else row["_row"]) == row.get("_customer", number)
            ]
            self.tables[table] = sorted(mine, key=lambda row: (row.get("_position", 0), row["_row"]))
        own = {table: {row["_row"] for row in rows} for table, rows in self.tables.items()}
        for table, name in snapshot.columns:
            frame = snapshot.staged_cells_of((table, name))
            paths = cell_paths(snapshot.current, table, name, frame["row"])
            for path, cell in zip(paths, frame.to_dicts(), strict=True):
                if cell["row"] in own[table]:
                    self.staged.setdefault((table, name), {})[cell["row"]] = cell
                    after = self.written(FIELDS[table][name], cell["after"], changed=True)
                    told = {"path": path, "before": cell["before"], "after": after, "operation": cell["operation"]}
                    self.cells.append(told)

    def told(self) -> tuple[str, str, str] | None:
        if not self.cells:
            return None
        fields = {name: self.changed("customers", name) for (table, name) in self.staged if table == "customers"}
        body: Row = {
            name: self.written(FIELDS["customers"][name], value, changed=True) for name, value in fields.items()
        }
        for table in OWNER:
            items = self.attributes("customer", None) if table == "attributes" else self.items(table)
            if items is not None:
                body[table] = items
        return self.id, orjson.dumps(body).decode(), orjson.dumps(self.cells).decode()

    def changed(self, table: str, name: str) -> Any:
        [cell] = self.staged[table, name].values()
        return cell["after"]

    def written(self, field: Field, value: Any, *, changed: bool) -> Any:
        if field.kind is Kind.FLAG:
            return ("" if self.habits.clear == "empty" else None) if value is None else value
        if value is None or (changed and value in ("", [])):
            return None if self.habits.clear == "null" else [] if field.kind is Kind.IDS else ""
        return value

    def there(self, table: str) -> list[Row]:
        return [row for row in self.tables[table] if not row["_gone"]]

    def is_staged(self, table: str, name: str, row: Row) -> bool:
        return row["_row"] in self.staged.get((table, name), {})

    def items(self, table: str) -> list[Row] | None:
        touched = any(of == table for of, _ in self.staged) or any(
            self.base["attributes"][row]["owner"] == OWNER[table]
            for row in self.staged.get(("attributes", "value"), {})
        )
        made = []
        for row in self.there(table):
            item = {"id": row["id"]} if row["id"] is not None else {}
            fields = self.item_fields(table, row)
            inside = self.attributes(OWNER[table], row["id"]) if touched else None
            if self.habits.nested == "full" or fields or inside:
                made.append({**item, **fields, **({"attributes": inside} if inside else {})})
        return made if touched and made else None

    def item_fields(self, table: str, row: Row) -> Row:
        found = {}
        for name, field in FIELDS[table].items():
            changed = self.is_staged(table, name, row)
            held = row[name] if changed else self.base[table][row["_row"]][name]
            carried = changed or (self.habits.nested == "full" and held is not None)
            if name == "is_default" and carried:
                carried = changed or not self.is_outdone(table, row)
            if field.editable and carried:
                found[name] = self.written(field, held, changed=changed)
        return found

    def is_outdone(self, table: str, row: Row) -> bool:
        assert not any(("customers", pointer) in self.staged for pointer in _KINDS[table]), "no pointer is staged here"
        made = [self.tables[table][at] for at, one in enumerate(self.tables[table]) if self.made_default(table, one)]
        return any(table == "contacts" or one["type"] == row["type"] for one in made)

    def made_default(self, table: str, row: Row) -> bool:
        return bool(self.staged.get((table, "is_default"), {}).get(row["_row"], {}).get("after"))

    def attributes(self, kind: str, owner: str | None) -> list[Row] | None:
        """Those of the customer, or of the item with an id; None if the array is not in the body."""
        cells = self.staged.get(("attributes", "value"), {})
        if kind == "customer" and not any(self.base["attributes"][row]["owner"] == kind for row in cells):
            return None
        made = []
        for row in self.there("attributes"):
            if row["owner"] != kind or (kind != "customer" and (owner is None or row["owner_id"] != owner)):
                continue
            changed = self.is_staged("attributes", "value", row)
            if self.habits.nested == "sparse" and not changed:
                continue
            held = row["value"] if changed else self.base["attributes"][row["_row"]]["value"]
            value = {"value": self.written(FIELDS["attributes"]["value"], held, changed=changed)}
            made.append({"name": row["name"], **(value if changed or held is not None else {})})
        return made or None
