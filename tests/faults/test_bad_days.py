"""A server on its worst days: 10, 30 and 60 % of all calls fail. Every record ends as asked, once, or the session says why not.
A new address is made once.

What a server applies `late_seconds` after it seemed to fail can only be known by waiting: the session's `grace` must be longer,
as it is here. The waits between tries are shortened by the driver, not left out.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.faults.harness.model import TERMINAL, undecided
from tests.faults.harness.scene import Ended, Scene
from tests.form import SEED, amount, figures

AT_ONCE = ("429", "500", "500_after", "503_html", "reset_before", "reset_after", "truncated", "garbage")
LATE = ("late", "late_reset")
LATE_SECONDS, GRACE = 0.15, 0.5
RATES = (0.1, 0.3, 0.6)
EACH = amount((), tuple((rate, (kind,)) for rate in RATES for kind in (*AT_ONCE, *LATE)))
DAYS = [*((rate, AT_ONCE) for rate in RATES), (0.3, LATE), *EACH, *amount((), ((0.6, LATE), (0.6, (*AT_ONCE, *LATE))))]


@pytest.mark.parametrize(
    ("rate", "kinds"), DAYS, ids=lambda given: f"{given:.0%}" if isinstance(given, float) else given[0]
)
def test_on_a_bad_day_every_item_is_applied_once_or_said_not_to_be(
    scene: Callable[..., Scene], rate: float, kinds: tuple[str, ...]
) -> None:
    here = scene({"customers": amount(30, 100), "latency": 0}, grace=GRACE if set(kinds) & set(LATE) else 0.02)
    here.stage("TERM7", "Springfield", new=True)
    here.sandbox.set_faults(
        {**dict.fromkeys(kinds, rate / len(kinds)), "retry_after": 0, "late_seconds": LATE_SECONDS, "seed": SEED}
    )
    goes = 0
    while (now := here.status())["staged"]:
        assert goes < 100, now
        goes += 1
        resuming = now["unfinished"] is not None
        decided(here, here.run(*(("resume",) if resuming else ("commit", "--yes")), "--json"))
    assert undecided(here.account()) == []
    assert here.not_as_asked("TERM7", "Springfield") == []
    calls = here.sandbox.log.calls()
    failed = sum(bool(call.fault) for call in calls)
    figures.append(
        f"{rate:.0%} of {kinds[0] if len(kinds) == 1 else f'{len(kinds)} kinds from {kinds[0]} to {kinds[-1]}'}: "
        f"{failed} of {len(calls)} calls failed, {len(here.before)} records as asked in {goes} goes, none applied twice"
    )


def decided(here: Scene, ended: Ended) -> None:
    """After a go every request is over, or unknown or unsent and said to be; and the promises hold."""
    account = here.account()
    assert here.broken(account) == []
    assert ended.code in (0, 3, 4), ended
    told = ended.json
    outcomes = [deed.outcome for deed in account.deeds if deed.run == told["run"]]
    assert len(outcomes) == told["planned"]
    assert sum(name in TERMINAL for name in outcomes) == told["planned"] - told["unknown"] - told["unsent"]
    assert ended.code == 4 or not told["unsent"]
