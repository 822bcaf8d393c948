"""The webhook benchmark in its quick form: nothing is lost, and it counts what it says. Its times are not checked here."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks.webhooks import QUICK, percentile

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks", "webhooks", "--quick", "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_every_call_leads_to_a_decision(report: dict[str, Any]) -> None:
    assert report["calls"] == report["decided"] == QUICK.calls


def test_the_ratios_are_those_of_the_times_shown(report: dict[str, Any]) -> None:
    assert report["decided_ratio"] == pytest.approx(report["decided_p99_ms"] / report["read_p50_ms"])
    assert report["acknowledged_ratio"] == pytest.approx(report["acknowledged_p99_ms"] / report["empty_p99_ms"])


def test_nothing_is_lost_while_the_store_sets_the_pace(report: dict[str, Any]) -> None:
    throttled = report["throttled"]
    assert throttled["decided"] == throttled["calls"] == QUICK.throttled_calls
    assert 0 <= throttled["lowest_remaining"] <= throttled["limit"]


def test_a_percentile_is_a_value_that_was_measured() -> None:
    values = [float(number) for number in range(1, 201)]
    assert (percentile(values, 99), percentile(values, 50), percentile([7.0], 99)) == (198.0, 100.0, 7.0)
