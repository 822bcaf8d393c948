"""The backtest benchmark runs, and counts what it says it does."""

from __future__ import annotations

import pytest

from benchmarks import backtest
from benchmarks.backtest import Report, Size


@pytest.fixture(scope="module")
def report() -> Report:
    return backtest.run(Size(orders=300, runs=1, processes=(0, 1)), lambda _line: None)


def test_every_order_is_backtested_beside_zen(report: Report) -> None:
    data = report.to_json()
    assert data["orders"] == 300
    assert 0 < data["changed"] < 300  # the draft has another service for some of them
    assert (data["previewed"], data["preview_ms"] > data["preview_floor_ms"] > 0) == (300, True)
    assert set(data["processes"]) == {"0", "1"}
    for one in data["processes"].values():
        assert one["to_zen"] == one["orders_a_second"] / data["zen_orders_a_second"]
        assert min(one.values()) > 0


def test_a_person_reads_it_as_a_table(report: Report) -> None:
    lines = report.to_markdown()
    assert lines[2].startswith("| 300 orders |")
    assert [line.split(" | ")[0] for line in lines[4:7]] == [
        "| backtest, no further process",
        "| backtest, 1 further",
        f"| zen {report.zen_version}, matching alone",
    ]
    assert lines[-1].startswith("A preview over 300 orders, its draft parsed anew, takes ")
