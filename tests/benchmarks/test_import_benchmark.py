"""The import benchmark in its quick form: what it counts is consistent. How fast it was is not checked here."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks.__main__ import with_figures
from benchmarks.import_orders import QUICK

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks", "import", "--quick", "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_import_and_floor_write_the_same_rows(report: dict[str, Any]) -> None:
    assert report["rows_equal"] is True
    assert report["floor_rows"] == report["import_rows"]


def test_each_order_brings_its_rows(report: dict[str, Any]) -> None:
    rows = report["import_rows"]
    assert report["imported"] == QUICK.orders
    assert rows["orders"] == rows["decisions"] == rows["raw_documents"] == QUICK.orders
    assert 0 < rows["jobs"] < QUICK.orders  # the rules send some of the orders, not all


def test_the_floor_fetches_what_the_import_fetches(report: dict[str, Any]) -> None:
    assert report["floor_notes"] == QUICK.orders
    assert report["floor_requests"] == report["import_requests"]


def test_the_rules_match_as_often_as_rules_do(report: dict[str, Any]) -> None:
    assert 2 <= report["matches"] <= 5


def test_the_ratio_is_that_of_the_times_shown(report: dict[str, Any]) -> None:
    assert report["ratio"] == pytest.approx(report["import_wall_s"] / report["floor_wall_s"])
    assert report["ratio_to_bare_floor"] == pytest.approx(report["import_wall_s"] / report["bare_floor_wall_s"])


def test_memory_is_compared_between_a_tenth_of_the_orders_and_all(report: dict[str, Any]) -> None:
    assert report["fewer_imported"] == QUICK.orders // 10
    assert report["peak_difference_mib"] == pytest.approx(report["peak_mib"] - report["fewer_peak_mib"])


def test_figures_replace_the_former_ones_between_their_comments() -> None:
    page = "a\n<!-- import: begin -->\nold\n<!-- import: end -->\nb\n"

    changed = with_figures(page, "import", ["new", "figures"])

    assert changed == "a\n<!-- import: begin -->\nnew\nfigures\n<!-- import: end -->\nb\n"
    assert with_figures(changed, "import", ["old"]) == page


def test_a_page_without_a_place_for_the_figures_is_refused() -> None:
    with pytest.raises(ValueError, match="no place for the figures of import"):
        with_figures("nothing here", "import", ["new"])


def test_the_readme_has_the_place() -> None:
    page = (ROOT / "benchmarks" / "README.md").read_text("utf-8")

    assert "new figures" in with_figures(page, "import", ["new figures"])


def test_an_unknown_benchmark_is_wrong_usage() -> None:
    done = subprocess.run([sys.executable, "-m", "benchmarks", "nothing"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert "there is no benchmark nothing" in done.stderr
