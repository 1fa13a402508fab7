"""The rules of an award without a tender, from proposal to award. Pure.

An award without competition is as open as one with it: way, reason and section are on record.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args

import msgspec

from services.procurement.authority import authorised
from services.procurement.awards.commands import (
    AwardCommand,
    MakeAward,
    ProposeAward,
    WithdrawAward,
)
from services.procurement.awards.events import (
    AwardEvent,
    AwardMade,
    AwardProposed,
    AwardTerms,
    AwardWithdrawn,
)
from services.procurement.awards.refusals import (
    AlreadyProposed,
    AwardNotOpen,
    FrameworkMissing,
    NotAPartner,
    SectionMissing,
)
from services.procurement.providers.decider import Provider, eligible
from services.procurement.tenders.refusals import SpecificationNotPublished
from shared.eventsourcing.decider import Decider
from shared.published.procurement import (
    DirectAwardMade,
    FrameworkCallOffMade,
    GrantOffered,
    InHouseProvisionAgreed,
)


class Unproposed(msgspec.Struct, frozen=True, kw_only=True):
    """Nothing has happened yet."""


class Proposed(msgspec.Struct, frozen=True, kw_only=True):
    """Waiting to be made, above the delegated limit for the board and the home authority."""

    proposed: AwardProposed


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """Awarded; contracts drafts the agreement."""


class Withdrawn(msgspec.Struct, frozen=True, kw_only=True):
    """Given up before it was made."""


Award = Unproposed | Proposed | Made | Withdrawn


def decide(command: AwardCommand, award: Award) -> Sequence[AwardEvent]:
    """What follows from a command, or a refusal."""
    match command:
        case ProposeAward():
            return [_propose(command, award)]
        case MakeAward():
            return [_make(command, _proposed(award))]
        case WithdrawAward():
            _proposed(award)
            return [AwardWithdrawn(reason=command.reason)]


def _proposed(award: Award) -> AwardProposed:
    """Refuses: AwardNotOpen."""
    if not isinstance(award, Proposed):
        raise AwardNotOpen
    return award.proposed


def _propose(command: ProposeAward, award: Award) -> AwardProposed:
    """Refuses: AlreadyProposed, SpecificationNotPublished, SectionMissing, FrameworkMissing,
    NotAPartner, ProviderNotRegistered, ProviderIsSuspended.
    """
    if not isinstance(award, Unproposed):
        raise AlreadyProposed
    if not command.specification_published:
        raise SpecificationNotPublished
    _reasoned(command.terms)
    _provided(command.terms, command.standing, partner=command.provider_is_partner)
    return AwardProposed(
        award=command.award,
        terms=command.terms,
        delegated_limit_pence=command.delegated_limit_pence,
        proposed_by=command.proposed_by,
    )


def _reasoned(terms: AwardTerms) -> None:
    """Refuses: SectionMissing, FrameworkMissing."""
    if terms.way == "direct-award" and not terms.section:
        raise SectionMissing(pointer="/body/section")
    if terms.way == "framework-call-off" and not terms.framework:
        raise FrameworkMissing(pointer="/body/framework")


def _provided(terms: AwardTerms, standing: Provider, *, partner: bool) -> None:
    """A partner needs no register entry to provide in-house; everyone else does.

    Refuses: NotAPartner, ProviderNotRegistered, ProviderIsSuspended.
    """
    if terms.way != "in-house-provision":
        eligible(standing)
    elif not partner:
        raise NotAPartner(pointer="/body/provider")


def _make(command: MakeAward, proposed: AwardProposed) -> AwardMade:
    """Refuses: SpecificationNotPublished, ProviderNotRegistered, ProviderIsSuspended,
    AuthorityMissing.
    """
    terms = proposed.terms
    if not command.specification_published:
        raise SpecificationNotPublished
    _provided(terms, command.standing, partner=True)
    authorised(terms.annual_price_pence, proposed.delegated_limit_pence, command.authority)
    return _made(proposed, command)


def _made(proposed: AwardProposed, command: MakeAward) -> AwardMade:
    terms = proposed.terms
    same: dict[str, Any] = {
        "award": proposed.award,
        "partnership": terms.partnership,
        "specification": terms.specification,
        "procuring": terms.procuring,
        "provider": terms.provider,
        "annual_price_pence": terms.annual_price_pence,
        "reason": terms.reason,
        "awarded_by": command.awarded_by,
        "decision": command.authority.decision if command.authority else "",
    }
    match terms.way:
        case "direct-award":
            return DirectAwardMade(**same, section=terms.section)
        case "framework-call-off":
            return FrameworkCallOffMade(**same, framework=terms.framework)
        case "in-house-provision":
            return InHouseProvisionAgreed(**same)
        case "grant":
            return GrantOffered(**same)


def evolve(award: Award, event: AwardEvent) -> Award:
    """The award after one more fact."""
    match event:
        case AwardProposed():
            return Proposed(proposed=event)
        case DirectAwardMade() | FrameworkCallOffMade() | InHouseProvisionAgreed():
            return Made()
        case GrantOffered():
            return Made()
        case AwardWithdrawn():
            return Withdrawn() if isinstance(award, Proposed) else award


AWARDS: Decider[AwardCommand, Award, AwardEvent] = Decider(
    category="award",
    initial=Unproposed(),
    decide=decide,
    evolve=evolve,
    events=get_args(AwardEvent),
)
