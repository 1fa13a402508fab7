"""What is brought to a board, the report of its year, and the teams beside it, as sentences."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from msgspec.structs import replace

from services.needs.boards.commands import (
    BringExternalReview,
    NoteBusiness,
    RecordConduct,
    TakeChairsAction,
)
from services.needs.boards.decider import BOARD
from services.needs.boards.events import BusinessNoted, ChairsActionTaken, ConductRecorded
from services.needs.boards.information import names
from services.needs.boards.refusals import (
    MeetingNotSitting,
    NotAMember,
    NotedAlready,
    NotOurPartner,
    NotTheChair,
    NotYet,
    ViewsMissing,
)
from services.needs.boards.reports import partner_years
from services.needs.meetings.events import AgendaItem
from services.needs.meetings.views import ActionRow, DecisionRow, ItemRow, MeetingRow
from services.needs.partnerships.events import BoardMember
from services.needs.teams.commands import EndTeam, FormTeam, NameTeamMember, StandDownTeamMember
from services.needs.teams.decider import TEAM
from services.needs.teams.events import TeamEnded, TeamMemberNamed, TeamMemberStoodDown
from services.needs.teams.refusals import (
    AgencyNotPartner,
    NotInTeam,
    TeamFormedBefore,
    TeamIsOver,
)
from shared.eventsourcing.commands import Missing, Refused
from shared.published.terms import TextRef
from shared.testing.scenarios import Scenario

NOW = datetime(2026, 5, 6, 13, tzinfo=UTC)
TODAY = date(2026, 5, 6)
TEXT = TextRef(text=UUID(int=1), digest="d")
board = Scenario(BOARD)

ACTION = TakeChairsAction(
    action="c1", title="Sign the bid", text=TEXT, acted_by="cat", officer=True,
    members=frozenset({"cat", "ian"}), consulted=("ian",), acted_on=TODAY, now=NOW,
)  # fmt: skip
REVIEW = BringExternalReview(
    review="r1", body="Ofsted", title="Inspection", text=TEXT, published_on=TODAY, exempt=False,
    now=NOW,
)  # fmt: skip
CONDUCT = RecordConduct(
    record="k1", agency="icb", partner=True, year="2026/27", plan="s1", commitment="Two workers",
    kept="partly", text=TEXT, now=NOW,
)  # fmt: skip
NOTE = NoteBusiness(business="c1", meeting="m1", sits=True, now=NOW)


def test_the_chair_acts_for_the_board_having_heard_other_members() -> None:
    board.when(ACTION).then(
        ChairsActionTaken(
            action="c1", title="Sign the bid", text=TEXT, acted_by="cat", consulted=("ian",),
            acted_on=TODAY,
        )
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "refusal", "pointer"),
    [
        ({"officer": False}, NotTheChair, ""),
        ({"consulted": ("cat",)}, ViewsMissing, ""),
        ({"consulted": ("eve",)}, NotAMember, "/body/consulted"),
        ({"acted_on": date(2026, 5, 7)}, NotYet, "/body/acted_on"),
    ],
)
def test_nobody_else_acts_for_the_board_and_the_chair_not_alone(
    changes: dict[str, object], refusal: type[Refused], pointer: str
) -> None:
    board.when(replace(ACTION, **changes)).then_refused(refusal, pointer)


def test_what_is_brought_waits_for_a_meeting_and_is_noted_once() -> None:
    brought = board.when_done(ACTION, REVIEW)
    brought.when(replace(NOTE, sits=False)).then_refused(MeetingNotSitting)
    brought.when(NOTE).then(BusinessNoted(business="c1", meeting="m1", noted_on=TODAY))
    brought.when_done(NOTE).when(NOTE).then_refused(NotedAlready)
    board.when(NOTE).then_refused(Missing)
    early = replace(REVIEW, published_on=date(2026, 5, 7))
    board.when(early).then_refused(NotYet, "/body/published_on")


def test_conduct_is_recorded_of_partners() -> None:
    recorded = board.when(CONDUCT).events()[0]
    assert isinstance(recorded, ConductRecorded)
    board.when(replace(CONDUCT, partner=False)).then_refused(NotOurPartner, "/body/agency")


# -- the report of the year

SEATS = (BoardMember(person="cat", agency="council"), BoardMember(person="ian", agency="icb"))
ITEM = AgendaItem(
    item="d1", title="Lease", about_kind="other", about="x", ratified_by=("council", "icb")
)
MEETING = MeetingRow(
    meeting="m1", partnership="p1", held_at=NOW, papers_due_at=NOW, status="closed", board=SEATS,
    agenda=(ItemRow(item=ITEM),), present=("cat",), came=("cat", "ian"),
)  # fmt: skip
DECISION = DecisionRow(
    decision="d1", partnership="p1", meeting="m1", about_kind="other", about="x", carried=True,
    majority="simple", exempt=False, decided_on=TODAY, position=1, home_authority=("council",),
)  # fmt: skip
DUE = ActionRow(
    action="a1", partnership="p1", meeting="m1", item="", text=TEXT, owner="icb",
    agreed_on=TODAY, due_on=date(2026, 6, 1), done_on=date(2026, 6, 1),
)  # fmt: skip
LATE = replace(DUE, action="a2", done_on=date(2026, 6, 2))
OPEN = replace(DUE, action="a3", done_on=None)
TO_COME = replace(DUE, action="a4", done_on=None, due_on=date(2027, 1, 1))


def said(kept: str) -> ConductRecorded:
    return ConductRecorded(
        record=kept, agency="icb", year="2026/27", plan="s1", commitment="Two workers",
        kept=kept, text=TEXT,  # type: ignore[arg-type]
    )  # fmt: skip


def test_the_year_of_each_partner_is_counted_from_what_was_recorded() -> None:
    away = replace(MEETING, meeting="m2", came=("cat",), agenda=())
    council, icb = partner_years(
        "2026/27", ("council", "icb"), (MEETING, away, replace(MEETING, status="called")),
        (DUE, LATE, OPEN, TO_COME), (DECISION,), (said("not-kept"), said("partly")),
        date(2026, 7, 1),
    )  # fmt: skip
    assert (council.meetings, council.attended) == (2, 2)
    assert (icb.meetings, icb.attended) == (2, 1), "who left before the end was there"
    assert (icb.actions, icb.actions_in_time, icb.actions_late) == (3, 1, 2)
    assert (council.authorities_asked, council.authorities_given) == (1, 1)
    assert (icb.authorities_asked, icb.authorities_given) == (1, 0)
    assert [one.kept for one in icb.commitments] == ["partly"], "the last word counts"
    assert council.commitments == ()


def test_another_year_has_none_of_it() -> None:
    [council] = partner_years(
        "2025/26", ("council",), (MEETING,), (DUE,), (DECISION,), (said("kept"),), date(2026, 7, 1)
    )
    assert (council.meetings, council.actions, council.authorities_asked) == (0, 0, 0)


def test_a_search_wants_every_word_in_title_or_text() -> None:
    assert names("LEASE price", "Price of it", "the lease")
    assert not names("lease school", "Price", "the lease")
    assert names("", "anything", "")


# -- teams

team = Scenario(TEAM)
FORM = FormTeam(
    team="t1", partnership="p1", name="Joint Commissioning Unit", purpose="Commissions",
    reports_to="board", formed_on=TODAY, now=NOW,
)  # fmt: skip
NAME = NameTeamMember(person="cat", agency="council", partner=True, chair=True, now=NOW)


def test_a_team_has_members_of_partners_and_one_chair() -> None:
    formed = team.when_done(FORM)
    formed.when(FORM).then_refused(TeamFormedBefore)
    formed.when(NAME).then(TeamMemberNamed(person="cat", agency="council", chair=True))
    formed.when(replace(NAME, partner=False)).then_refused(AgencyNotPartner, "/body/agency")
    named = formed.when_done(NAME)
    named.when(NAME).then_nothing()
    both = named.when_done(replace(NAME, person="ian", agency="icb"))
    assert [who for who, one in both.state.members.items() if one.chair] == ["ian"]


def test_who_leaves_a_team_was_in_it_and_a_team_ends_once() -> None:
    named = team.when_done(FORM, NAME)
    leaves = StandDownTeamMember(person="cat", now=NOW)
    named.when(leaves).then(TeamMemberStoodDown(person="cat"))
    named.when_done(leaves).when(leaves).then_refused(NotInTeam)
    named.when(EndTeam(now=NOW)).then(TeamEnded(ended_on=TODAY))
    named.when_done(EndTeam(now=NOW)).when(NAME).then_refused(TeamIsOver)
    team.when(NAME).then_refused(Missing)
