"""The rules of an award without a tender, from proposal to award. Pure.

An award without competition is as open as one with it: way, reason and section are on record, what
the law has published before is published before, and who has an interest does not award.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, get_args

from services.procurement.agreements.decider import Agreement, NoAgreement, callable_off
from services.procurement.authority import authorised
from services.procurement.awards.announcing import announcement
from services.procurement.awards.commands import (
    AnnounceAward,
    AwardCommand,
    DecideRepresentation,
    DeclareInterest,
    MakeAward,
    ProposeAward,
    ReceiveRepresentation,
    WithdrawAward,
)
from services.procurement.awards.events import (
    AwardEvent,
    AwardInterestDeclared,
    AwardMade,
    AwardProposed,
    AwardTerms,
    AwardWithdrawn,
)
from services.procurement.awards.grounds import ground_on
from services.procurement.awards.notices import TITLES, owed_before, standstill_of
from services.procurement.awards.refusals import (
    AlreadyProposed,
    AwarderInterested,
    AwardNotOpen,
    FrameworkMissing,
    GrantConditionsMissing,
    InterestUndeclared,
    NotAPartner,
    NoticeMissing,
    NoticeNotOwed,
    NoticeOut,
    SectionMissing,
    UnknownAwardGround,
)
from services.procurement.awards.representations import receive, resolve, unchallenged
from services.procurement.awards.state import Award, Proposed, Unproposed, evolve
from services.procurement.providers.checking import awardable
from services.procurement.providers.state import Provider
from services.procurement.tenders.refusals import SpecificationNotPublished, StandstillRunning
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.decider import Decider
from shared.published.procurement import (
    AnnouncedAwardWithdrawn,
    AwardAnnounced,
    DirectAwardMade,
    FrameworkCallOffMade,
    GrantOffered,
    InHouseProvisionAgreed,
)


def decide(command: AwardCommand, award: Award) -> Sequence[AwardEvent]:
    """What follows from a command, or a refusal."""
    match command:
        case ProposeAward():
            return [_propose(command, award)]
        case DeclareInterest():
            return [_declare(command, _open(award))]
        case AnnounceAward():
            return [_announce(command, _open(award))]
        case ReceiveRepresentation():
            return [receive(command, _open(award))]
        case DecideRepresentation():
            return resolve(command, _open(award))
        case MakeAward():
            return [_make(command, _open(award))]
        case WithdrawAward():
            return _withdraw(command, _open(award))


def _open(award: Award) -> Proposed:
    """Refuses: AwardNotOpen."""
    if not isinstance(award, Proposed):
        raise AwardNotOpen
    return award


def _propose(command: ProposeAward, award: Award) -> AwardProposed:
    """Refuses: AlreadyProposed, SpecificationNotPublished, SectionMissing, UnknownAwardGround,
    FrameworkMissing, GrantConditionsMissing, NotAPartner; as for a call-off; as for a provider.
    """
    if not isinstance(award, Unproposed):
        raise AlreadyProposed
    if not command.specification_published:
        raise SpecificationNotPublished
    today = london_date(command.now)
    _reasoned(command.terms, today)
    _called_off(command.terms, command.agreement, today)
    _provided(command.terms, command.standing, today, partner=command.provider_is_partner)
    return AwardProposed(
        award=command.award,
        terms=command.terms,
        delegated_limit_pence=command.delegated_limit_pence,
        proposed_by=command.proposed_by,
    )


def _reasoned(terms: AwardTerms, today: date) -> None:
    """Refuses: SectionMissing, UnknownAwardGround, GrantConditionsMissing."""
    if terms.way == "direct-award":
        if not terms.section:
            raise SectionMissing(pointer="/body/section")
        ground = ground_on(terms.ground, today) if terms.ground else None
        if terms.ground and (ground is None or terms.regime not in ground.regimes):
            said = f" The regime of this award is {terms.regime}." if terms.regime else ""
            raise UnknownAwardGround(UnknownAwardGround.sentence() + said, pointer="/body/ground")
    if terms.way == "grant" and terms.grant_conditions is None:
        raise GrantConditionsMissing(pointer="/body/grant_conditions")


def _called_off(terms: AwardTerms, agreement: Agreement, today: date) -> None:
    """Refuses: FrameworkMissing, AgreementOver, NotAUser, UnknownLot, NotOnFramework,
    CompetitionNeeded.
    """
    if terms.way != "framework-call-off":
        return
    if isinstance(agreement, NoAgreement):
        raise FrameworkMissing(pointer="/body/framework")
    callable_off(
        agreement, terms.partnership, terms.provider, terms.lot, terms.competition or "direct",
        today,
    )  # fmt: skip


def _provided(terms: AwardTerms, standing: Provider, today: date, *, partner: bool) -> None:
    """A partner needs no register entry to provide in-house; everyone else does.

    Refuses: NotAPartner, ProviderNotRegistered, ProviderIsSuspended, ProviderIsExcluded,
    ExcludableNotConsidered, StandardsLapsed, ConditionsUnmet.
    """
    if terms.way != "in-house-provision":
        considered = terms.considered is not None
        awardable(standing, today, terms.conditions, considered=considered)
    elif not partner:
        raise NotAPartner(pointer="/body/provider")


def _declare(command: DeclareInterest, award: Proposed) -> AwardInterestDeclared:
    """An interest once declared stands. Refuses: AwarderInterested."""
    if award.interests.get(command.person) and not command.interested:
        raise AwarderInterested
    return AwardInterestDeclared(person=command.person, interested=command.interested)


def _announce(command: AnnounceAward, award: Proposed) -> AwardAnnounced:
    """The transparency notice says what is intended; every other waits for who decides.

    Refuses: NoticeNotOwed, NoticeOut, NoticeMissing, AuthorityMissing.
    """
    today = london_date(command.now)
    terms = award.proposed.terms
    owed = owed_before(terms, today)
    if command.notice not in owed:
        raise NoticeNotOwed
    if command.notice in award.notices:
        raise NoticeOut
    _published(award, owed[: owed.index(command.notice)])
    if command.notice != "UK5":
        limit = award.proposed.delegated_limit_pence
        price = terms.annual_price_pence + command.made_beside_pence
        authorised(price, limit, command.authority)
    ends_at, none_by = standstill_of(terms, command.notice, today, kept=command.keep_standstill)
    return announcement(award, command.notice, today, ends_at, none_by)


def _published(award: Proposed, owed: Sequence[Any]) -> None:
    """Refuses: NoticeMissing."""
    if missing := [TITLES[notice] for notice in owed if notice not in award.notices]:
        raise NoticeMissing(f"Publish first {' and '.join(missing)}.")


def _make(command: MakeAward, award: Proposed) -> AwardMade:
    """Refuses: SpecificationNotPublished; as for a call-off; as for a provider; AuthorityMissing,
    InterestUndeclared, AwarderInterested, NoticeMissing, StandstillRunning; like `unchallenged`.
    """
    proposed = award.proposed
    terms = proposed.terms
    if not command.specification_published:
        raise SpecificationNotPublished
    today = london_date(command.now)
    _called_off(terms, command.agreement, today)
    _provided(terms, command.standing, today, partner=True)
    price = terms.annual_price_pence + command.made_beside_pence
    authorised(price, proposed.delegated_limit_pence, command.authority)
    if command.awarded_by not in award.interests:
        raise InterestUndeclared
    if award.interests[command.awarded_by]:
        raise AwarderInterested
    _published(award, owed_before(terms, today))
    unchallenged(award)
    if award.standstill_ends_at and command.now <= award.standstill_ends_at:
        raise StandstillRunning
    return _made(proposed, command)


def _withdraw(command: WithdrawAward, award: Proposed) -> Sequence[AwardEvent]:
    """What a notice has announced is taken back where the notice was heard."""
    withdrawn = AwardWithdrawn(reason=command.reason)
    if not award.notices:
        return [withdrawn]
    terms = award.proposed.terms
    told = AnnouncedAwardWithdrawn(
        award=award.proposed.award,
        partnership=terms.partnership,
        procuring=terms.procuring,
        provider=terms.provider,
        reason=command.reason,
    )
    return [withdrawn, told]


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
            return DirectAwardMade(**same, section=terms.section, regime=terms.regime)
        case "framework-call-off":
            return FrameworkCallOffMade(
                **same,
                framework=terms.framework,
                regime=terms.regime,
                agreement=terms.agreement,
                lot=terms.lot,
                competition=terms.competition,
            )
        case "in-house-provision":
            return InHouseProvisionAgreed(**same)
        case "grant":
            return GrantOffered(**same, conditions=terms.grant_conditions)


AWARDS: Decider[AwardCommand, Award, AwardEvent] = Decider(
    category="award",
    initial=Unproposed(),
    decide=decide,
    evolve=evolve,
    events=get_args(AwardEvent),
)
