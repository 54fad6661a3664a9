"""The documented limits on values, and what `normalise` does to a text before it is stored.

The limits are those that the vendor documents for addresses, taken as the rule for the same fields elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

LIMITS: Final = {
    "reference_id": 255,
    "address_line_1": 255,
    "address_line_2": 255,
    "first_name": 50,
    "last_name": 50,
    "city": 50,
    "state": 50,
    "zip_code": 50,
}
"""The most characters (code points) that a field may have."""

COUNTRIES: Final = frozenset(
    re.findall(
        r"[A-Z]{2}",
        "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY "
        "BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK "
        "FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR "
        "IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK "
        "ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM "
        "PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF "
        "TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW",
    )
)
"""ISO 3166-1 alpha-2, the officially assigned codes."""

_E164: Final = re.compile(r"\+[1-9][0-9]{1,14}")
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


_BOUNDED: Final = (*LIMITS, "phone", "email", "country")


def complaint(field: str, value: str | None) -> str | None:
    """Why the API refuses `value` for `field` (the PATCH body's name), or None. Empty is fine, but not for `type`."""
    if field == "type":
        return None if value in ("billing", "shipping") else "must be billing or shipping"
    if not value:
        return None
    limit = LIMITS.get(field)
    if limit is not None:
        return f"must be at most {limit} characters, has {len(value)}" if len(value) > limit else None
    if field == "phone":
        return None if _E164.fullmatch(value) else "must be E.164, such as +14155552671"
    if field == "email":
        return None if _EMAIL.fullmatch(value) else "must be an email address"
    if field == "country":
        return None if value in COUNTRIES else "must be an ISO 3166-1 alpha-2 code, such as US"
    return None


def out_of_bounds(customer: Mapping[str, Any]) -> set[tuple[str, str]]:
    """The texts of a customer (the answer's form) that break the limits, each with its field."""
    found = _broken(customer)
    for table in ("addresses", "contacts"):
        for item in customer.get(table) or ():
            found |= _broken(item)
    return found


def _broken(record: Mapping[str, Any]) -> set[tuple[str, str]]:
    texts = ((name, record.get(name)) for name in _BOUNDED)
    return {(name, value) for name, value in texts if isinstance(value, str) and complaint(name, value)}


def normalised(field: str, value: str) -> str:
    """What a server that normalises stores: text without outer white space, and `USA` where `US` was asked."""
    text = value.strip()
    return "USA" if field == "country" and text == "US" else text
