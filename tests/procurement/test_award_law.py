"""What the law asks before an award without a tender: interests, notices, frameworks, standing."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from services.procurement.agreements.decider import Agreement, Over, Standing
from services.procurement.agreements.refusals import (
    AgreementOver,
    CompetitionNeeded,
    NotAUser,
    NotOnFramework,
    UnknownLot,
)
from services.procurement.authority import Authority, AuthorityMissing
from services.procurement.awards.commands import (
    DecideRepresentation,
    ProposeAward,
    ReceiveRepresentation,
    WithdrawAward,
)
from services.procurement.awards.events import AwardChallengeResolved, Notice, Way
from services.procurement.awards.notices import owed_before
from services.procurement.awards.refusals import (
    AwardChallengeUpheld,
    AwarderInterested,
    AwardNotOpen,
    InterestUndeclared,
    NoStandstillRunning,
    NoticeMissing,
    NoticeNotOwed,
    NoticeOut,
    UnknownAwardGround,
)
from services.procurement.providers.checking import awardable
from services.procurement.providers.refusals import (
    ConditionsUnmet,
    ExcludableNotConsidered,
    ProviderIsExcluded,
    StandardsLapsed,
)
from services.procurement.providers.state import GroundStanding, Registered
from services.procurement.tenders.refusals import (
    RepresentationStands,
    StandstillRunning,
    UnknownRepresentation,
)
from shared.published.procurement import (
    AnnouncedAwardWithdrawn,
    AwardAnnounced,
    DirectAwardMade,
    FrameworkCallOffMade,
    Regime,
)
from tests.procurement.awarding import (
    AGREEMENT,
    FRAMEWORK,
    NO_INTEREST,
    NOW,
    TEXT,
    law,
    making,
    nothing,
    noticing,
    proposing,
    terms,
)

proposed = nothing.when_done(proposing(terms("direct-award")), NO_INTEREST)


def test_whoever_makes_the_award_has_said_that_they_have_no_interest() -> None:
    waiting = nothing.when_done(proposing(terms("direct-award")))
    waiting.when(making()).then_refused(InterestUndeclared)
    interested = replace(NO_INTEREST, interested=True)
    waiting.when_done(interested).when(making()).then_refused(AwarderInterested)
    another = replace(NO_INTEREST, person="pat")
    waiting.when_done(another).when(making()).then_refused(InterestUndeclared)
    waiting.when_done(interested).when(NO_INTEREST).then_refused(AwarderInterested)
    waiting.when_done(NO_INTEREST, interested).when(making()).then_refused(AwarderInterested)
    nothing.when(NO_INTEREST).then_refused(AwardNotOpen)


ENDS = datetime(2026, 4, 14, 22, 59, 59, tzinfo=UTC)
"""The eighth working day beginning with 1 April 2026, a Wednesday before Easter."""


def test_a_direct_award_under_the_full_regime_is_announced_noticed_and_stands_still() -> None:
    waiting = nothing.when_done(proposing(law("full")), NO_INTEREST)
    waiting.when(making()).then_refused(NoticeMissing)
    waiting.when(noticing("UK6")).then_refused(NoticeMissing)
    waiting.when(noticing("psr-intention")).then_refused(NoticeNotOwed)
    announced = waiting.when_done(noticing("UK5"))
    announced.when(noticing("UK5")).then_refused(NoticeOut)
    announced.when(making()).then_refused(NoticeMissing)
    (told,) = announced.when(noticing("UK6")).events()
    assert isinstance(told, AwardAnnounced)
    assert (told.standstill_ends_at, told.no_standstill) == (ENDS, "")
    noticed = announced.when_done(noticing("UK6"))
    noticed.when(making(now=ENDS)).then_refused(StandstillRunning)
    (made,) = noticed.when(making(now=ENDS + timedelta(seconds=1))).events()
    assert isinstance(made, DirectAwardMade)
    assert made.regime == "full"


@pytest.mark.parametrize(
    ("regime", "way", "ground", "owed"),
    [
        ("full", "direct-award", "single-supplier-technical", ("UK5", "UK6")),
        ("light-touch", "direct-award", "user-choice", ("UK5", "UK6")),
        ("light-touch", "framework-call-off", "", ("UK6",)),
        ("full", "framework-call-off", "", ("UK6",)),
        ("below-threshold", "direct-award", "below-threshold", ()),
        ("provider-selection", "direct-award", "process-a", ()),
        ("provider-selection", "direct-award", "process-b", ()),
        ("provider-selection", "direct-award", "process-c", ("psr-intention",)),
        ("provider-selection", "direct-award", "health-urgent", ()),
        ("full", "in-house-provision", "", ()),
        ("full", "grant", "", ()),
    ],
)
def test_what_each_way_and_regime_owes_before_the_award(
    regime: Regime, way: Way, ground: str, owed: tuple[Notice, ...]
) -> None:
    assert owed_before(law(regime, way, ground), NOW.date()) == owed


@pytest.mark.parametrize(
    ("regime", "ground", "kept", "ends_at", "by"),
    [
        ("full", "urgent", False, None, "Procurement Act 2023 s.51(3)(a)"),
        ("light-touch", "user-choice", False, None, "Procurement Act 2023 s.51(3)"),
        ("light-touch", "user-choice", True, ENDS, ""),
    ],
)
def test_a_standstill_is_kept_where_the_law_or_choice_keeps_it(
    regime: Regime, ground: str, kept: bool, ends_at: datetime | None, by: str
) -> None:
    announced = nothing.when_done(proposing(law(regime, ground=ground)), noticing("UK5"))
    (told,) = announced.when(noticing("UK6", kept=kept)).events()
    assert isinstance(told, AwardAnnounced)
    assert (told.standstill_ends_at, told.no_standstill) == (ends_at, by)


def test_health_care_stands_still_from_the_day_after_its_intention() -> None:
    health = law("provider-selection", ground="process-c")
    (told,) = nothing.when_done(proposing(health)).when(noticing("psr-intention")).events()
    assert isinstance(told, AwardAnnounced)
    assert told.standstill_ends_at == datetime(2026, 4, 15, 22, 59, 59, tzinfo=UTC)


def test_no_notice_says_that_it_is_awarded_before_who_decides_has_decided() -> None:
    dear = nothing.when_done(proposing(law("full"), limit=0), noticing("UK5"))
    dear.when(noticing("UK6")).then_refused(AuthorityMissing)
    given = Authority(decision="d1", home_authority_given=True)
    assert dear.when(replace(noticing("UK6"), authority=given)).events()


def test_an_announced_award_given_up_is_taken_back_where_it_was_announced() -> None:
    withdraw = WithdrawAward(reason=TEXT, now=NOW)
    announced = nothing.when_done(proposing(law("full")), noticing("UK5"))
    told = announced.when(withdraw).events()
    assert isinstance(told[1], AnnouncedAwardWithdrawn)
    announced.when_done(withdraw).when(making()).then_refused(AwardNotOpen)


def test_an_officers_limit_is_for_all_that_is_awarded_on_one_specification() -> None:
    beside = replace(making(), made_beside_pence=20_000_01)
    proposed.when(beside).then_refused(AuthorityMissing)
    assert proposed.when(replace(beside, made_beside_pence=20_000_00)).events()
    decided = Authority(decision="d1", home_authority_given=True)
    assert proposed.when(replace(beside, authority=decided)).events()
    full = nothing.when_done(
        proposing(replace(law("full"), annual_price_pence=50_000_00)), noticing("UK5")
    )
    late = replace(noticing("UK6"), made_beside_pence=1)
    full.when(late).then_refused(AuthorityMissing)


def receiving(representation: str, now: datetime = NOW) -> ReceiveRepresentation:
    return ReceiveRepresentation(
        representation=representation, by="beech", grounds=TEXT, received_by="pat", now=now
    )


def deciding(representation: str, now: datetime, *, upheld: bool = False) -> DecideRepresentation:
    return DecideRepresentation(
        representation=representation, upheld=upheld, reason=TEXT, decided_by="chris", now=now
    )


def test_a_representation_stops_the_award_until_it_is_decided() -> None:
    late = ENDS + timedelta(days=1)
    nothing.when_done(proposing(law("full")), noticing("UK5")).when(receiving("r1")).then_refused(
        NoStandstillRunning
    )
    announced = nothing.when_done(
        proposing(law("full")), NO_INTEREST, noticing("UK5"), noticing("UK6")
    )
    announced.when(receiving("r1", late)).then_refused(NoStandstillRunning)
    challenged = announced.when_done(receiving("r1"))
    challenged.when(making(now=late)).then_refused(RepresentationStands)
    challenged.when(deciding("r2", NOW)).then_refused(UnknownRepresentation)
    interested = challenged.when_done(replace(NO_INTEREST, interested=True))
    interested.when(deciding("r1", NOW)).then_refused(AwarderInterested)
    second = challenged.when_done(receiving("r2", late))  # the standstill waits for the first
    one_left = second.when_done(deciding("r1", late))
    one_left.when(making(now=late)).then_refused(RepresentationStands)
    dismissed = one_left.when_done(deciding("r2", late))
    assert dismissed.when(making(now=late)).events()
    upheld = one_left.when_done(deciding("r2", late, upheld=True))
    upheld.when(making(now=late)).then_refused(AwardChallengeUpheld)
    assert upheld.when(WithdrawAward(reason=TEXT, now=late)).events()


def test_in_health_care_five_working_days_follow_the_further_decision() -> None:
    health = law("provider-selection", ground="process-c")
    intended = nothing.when_done(proposing(health), NO_INTEREST, noticing("psr-intention"))
    decided = datetime(2026, 4, 14, 9, tzinfo=UTC)
    told, anew = intended.when_done(receiving("r1")).when(deciding("r1", decided)).events()
    assert isinstance(told, AwardChallengeResolved)
    assert told.standstill_ends_at == datetime(2026, 4, 21, 22, 59, 59, tzinfo=UTC)
    assert isinstance(anew, AwardAnnounced)
    assert (anew.notice, anew.published_on, anew.moved) == ("psr-intention", NOW.date(), True)
    assert anew.standstill_ends_at == told.standstill_ends_at
    early = intended.when_done(receiving("r1")).when(deciding("r1", NOW)).events()
    assert isinstance(early[0], AwardChallengeResolved)
    assert len(early) == 1, "the day it was published with still holds"
    assert early[0].standstill_ends_at == datetime(2026, 4, 15, 22, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("regime", "ground"),
    [("full", "process-a"), ("below-threshold", "urgent"), ("full", "because"),
     ("provider-selection", "user-choice")],
)  # fmt: skip
def test_a_ground_is_one_of_the_law_of_the_day_and_of_the_regime(
    regime: Regime, ground: str
) -> None:
    unknown = proposing(law(regime, ground=ground))
    nothing.when(unknown).then_refused(UnknownAwardGround, "/body/ground")


def off(agreement: Agreement, **changed: Any) -> ProposeAward:
    return proposing(replace(terms("framework-call-off"), **changed), agreement=agreement)


def test_a_call_off_is_from_who_is_on_the_lot_by_who_may_to_the_last_day() -> None:
    ended = Standing(registered=replace(AGREEMENT, valid_until=date(2026, 3, 31)))
    strict = Standing(registered=replace(AGREEMENT, direct_allowed=False))
    nothing.when(off(ended)).then_refused(AgreementOver)
    nothing.when(off(Over())).then_refused(AgreementOver)
    nothing.when(off(FRAMEWORK, partnership="p2")).then_refused(NotAUser)
    nothing.when(off(FRAMEWORK, lot=2)).then_refused(UnknownLot, "/body/lot")
    nothing.when(off(FRAMEWORK, provider="cedar")).then_refused(NotOnFramework)
    nothing.when(off(strict)).then_refused(CompetitionNeeded)
    last_day = Standing(registered=replace(AGREEMENT, valid_until=NOW.date()))
    assert nothing.when(off(last_day)).events()
    chosen = nothing.when_done(off(strict, competition="mini-competition"), NO_INTEREST)
    (made,) = chosen.when(replace(making(), agreement=strict)).events()
    assert isinstance(made, FrameworkCallOffMade)
    assert (made.agreement, made.lot, made.competition) == ("f1", 1, "mini-competition")
    chosen.when(replace(making(), agreement=Over())).then_refused(AgreementOver)


def standing(**more: Any) -> Registered:
    return Registered(provider="acorn", **more)


def test_what_has_lapsed_or_excludes_is_named_at_proposal_and_at_award() -> None:
    lapsed = standing(lapsed={"insurance": date(2026, 3, 31)})
    day_over = standing(standards={"registration": date(2026, 3, 31)})
    until = GroundStanding(mandatory=True, section="s.57, Sch. 6", until=date(2026, 4, 1))
    barred = standing(grounds={"terrorism": until})
    for refusal, says, stands in (
        (StandardsLapsed, "insurance, 31 March 2026", lapsed),
        (StandardsLapsed, "registration, 31 March 2026", day_over),
        (ProviderIsExcluded, "Terrorism (s.57, Sch. 6, to 01 April 2026)", barred),
    ):
        nothing.when(proposing(terms("grant"), stands)).then_refused(refusal)
        proposed.when(making(standing=stands)).then_refused(refusal)
        with pytest.raises(refusal, match=re.escape(says)):
            awardable(stands, NOW.date())
    held_otherwise = standing(
        lapsed={"insurance": date(2026, 3, 31)}, standards={"insurance New": date(2027, 1, 1)}
    )
    assert proposed.when(making(standing=held_otherwise)).events()
    assert nothing.when(proposing(terms("in-house-provision"), lapsed)).events()
    assert awardable(barred, date(2026, 4, 2))


def test_conditions_are_held_and_what_could_exclude_is_considered() -> None:
    asked = terms("grant", conditions=("insurance", "quality-mark"))
    nothing.when(proposing(asked)).then_refused(ConditionsUnmet)
    has = standing(standards={"insurance": NOW.date(), "quality-mark ISO 9000": NOW.date()})
    assert nothing.when(proposing(asked, has)).events()
    until = GroundStanding(mandatory=False, section="s.57, Sch. 7", until=date(2027, 1, 1))
    weak = standing(grounds={"poor-performance": until})
    pointer = "/body/considered"
    nothing.when(proposing(terms("grant"), weak)).then_refused(ExcludableNotConsidered, pointer)
    assert nothing.when(proposing(terms("grant", considered=TEXT), weak)).events()
