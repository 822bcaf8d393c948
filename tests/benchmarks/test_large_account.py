"""The benchmark of a large account in its quick form: its counts keep to the bound."""

from __future__ import annotations

import pytest

from benchmarks import large_account
from benchmarks.__main__ import README, with_figures
from benchmarks.large_account import QUICK, Report


@pytest.fixture(scope="module")
def report() -> Report:
    return large_account.run(QUICK, lambda _line: None)


def test_requests_keep_to_the_bound(report: Report) -> None:
    assert [run.news for run in report.runs] == [QUICK.open_orders, 0, QUICK.news]
    assert all(0 < run.requests <= run.bound for run in report.runs)
    assert [run.bound for run in report.runs] == [9, 9, 9]


def test_memory_is_compared_with_the_same_account_without_what_shipped(report: Report) -> None:
    assert report.small.news == report.runs[0].news
    assert report.to_json()["peak_ratio"] == report.runs[0].finished.peak_mib / report.small.finished.peak_mib


def test_the_readme_has_the_place() -> None:
    assert "new figures" in with_figures(README.read_text("utf-8"), "account", ["new figures"])
