"""Applications in processes of their own, served as the house serves them.

Law: a server ends with the benchmark that started it.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from goldenthread.ports import free_ports
from shared.postgres.embedded import dying_with_parent

START_SECONDS = 60.0
STOP_SECONDS = 10.0


class NotServing(Exception):
    """The application did not start; its log says why."""


@asynccontextmanager
async def served(
    factory: str, environment: Mapping[str, str], log: Path, ready: str
) -> AsyncGenerator[str]:
    """Serves `module:factory` until left; gives its address once `ready` answers."""
    [port] = free_ports(1)
    words = [sys.executable, "-m", "uvicorn", "--factory", factory, "--host", "127.0.0.1"]
    words += ["--port", str(port), "--no-access-log", "--log-level", "warning"]
    process = _spawned([*dying_with_parent(), *words], environment, log)
    try:
        address = f"http://127.0.0.1:{port}"
        await _answering(f"{address}{ready}", process, log)
        yield address
    finally:
        process.terminate()
        process.wait(STOP_SECONDS)


def _spawned(
    words: list[str], environment: Mapping[str, str], log: Path
) -> subprocess.Popen[bytes]:
    with log.open("ab") as output:
        return subprocess.Popen(
            words,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


async def _answering(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    async with httpx.AsyncClient() as client:
        for _ in range(int(START_SECONDS * 10)):
            if process.poll() is not None:
                break
            try:
                if (await client.get(url)).is_success:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.1)
    raise NotServing(_last_words(log))


def _last_words(log: Path) -> str:
    return log.read_text(errors="replace")[-2000:]
