"""IPython's shell, asked without importing it: where nobody loaded IPython, there is none."""

from __future__ import annotations

import sys
from typing import Any


def ipython_shell() -> Any:
    """IPython's shell in this process, or None."""
    return getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
