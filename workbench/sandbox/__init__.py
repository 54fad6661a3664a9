"""The embedded customer API: an honest stand-in for the vendor's, with its habits and its bad days as options.

`workbench.sandbox.server.Sandbox` is the door. It is imported only when asked for, so that importing this package costs
nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.sandbox.errors import SandboxError
    from workbench.sandbox.server import Sandbox

__all__ = ["Sandbox", "SandboxError"]


def __getattr__(name: str) -> object:
    if name == "Sandbox":
        from workbench.sandbox.server import Sandbox

        return Sandbox
    if name == "SandboxError":
        from workbench.sandbox.errors import SandboxError

        return SandboxError
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
