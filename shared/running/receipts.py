"""The key by which a service signs its receipts, read once at its start."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request

from shared.eventsourcing.commands import Refused
from shared.proofs.notes import Signer, parse_signer
from shared.running.settings import Settings, value


class NotSigning(Refused):
    """This house has no key to sign receipts with; its operator sets RECEIPT_SIGNING_KEY."""

    code = "no-signing-key"


@asynccontextmanager
async def signing(application: FastAPI, _: Settings) -> AsyncGenerator[None]:
    """Reads `RECEIPT_SIGNING_KEY` (or its `_FILE`); without it receipts are not signed.

    Raises Unreadable.
    """
    told = value(os.environ, "RECEIPT_SIGNING_KEY")
    application.state.receipt_signer = parse_signer(told) if told else None
    yield


def receipt_signer(request: Request) -> Signer:
    """Refuses: NotSigning."""
    signer: Signer | None = request.app.state.receipt_signer
    if signer is None:
        raise NotSigning
    return signer
