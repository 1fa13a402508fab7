"""An application on a loopback port, for what only a browser can try.

Law: the port is free when taken and free again afterwards.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import uvicorn
from fastapi import FastAPI

POLL_SECONDS = 0.01


@asynccontextmanager
async def served(app: FastAPI) -> AsyncGenerator[str]:
    """Serves an application whose lifespan already runs, and says at which address."""
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, lifespan="off", log_level="warning", access_log=False)
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        while not (server.started or task.done()):  # noqa: ASYNC110 - uvicorn tells nobody
            await asyncio.sleep(POLL_SECONDS)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task
        listening.close()
