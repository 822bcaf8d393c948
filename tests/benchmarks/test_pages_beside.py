"""The benchmarks of pages beside bulk actions and backtests in their quick form: all orders are done, pages are asked for."""

from __future__ import annotations

import pytest

from benchmarks import backtest_pages, bulk
from benchmarks.__main__ import README, with_figures
from benchmarks.beside import Report, Size, Timed
from benchmarks.figures import Circumstances

DONE = {bulk: "20 orders held, ", backtest_pages: "50 orders tried with 53 rules, "}


@pytest.mark.parametrize(("benchmark", "done"), DONE.items(), ids=["bulk", "backtest-pages"])
def test_pages_are_measured_without_the_work_and_while_it_goes_on(benchmark: object, done: str) -> None:
    report: Report = benchmark.run(benchmark.QUICK, lambda _line: None)  # type: ignore[attr-defined]
    timed = report.timed
    assert len(timed.alone) == report.size.pages
    assert len(timed.beside) >= 1
    assert min(timed.begin_s, timed.work_s, *timed.alone, *timed.beside) > 0
    assert report.done.startswith(done)
    assert report.to_json()["p99_ratio"] == timed.ratio


@pytest.mark.parametrize("name", ["bulk", "backtest-pages"])
def test_the_report_has_the_ratio_and_a_place_in_the_readme(name: str) -> None:
    timed = Timed(0.1, 4.0, [0.01], [0.015])
    lines = Report(Size(20, 3), timed, "20 orders held, 5 a second", Circumstances(runs=1)).to_markdown()
    assert "20 orders held, 5 a second: begun in 0.10 s, done in 4.0 s." in lines
    assert "| the work goes on | 15.0 ms | 15.0 ms |" in lines
    assert "Ratio of the p99: **1.50**." in lines
    assert "new figures" in with_figures(README.read_text("utf-8"), name, ["new figures"])
