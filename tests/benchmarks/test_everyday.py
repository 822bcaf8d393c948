"""The benchmark of what people wait for in its quick form: all of it happens, and is put beside something."""

from __future__ import annotations

import pytest

from benchmarks import everyday
from benchmarks.__main__ import README, with_figures
from benchmarks.everyday import QUICK, Report


@pytest.fixture(scope="module")
def report() -> Report:
    return everyday.run(QUICK, lambda _line: None)


def test_each_thing_is_measured_beside_another(report: Report) -> None:
    assert [row.key for row in report.rows] == ["start", "check", "explanation", "hand_over"]
    assert all(row.product_s > 0 and row.floor_s > 0 for row in report.rows)


def test_the_hand_over_is_of_all_orders_that_the_rules_delegate(report: Report) -> None:
    assert 0 < report.rows[-1].count <= QUICK.orders


def test_the_report_has_a_line_for_each(report: Report) -> None:
    lines = report.to_markdown()
    assert len(lines) == 4 + len(report.rows)
    assert f"by `worker`, its start included | {everyday._time(report.rows[-1].product_s)} |" in lines[-1]


def test_the_readme_has_the_place() -> None:
    assert "new figures" in with_figures(README.read_text("utf-8"), "everyday", ["new figures"])
