"""`sandbox`: the embedded API alone."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from workbench.cli.common import COMMON, Common, Dashed, Flag, put
from workbench.errors import UsageError


def sandbox(
    *,
    port: int = 0,
    customers: int = 5000,
    seed: int = 1,
    state: Path | None = None,
    faults: Annotated[str, Dashed] = "",
    nested: Literal["merge", "replace", "insert", "position"] = "merge",
    null: Literal["clear", "ignore"] = "clear",
    normalise: Annotated[bool, Flag] = False,
    common: Common = COMMON,
) -> int:
    """Run the sandbox API alone, until Ctrl+C. The first line on stdout is its URL; any key is accepted.

    Parameters
    ----------
    port
        The port on 127.0.0.1; a free one unless given.
    customers
        How many sample customers.
    seed
        Another seed makes other customers.
    state
        A file that keeps the state over restarts.
    faults
        Faults as JSON, for example '{"429": 0.1, "500": 0.05, "reset_after": 0.05}'.
    nested
        What an array in a PATCH does: merge by id, replace, insert, or merge by position.
    null
        What null in a PATCH does: clear, or ignore.
    normalise
        Trim text and store USA for US, as some servers do.
    """
    from workbench.sandbox.server import Sandbox

    server = Sandbox(
        customers=customers, seed=seed, state=state, faults=_faults(faults), nested=nested, null=null,
        normalise=normalise, port=port,
    )  # fmt: skip

    def announce(url: str) -> None:
        put({"url": url} if common.json else url)
        sys.stdout.flush()

    server.run_forever(announce)
    return 0


def _faults(text: str) -> Mapping[str, Any] | None:
    if not text:
        return None
    try:
        found = json.loads(text)
    except ValueError as error:
        raise UsageError(f"--faults is no JSON: {error}") from error
    if not isinstance(found, dict):
        raise UsageError('--faults takes a JSON object, such as {"429": 0.1}')
    return found
