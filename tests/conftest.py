"""What all tests share."""

from __future__ import annotations

import gc
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.form import LONG, amount

# How long an example takes says how busy the machine is. The short form draws the same ones each time: it says whether a change
# broke something; what nobody has thought of yet is for the long form to find.
settings.register_profile(
    "unhurried",
    deadline=None,
    derandomize=not LONG,
    suppress_health_check=[HealthCheck.too_slow],
    max_examples=amount(40, 200),
)
settings.load_profile("unhurried")
gc.set_threshold(100_000, 50, 100)  # a tenth of the time of the screens' tests went into looking for rubbish


if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # as in `make test &` of a script: whoever tries Ctrl+C here, or in a process started from here, would wait for ever
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_finish() -> None:
    """What was imported is no rubbish: nobody looks there for any."""
    gc.collect()
    gc.freeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """`make test` looks for tests that run alone in one folder only: elsewhere one would never run."""
    lost = [one.nodeid for one in items if one.get_closest_marker("alone") and one.path.parent.name != "notebook"]
    if lost:
        raise pytest.UsageError(f"tests that run alone belong in tests/notebook: {', '.join(lost)}")


@pytest.fixture(scope="session")
def session_copy(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Callable[[Path], None], Path], Path]:
    """Copies of sessions that are made once: `session_copy(make, path)` puts one at `path`. `make` (a module's function: it is
    known by itself) is called the first time only, with a path of the same name, and leaves a closed session there."""
    made: dict[Callable[[Path], None], Path] = {}

    def copied(make: Callable[[Path], None], path: Path) -> Path:
        if make not in made:
            kept = tmp_path_factory.mktemp("made") / path.name
            make(kept)
            made[make] = kept
        return Path(shutil.copy(made[make], path))

    return copied
