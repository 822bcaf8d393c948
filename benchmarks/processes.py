"""Runs the product's programs as processes of their own, and measures them as the kernel sees them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[1]


class BenchmarkFailed(Exception):
    """A program that is measured, or needed for it, ended otherwise than it should."""


@dataclass(frozen=True, slots=True)
class Finished:
    """A process that has ended well. Peak memory is the largest resident set; CPU is user and system time."""

    output: str
    wall_s: float
    cpu_s: float
    peak_mib: float


def product_environment(data_dir: Path) -> dict[str, str]:
    """This process's environment with the product's settings and no others of its own."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("RELEVO_")}
    return {**own, "RELEVO_DATA_DIR": str(data_dir), "RELEVO_ALLOW_NETWORKS": "127.0.0.0/8", "RELEVO_LANGUAGE": "en"}


def measure(*arguments: str, environment: Mapping[str, str], output_file: Path | None = None) -> Finished:
    """Run Python with these arguments from the top folder. Raises BenchmarkFailed for another exit code than 0.

    What it prints is in `output`, or, where a file is named, in that and not in `output`. The kernel counts the memory this
    process had when it started the other as the other's own, so keep it small.
    """
    with _opened(output_file) as output, tempfile.TemporaryFile() as errors:
        started = time.monotonic()
        process = subprocess.Popen([sys.executable, *arguments], cwd=ROOT, env=environment, stdout=output, stderr=errors)
        _, status, usage = os.wait4(process.pid, 0)
        wall_s = time.monotonic() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        errors.seek(0)
        if process.returncode:
            last = errors.read().decode(errors="replace")[-2000:].strip()
            raise BenchmarkFailed(f"python {' '.join(arguments)} ended with {process.returncode}:\n{last}")
        output.seek(0)
        printed = output.read().decode() if output_file is None else ""
        return Finished(printed, wall_s, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def _opened(file: Path | None) -> IO[bytes]:
    return tempfile.TemporaryFile() if file is None else file.open("w+b")


@contextmanager
def running_sandbox(orders: int, seed: int, environment: Mapping[str, str], *, shipped: int = 0) -> Iterator[str]:
    """The URL of a sandbox process without throttle that holds orders to import, and others that shipped long ago."""
    command = [sys.executable, "app.py", "sandbox", "brightpearl", "--port", "0", "--plain", "--no-throttle"]
    command += ["--orders", str(orders), "--seed", str(seed), "--shipped", str(shipped)]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+", line)
        if found is None:
            raise BenchmarkFailed(f"the sandbox did not start: {line.strip()}")
        yield found.group()
    finally:
        process.terminate()
        process.wait(timeout=10)
        process.stdout.close()
