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
    assert [pair.database for pair in report.pairs] == ["SQLite", "PostgreSQL"]
    measured = [times for pair in report.pairs for times in (pair.one, pair.many)]
    assert all(min(times.import_s, times.empty_import_s, times.grid_s) > 0 for times in measured)


def test_each_hand_over_stands_beside_an_empty_job(report: Report) -> None:
    assert all(len(pair.hand_over) == len(pair.empty_job) == QUICK.hand_overs for pair in report.pairs)


def test_the_report_has_the_ratios(report: Report) -> None:
    assert set(report.to_json()) >= {"SQLite", "PostgreSQL"}
    lines = "\n".join(report.to_markdown())
    assert "PostgreSQL: the 3PL's grid of orders | " in lines
    assert "SQLite: from the hand-over to the 3PL's grid | " in lines


def test_the_readme_has_the_place() -> None:
    assert "new figures" in with_figures(README.read_text("utf-8"), "clients", ["new figures"])
