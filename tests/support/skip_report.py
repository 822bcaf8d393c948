"""A pytest plugin: a group of tests that was skipped is named at the end, and with CI=true it fails the run."""

from __future__ import annotations

import os
from collections import defaultdict

import pytest

GROUPS = ("postgresql", "redis", "browser", "zbar")

Report = pytest.TestReport | pytest.CollectReport


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    if exitstatus == pytest.ExitCode.OK and os.environ.get("CI") == "true" and _list_skipped(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for report in _list_skipped(config):
        groups[_group_of(report)].append(_reason_of(report))
    for group, reasons in sorted(groups.items()):
        tests = "1 test" if len(reasons) == 1 else f"{len(reasons)} tests"
        terminalreporter.write_line(f"Skipped: {group}, {tests}: {'; '.join(sorted(set(reasons)))}", yellow=True)
    if groups and os.environ.get("CI") == "true":
        terminalreporter.write_line("With CI=true nothing may be skipped: the run fails.", red=True)


def _list_skipped(config: pytest.Config) -> list[Report]:
    """Empty in the workers of a parallel run, which have no reporter: the run's own process counts them all."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    return [] if reporter is None else [report for report in reporter.stats.get("skipped", []) if not hasattr(report, "wasxfail")]


def _group_of(report: Report) -> str:
    """The marker that names what the test needs, else the file it stands in; a file skipped as a whole has no markers."""
    return next((group for group in GROUPS if group in getattr(report, "keywords", ())), report.nodeid.partition("::")[0])


def _reason_of(report: Report) -> str:
    where_and_why = report.longrepr
    return where_and_why[2].removeprefix("Skipped: ") if isinstance(where_and_why, tuple) else str(where_and_why)
