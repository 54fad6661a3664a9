"""Where a session lives: names to paths, and whether the file system below can be trusted with it."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from workbench.errors import UsageError

SUFFIX: Final = ".session"
_NAME: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_NETWORK: Final = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "9p", "afs", "ceph", "glusterfs", "davfs"}
)


def session_path(session: str | Path, *, sessions_dir: Path | None = None, env: Mapping[str, str] = os.environ) -> Path:
    """The file of a session given by name or by a path ending in `.session`.

    A name is looked up in `sessions_dir`, else `$WORKBENCH_SESSIONS`, else `./sessions` if it exists, else the user's
    data folder. Raises `UsageError` for a name with other characters than `A-Za-z0-9._-` or longer than 64.
    """
    text = str(session)
    if text.endswith(SUFFIX) and text != SUFFIX:
        return Path(text)
    if not _NAME.fullmatch(text) or set(text) == {"."}:
        raise UsageError(
            f"{text!r} is no session name: use 1 to 64 of A-Z a-z 0-9 . _ - or a path that ends in {SUFFIX}"
        )
    return folder(sessions_dir, env) / f"{text}{SUFFIX}"


def command_name(path: Path) -> str:
    """What names a session on a command line that is typed where this one was: its name if that finds it, else its path."""
    try:
        found = session_path(path.stem)
    except UsageError:
        found = None
    return path.stem if found is not None and found.resolve() == path.resolve() else shlex.quote(str(path))


def free_path(name: str, *, sessions_dir: Path) -> Path:
    """The file of a new session of this name in a folder; raises `UsageError` for a name that cannot be, or is taken."""
    if not name:
        raise UsageError("the session has no name yet: type one")
    path = session_path(name.removesuffix(SUFFIX), sessions_dir=sessions_dir)
    if path.exists():
        raise UsageError(f"there is a session {path.stem} already: type another name")
    return path


def folder(sessions_dir: Path | None = None, env: Mapping[str, str] = os.environ) -> Path:
    """The folder in which sessions are looked up by name (it may not exist yet)."""
    if sessions_dir is not None:
        return sessions_dir
    if env.get("WORKBENCH_SESSIONS"):
        return Path(env["WORKBENCH_SESSIONS"])
    if Path("sessions").is_dir():
        return Path("sessions")
    import platformdirs

    return Path(platformdirs.user_data_dir("steward-workbench")) / "sessions"


def network_file_system(path: Path, mounts: Path = Path("/proc/mounts")) -> str | None:
    """The type of the network file system that `path` is on, or None (also where that cannot be found out)."""
    try:
        lines = mounts.read_text(errors="replace").splitlines()
    except OSError:
        return None
    real = os.path.realpath(path)
    best, kind = "", None
    for line in lines:
        parts = line.split()
        if len(parts) < 3:
            continue
        point = parts[1].replace("\\040", " ")
        if (real == point or real.startswith(point.rstrip("/") + "/")) and len(point) >= len(best):
            best, kind = point, parts[2]
    return kind if kind in _NETWORK else None
