"""The service that benchmarks run leaves no process behind."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import webhook_service
from benchmarks.processes import BenchmarkFailed

DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True); signal.pause()"


def test_one_that_does_not_end_is_killed_and_says_what_it_was_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook_service, "STOP_S", 0.1)
    log = tmp_path / "serve.log"
    with log.open("wb") as errors:
        command = [sys.executable, "-X", "faulthandler", "-c", DEAF]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors)
    assert process.stdout is not None
    with process.stdout:
        process.stdout.readline()

        with pytest.raises(BenchmarkFailed, match=r"(?s)the service did not end:.*most recent call first"):
            webhook_service._stop(process, log)

    assert process.returncode is not None
