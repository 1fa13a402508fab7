"""What may be asked about the sealing and opening of bids."""

from __future__ import annotations

from datetime import datetime

import msgspec

from services.procurement.bids.events import Unopened
from services.procurement.providers.state import Provider
from shared.eventsourcing.commands import Command
from shared.published.terms import AgencyId, PersonId, TextRef


class NameOpeningOfficers(Command, frozen=True, kw_only=True):
    officers: tuple[PersonId, ...]
    now: datetime


class RegisterOpeningKey(Command, frozen=True, kw_only=True):
    """`proved`: the signature over tender, officer and key is the key's own."""

    officer: PersonId
    public: str
    proved: bool
    now: datetime


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """What a sealed bid says on its outside; `keys` are public keys in base64."""

    sha256: str
    size_bytes: int
    tender: str
    provider: AgencyId
    keys: frozenset[str]


class SealBid(Command, frozen=True, kw_only=True):
    """`standing` is what the register says of this provider; `replaces` its own earlier bid."""

    bid: str
    provider: AgencyId
    standing: Provider
    envelope: Envelope
    offer: TextRef
    replaces: str = ""
    now: datetime


class WithdrawBid(Command, frozen=True, kw_only=True):
    bid: str
    provider: AgencyId
    now: datetime


class GiveOpeningParts(Command, frozen=True, kw_only=True):
    """`bids` are those a part was given for; `erased` those whose envelope its bidder erased."""

    officer: PersonId
    bids: frozenset[str]
    erased: frozenset[str]
    unfitting: tuple[str, ...]
    parts: TextRef
    now: datetime


class OpenBids(Command, frozen=True, kw_only=True):
    """What two officers' parts opened: `prices` by bid, `texts` where the offers are kept now.

    A bid that is nowhere in here was erased by its bidder. `waiting` need another officer,
    `changed` are not the envelopes that came; only these two may be `set_aside`.
    """

    prices: dict[str, int]
    texts: dict[str, TextRef] = msgspec.field(default_factory=dict[str, TextRef])
    unopened: dict[str, Unopened] = msgspec.field(default_factory=dict[str, Unopened])
    waiting: frozenset[str] = frozenset()
    changed: frozenset[str] = frozenset()
    set_aside: frozenset[str] = frozenset()
    opened_by: PersonId
    now: datetime


BidCommand = (
    NameOpeningOfficers | RegisterOpeningKey | SealBid | WithdrawBid | GiveOpeningParts | OpenBids
)
