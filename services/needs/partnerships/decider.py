"""The rules of a partnership. Pure: no clock, no I/O, no chance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from services.needs.partnerships.commands import (
    AdmitPartner,
    AnswerExtraRequest,
    AskExtraMeeting,
    ElectOfficers,
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
    ExtraMeetingAsked,
    ExtraMeetingCalled,
    ExtraMeetingDue,
    OfficersElected,
    PartnershipEvent,
)
from services.needs.partnerships.refusals import (
    AlreadyFormed,
    AlreadyPartner,
    AskedAlready,
    ElectionNotCarried,
    ExtraMeetingTooLate,
    LeadNotMember,
    LeadStays,
    MajorityTooSmall,
    MembersTooFew,
    MemberTwice,
    NamedInQuorum,
    NobodyAsked,
    NotOnBoard,
    NotPartner,
    OneOfficerTwice,
    QuorumUnknown,
    ReceivedInFuture,
    RulesMissing,
    RulesNeedDecision,
)
from services.needs.partnerships.state import Formed, Partnership, Unformed, evolve
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.commands import Missing
from shared.eventsourcing.decider import Decider
from shared.published.needs import PartnerJoined, PartnerLeft, PartnershipFormed
from shared.values.working_days import add_working_days

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
        case ElectOfficers():
            return [_elect(command, _formed(partnership))]
        case AskExtraMeeting():
            return _ask(command, _formed(partnership))
        case AnswerExtraRequest():
            return [_answer(command, _formed(partnership))]


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

    Refuses: QuorumUnknown, MajorityTooSmall, RulesNeedDecision.
    """
    if not formed.agencies.issuperset(command.rules.quorum_named):
        raise QuorumUnknown(pointer="/body/quorum_named")
    if 3 * command.rules.change_for < 2 * command.rules.change_of:
        raise MajorityTooSmall(pointer="/body/change_for")
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


def _elect(command: ElectOfficers, formed: Formed) -> OfficersElected:
    """Refuses: ElectionNotCarried, OneOfficerTwice, NotOnBoard."""
    if not command.decision or command.decision in formed.used:
        raise ElectionNotCarried
    if command.chair == command.vice_chair:
        raise OneOfficerTwice(pointer="/body/vice_chair")
    if not {command.chair, command.vice_chair} <= set(formed.board):
        raise NotOnBoard
    return OfficersElected(
        chair=command.chair,
        vice_chair=command.vice_chair,
        decision=command.decision,
        elected_on=command.elected_on,
    )


def _ask(command: AskExtraMeeting, formed: Formed) -> Sequence[PartnershipEvent]:
    """Each member asks once; once enough have, the days run from the last request needed.

    Refuses: RulesMissing, ReceivedInFuture, NotOnBoard, AskedAlready.
    """
    rules = formed.rules
    if rules is None:
        raise RulesMissing
    if command.received_on > london_date(command.now):
        raise ReceivedInFuture(pointer="/body/received_on")
    if not set(command.persons) <= set(formed.board):
        raise NotOnBoard
    if set(command.persons) & set(formed.asking):
        raise AskedAlready
    asked: list[PartnershipEvent] = [
        ExtraMeetingAsked(person=person, reason=command.reason, received_on=command.received_on)
        for person in dict.fromkeys(command.persons)
    ]
    days = sorted([*formed.asking.values(), *[command.received_on] * len(asked)])
    if formed.hold_by is None and len(days) >= rules.extra_meeting_members:
        enough_on = days[rules.extra_meeting_members - 1]
        hold_by = add_working_days(enough_on, rules.extra_meeting_working_days)
        asked.append(ExtraMeetingDue(hold_by=hold_by))
    return asked


def _answer(command: AnswerExtraRequest, formed: Formed) -> ExtraMeetingCalled:
    """A meeting nobody called in time is still called, and is late on record.

    Refuses: NobodyAsked, ExtraMeetingTooLate.
    """
    if formed.hold_by is None:
        raise NobodyAsked
    late = command.held_on > formed.hold_by
    if late and london_date(command.now) <= formed.hold_by:
        raise ExtraMeetingTooLate(pointer="/body/held_at")
    return ExtraMeetingCalled(meeting=command.meeting, held_on=command.held_on, late=late)


PARTNERSHIP: Decider[PartnershipCommand, Partnership, PartnershipEvent] = Decider(
    category="partnership",
    initial=Unformed(),
    decide=decide,
    evolve=evolve,
    events=get_args(PartnershipEvent),
)
