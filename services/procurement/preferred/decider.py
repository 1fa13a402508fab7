"""The rules of a list of preferred providers that partnerships share. Pure.

Law: a list holds once every partnership on it has agreed to it as it stands, to its last day; who
is on it may bid like everybody else, and nobody is kept from bidding by it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

import msgspec
from msgspec.structs import replace

from services.procurement.preferred.commands import (
    AgreeList,
    DraftList,
    EndList,
    ListCommand,
    ListProvider,
    UnlistProvider,
)
from services.procurement.preferred.events import (
    ListAgreed,
    ListDrafted,
    ListEnded,
    ListEvent,
    ProviderListed,
    ProviderUnlisted,
)
from services.procurement.preferred.refusals import (
    AlreadyAgreed,
    AlreadyListed,
    ListOver,
    ListStands,
    ListUntilPast,
    NeighbourMissing,
    NobodyListed,
    NotListed,
    NotOfThisList,
)
from services.procurement.providers.checking import eligible
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.decider import Decider
from shared.published.terms import AgencyId, PartnershipId


class NoList(msgspec.Struct, frozen=True, kw_only=True):
    """Nothing has happened yet."""


class Drafted(msgspec.Struct, frozen=True, kw_only=True):
    """Kept by one agency, and agreed to by so many of its partnerships as it stands."""

    drafted: ListDrafted
    providers: tuple[AgencyId, ...] = ()
    agreed: frozenset[PartnershipId] = frozenset()


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """Ended before its time."""


Preferred = NoList | Drafted | Ended


def decide(command: ListCommand, preferred: Preferred) -> Sequence[ListEvent]:
    """What follows from a command, or a refusal."""
    match command:
        case DraftList():
            return [_draft(command, preferred)]
        case ListProvider():
            return [_list(command, _standing(command, preferred))]
        case UnlistProvider():
            if command.provider not in _standing(command, preferred).providers:
                raise NotListed
            return [ProviderUnlisted(provider=command.provider, reason=command.reason)]
        case AgreeList():
            return [_agree(command, _standing(command, preferred))]
        case EndList():
            _standing(command, preferred)
            return [ListEnded(reason=command.reason)]


def _standing(
    command: ListProvider | UnlistProvider | AgreeList | EndList, preferred: Preferred
) -> Drafted:
    """Refuses: ListOver."""
    if not isinstance(preferred, Drafted):
        raise ListOver
    if preferred.drafted.valid_until < london_date(command.now):
        raise ListOver
    return preferred


def _draft(command: DraftList, preferred: Preferred) -> ListDrafted:
    """Refuses: ListStands, NeighbourMissing, ListUntilPast."""
    if not isinstance(preferred, NoList):
        raise ListStands
    every = (command.partnership, *command.partnerships)
    if not command.partnerships or len(set(every)) != len(every):
        raise NeighbourMissing(pointer="/body/partnerships")
    if command.valid_until < london_date(command.now):
        raise ListUntilPast(pointer="/body/valid_until")
    return ListDrafted(
        list=command.list,
        partnership=command.partnership,
        partnerships=every,
        title=command.title,
        need=command.need,
        keeper=command.keeper,
        valid_until=command.valid_until,
        drafted_by=command.drafted_by,
    )


def _list(command: ListProvider, preferred: Drafted) -> ProviderListed:
    """Refuses: AlreadyListed, ProviderNotRegistered, ProviderIsSuspended, ProviderIsExcluded."""
    if command.provider in preferred.providers:
        raise AlreadyListed
    eligible(command.standing, london_date(command.now))
    return ProviderListed(provider=command.provider, reason=command.reason)


def _agree(command: AgreeList, preferred: Drafted) -> ListAgreed:
    """Refuses: NotOfThisList, NobodyListed, AlreadyAgreed."""
    if command.partnership not in preferred.drafted.partnerships:
        raise NotOfThisList
    if not preferred.providers:
        raise NobodyListed
    if command.partnership in preferred.agreed:
        raise AlreadyAgreed
    return ListAgreed(
        partnership=command.partnership,
        agency=command.agency,
        agreed_by=command.agreed_by,
        agreed_on=london_date(command.now),
    )


def evolve(preferred: Preferred, event: ListEvent) -> Preferred:
    """The list after one more fact; a changed list has to be agreed anew."""
    if isinstance(event, ListDrafted):
        return Drafted(drafted=event)
    return _changed(preferred, event) if isinstance(preferred, Drafted) else preferred


def _changed(preferred: Drafted, event: ListEvent) -> Preferred:
    match event:
        case ListDrafted():
            return preferred
        case ProviderListed():
            return replace(
                preferred, providers=(*preferred.providers, event.provider), agreed=frozenset()
            )
        case ProviderUnlisted():
            left = tuple(one for one in preferred.providers if one != event.provider)
            return replace(preferred, providers=left, agreed=frozenset())
        case ListAgreed():
            return replace(preferred, agreed=preferred.agreed | {event.partnership})
        case ListEnded():
            return Ended()


PREFERRED_LISTS: Decider[ListCommand, Preferred, ListEvent] = Decider(
    category="preferred-list",
    initial=NoList(),
    decide=decide,
    evolve=evolve,
    events=get_args(ListEvent),
)
