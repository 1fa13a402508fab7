"""Whatever is sent to a service, it answers as its OpenAPI document says, and never fails.

Schemathesis makes the requests from the document itself, with tokens that may do everything.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from shared.eventsourcing.memory_log import MemoryLog
from shared.eventsourcing.sources import PublishedLog
from shared.http.permissions import ROLES
from shared.running.app import create_app
from shared.running.running import Plan
from shared.testing.houses import settings_of, token
from shared.testing.serving import served
from tests.architecture.test_routes import PLANS
from tests.shared import counters

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance"
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "8"))
SECONDS = os.environ.get("FUZZ_SECONDS", "8")


def fuzzed(plan: Plan, dsn: str, folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    silent = {name: PublishedLog(MemoryLog(name)) for name in plan.sources()[1:]}
    app = create_app(plan, settings_of(dsn), silent)
    everything = token("alder-council", "p-1", *ROLES)
    app.openapi()  # made once and kept: whoever asks for it does not wait long
    with served(app) as address:
        return subprocess.run(
            [
                str(Path(sys.executable).with_name("schemathesis")),
                *("run", f"{address}/v1/openapi.json", "--seed", "1", "--no-color"),
                *("--checks", CHECKS, "--max-examples", str(EXAMPLES), "--max-time", SECONDS),
                *("--phases", "coverage,fuzzing", "--warnings", "off", "--no-shrink"),
                *("--generation-database", ":memory:", "--suppress-health-check", "all"),
                *("--exclude-path-regex", "/v1/(feed|partner-feed|sandbox)"),
                *("-H", f"Authorization: Bearer {everything}"),
                *options,
            ],
            capture_output=True,
            text=True,
            check=False,
            cwd=folder,
        )


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.name)
def test_no_request_makes_a_service_fail(plan: Plan, fuzz_database: str, tmp_path: Path) -> None:
    run = fuzzed(plan, fuzz_database, tmp_path)
    assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-2000:]


def test_a_route_that_fails_would_be_found(fuzz_database: str, tmp_path: Path) -> None:
    crash = ("--include-path", "/v1/counters/{counter}/crash", "--max-time", "60")
    run = fuzzed(counters.PLAN, fuzz_database, tmp_path, *crash)
    assert run.returncode == 1
    assert "/v1/counters/{counter}/crash" in run.stdout
