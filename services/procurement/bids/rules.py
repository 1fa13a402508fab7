"""The rules of sealing and opening. Pure: no clock, no I/O, no chance.

Law: nothing is given towards an opening before the deadline; a bid that came late is a fact.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from services.procurement.bids.commands import (
    BidCommand,
    GiveOpeningParts,
    NameOpeningOfficers,
    OpenBids,
    RegisterOpeningKey,
    SealBid,
    WithdrawBid,
)
from services.procurement.bids.events import (
    BidNotOpened,
    OpeningKeyRegistered,
    OpeningOfficersNamed,
    OpeningPartsGiven,
)
from services.procurement.bids.refusals import (
    AnotherOfficerNeeded,
    EnvelopeChanged,
    EnvelopeOfAnother,
    KeyNotProved,
    KeysInUse,
    KeyTaken,
    NotAnOpeningOfficer,
    NotToBeSetAside,
    OfficersTooFew,
    OpeningKeysMissing,
    PartsIncomplete,
    SealedToOtherKeys,
)
from services.procurement.providers.checking import eligible
from services.procurement.tenders.events import (
    BidSealed,
    BidUnsealed,
    BidWithdrawn,
    LateBidTurnedAway,
    TenderEvent,
)
from services.procurement.tenders.refusals import BidsStillSealed, NotOpen, OneBidEach, UnknownBid
from services.procurement.tenders.state import Evaluated, Open, Tender
from shared.eventsourcing.clock import london_date
from shared.published.procurement import BidsOpened
from shared.sealing.keys import FEWEST_OFFICERS, MOST_OFFICERS

PAIR = 2


def decide(command: BidCommand, tender: Tender) -> Sequence[TenderEvent]:
    match command:
        case NameOpeningOfficers():
            return [_name(command, tender)]
        case RegisterOpeningKey():
            return [_register(command, tender)]
        case SealBid():
            return _seal(command, tender)
        case WithdrawBid():
            return _withdraw(command, tender)
        case GiveOpeningParts():
            return [_give(command, tender)]
        case OpenBids():
            return _open(command, tender)


def _before_deadline(
    command: NameOpeningOfficers | RegisterOpeningKey | WithdrawBid, tender: Tender
) -> Open:
    """Refuses: NotOpen."""
    if not isinstance(tender, Open) or command.now > tender.opened.bids_close_at:
        raise NotOpen
    return tender


def _after_deadline(command: GiveOpeningParts | OpenBids, tender: Tender) -> Open:
    """Refuses: NotOpen, BidsStillSealed."""
    if not isinstance(tender, Open):
        raise NotOpen
    if command.now <= tender.opened.bids_close_at:
        raise BidsStillSealed
    return tender


def _name(command: NameOpeningOfficers, tender: Tender) -> TenderEvent:
    """Refuses: NotOpen, KeysInUse, OfficersTooFew."""
    standing = _before_deadline(command, tender)
    if standing.bids:
        raise KeysInUse
    named = command.officers
    if len(set(named)) != len(named) or not FEWEST_OFFICERS <= len(named) <= MOST_OFFICERS:
        raise OfficersTooFew(pointer="/body/officers")
    return OpeningOfficersNamed(officers=named)


def _register(command: RegisterOpeningKey, tender: Tender) -> TenderEvent:
    """Refuses: NotOpen, NotAnOpeningOfficer, KeysInUse, KeyNotProved, KeyTaken."""
    standing = _before_deadline(command, tender)
    if command.officer not in standing.panel.officers:
        raise NotAnOpeningOfficer
    if standing.bids:
        raise KeysInUse
    if not command.proved:
        raise KeyNotProved(pointer="/body/proof")
    others = {key for one, key in standing.panel.keys.items() if one != command.officer}
    if command.public in others:
        raise KeyTaken
    return OpeningKeyRegistered(officer=command.officer, public=command.public)


def _seal(command: SealBid, tender: Tender) -> Sequence[TenderEvent]:
    """A late bid is a fact, not a refusal.

    Refuses: NotOpen, ProviderNotRegistered, ProviderIsSuspended, EnvelopeOfAnother,
    OpeningKeysMissing, SealedToOtherKeys, UnknownBid, OneBidEach.
    """
    if not isinstance(tender, Open | Evaluated):
        raise NotOpen
    eligible(command.standing, london_date(command.now))
    outside = command.envelope
    if (outside.tender, outside.provider) != (tender.opened.tender, command.provider):
        raise EnvelopeOfAnother(pointer="/body/envelope")
    if isinstance(tender, Evaluated) or command.now > tender.opened.bids_close_at:
        return [LateBidTurnedAway(bid=command.bid, provider=command.provider, came_at=command.now)]
    if not tender.panel.is_complete:
        raise OpeningKeysMissing
    if outside.keys != frozenset(tender.panel.keys.values()):
        raise SealedToOtherKeys(pointer="/body/envelope")
    sealed = BidSealed(
        bid=command.bid,
        provider=command.provider,
        offer=command.offer,
        sealed_at=command.now,
        envelope_sha256=outside.sha256,
        envelope_bytes=outside.size_bytes,
    )
    own = [key for key, bid in tender.bids.items() if bid.provider == command.provider]
    if command.replaces and command.replaces not in own:
        raise UnknownBid
    if own and not command.replaces:
        raise OneBidEach
    return [*(BidWithdrawn(bid=key) for key in own), sealed]


def _withdraw(command: WithdrawBid, tender: Tender) -> Sequence[TenderEvent]:
    """Refuses: NotOpen, UnknownBid (also for another provider's bid)."""
    bid = _before_deadline(command, tender).bids.get(command.bid)
    if bid is None or bid.provider != command.provider:
        raise UnknownBid
    return [BidWithdrawn(bid=command.bid)]


def _give(command: GiveOpeningParts, tender: Tender) -> TenderEvent:
    """Given again, the later parts count. Refuses: NotOpen, NotAnOpeningOfficer, BidsStillSealed,
    PartsIncomplete.
    """
    if isinstance(tender, Open) and command.officer not in tender.panel.keys:
        raise NotAnOpeningOfficer
    standing = _after_deadline(command, tender)
    sealed = frozenset(key for key, bid in standing.bids.items() if bid.envelope_sha256)
    if command.bids != sealed - command.erased:
        raise PartsIncomplete(pointer="/body/parts")
    return OpeningPartsGiven(
        officer=command.officer, parts=command.parts, unfitting=command.unfitting
    )


def _open(command: OpenBids, tender: Tender) -> Sequence[TenderEvent]:
    """A bid whose offer its bidder had erased has no price, and is withdrawn by that.

    Refuses: NotOpen, BidsStillSealed, NotToBeSetAside, EnvelopeChanged, AnotherOfficerNeeded.
    """
    standing = _after_deadline(command, tender)
    closed = command.waiting | command.changed
    too_soon = len(standing.panel.given) < PAIR
    if not command.set_aside <= closed or (command.set_aside and too_soon):
        raise NotToBeSetAside
    if changed := command.changed - command.set_aside:
        raise EnvelopeChanged(_naming(EnvelopeChanged.sentence(), changed))
    if waiting := command.waiting - command.set_aside:
        raise AnotherOfficerNeeded(_naming(AnotherOfficerNeeded.sentence(), waiting))
    outcomes = list(_outcomes(command, standing))
    opened = BidsOpened(
        tender=standing.opened.tender,
        opened_by=command.opened_by,
        bids=sum(isinstance(one, BidUnsealed) for one in outcomes),
        late=len(standing.turned_away),
    )
    return [*sorted(outcomes, key=lambda one: isinstance(one, BidUnsealed)), opened]


def _naming(sentence: str, bids: Iterable[str]) -> str:
    """The refusal with the bids it is about, which may be set aside by name."""
    return f"{sentence} Bids: {', '.join(sorted(bids))}."


def _outcomes(command: OpenBids, tender: Open) -> Iterator[TenderEvent]:
    for key, bid in tender.bids.items():
        if key in command.prices:
            yield BidUnsealed(
                bid=key,
                provider=bid.provider,
                annual_price_pence=command.prices[key],
                offer=command.texts.get(key, bid.offer),
            )
        elif key in command.set_aside:
            yield BidNotOpened(
                bid=key,
                provider=bid.provider,
                reason="set-aside",
                set_aside_by=command.opened_by,
            )
        elif key in command.unopened:
            yield BidNotOpened(bid=key, provider=bid.provider, reason=command.unopened[key])
        else:
            yield BidWithdrawn(bid=key)
