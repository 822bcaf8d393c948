"""Skipped tests are named by group, and fail the run when CI=true."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parent

ONE_SKIPPED = """
import pytest

@pytest.mark.redis
def test_needs_redis():
    pytest.skip("no redis-server here")

def test_needs_nothing():
    pass
"""

MODULE_SKIPPED = """
import pytest

pytest.skip("not on this machine", allow_module_level=True)
"""


def run_pytest(folder: Path, source: str, *options: str, ci: str) -> subprocess.CompletedProcess[str]:
    (folder / "pytest.ini").write_text("[pytest]\nmarkers =\n    redis\n")
    (folder / "test_sample.py").write_text(source)
    (folder / "test_other.py").write_text("def test_other():\n    pass\n")
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "support.skip_report", *options],
        cwd=folder,
        env={**os.environ, "CI": ci, "PYTHONPATH": str(TESTS), "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize(("ci", "exit_code"), [("", 0), ("true", 1)])
@pytest.mark.parametrize("options", [(), ("-n", "1")])
def test_a_skipped_group_is_named_and_fails_only_in_ci(tmp_path: Path, options: tuple[str, ...], ci: str, exit_code: int) -> None:
    result = run_pytest(tmp_path, ONE_SKIPPED, *options, ci=ci)

    assert "Skipped: redis, 1 test: no redis-server here" in result.stdout
    assert "2 passed, 1 skipped" in result.stdout
    assert result.returncode == exit_code


def test_a_skipped_file_is_named_by_its_path(tmp_path: Path) -> None:
    result = run_pytest(tmp_path, MODULE_SKIPPED, ci="true")

    assert "Skipped: test_sample.py, 1 test: not on this machine" in result.stdout
    assert result.returncode == 1


def test_a_run_without_skips_says_nothing(tmp_path: Path) -> None:
    result = run_pytest(tmp_path, "def test_it():\n    pass\n", ci="true")

    assert "Skipped" not in result.stdout
    assert result.returncode == 0


def test_this_run_reports_its_skips(request: pytest.FixtureRequest) -> None:
    assert request.config.pluginmanager.has_plugin("support.skip_report")
