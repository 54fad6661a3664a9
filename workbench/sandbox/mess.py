"""How typing, imports and old systems spoil a value: the sample customers' stains."""

from __future__ import annotations

from random import Random
from typing import Final, TypeVar

from workbench.sandbox.places import Place
from workbench.sandbox.spellings import MAIL_DOMAINS, PLACEHOLDERS

T = TypeVar("T")

_STATES: Final = {
    "AZ": "Arizona",
    "CA": "California",
    "CO": "Colorado",
    "CT": "Connecticut",
    "FL": "Florida",
    "GA": "Georgia",
    "IL": "Illinois",
    "MA": "Massachusetts",
    "MI": "Michigan",
    "MN": "Minnesota",
    "NC": "North Carolina",
    "NJ": "New Jersey",
    "NY": "New York",
    "OH": "Ohio",
    "ON": "Ontario",
    "OR": "Oregon",
    "PA": "Pennsylvania",
    "QC": "Québec",
    "RI": "Rhode Island",
    "TN": "Tennessee",
    "TX": "Texas",
    "WA": "Washington",
}

_NOTE: Final = "CALL BEFORE DELIVERY, REAR ENTRANCE, ASK FOR THE DAY MANAGER; "


class Stains:
    """The dice of one run of sample customers, and everything they spoil. The same seed gives the same stains."""

    def __init__(self, seed: int) -> None:
        self._dice = Random(seed)
        self.chance = self._dice.random

    def pick(self, choices: tuple[T, ...] | list[T]) -> T:
        """One of them."""
        return choices[int(self.chance() * len(choices))]

    def uuid(self) -> str:
        """A UUID (version 4) from the dice."""
        bits = self._dice.getrandbits(128) & ~(0xF000 << 64) & ~(0xC000 << 48) | (4 << 76) | (0x8000 << 48)
        text = f"{bits:032x}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

    def digits(self, pattern: str) -> str:
        """The pattern with a digit for every `#` (they stand together); the first is 2 to 9."""
        count = pattern.count("#")
        if not count:
            return pattern
        unit: int = 10 ** (count - 1)
        return pattern.replace("#" * count, str(2 * unit + int(self.chance() * 8 * unit)))

    def text(self, text: str) -> str:
        """A text as people type it: one in nine has stray spaces, shouts, or went through the wrong encoding."""
        roll = self.chance()
        if roll > 0.11 or not text:
            return text
        if roll < 0.04:
            return text.upper()
        if roll < 0.05:
            return text.lower()
        if roll < 0.065:
            return text + " "
        if roll < 0.072:
            return " " + text
        if roll < 0.085:
            return text.replace(" ", "  ")
        if roll < 0.093:
            return text.replace(" ", "\u00a0")
        if roll < 0.094:
            return text + "\u200b"
        if roll < 0.096:
            return text.replace("&", "&amp;")
        if roll < 0.097:
            return text + "\t"
        return mojibake(text)

    def name(self, name: str) -> str | None:
        """A person's name, a placeholder, a note that somebody put there, or nothing."""
        roll = self.chance()
        if roll > 0.05:
            return self.text(name)
        if roll > 0.03:
            return None
        if roll > 0.015:
            return ""
        return self.pick(PLACEHOLDERS) if roll > 0.001 else _NOTE

    def phone(self, number: str) -> str | None:
        """An E.164 number in one of the formats that people write."""
        roll = self.chance()
        if roll < 0.5:
            return number
        if roll < 0.6:
            return self.pick(
                (None, None, None, "", "", "n/a", "000-000-0000", number[:8], number + " / " + number[-4:])
            )
        if not number.startswith("+1"):
            abroad = (
                "00" + number[1:],
                f"{number[:3]} {number[3:5]} {number[5:8]} {number[8:]}",
                "0" + number[3:],
                f"{number[:3]} (0){number[3:5]}-{number[5:]}",
            )
            return self.pick(abroad)
        area, office, line = number[2:5], number[5:8], number[8:]
        if roll < 0.72:
            return f"({area}) {office}-{line}"
        if roll < 0.82:
            return f"{area}-{office}-{line}"
        styles = (
            f"{area}.{office}.{line}",
            f"{area}{office}{line}",
            f"1-{area}-{office}-{line}",
            f"+1 {area} {office} {line}",
            f"({area}){office}-{line}",
            f"{area}-{office}-{line} x{line[:2]}",
            f"{area}/{office}-{line}",
            f"\u202a+1 ({area}) {office}\u2011{line}",
        )
        return self.pick(styles)

    def email(self, first: str, last: str, company: str) -> str | None:
        """An address at a mailbox provider or at the company's own domain; missing, misspelt, or not one at all."""
        roll = self.chance()
        if roll < 0.09:
            return None if roll < 0.06 else ""
        person = ".".join(ascii_letters(part) for part in (first, last) if ascii_letters(part)) or "info"
        domain = self.pick(MAIL_DOMAINS) if roll < 0.5 else (ascii_letters(company) or "example") + ".com"
        if roll < 0.93:
            return f"{person}@{domain}"
        spoilt = (
            f"{person}@{domain} ",
            f"{person.upper()}@{domain.upper()}",
            f"{person}@@{domain}",
            f"{person}@{domain.replace('.', ',')}",
            f"{person}{domain}",
            f"{person}@{domain}; orders@{domain}",
            f"{first} <{person}@{domain}>",
            "test@test.com",
            "noemail@example.com",
            "n/a",
        )
        return self.pick(spoilt)

    def state(self, state: str) -> str | None:
        """A state by its code, spelled out, or in some other way."""
        roll = self.chance()
        if not state:
            return None if roll < 0.5 else ""
        if roll < 0.78:
            return state
        long = _STATES.get(state, state)
        if roll < 0.93:
            return long
        return self.pick((long.upper(), state.lower(), state + ".", f" {state}", f"{state[0]}.{state[1:]}.", "", None))

    def zip_code(self, code: str) -> str | None:
        """A postal code; a spreadsheet has eaten a good part of the leading zeros."""
        roll = self.chance()
        if code.startswith("0") and roll < 0.45:
            return code[1:]
        if roll < 0.93:
            return code
        return self.pick((f"{code}-{int(roll * 10_000):04d}", f" {code}", code.replace(" ", ""), "00000", "", None))

    def country(self, place: Place) -> str | None:
        """A country in one of the place's spellings."""
        roll = self.chance()
        if roll < 0.02:
            return None if roll < 0.012 else ""
        return self.pick(place.countries)

    def line(self, street: str) -> str:
        """A street with a number, rarely with a whole note in it."""
        roll = self.chance()
        if roll < 0.001:
            return street + " " + _NOTE * 5
        return self.text(f"{int(roll * 9_000) + 1} {street}")

    def twin(self, name: str) -> str:
        """A company's name as somebody else would have typed it."""
        roll = self.chance()
        if roll < 0.25:
            return name.upper()
        if roll < 0.5:
            return name.rsplit(" ", 1)[0] if " " in name else name + " Inc"
        if roll < 0.65 and len(name) > 4:
            at = 1 + int(self.chance() * (len(name) - 3))
            return name[:at] + name[at + 1] + name[at] + name[at + 2 :]
        if roll < 0.8:
            return "The " + name
        return name.replace("&", "and").replace(".", "")


def mojibake(text: str) -> str:
    """UTF-8 read as Windows-1252, as old imports did; text without accents stays as it is."""
    try:
        return text.encode("utf-8").decode("cp1252")
    except UnicodeDecodeError:
        return text.encode("utf-8").decode("latin-1")


def ascii_letters(text: str) -> str:
    """The text's ASCII letters and digits in lower case, as mailboxes and domains are made of."""
    return "".join(filter(str.isalnum, text.encode("ascii", "ignore").decode("ascii"))).lower()
