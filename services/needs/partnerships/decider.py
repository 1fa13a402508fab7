"""The rules of a partnership. Pure: no clock, no I/O, no chance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from services.needs.partnerships.commands import (
    AdmitPartner,
    FormPartnership,
    NameBoardMember,
    PartnershipCommand,
    ReleasePartner,
    SetBoardRules,
    StandDownBoardMember,
)
from services.needs.partnerships.events import (
    BoardMemberNamed,
    BoardMemberStoodDown,
    BoardRulesSet,
    PartnershipEvent,
)
from services.needs.partnerships.refusals import (
    AlreadyFormed,
    AlreadyPartner,
    LeadNotMember,
    LeadStays,
    MembersTooFew,
    MemberTwice,
    NamedInQuorum,
    NotOnBoard,
    NotPartner,
    QuorumUnknown,
    RulesNeedDecision,
)
from services.needs.partnerships.state import Formed, Partnership, Unformed, evolve
from shared.eventsourcing.commands import Missing
from shared.eventsourcing.decider import Decider
from shared.published.needs import PartnerJoined, PartnerLeft, PartnershipFormed

FEWEST_MEMBERS = 2


def decide(command: PartnershipCommand, partnership: Partnership) -> Sequence[PartnershipEvent]:
    """What follows from a command, or a refusal."""
    match command:
        case FormPartnership():
            return [_form(command, partnership)]
        case AdmitPartner():
            return [_admit(command, _formed(partnership))]
        case ReleasePartner():
            return [_release(command, _formed(partnership))]
        case SetBoardRules():
            return [_set_rules(command, _formed(partnership))]
        case NameBoardMember():
            return _name(command, _formed(partnership))
        case StandDownBoardMember():
            if command.person not in _formed(partnership).board:
                raise NotOnBoard
            return [BoardMemberStoodDown(person=command.person)]


def _formed(partnership: Partnership) -> Formed:
    """Refuses: Missing."""
    if not isinstance(partnership, Formed):
        raise Missing
    return partnership


def _form(command: FormPartnership, partnership: Partnership) -> PartnershipFormed:
    """Refuses: AlreadyFormed, MembersTooFew, MemberTwice, LeadNotMember."""
    if not isinstance(partnership, Unformed):
        raise AlreadyFormed
    agencies = [member.agency for member in command.members]
    if len(agencies) < FEWEST_MEMBERS:
        raise MembersTooFew(pointer="/body/members")
    if len(set(agencies)) != len(agencies):
        raise MemberTwice(pointer="/body/members")
    if command.lead not in agencies:
        raise LeadNotMember(pointer="/body/lead")
    return PartnershipFormed(
        partnership=command.partnership,
        name=command.name,
        lead=command.lead,
        members=command.members,
        effective_on=command.effective_on,
    )


def _admit(command: AdmitPartner, formed: Formed) -> PartnerJoined:
    """Refuses: AlreadyPartner."""
    if command.partner.agency in formed.agencies:
        raise AlreadyPartner
    return PartnerJoined(
        partnership=formed.partnership,
        agency=command.partner.agency,
        kind=command.partner.kind,
        name=command.partner.name,
        effective_on=command.effective_on,
    )


def _release(command: ReleasePartner, formed: Formed) -> PartnerLeft:
    """Refuses: NotPartner, LeadStays, NamedInQuorum."""
    if command.agency not in formed.agencies:
        raise NotPartner
    if command.agency == formed.lead:
        raise LeadStays
    if formed.rules and command.agency in formed.rules.quorum_named:
        raise NamedInQuorum
    return PartnerLeft(
        partnership=formed.partnership,
        agency=command.agency,
        effective_on=command.effective_on,
    )


def _set_rules(command: SetBoardRules, formed: Formed) -> BoardRulesSet:
    """The first rules need no decision; each later change needs one of its own.

    Refuses: QuorumUnknown, RulesNeedDecision.
    """
    if not formed.agencies.issuperset(command.rules.quorum_named):
        raise QuorumUnknown(pointer="/body/quorum_named")
    if formed.rules and (not command.decision or command.decision in formed.used):
        raise RulesNeedDecision
    return BoardRulesSet(rules=command.rules, decision=command.decision)


def _name(command: NameBoardMember, formed: Formed) -> Sequence[PartnershipEvent]:
    """Refuses: NotPartner."""
    if command.member.agency not in formed.agencies:
        raise NotPartner
    if formed.board.get(command.member.person) == command.member:
        return []
    return [BoardMemberNamed(member=command.member)]


PARTNERSHIP: Decider[PartnershipCommand, Partnership, PartnershipEvent] = Decider(
    category="partnership",
    initial=Unformed(),
    decide=decide,
    evolve=evolve,
    events=get_args(PartnershipEvent),
)
