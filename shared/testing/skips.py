"""Turns a skipped test into a failed run where GOLDENTHREAD_CI is set.

Law: a run that says everything passed has tried everything; where the broker's jars could not be
had, the run is told so beforehand and says it in its last lines.
"""

import os

import pytest

KAFKA_NOT_TESTED = "KAFKA_NOT_TESTED"  # the variable whose value is the reason
UNTESTED = "KAFKA NOT TESTED"  # how the reason of such a skip begins


class SkipsFail:
    """Remembers every skip of the run, and why."""

    def __init__(self) -> None:
        self.skipped: list[tuple[str, str]] = []
        self.untested = os.environ.get(KAFKA_NOT_TESTED, "")
        self.without_kafka = 0

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
        if self.without_kafka:
            terminalreporter.section(f"{UNTESTED}: {self.untested}", yellow=True)
            terminalreporter.line(f"{self.without_kafka} tests need it and were skipped.")
        if not self.skipped:
            return
        terminalreporter.section("skipped, so this run has failed", red=True)
        for name, reason in self.skipped:
            terminalreporter.line(f"{name}: {reason}")

    def _remember(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        why = report.longrepr
        reason = str(why[2]) if isinstance(why, tuple) else str(why)
        if self.untested and UNTESTED in reason:
            self.without_kafka += 1
            return
        self.skipped.append((report.nodeid, reason))


def pytest_configure(config: pytest.Config) -> None:
    if os.environ.get("GOLDENTHREAD_CI"):
        config.pluginmanager.register(SkipsFail(), "skips-fail")
