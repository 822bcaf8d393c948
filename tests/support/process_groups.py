"""Programs with a group of their own, in which are also the processes that they start."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep
from typing import Any

ROOT = Path(__file__).parents[2]
PATIENCE_S = 60  # for what happens within moments: a test that hangs must come to an end


def started(program: str, *arguments: object, **options: Any) -> subprocess.Popen[bytes]:
    """Python's `-c`, with what it prints in a pipe."""
    command = [sys.executable, "-c", program, *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, start_new_session=True, **options)


def all_ended(process: subprocess.Popen[bytes]) -> bool:
    """Whether it and all that it has started are gone within a while."""
    process.wait(PATIENCE_S)
    until = monotonic() + PATIENCE_S
    while monotonic() < until:
        try:
            os.killpg(process.pid, 0)
        except ProcessLookupError:
            return True
        sleep(0.02)
    return False
