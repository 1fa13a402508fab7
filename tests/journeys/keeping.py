"""Keeps a house alive while its processes are killed, as `goldenthread up` does.

Law: what has ended is started again at the same address, by a thread that outlives the house.
"""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager

from goldenthread.house import Running

LOOK_SECONDS = 0.1


@contextmanager
def kept_alive(running: Running) -> Generator[threading.Event]:
    """Revives what has died until the house is to be closed; whoever closed it sets the event.

    The kernel takes the end of the thread that started a process for its parent's death, so the
    thread that revives waits for the whole house to be closed.
    """
    enough, rested, closed = threading.Event(), threading.Event(), threading.Event()

    def keep() -> None:
        try:
            while not enough.wait(LOOK_SECONDS):
                running.revive()
        finally:
            rested.set()
        closed.wait()

    keeper = threading.Thread(target=keep, name="keeper", daemon=True)
    keeper.start()
    try:
        yield closed
    finally:
        enough.set()
        rested.wait()  # so that nothing is started beside what is being closed
