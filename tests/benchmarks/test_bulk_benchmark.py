"""The benchmark of bulk actions in its quick form: all orders are done, and pages are asked for without and beside it."""

from __future__ import annotations

import pytest

from benchmarks import bulk
from benchmarks.__main__ import README, with_figures
from benchmarks.bulk import QUICK, Report
from benchmarks.figures import Circumstances


@pytest.fixture(scope="module")
def report() -> Report:
    return bulk.run(QUICK, lambda _line: None)


def test_pages_are_measured_without_the_action_and_while_it_runs(report: Report) -> None:
    assert len(report.alone) == QUICK.pages
    assert len(report.beside) >= 1
    assert min(report.begin_s, report.action_s, *report.alone, *report.beside) > 0
    assert report.to_json()["orders_a_second"] == QUICK.orders / report.action_s


def test_the_report_has_the_ratio_and_a_place_in_the_readme() -> None:
    lines = Report(QUICK, 0.1, 4.0, [0.01], [0.015], Circumstances(runs=1)).to_markdown()
    assert "20 orders held: begun in 0.10 s, done in 4.0 s (5 a second)." in lines
    assert "| the action runs | 15.0 ms | 15.0 ms |" in lines
    assert "Ratio of the p99: **1.50**." in lines
    assert "new figures" in with_figures(README.read_text("utf-8"), "bulk", ["new figures"])
