"""The long comparison of both evaluators: that it compares, on any number of processes, and fails on a difference."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks import fuzz_decide
from benchmarks.fuzz_decide import Share, compare

ROOT = Path(__file__).resolve().parents[2]


def last_line(*options: str) -> str:
    command = [sys.executable, "benchmarks/fuzz_decide.py", *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()[-1]


def test_the_same_decisions_are_made_on_any_number_of_processes() -> None:
    one, two = (last_line("--decisions", "300", "--processes", number) for number in ("1", "2"))

    assert one.startswith("decisions 300, mismatches 0 (matched ")
    assert one.split(", 1 processes")[0] == two.split(", 2 processes")[0]


def test_each_share_of_the_decisions_is_another_one() -> None:
    shares = [compare(Share(seed, 80, 12)) for seed in ("1/0", "1/1", "2/0")]

    assert len({(share.matched, share.errors) for share in shares}) == 3
    assert all(share.decisions == 80 and share.matched > 0 for share in shares)


def test_a_difference_is_counted_shown_and_fails(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def differently(*arguments: Any) -> tuple[None, None]:
        return None, None

    monkeypatch.setattr(fuzz_decide, "decide_by_reference", differently)
    monkeypatch.setattr(sys, "argv", ["fuzz_decide.py", "--decisions", "5"])

    assert fuzz_decide.main() == 1
    printed = capsys.readouterr().out
    assert printed.count("expected: None") == 1
    assert "decisions 5, mismatches 5 " in printed


def test_a_process_that_crashes_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def crashed(*arguments: Any) -> Any:
        raise fuzz_decide.BrokenProcessPool("gone")

    monkeypatch.setattr(fuzz_decide, "compare", crashed)
    monkeypatch.setattr(sys, "argv", ["fuzz_decide.py", "--decisions", "5"])

    assert fuzz_decide.main() == 1
    assert "something crashed it" in capsys.readouterr().out
