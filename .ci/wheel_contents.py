"""Checks what a wheel holds: exactly the two packages, their markers and data, and nothing of the tests."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

PACKAGES = ("workbench", "screens")
NEEDED = ("workbench/py.typed", "screens/py.typed", "workbench/session/schema.sql", "workbench/search/query.lark")


def main(folder: str) -> int:
    """0 if the one wheel in `folder` is as it should be; tells what is not."""
    (wheel,) = Path(folder).glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    tops = {name.partition("/")[0] for name in names} - {"steward_workbench-0.1.0.dist-info"}
    listed = subprocess.run(["git", "ls-files", *PACKAGES], capture_output=True, text=True, check=True).stdout.split()
    missing = [name for name in (*NEEDED, *listed) if name not in names]
    strange = sorted(tops - set(PACKAGES))
    for name in missing:
        sys.stdout.write(f"the wheel lacks {name}\n")
    for name in strange:
        sys.stdout.write(f"the wheel holds {name}, which does not belong there\n")
    sys.stdout.write(f"{wheel.name}: {len(names)} files\n")
    return 1 if missing or strange else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
