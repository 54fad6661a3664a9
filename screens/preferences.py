"""What a person prefers on this machine, in every session: a theme, and keys of their own.

They stand in `app.json` in the user's configuration folder (`$WORKBENCH_CONFIG` names another file):

    {"theme": "high-contrast", "keys": {"browse.search": "ctrl+s", "grid.mark": "space,b"}}

The ids of the keys are shown by `?` and then `i`. The keys that confirm a commit cannot be changed: that another key confirms
than the one that asked is what keeps a slip of the finger from committing.

The standard library is enough here: the first paint asks, before anything else is imported.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

_FIXED: Final = ("confirm.",)


@dataclass(frozen=True, slots=True)
class Preferences:
    """`theme` is empty where none was chosen; `keys` are by the ids of bindings; `wrong` says what could not be read."""

    theme: str = ""
    keys: Mapping[str, str] = field(default_factory=dict)
    wrong: str = ""

    @classmethod
    def read(cls) -> Preferences:
        """What is kept. What cannot be read is left out and said, and the app opens all the same."""
        try:
            kept = json.loads(place().read_text(encoding="utf-8"))
        except FileNotFoundError:
            return cls()
        except (OSError, ValueError) as error:
            return cls(wrong=f"{place().name} cannot be read and is left out: {error}")
        if not isinstance(kept, dict):
            return cls(wrong=f"{place().name} holds no JSON object and is left out")
        return cls._of(kept)

    @classmethod
    def _of(cls, kept: dict[str, Any]) -> Preferences:
        theme, keys = kept.get("theme", ""), kept.get("keys", {})
        if not isinstance(theme, str) or not isinstance(keys, dict):
            return cls(wrong=f'{place().name} should hold {{"theme": "name", "keys": {{"id": "key"}}}}; it is left out')
        usable = {id_: key for id_, key in keys.items() if isinstance(key, str) and key and not id_.startswith(_FIXED)}
        odd = sorted(set(keys) - set(usable))
        return cls(theme, usable, f"{place().name}: these keys cannot be set: {', '.join(odd)}" if odd else "")


def keep_theme(name: str) -> None:
    """Keeps the theme that was chosen, beside what else stands there. Raises `OSError`."""
    path = place()
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        kept = {}
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    new.write_text(json.dumps({**(kept if isinstance(kept, dict) else {}), "theme": name}, indent=2) + "\n", "utf-8")
    new.replace(path)


def place() -> Path:
    """Where preferences are kept."""
    if named := os.environ.get("WORKBENCH_CONFIG"):
        return Path(named)
    import platformdirs

    return Path(platformdirs.user_config_dir("steward-workbench")) / "app.json"
