"""Finds free ports of this machine for the servers that a house starts.

Law: only loopback, and never a port that the kernel gives to callers.
"""

from __future__ import annotations

import random
import socket

PORTS = range(20_000, 32_000)


def free_ports(count: int) -> list[int]:
    """Distinct free ports of 127.0.0.1, from below those that the kernel gives to callers.

    A port that the kernel itself would choose may go to somebody's outgoing connection before the
    service that was to have it has started.
    """
    found: list[int] = []
    for port in random.sample(PORTS, len(PORTS)):
        if len(found) == count:
            break
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            found.append(port)
    return found


def why_not(port: int) -> str:
    """What speaks against listening there, or nothing: whoever has it would be taken for us."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # what servers do
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            return str(error.strerror)
    return ""
