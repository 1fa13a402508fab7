"""The rules of resources. Pure: no clock, no I/O, no chance.

Law: a resource counts as agreed once the partner whose it is said so; nothing is assumed about a
service that has nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

import msgspec
from msgspec.structs import replace

from services.needs.resources.commands import (
    AgreeResource,
    AssumeEffect,
    OfferResource,
    ResourcesCommand,
    WithdrawResource,
)
from services.needs.resources.events import (
    EffectAssumed,
    ResourceAgreed,
    ResourceOffered,
    ResourcesEvent,
    ResourceWithdrawn,
)
from services.needs.resources.refusals import (
    AlreadyAgreed,
    EffectUnclear,
    MoneyInKind,
    NotTheirs,
    ResourceUnknown,
    ServiceWithoutMoney,
)
from shared.eventsourcing.decider import Decider


class Resources(msgspec.Struct, frozen=True, kw_only=True):
    """What stands, by id, and which of it is agreed."""

    offered: dict[str, ResourceOffered] = {}
    agreed: frozenset[str] = frozenset()

    def standing(self, resource: str) -> ResourceOffered:
        """Raises ResourceUnknown."""
        found = self.offered.get(resource)
        if found is None:
            raise ResourceUnknown
        return found


def decide(command: ResourcesCommand, resources: Resources) -> Sequence[ResourcesEvent]:
    """What follows from a command, or a refusal."""
    match command:
        case OfferResource():
            return _offer(command)
        case AgreeResource():
            return [_agree(command, resources)]
        case WithdrawResource():
            resources.standing(command.resource)
            return [ResourceWithdrawn(resource=command.resource, withdrawn_by=command.withdrawn_by)]
        case AssumeEffect():
            return [_assume(command, resources)]


def _offer(command: OfferResource) -> list[ResourcesEvent]:
    """Refuses: MoneyInKind."""
    if command.kind == "money" and command.sharing == "in-kind":
        raise MoneyInKind
    offered = ResourceOffered(
        resource=command.resource,
        partnership=command.partnership,
        year=command.year,
        service=command.service,
        provider=command.provider,
        partner=command.partner,
        outcome=command.outcome,
        need=command.need,
        tier=command.tier,
        kind=command.kind,
        sharing=command.sharing,
        what=command.what,
        annual_pence=command.annual_pence,
        offered_by=command.offered_by,
    )
    if command.agency != command.partner:
        return [offered]
    agreed = ResourceAgreed(
        resource=command.resource, partner=command.partner, agreed_by=command.offered_by
    )
    return [offered, agreed]


def _agree(command: AgreeResource, resources: Resources) -> ResourceAgreed:
    """Refuses: ResourceUnknown, NotTheirs, AlreadyAgreed."""
    if resources.standing(command.resource).partner != command.agency:
        raise NotTheirs
    if command.resource in resources.agreed:
        raise AlreadyAgreed
    return ResourceAgreed(
        resource=command.resource, partner=command.agency, agreed_by=command.agreed_by
    )


def _assume(command: AssumeEffect, resources: Resources) -> EffectAssumed:
    """Refuses: ServiceWithoutMoney, EffectUnclear."""
    had = {(one.year, one.service) for one in resources.offered.values() if one.annual_pence}
    if (command.year, command.service) not in had:
        raise ServiceWithoutMoney
    if command.least > command.most:
        raise EffectUnclear
    return EffectAssumed(
        partnership=command.partnership,
        year=command.year,
        service=command.service,
        result=command.result,
        achieved=command.achieved,
        least=command.least,
        most=command.most,
        because=command.because,
        assumed_by=command.assumed_by,
    )


def evolve(resources: Resources, event: ResourcesEvent) -> Resources:
    """The resources after one more fact."""
    match event:
        case ResourceOffered():
            return replace(resources, offered={**resources.offered, event.resource: event})
        case ResourceAgreed():
            return replace(resources, agreed=resources.agreed | {event.resource})
        case ResourceWithdrawn():
            left = {key: one for key, one in resources.offered.items() if key != event.resource}
            return replace(resources, offered=left, agreed=resources.agreed - {event.resource})
        case EffectAssumed():
            return resources


RESOURCES: Decider[ResourcesCommand, Resources, ResourcesEvent] = Decider(
    category="resources",
    initial=Resources(),
    decide=decide,
    evolve=evolve,
    events=get_args(ResourcesEvent),
)
