"""The bench of a data steward: load customers, search, stage, preview, commit, undo and replay.

`Workbench` is the one object that the terminal app, the notebook and the command line hold. It is imported
late, so that `import workbench` costs nothing.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbench.errors import WorkbenchError
    from workbench.workbench import Workbench

__all__ = ["Workbench", "WorkbenchError", "__version__"]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    if name == "Workbench":
        from workbench.workbench import Workbench

        return Workbench
    if name == "WorkbenchError":
        from workbench.errors import WorkbenchError

        return WorkbenchError
    raise AttributeError(f"module 'workbench' has no attribute {name!r}")
