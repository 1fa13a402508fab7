"""The rules of a partnership and its board, as sentences."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from services.needs.partnerships.commands import (
    AdmitPartner,
    FormPartnership,
    NameBoardMember,
    ReleasePartner,
    SetBoardRules,
    StandDownBoardMember,
)
from services.needs.partnerships.decider import PARTNERSHIP
from services.needs.partnerships.events import BoardMember, BoardRules, BoardRulesSet
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
from shared.eventsourcing.commands import Missing, Refused
from shared.published.needs import PartnerJoined, PartnerLeft, PartnershipFormed
from shared.published.terms import Member
from shared.testing.scenarios import Scenario

NOW = datetime(2026, 4, 1, 9, tzinfo=UTC)
ON = date(2026, 4, 1)
COUNCIL = Member(agency="council", kind="council", name="Alder Council")
ICB = Member(agency="icb", kind="nhs-icb", name="Alder ICB")
POLICE = Member(agency="police", kind="local-policing-body", name="Alder Policing")
RULES = BoardRules(quorum_named=("council", "icb"), quorum_others=1)


def forming(**changes: object) -> FormPartnership:
    fields = {
        "partnership": "p1",
        "name": "Alder",
        "lead": "council",
        "members": (COUNCIL, ICB),
        "effective_on": ON,
        "now": NOW,
    }
    return FormPartnership(**(fields | changes))  # type: ignore[arg-type]


def rules(set_to: BoardRules = RULES, decision: str = "") -> SetBoardRules:
    return SetBoardRules(rules=set_to, decision=decision, now=NOW)


def named(person: str, agency: str, *, chair: bool = False) -> NameBoardMember:
    member = BoardMember(person=person, agency=agency, chair=chair)
    return NameBoardMember(member=member, now=NOW)


def leaving(agency: str) -> ReleasePartner:
    return ReleasePartner(agency=agency, effective_on=ON, now=NOW)


partnership = Scenario(PARTNERSHIP)
formed = partnership.when_done(forming())
joined = formed.when_done(AdmitPartner(partner=POLICE, effective_on=ON, now=NOW))


def test_agencies_form_a_partnership_with_a_lead() -> None:
    partnership.when(forming()).then(
        PartnershipFormed(
            partnership="p1",
            name="Alder",
            lead="council",
            members=(COUNCIL, ICB),
            effective_on=ON,
        )
    )
    formed.when(forming()).then_refused(AlreadyFormed)


@pytest.mark.parametrize(
    ("changes", "refusal", "pointer"),
    [
        ({"members": (COUNCIL,)}, MembersTooFew, "/body/members"),
        ({"members": (COUNCIL, ICB, ICB)}, MemberTwice, "/body/members"),
        ({"lead": "police"}, LeadNotMember, "/body/lead"),
    ],
)
def test_a_partnership_is_two_agencies_or_more_one_of_which_leads(
    changes: dict[str, object], refusal: type[Refused], pointer: str
) -> None:
    partnership.when(forming(**changes)).then_refused(refusal, pointer)


def test_partners_join_and_leave() -> None:
    formed.when(AdmitPartner(partner=POLICE, effective_on=ON, now=NOW)).then(
        PartnerJoined(
            partnership="p1",
            agency="police",
            kind="local-policing-body",
            name="Alder Policing",
            effective_on=ON,
        )
    )
    joined.when(leaving("police")).then(
        PartnerLeft(partnership="p1", agency="police", effective_on=ON)
    )
    joined.when(AdmitPartner(partner=POLICE, effective_on=ON, now=NOW)).then_refused(AlreadyPartner)
    formed.when(leaving("police")).then_refused(NotPartner)


def test_the_lead_and_whoever_the_quorum_names_cannot_just_leave() -> None:
    joined.when(leaving("council")).then_refused(LeadStays)
    joined.when(leaving("icb")).then(PartnerLeft(partnership="p1", agency="icb", effective_on=ON))
    joined.when_done(rules()).when(leaving("icb")).then_refused(NamedInQuorum)


def test_first_rules_are_set_freely_and_changed_by_one_decision_each() -> None:
    changed = BoardRules(quorum_named=("council",), quorum_others=1)
    formed.when(rules()).then(BoardRulesSet(rules=RULES))
    ruled = formed.when_done(rules())
    ruled.when(rules(changed)).then_refused(RulesNeedDecision)
    ruled.when(rules(changed, "d1")).then(BoardRulesSet(rules=changed, decision="d1"))
    again = ruled.when_done(rules(changed, "d1"))
    again.when(rules(RULES, "d1")).then_refused(RulesNeedDecision)


def test_the_quorum_names_partners_only() -> None:
    strange = BoardRules(quorum_named=("police",), quorum_others=1)
    formed.when(rules(strange)).then_refused(QuorumUnknown, "/body/quorum_named")


def test_a_new_chair_takes_the_place_of_the_old_one() -> None:
    board = formed.when_done(
        named("cat", "council", chair=True), named("ian", "icb", chair=True)
    ).state.board
    assert [person for person, member in board.items() if member.chair] == ["ian"]


def test_who_sits_on_the_board_sits_there_for_a_partner_and_leaves_with_it() -> None:
    formed.when(named("pol", "police")).then_refused(NotPartner)
    left = joined.when_done(named("pol", "police"), named("cat", "council"), leaving("police"))
    assert set(left.state.board) == {"cat"}
    left.when(StandDownBoardMember(person="pol", now=NOW)).then_refused(NotOnBoard)


def test_naming_the_same_member_again_changes_nothing() -> None:
    formed.when_done(named("cat", "council")).when(named("cat", "council")).then_nothing()


def test_nothing_is_asked_of_a_partnership_that_is_not_there() -> None:
    for command in (leaving("icb"), rules(), named("cat", "council")):
        partnership.when(command).then_refused(Missing)
