"""The API's key: from the environment, a keyring, or a prompt; never an option or printed. And its address."""

from __future__ import annotations

import os
import sys


def known_api() -> str | None:
    """The API's address that the environment tells, `$WORKBENCH_API_URL`; None if it says nothing."""
    return os.environ.get("WORKBENCH_API_URL") or None


def api_key() -> str | None:
    """The API key: `$WORKBENCH_API_KEY`, else the keyring's, if a keyring is installed. Never an option."""
    if os.environ.get("WORKBENCH_API_KEY"):
        return os.environ["WORKBENCH_API_KEY"]
    import importlib.util

    if importlib.util.find_spec("keyring") is None:
        return None
    keyring = importlib.import_module("keyring")
    key: str | None = keyring.get_password("steward-workbench", "api-key")
    return key


def asked_key() -> str | None:
    """The API key as `api_key`, or asked for at a terminal."""
    key = api_key()
    if key is None and sys.stdin.isatty() and sys.stderr.isatty():
        import getpass

        key = getpass.getpass("API key (it is not kept): ") or None
    return key
