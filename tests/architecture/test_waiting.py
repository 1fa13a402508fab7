"""Nothing that runs for ever waits in a way that can lose the order to stop.

Law: until Python 3.12 `asyncio.wait_for` forgets a cancellation that comes in the moment in which
its future is done, and what was to end goes on; `asyncio.timeout` does not.
"""

import ast
from pathlib import Path

import pytest

from tests.architecture.source import Source, sources


def forgetful(source: Source) -> list[str]:
    return [
        f"{source.path}:{node.lineno}"
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Attribute) and node.attr == "wait_for"
    ]


def test_nothing_waits_forgetfully(repository: Path) -> None:
    assert [line for source in sources(repository) for line in forgetful(source)] == []


@pytest.mark.parametrize("line", ["await asyncio.wait_for(x.wait(), 1)", "x = asyncio.wait_for"])
def test_forgetful_waiting_is_seen(line: str) -> None:
    assert forgetful(Source(Path("shared/x.py"), f"async def x() -> None:\n    {line}\n"))
