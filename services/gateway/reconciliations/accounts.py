"""The chain of one account's reconciliations: one open at a time, each file once. Pure.

Law: a reconciliation follows the last one signed off, so that what was outstanding is carried.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args
from uuid import UUID, uuid5

import msgspec

from services.gateway.reconciliations import commands, refusals
from services.gateway.reconciliations import events as facts
from services.gateway.reconciliations.commands import AccountCommand
from services.gateway.reconciliations.events import Account, AccountEvent
from shared.eventsourcing.decider import Decider

_ACCOUNTS = UUID("2f6f0c7e-4a59-5a0e-9f0c-6b0f3a8f9d11")


class Chain(msgspec.Struct, frozen=True, kw_only=True):
    """`files` has each file's hash and the reconciliation it belongs to."""

    open: str = ""
    last: str = ""
    files: dict[str, str] = {}


def subject(account: Account) -> str:
    """The chain's id: made of whose books, fund, account and source."""
    said = "\n".join((account.agency, account.fund, account.account, account.source))
    return str(uuid5(_ACCOUNTS, said))


def decide(command: AccountCommand, chain: Chain) -> Sequence[AccountEvent]:
    """Refuses, in this order: ExtractKnown, ReconciliationOpen."""
    match command:
        case commands.EngageAccount():
            known = chain.files.get(command.sha256)
            if known:
                raise refusals.ExtractKnown(pointer=f"/reconciliations/{known}")
            if chain.open:
                raise refusals.ReconciliationOpen(pointer=f"/reconciliations/{chain.open}")
            engaged = facts.AccountEngaged(
                reconciliation=command.reconciliation, sha256=command.sha256
            )
            return [engaged]
        case commands.ReleaseAccount():
            if chain.open != command.reconciliation:
                return []
            released = facts.AccountReleased(
                reconciliation=command.reconciliation, signed_off=command.signed_off
            )
            return [released]


def evolve(chain: Chain, event: AccountEvent) -> Chain:
    match event:
        case facts.AccountEngaged():
            files = chain.files | {event.sha256: event.reconciliation}
            return Chain(open=event.reconciliation, last=chain.last, files=files)
        case facts.AccountReleased():
            if event.signed_off:
                return Chain(last=event.reconciliation, files=chain.files)
            files = {k: v for k, v in chain.files.items() if v != event.reconciliation}
            return Chain(last=chain.last, files=files)


ACCOUNTS: Decider[AccountCommand, Chain, AccountEvent] = Decider(
    category="reconciled-account",
    initial=Chain(),
    decide=decide,
    evolve=evolve,
    events=get_args(AccountEvent),
)
