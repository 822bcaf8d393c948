"""The benchmark of a 3PL with many clients in its quick form: all of it happens, and is put beside something."""

from __future__ import annotations

import pytest

from benchmarks import clients
from benchmarks.__main__ import README, with_figures
from benchmarks.clients import POSTGRESQL, QUICK, Report


@pytest.fixture(scope="module")
def report(postgresql: str) -> Report:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(POSTGRESQL, f"postgresql://postgres@/postgres?host={postgresql}")
        return clients.run(QUICK, lambda _line: None)


def test_both_databases_are_measured_with_one_client_and_with_all(report: Report) -> None:
    found = [(times.database, times.clients) for pair in report.times for times in pair]
    assert found == [("SQLite", 1), ("SQLite", QUICK.clients), ("PostgreSQL", 1), ("PostgreSQL", QUICK.clients)]
    assert all(min(one.import_s, one.empty_import_s, one.grid_s) > 0 for pair in report.times for one in pair)


def test_each_hand_over_stands_beside_an_empty_job(report: Report) -> None:
    assert all(len(one.hand_over) == len(one.empty_job) == QUICK.hand_overs for pair in report.times for one in pair)


def test_the_report_has_the_ratios(report: Report) -> None:
    assert set(report.to_json()) >= {"SQLite", "PostgreSQL"}
    lines = "\n".join(report.to_markdown())
    assert "PostgreSQL: the 3PL's grid of orders | " in lines
    assert "SQLite: from the hand-over to the 3PL's grid | " in lines


def test_the_readme_has_the_place() -> None:
    assert "new figures" in with_figures(README.read_text("utf-8"), "clients", ["new figures"])
