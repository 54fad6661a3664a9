"""What all tests share."""

from __future__ import annotations

import gc

gc.set_threshold(100_000, 50, 100)  # a tenth of the time of the screens' tests went into looking for rubbish
