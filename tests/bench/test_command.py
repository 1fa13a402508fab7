"""`goldenthread bench` is the one command by which everything is measured."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def bench(*words: str) -> subprocess.CompletedProcess[str]:
    command = Path(sys.executable).parent / "goldenthread"
    return subprocess.run(
        [str(command), "bench", *words], capture_output=True, text=True, check=False
    )


def test_it_says_what_can_be_measured() -> None:
    told = bench("--help")
    assert told.returncode == 0
    for name in (
        "append", "feed", "kafka", "rebuild", "fold", "e2e", "http", "memory", "charts", "record",
    ):  # fmt: skip
        assert name in told.stdout


def test_it_knows_what_it_does_not_measure() -> None:
    refused = bench("luck")
    assert refused.returncode == 2
    assert "append" in refused.stderr
