"""An interrupt in any moment of the lock comes once: neither lost nor kept for an innocent call."""

from __future__ import annotations

import signal
from typing import Any

import pytest

from workbench.stage.undisturbed import Undisturbed


@pytest.mark.parametrize("after", [True, False])
@pytest.mark.parametrize("taking", [True, False])
def test_an_interrupt_while_the_handler_changes_comes_once(
    monkeypatch: pytest.MonkeyPatch, *, taking: bool, after: bool
) -> None:
    lock, change, left = Undisturbed(), signal.signal, [1]

    def interrupted(number: Any, handler: Any) -> Any:
        hit = left and (handler == lock._heard) is taking
        if hit and not after:
            left.pop()
            signal.raise_signal(signal.SIGINT)
        found = change(number, handler)
        if hit and after:
            left.pop()
            signal.raise_signal(signal.SIGINT)
        return found

    before = change(signal.SIGINT, signal.default_int_handler)
    try:
        monkeypatch.setattr(signal, "signal", interrupted)
        with pytest.raises(KeyboardInterrupt), lock:
            pass
        monkeypatch.undo()
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
        with lock:
            pass
    finally:
        change(signal.SIGINT, before)
