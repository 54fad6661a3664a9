"""Starting: `workbench --help` beside a bare Python, and the app beside VisiData on the same rows as CSV.

    python tests/bench/start.py [CUSTOMERS]

Both are measured on a pty of 120 x 40, from the start of the process: until the first customer's name is on the screen,
and until the program answers a key: `G` is pressed as soon as that name is there, and the last customer's name, which
no first screen shows, has to come. Our first paint is a picture that the session keeps, so the second figure is the one
that tells when work can begin. VisiData (`vd`) is left out with a line that says so if it is not installed. In turns,
medians; nothing is asserted.
"""

from __future__ import annotations

import fcntl
import os
import pty
import select
import shutil
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
from pathlib import Path

from load import write_customers

from workbench.workbench import Workbench

TURNS = 7


def main(customers: int) -> None:
    scripts = Path(sys.executable).parent
    helped = [wall([str(scripts / "workbench"), "--help"]) for _ in range(TURNS)]
    bare = [wall([sys.executable, "-c", "pass"]) for _ in range(TURNS)]
    extra = (statistics.median(helped) - statistics.median(bare)) * 1e3
    print(
        f"workbench --help: {statistics.median(helped) * 1e3:.0f} ms, {extra:.0f} ms over a bare python   (at most 150)"
    )
    with tempfile.TemporaryDirectory() as folder:
        paint(Path(folder), customers, scripts)


def paint(folder: Path, customers: int, scripts: Path) -> None:
    write_customers(folder / "customers.ndjson", customers)
    with Workbench.create("bench", sessions_dir=folder) as workbench:
        workbench.load(file=folder / "customers.ndjson")
        workbench.export(folder / "customers.csv")
        names = workbench.snapshot.base.customers["company_name"]
        first, last = str(names[0]), str(names[-1])
    ours = [str(scripts / "workbench"), "open", "bench", "--sessions-dir", str(folder)]
    theirs = [shutil.which("vd") or "", str(folder / "customers.csv")]
    if not theirs[0]:
        print("VisiData is not installed: only our own times are shown")
    times: dict[str, list[tuple[float, float]]] = {"workbench": [], "visidata": []}
    for _ in range(TURNS):
        times["workbench"].append(started(ours, first, last))
        if theirs[0]:
            times["visidata"].append(started(theirs, first, last))
    for place, what in enumerate(("the first rows are on the screen", "a key is answered")):
        found = {who: statistics.median(both[place] for both in all_) for who, all_ in times.items() if all_}
        told = ", ".join(f"{who} {value:.2f} s" for who, value in found.items())
        limit = "   (at most 1)" if place == 0 else ""
        ratio = f", ratio {found['workbench'] / found['visidata']:.2f}{limit}" if "visidata" in found else ""
        print(f"{customers:,} customers, until {what}: {told}{ratio}")


def wall(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def started(command: list[str], first: str, last: str) -> tuple[float, float]:
    """Seconds until `first` has come to the terminal of a new process, and until `G` has brought `last`."""
    start = time.perf_counter()
    process, terminal = pty.fork()
    if process == 0:
        os.environ.update(TERM="xterm-256color", WORKBENCH_API_KEY="k")
        os.execv(command[0], command)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    try:
        painted = came(terminal, first, start)
        return painted, came(terminal, last, start, press=b"G")
    finally:
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        os.close(terminal)


def came(terminal: int, text: str, start: float, press: bytes = b"") -> float:
    """Seconds from `start` until `text` has come; `press` is pressed until then, every 50 ms."""
    seen, pressed = b"", 0.0
    while text.encode() not in seen and time.perf_counter() - start < 60:
        if press and time.perf_counter() - pressed > 0.05:
            os.write(terminal, press)
            pressed = time.perf_counter()
        if select.select([terminal], [], [], 0.02)[0]:
            seen += os.read(terminal, 65536)
    return time.perf_counter() - start


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5_000)
