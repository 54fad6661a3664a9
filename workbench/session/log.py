"""The log beside a session that was not closed (SQLite's `-wal`): whether SQLite would silently let go of commits in it.

SQLite takes the commits of a log up to the first frame whose checksum is wrong, for that is how a power failure leaves the end
of one. Behind a damage further up it would let go of all later commits too, without a word. They can be told apart: a commit
is on the disk before the next one begins, so only the last can be torn. Behind the last one may also stand what is left of commits
that failed, longer than those that were then written over them. Each frame's checksum goes on from that of the frame before: where
it does not, the two were never written one after the other. See https://www.sqlite.org/fileformat2.html#walformat.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from workbench.errors import SessionDamaged

_HEADER: Final = 32
_FRAME: Final = 24
_MAGIC: Final = {0x377F0682: "little", 0x377F0683: "big"}
_BITS: Final = 0xFFFFFFFF

Sums = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Frame:
    """A page in the log; `commits` if it is the last one of a transaction; `salts` name the round of the log it is of."""

    salts: bytes
    commits: bool
    told: Sums
    summed: bytes


class _Before(NamedTuple):
    """The checksum of the frame before: as it stands there, and as it comes out. After a single damage one of them is right."""

    told: Sums
    comes: Sums


def refuse_lost_commits(session: Path) -> None:
    """Raises `SessionDamaged` if the log beside `session` holds commits behind a damaged one. Reads, and changes nothing.

    A log that is being written to meanwhile is somebody else's, who holds the session: nothing is said of it here.
    """
    log = Path(f"{session}-wal")
    try:
        before = log.stat()
        data = log.read_bytes()
        after = log.stat()
    except OSError:
        return
    still = (before.st_mtime_ns, before.st_size) == (after.st_mtime_ns, after.st_size) == (after.st_mtime_ns, len(data))
    if still and _loses_commits(data):
        raise SessionDamaged(
            f"the log {log} is damaged, and commits behind the damage would be lost; both files were left as they are: go back "
            "to a copy of them, or move the log away to open the session as it was before"
        )


def _loses_commits(data: bytes) -> bool:
    if len(data) <= _HEADER:
        return False
    magic, _, size = struct.unpack(">III", data[:12])
    sums = _sums(data[:24], (0, 0), _MAGIC.get(magic, "little"))
    if magic not in _MAGIC or sums != struct.unpack(">II", data[24:_HEADER]):
        # it is on the disk before the first frame is written
        return len(data) > _HEADER + _FRAME
    salts, whole, ours, over, several = data[16:24], True, True, False, False
    before, ended = _Before(sums, sums), True
    for frame in _frames(data, size):
        continued = frame.told in (_sums(frame.summed, told, _MAGIC[magic]) for told in before)
        # what failed commits left begins behind a commit: a break elsewhere, behind the first, is damage of several frames
        several = several or not (whole or continued or ended)
        whole = whole and continued and frame.salts == salts
        # salts are in no checksum: what goes on from a frame of this round is of this round, whatever its own say
        ours = frame.salts == salts or (ours and continued)
        if ours and not whole:
            if over and (continued or several):
                return True
            over = frame.commits
        ended = ours and frame.commits
        before = _Before(frame.told, _sums(frame.summed, before.told, _MAGIC[magic]))
    return False


def _frames(data: bytes, size: int) -> Iterator[_Frame]:
    for start in range(_HEADER, len(data) - _FRAME - size + 1, _FRAME + size):
        page = start + _FRAME
        _, pages, first, second = struct.unpack(">II8xII", data[start:page])
        summed = data[start : start + 8] + data[page : page + size]
        yield _Frame(data[start + 8 : start + 16], pages > 0, (first, second), summed)


def _sums(data: bytes, sums: Sums, order: str) -> Sums:
    """SQLite's checksum of a log, over words of 32 bits, continued from `sums`."""
    words = struct.unpack(f"{'<' if order == 'little' else '>'}{len(data) // 4}I", data)
    one, two = sums
    for first, second in zip(words[::2], words[1::2], strict=True):
        one = (one + first + two) & _BITS
        two = (two + second + one) & _BITS
    return one, two


def pages_in(session: Path) -> dict[int, bytes]:
    """The pages (number, from 1, to content) that the whole transactions in the log beside `session` hold; none without a log.

    They are what SQLite would lay over the file. Raises `OSError`.
    """
    log = Path(f"{session}-wal")
    data = log.read_bytes() if log.exists() else b""
    if len(data) <= _HEADER:
        return {}
    magic, _, size = struct.unpack(">III", data[:12])
    sums, salts = _sums(data[:24], (0, 0), _MAGIC.get(magic, "little")), data[16:24]
    whole: dict[int, bytes] = {}
    begun: dict[int, bytes] = {}
    for frame in _frames(data, size) if magic in _MAGIC else ():
        sums = _sums(frame.summed, sums, _MAGIC[magic])
        if frame.salts != salts or sums != frame.told:
            break
        begun[int.from_bytes(frame.summed[:4], "big")] = frame.summed[8:]
        if frame.commits:
            whole, begun = {**whole, **begun}, {}
    return whole
