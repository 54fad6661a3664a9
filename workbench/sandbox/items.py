"""Addresses and contacts of a PATCH body: which stored item each one means, its fields, its default flag."""

from __future__ import annotations

from typing import Any, Final

from workbench.sandbox.application import Application, Record
from workbench.sandbox.shape import ADDRESS_TEXTS, CONTACT_TEXTS

_TEXTS: Final = {"addresses": ADDRESS_TEXTS, "contacts": CONTACT_TEXTS}
_NOTHING: Final[Record] = {}


def apply_items(customer: Record, array: str, given: list[Record] | None, application: Application) -> bool:
    """Apply a body's array to the customer's, in place, by the server's `nested` habit; True if anything changed.

    Fields that an item of the body leaves out stay as they are, under "replace" too: there only whole items go.
    """
    if given is None and application.habits.null == "ignore":
        return False
    items = given or []
    stored: list[Record] = customer[array]
    before = [item["id"] for item in stored]
    texts = _TEXTS[array]
    _refuse_repeated_references(array, items, application)
    resolver = _Resolver(customer, array, application)
    named: list[Record] = []
    changed = False
    for i, item in enumerate(items):
        path = f"{array}[{i}]."
        target, kept = resolver.resolve(i, item, path)
        if target is None:
            continue
        named.append(target)
        touched = False
        for name in texts:
            if name in item:
                touched |= application.set_text(target, name, name, item[name], path, kept)
        if "attributes" in item:
            touched |= application.set_attributes(target, item["attributes"], path)
        if touched:
            target["updated_at"] = application.now
            changed = True
    if application.details:
        return changed
    if application.habits.nested == "replace":
        stored[:] = named
    for target, item in zip(named, items, strict=True):
        if "is_default" in item:
            _set_default(target, item["is_default"], stored, application)
    return changed or before != [item["id"] for item in stored]


class _Resolver:
    """Finds or makes the stored item that an item of the body means."""

    def __init__(self, customer: Record, array: str, application: Application) -> None:
        self.customer_id: str = customer["id"]
        self.array = array
        self.stored: list[Record] = customer[array]
        self.known = list(self.stored)
        self.by_id = {item["id"]: item for item in self.stored}
        self.application = application
        self.taken: set[str] = set()

    def resolve(self, i: int, item: Record, path: str) -> tuple[Record | None, Record]:
        """The item to change (None: refused, and said so) and the one whose values count as already stored."""
        nested = self.application.habits.nested
        named = self.by_id.get(item.get("id") or "")
        if nested == "insert":
            return self._new(item, path, named or _NOTHING), named or _NOTHING
        if nested == "position":
            if i < len(self.known):
                return self.known[i], named or self.known[i]
            return self._new(item, path, named or _NOTHING), named or _NOTHING
        if named is None and item.get("id"):
            self.application.details.append((path + "id", f"the customer has no such item: {item['id']!r}"))
            return None, _NOTHING
        target = named or self._same_reference(item.get("reference_id"))
        if target is None:
            target = self._new(item, path, _NOTHING)
        elif target["id"] in self.taken:
            self.application.details.append((path + "id", "the same item is given twice"))
            return None, _NOTHING
        self.taken.add(target["id"])
        return target, target

    def _same_reference(self, reference: str | None) -> Record | None:
        if reference and self.application.habits.normalise:
            reference = reference.strip()
        if not reference:
            return None
        return next((item for item in self.stored if item["reference_id"] == reference), None)

    def _new(self, item: Record, path: str, kept: Record) -> Record:
        now = self.application.now
        new: Record = {"id": self.application.new_id()}
        if self.array == "addresses":
            new["customer_id"] = self.customer_id
            if item.get("type") is None and not kept:
                self.application.details.append((path + "type", "is required for a new address"))
        new.update(dict.fromkeys(_TEXTS[self.array]))
        new.update(status="active", is_default=False, attributes=[], created_at=now, updated_at=now)
        self.stored.append(new)
        return new


def stamp_flags(items: list[Record], before: dict[str, bool], application: Application) -> bool:
    """Move `updated_at` of the items whose default flag is no longer what it was; True if there are any.

    Only the end counts: a body that sets two defaults takes the flag to and fro, and changes nothing when repeated.
    """
    changed = [item for item in items if item["is_default"] is not before.get(item["id"], item["is_default"])]
    for item in changed:
        item["updated_at"] = application.now
    return bool(changed)


def _set_default(target: Record, flag: bool | None, stored: list[Record], application: Application) -> None:
    """Set one item's flag; a flag that becomes true takes it from the others of the same kind (addresses: `type`).

    One that was true already takes it from nobody: several stored defaults, carried untouched, stay.
    """
    if flag is None and application.habits.null == "ignore":
        return
    wanted = bool(flag)
    if target["is_default"] is wanted:
        return
    target["is_default"] = wanted
    if wanted:
        kind: Any = target.get("type")
        for other in stored:
            if other is not target and other["is_default"] and other.get("type") == kind:
                other["is_default"] = False


def _refuse_repeated_references(array: str, items: list[Record], application: Application) -> None:
    """Refuse two items of one reference_id, one of them without id: a repeated request could not tell them apart."""
    if application.habits.nested not in ("merge", "replace"):
        return
    seen: dict[str, bool] = {}
    for i, item in enumerate(items):
        reference = item.get("reference_id")
        if not reference:
            continue
        if application.habits.normalise:
            reference = reference.strip()
        has_id = bool(item.get("id"))
        if reference in seen and not (has_id and seen[reference]):
            application.details.append((f"{array}[{i}].reference_id", f"{reference!r} is given twice"))
        seen[reference] = has_id and seen.get(reference, True)
