"""The benchmark of the orders grid in its quick form: every view is there, beside a bare query."""

from __future__ import annotations

import pytest

from benchmarks import grid
from benchmarks.__main__ import README, with_figures
from benchmarks.clients import POSTGRESQL
from benchmarks.grid import QUICK, VIEWS, Report


@pytest.fixture(scope="module")
def report(postgresql: str) -> Report:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(POSTGRESQL, f"postgresql://postgres@/postgres?host={postgresql}")
        return grid.run(QUICK, lambda _line: None)


def test_every_view_stands_beside_a_bare_query_on_both_databases(report: Report) -> None:
    assert [one.database for one in report.timed] == ["SQLite", "PostgreSQL"]
    for one in report.timed:
        assert one.bare_s > 0
        assert set(one.views) == set(VIEWS)
        assert min(one.views.values()) > 0


def test_the_report_has_the_ratios(report: Report) -> None:
    assert report.to_json()["SQLite"]["views"]["all orders"]["ratio"] > 0
    assert "PostgreSQL: search: a name | " in "\n".join(report.to_markdown())


def test_the_readme_has_the_place() -> None:
    assert "new figures" in with_figures(README.read_text("utf-8"), "grid", ["new figures"])
