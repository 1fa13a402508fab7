"""Turns a skipped test into a failed run where GOLDENTHREAD_CI is set.

Law: a run that says everything passed has tried everything.
"""

import os

import pytest


class SkipsFail:
    """Remembers every skip of the run, and why."""

    def __init__(self) -> None:
        self.skipped: list[tuple[str, str]] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped and not hasattr(report, "wasxfail"):
            self._remember(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.skipped:
            self._remember(report)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.skipped and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if not self.skipped:
            return
        terminalreporter.section("skipped, so this run has failed", red=True)
        for name, reason in self.skipped:
            terminalreporter.line(f"{name}: {reason}")

    def _remember(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        why = report.longrepr
        reason = str(why[2]) if isinstance(why, tuple) else str(why)
        self.skipped.append((report.nodeid, reason))


def pytest_configure(config: pytest.Config) -> None:
    if os.environ.get("GOLDENTHREAD_CI"):
        config.pluginmanager.register(SkipsFail(), "skips-fail")
