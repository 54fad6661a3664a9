"""Starting: `workbench --help` beside a bare Python, and the app's first paint beside VisiData's on the same rows as CSV.

    python tests/bench/start.py [CUSTOMERS]

The first paint is measured on a pty of 120 x 40: from the start of the process until a given company is on the screen.
VisiData (`vd`) is left out with a line that says so if it is not installed. In turns, medians; nothing is asserted.
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
        name = str(workbench.snapshot.base.customers["company_name"][0])
    ours = [str(scripts / "workbench"), "open", "bench", "--sessions-dir", str(folder)]
    theirs = [shutil.which("vd") or "", str(folder / "customers.csv")]
    if not theirs[0]:
        print("VisiData is not installed: only our own first paint is shown")
    times: dict[str, list[float]] = {"workbench": [], "visidata": []}
    for _ in range(TURNS):
        times["workbench"].append(first_paint(ours, name))
        if theirs[0]:
            times["visidata"].append(first_paint(theirs, name))
    found = {what: statistics.median(all_) for what, all_ in times.items() if all_}
    told = ", ".join(f"{what} {value:.2f} s" for what, value in found.items())
    ratio = f", ratio {found['workbench'] / found['visidata']:.2f}   (at most 1)" if "visidata" in found else ""
    print(f"first paint of {customers:,} customers: {told}{ratio}")


def wall(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def first_paint(command: list[str], text: str) -> float:
    """Seconds until `text` has come to the terminal of a new process, which is then killed."""
    start = time.perf_counter()
    process, terminal = pty.fork()
    if process == 0:
        os.environ.update(TERM="xterm-256color", WORKBENCH_API_KEY="k")
        os.execv(command[0], command)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    seen = b""
    try:
        while text.encode() not in seen and time.perf_counter() - start < 60:
            if select.select([terminal], [], [], 1)[0]:
                seen += os.read(terminal, 65536)
        return time.perf_counter() - start
    finally:
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        os.close(terminal)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5_000)
