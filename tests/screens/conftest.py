"""What the tests of the screens share: no animation, no blinking, and rows that need no session."""

from __future__ import annotations

import os

os.environ["TEXTUAL_ANIMATIONS"] = "none"
