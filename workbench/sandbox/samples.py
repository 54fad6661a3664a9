"""The sample customers: a wholesaler's real mess, the same for the same seed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from workbench.sandbox.application import Record
from workbench.sandbox.mess import Stains, ascii_letters
from workbench.sandbox.places import PLACES, Place
from workbench.sandbox.spellings import (
    ADDRESS_ATTRIBUTES,
    CONTACT_ATTRIBUTES,
    CUSTOMER_ATTRIBUTES,
    DEPARTMENTS,
    DESIGNATIONS,
    FREIGHT_TERMS,
    PAYMENT_MODES,
    PAYMENT_TERMS,
    PLACEHOLDERS,
    PRICE_LISTS,
    REPS,
    SHIPPING_METHODS,
    Choices,
)

_FIRST: Final = 1_451_606_400  # 2016-01-01
_LAST: Final = 1_767_225_599  # 2025-12-31
_IMPORTS: Final = 9
_REMEMBERED: Final = 300
_NUMBER_OF_ADDRESSES: Final = (0,) * 3 + (1,) * 12 + (2,) * 25 + (3,) * 7 + (4,) * 3
_NUMBER_OF_CONTACTS: Final = (0,) * 3 + (1,) * 10 + (2,) * 5 + (3,) * 2
_NUMBER_OF_ATTRIBUTES: Final = (0,) * 6 + (1,) * 5 + (2,) * 3 + (3,) * 2
_NUMBER_OF_REPS: Final = (0,) * 2 + (1,) * 14 + (2,) * 4


def sample_staff() -> list[Record]:
    """The sales reps, as a customer's answer shows them; two of them are inactive and two have the same name."""
    stains = Stains(20_210_101)
    boss = stains.uuid()
    staff = []
    for i, (first, last) in enumerate(REPS):
        at = _written(_FIRST + i * 7_000_000)
        rep: Record = {
            "id": stains.uuid(),
            "email": f"{ascii_letters(first)}.{ascii_letters(last)}{i if last == 'Smith' else ''}@wholesale.example".lower(),
            "first_name": first,
            "last_name": last,
            "phone": stains.digits("+1617#######"),
            "department": DEPARTMENTS[i % len(DEPARTMENTS)],
            "status": "inactive" if i in (7, 12) else "active",
            "created_by": boss,
            "updated_by": boss,
            "created_at": at,
            "updated_at": at,
        }
        staff.append(rep)
    return staff


def sample_price_lists() -> list[Record]:
    """The price lists, as a customer's answer shows them; the last one is inactive."""
    stains = Stains(20_250_101)
    price_lists = []
    for i, name in enumerate(PRICE_LISTS):
        at = _written(_FIRST + i * 31_000_000)
        price_list: Record = {
            "id": stains.uuid(),
            "name": name,
            "status": "inactive" if i == len(PRICE_LISTS) - 1 else "active",
            "reference_id": f"PRC-{2016 + i}0101",
            "description": f"{name} price list",
            "created_at": at,
            "updated_at": at,
        }
        price_lists.append(price_list)
    return price_lists


def sample_customers(count: int, seed: int = 1) -> Iterator[Record]:
    """So many customers, whole. The first ones of a larger number are the same as those of a smaller one."""
    maker = _Maker(seed)
    for number in range(count):
        yield maker.customer(number)


@dataclass(frozen=True, slots=True)
class _Identity:
    """Who a customer really is; what is stored are stains of it, twice for a near-duplicate."""

    place: Place
    company: str
    first: str
    last: str
    phone: str
    city: tuple[str, str, str, str]
    street: str


class _Maker:
    def __init__(self, seed: int) -> None:
        self.stains = Stains(seed)
        self.staff = sample_staff()
        self.price_lists = sample_price_lists()
        self.imports = sorted(self._between(_FIRST, _LAST) for _ in range(_IMPORTS))
        self.remembered: list[_Identity] = []
        self.at = self.updated = ""

    def customer(self, number: int) -> Record:
        stains = self.stains
        chance = stains.chance
        self.at, self.updated = self._times()
        customer_id = stains.uuid()
        twin = bool(self.remembered) and chance() < 0.03
        who = stains.pick(self.remembered) if twin else self._identity(number)
        name = stains.twin(who.company) if twin else stains.text(who.company)
        if chance() < 0.004:
            name = stains.pick(PLACEHOLDERS)
        display: str | None = name if chance() < 0.7 else stains.text(who.company)
        if chance() < 0.08:
            display = stains.pick(("", None, who.last))
        price_list = stains.pick(self.price_lists) if chance() < 0.85 else None
        return {
            "id": customer_id,
            "reference_id": self._reference(number, "CUS"),
            "display_id": f"WC_{1_000_001 + number}",
            "name": name,
            "display_name": display,
            "first_name": stains.name(who.first),
            "last_name": stains.name(who.last),
            "phone": stains.phone(who.phone),
            "email": stains.email(who.first, who.last, who.company),
            "status": "inactive" if chance() < 0.08 else "active",
            "freight_term": stains.pick(FREIGHT_TERMS),
            "shipping_method": stains.pick(SHIPPING_METHODS),
            "payment_mode": stains.pick(PAYMENT_MODES),
            "payment_term": stains.pick(PAYMENT_TERMS),
            "assigned_sales_reps": self._reps(),
            "assigned_price_list": price_list,
            "addresses": self._addresses(customer_id, number, who),
            "contacts": self._contacts(number, who),
            "attributes": self._attributes(CUSTOMER_ATTRIBUTES, stains.pick(_NUMBER_OF_ATTRIBUTES)),
            "created_at": self.at,
            "updated_at": self.updated,
        }

    def _identity(self, number: int) -> _Identity:
        stains = self.stains
        place = stains.pick(PLACES)
        city = stains.pick(place.cities)
        words = (stains.pick(place.companies), stains.pick(place.streets).split()[0], stains.pick(place.suffixes))
        company = " ".join(word for word in (words if stains.chance() < 0.35 else words[::2]) if word)
        phone = stains.digits(city[3])
        who = _Identity(
            place,
            company if stains.chance() < 0.5 else f"{company} #{number % 97 + 2}",
            stains.pick(place.first_names),
            stains.pick(place.last_names),
            phone,
            (city[0], city[1], stains.digits(city[2]), city[3]),
            stains.pick(place.streets),
        )
        if len(self.remembered) < _REMEMBERED:
            self.remembered.append(who)
        else:
            self.remembered[number % _REMEMBERED] = who
        return who

    def _addresses(self, customer_id: str, number: int, who: _Identity) -> list[Record]:
        stains = self.stains
        chance = stains.chance
        addresses: list[Record] = []
        flagged: set[str] = set()
        for i in range(stains.pick(_NUMBER_OF_ADDRESSES)):
            kind = ("billing", "shipping")[i] if i < 2 else ("shipping" if chance() < 0.7 else "billing")
            city = who.city if i == 0 or chance() < 0.6 else stains.pick(who.place.cities)
            default = chance() < (0.04 if kind in flagged else 0.88)
            if default:
                flagged.add(kind)
            person = chance() < 0.7
            address: Record = {
                "id": stains.uuid(),
                "customer_id": customer_id,
                "reference_id": f"ADDR{number:05d}-{i + 1}" if chance() < 0.7 else stains.pick((None, "", "ADDR1")),
                "address_line_1": stains.line(who.street),
                "address_line_2": stains.pick(
                    (None, None, None, "", "", "Suite 200", "Apt 101", "ste. 4", "n/a", "Unit B ")
                ),
                "city": stains.text(city[0]),
                "state": stains.state(city[1]),
                "country": stains.country(who.place),
                "zip_code": stains.zip_code(stains.digits(city[2])),
                "first_name": stains.name(who.first) if person else None,
                "last_name": stains.name(who.last) if person else None,
                "phone": stains.phone(who.phone) if chance() < 0.6 else None,
                "email": stains.email(who.first, who.last, who.company) if chance() < 0.3 else None,
                "type": kind,
                "status": "active" if chance() < 0.97 else "inactive",
                "is_default": default,
                "attributes": self._attributes(ADDRESS_ATTRIBUTES, 1) if chance() < 0.12 else [],
                "created_at": self.at,
                "updated_at": self.updated,
            }
            addresses.append(address)
        return addresses

    def _contacts(self, number: int, who: _Identity) -> list[Record]:
        stains = self.stains
        chance = stains.chance
        contacts: list[Record] = []
        flagged = False
        for i in range(stains.pick(_NUMBER_OF_CONTACTS)):
            first = who.first if i == 0 else stains.pick(who.place.first_names)
            last = who.last if i == 0 else stains.pick(who.place.last_names)
            default = chance() < (0.03 if flagged else 0.85)
            flagged = flagged or default
            contact: Record = {
                "id": stains.uuid(),
                "reference_id": f"CON{number:05d}-{i + 1}" if chance() < 0.6 else stains.pick((None, "")),
                "first_name": stains.name(first),
                "last_name": stains.name(last),
                "email": stains.email(first, last, who.company),
                "phone": stains.phone(who.phone if i == 0 else stains.digits(who.city[3])),
                "designation": stains.pick(DESIGNATIONS),
                "status": "active" if chance() < 0.96 else "inactive",
                "is_default": default,
                "attributes": self._attributes(CONTACT_ATTRIBUTES, 1) if chance() < 0.15 else [],
                "created_at": self.at,
                "updated_at": self.updated,
            }
            contacts.append(contact)
        return contacts

    def _attributes(self, known: tuple[tuple[str, Choices], ...], count: int) -> list[Record]:
        stains = self.stains
        start = int(stains.chance() * len(known))
        attributes: list[Record] = []
        for i in range(count):
            # one name in 150 stands there twice
            name, values = known[(start + (i if stains.chance() > 0.007 else 0)) % len(known)]
            by = stains.pick(self.staff)["id"]
            attribute: Record = {
                "id": stains.uuid(),
                "name": name,
                "value": stains.pick(values),
                "created_by": by,
                "updated_by": by,
                "created_at": self.at,
                "updated_at": self.updated,
            }
            attributes.append(attribute)
        return attributes

    def _reps(self) -> list[Record]:
        count = self.stains.pick(_NUMBER_OF_REPS)
        reps = [self.stains.pick(self.staff) for _ in range(count)]
        return reps[:1] if count == 2 and reps[0] is reps[1] else reps

    def _reference(self, number: int, prefix: str) -> str | None:
        roll = self.stains.chance()
        if roll > 0.1:
            return f"{prefix}{number + 1:05d}"
        if roll > 0.06:
            return None
        if roll > 0.03:
            return ""
        if roll > 0.012:
            return f"{prefix}{int(roll * 1_000_000) % (number + 1) + 1:05d}"
        return self.stains.pick(
            (f" {prefix}{number + 1:05d}", f"{prefix.lower()}-{number + 1}", f"{prefix}{number + 1:05d} ")
        )

    def _times(self) -> tuple[str, str]:
        chance = self.stains.chance
        created = self.stains.pick(self.imports) if chance() < 0.35 else self._between(_FIRST, _LAST)
        roll = chance()
        updated = created
        if roll > 0.4:
            updated = self._between(created, _LAST)
        elif roll > 0.2:
            updated = max(created, self.stains.pick(self.imports))
        return _written(created), _written(updated)

    def _between(self, first: int, last: int) -> int:
        return first + int(self.stains.chance() * (last - first))


def _written(seconds: int) -> str:
    """Seconds since 1970 as the API writes a time."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
