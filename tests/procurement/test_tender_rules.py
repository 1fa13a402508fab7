"""The rules of a tender, as sentences."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from services.procurement.authority import Authority, AuthorityMissing
from services.procurement.bids.commands import SealBid
from services.procurement.regimes import NoLawOnThatDay, RegimeMismatch
from services.procurement.tenders.commands import (
    AwardTender,
    CancelTender,
    ConfirmAward,
    DeclareInterest,
    EndStandstill,
    MakeRepresentation,
    ModerateScores,
    OpenTender,
    ProposeAward,
    PublishAwardNotice,
    ResolveRepresentation,
    ScoreBid,
)
from services.procurement.tenders.decider import TENDERS
from services.procurement.tenders.events import (
    AwardRulesSet,
    RegimeStated,
)
from services.procurement.tenders.refusals import (
    AlreadyAwarded,
    BidsStillSealed,
    DeadlinePast,
    EvaluatorInterested,
    InterestNotDeclared,
    NotModerated,
    NotOpen,
    NotProposed,
    RepresentationStands,
    RepresentationUpheld,
    ScoresIncomplete,
    SpecificationNotPublished,
    StandstillRunning,
    UnknownBid,
    WeightsNotWhole,
)
from shared.published.procurement import (
    AwardConfirmed,
    Criterion,
    StandstillEnded,
    StandstillNotRequired,
    TenderAwarded,
    TenderOpened,
)
from shared.published.terms import TextRef
from shared.testing.scenarios import Scenario
from tests.procurement.sealing import opening_of, panel_ready, sealing

OPENED_AT = datetime(2026, 4, 1, 9, tzinfo=UTC)
CLOSES_AT = datetime(2026, 5, 1, 11, tzinfo=UTC)
AFTER = CLOSES_AT + timedelta(hours=1)
TEXT = TextRef(text=UUID("00000000-0000-4000-8000-000000000001"), digest="d")
QUALITY = Criterion(criterion="q", title="Quality", kind="quality", weight_basis_points=6000)
PRICE = Criterion(criterion="p", title="Price", kind="price", weight_basis_points=4000)


def opening(**changes: object) -> OpenTender:
    fields = {
        "tender": "t1",
        "partnership": "p1",
        "specification": "s1",
        "specification_published": True,
        "procuring": "council",
        "title": "Counselling",
        "regime": "light-touch",
        "kind_of_service": "social-care",
        "buyer": "sub-central",
        "whole_term_pence": 900_000_00,
        "criteria": (QUALITY, PRICE),
        "bids_close_at": CLOSES_AT,
        "delegated_limit_pence": 20_000_00,
        "now": OPENED_AT,
    }
    return OpenTender(**(fields | changes))  # type: ignore[arg-type]


def bid(key: str, provider: str, at: datetime = OPENED_AT, **more: Any) -> SealBid:
    return sealing(key, provider, at, **more)


def scored(key: str, person: str = "eva") -> ScoreBid:
    return ScoreBid(
        bid=key, evaluator=person, scores={"q": 8000, "p": 5000}, reasons=TEXT, now=AFTER
    )


def moderated(key: str) -> ModerateScores:
    return ModerateScores(
        bid=key, scores={"q": 7000, "p": 5001}, reasons=TEXT, moderated_by="eva", now=AFTER
    )


tender = Scenario(TENDERS)
opened = tender.when_done(opening(), *panel_ready(OPENED_AT))
with_bids = opened.when_done(bid("b1", "acorn", OPENED_AT), bid("b2", "beech", OPENED_AT))
unsealed = with_bids.when_done(opening_of({"b1": 18_000_00, "b2": 24_000_00}, AFTER))
declared = unsealed.when_done(DeclareInterest(evaluator="eva", interested=False, now=AFTER))
evaluated = declared.when_done(scored("b1"), scored("b2"), moderated("b1"), moderated("b2"))
proposed = evaluated.when_done(ProposeAward(bid="b1", proposed_by="pat", now=AFTER))
award = AwardTender(bid="b1", authority=None, awarded_by="chris", now=AFTER)
awarded = proposed.when_done(award)
LETTERS = {"b1": TEXT, "b2": TEXT}
notice = PublishAwardNotice(notice="n1", no_standstill_section="", letters=LETTERS, now=AFTER)
noticed = awarded.when_done(notice)
STANDSTILL_ENDS = datetime(2026, 5, 13, 22, 59, 59, tzinfo=UTC)


def test_a_tender_is_opened_on_a_published_specification() -> None:
    tender.when(opening()).then(
        TenderOpened(
            tender="t1",
            partnership="p1",
            specification="s1",
            procuring="council",
            title="Counselling",
            regime="light-touch",
            criteria=(QUALITY, PRICE),
            bids_close_at=CLOSES_AT,
        ),
        AwardRulesSet(delegated_limit_pence=20_000_00),
        RegimeStated(
            kind_of_service="social-care",
            whole_term_pence=900_000_00,
            regime="light-touch",
            section="Procurement Act 2023 s.9; SI 2025/1200",
            reason="Worth £663,540 or more over its term, VAT included.",
            standing="statutory",
        ),
    )
    tender.when(opening(specification_published=False)).then_refused(SpecificationNotPublished)


def test_the_weights_of_the_criteria_add_up_to_the_whole() -> None:
    tender.when(opening(criteria=(QUALITY,))).then_refused(WeightsNotWhole, "/body/criteria")


def test_the_time_for_bids_lies_ahead() -> None:
    tender.when(opening(bids_close_at=OPENED_AT)).then_refused(DeadlinePast, "/body/bids_close_at")


def test_a_weaker_regime_than_the_law_of_the_day_is_refused_and_a_stricter_one_is_a_choice() -> (
    None
):
    tender.when(opening(regime="below-threshold")).then_refused(RegimeMismatch, "/body/regime")
    tender.when(opening(kind_of_service="health-care")).then_refused(RegimeMismatch, "/body/regime")
    stated = tender.when(opening(whole_term_pence=100_000_00)).events()[2]
    assert isinstance(stated, RegimeStated)
    assert (stated.regime, stated.standing) == ("below-threshold", "voluntary")


def test_a_tender_is_not_opened_under_a_law_nobody_has_entered() -> None:
    long_ago = datetime(2020, 4, 1, 9, tzinfo=UTC)
    tender.when(opening(now=long_ago)).then_refused(NoLawOnThatDay)


def test_no_award_while_bids_are_sealed() -> None:
    with_bids.when(award).then_refused(BidsStillSealed)


def test_an_evaluator_declares_interests_before_scoring() -> None:
    unsealed.when(scored("b1")).then_refused(InterestNotDeclared)


def test_an_evaluator_with_an_interest_takes_no_part() -> None:
    interested = unsealed.when_done(DeclareInterest(evaluator="eva", interested=True, now=AFTER))
    interested.when(scored("b1")).then_refused(EvaluatorInterested)
    interested.when(moderated("b1")).then_refused(EvaluatorInterested)


def test_every_criterion_is_scored() -> None:
    half = ScoreBid(bid="b1", evaluator="eva", scores={"q": 1}, reasons=TEXT, now=AFTER)
    declared.when(half).then_refused(ScoresIncomplete, "/body/scores")


def test_an_award_is_proposed_only_when_every_bid_is_moderated() -> None:
    partly = declared.when_done(scored("b1"), scored("b2"), moderated("b1"))
    partly.when(ProposeAward(bid="b1", proposed_by="pat", now=AFTER)).then_refused(NotModerated)
    declared.when(moderated("b1")).then_refused(NotModerated)


def test_the_award_goes_to_the_proposed_bid_at_its_moderated_score() -> None:
    proposed.when(award).then(
        TenderAwarded(
            tender="t1",
            partnership="p1",
            bid="b1",
            provider="acorn",
            score_basis_points=(6000 * 7000 + 4000 * 5001) // 10_000,
            annual_price_pence=18_000_00,
            awarded_by="chris",
            awarded_at=AFTER,
        )
    )


def test_only_the_proposed_bid_is_awarded_and_only_once() -> None:
    other = AwardTender(bid="b2", authority=None, awarded_by="chris", now=AFTER)
    unknown = AwardTender(bid="b9", authority=None, awarded_by="chris", now=AFTER)
    proposed.when(other).then_refused(NotProposed)
    proposed.when(unknown).then_refused(UnknownBid)
    awarded.when(award).then_refused(AlreadyAwarded)


def test_above_the_delegated_limit_board_and_home_authority_come_first() -> None:
    dear = evaluated.when_done(ProposeAward(bid="b2", proposed_by="pat", now=AFTER))

    def asked(authority: Authority | None) -> AwardTender:
        return AwardTender(bid="b2", authority=authority, awarded_by="chris", now=AFTER)

    dear.when(asked(None)).then_refused(AuthorityMissing)
    decided = Authority(decision="d1", home_authority_given=False)
    dear.when(asked(decided)).then_refused(AuthorityMissing)
    confirmed = Authority(decision="d1", home_authority_given=True)
    assert dear.when(asked(confirmed)).events()[0].decision == "d1"  # type: ignore[attr-defined]


def test_the_standstill_is_eight_working_days_beginning_with_the_notice() -> None:
    # 1 May 2026 is a Friday; Monday 4 May is a bank holiday.
    published = awarded.when(notice).events()[-1]
    assert published.published_on == date(2026, 5, 1)  # type: ignore[attr-defined]
    assert published.standstill_ends_at == STANDSTILL_ENDS  # type: ignore[attr-defined]


def test_no_confirmation_before_the_standstill_has_ended() -> None:
    confirm = ConfirmAward(award="a1", now=AFTER)
    noticed.when(confirm).then_refused(StandstillRunning)
    noticed.when(EndStandstill(now=STANDSTILL_ENDS)).then_refused(StandstillRunning)
    later = STANDSTILL_ENDS + timedelta(seconds=1)
    noticed.when(EndStandstill(now=later)).then(StandstillEnded(tender="t1", ended_at=later))
    ended = noticed.when_done(EndStandstill(now=later))
    ended.when(EndStandstill(now=later)).then_nothing()
    ended.when(confirm).then(
        AwardConfirmed(
            award="a1",
            tender="t1",
            partnership="p1",
            specification="s1",
            procuring="council",
            provider="acorn",
            annual_price_pence=18_000_00,
            confirmed_at=AFTER,
        )
    )


def test_a_standstill_may_be_not_required_with_its_section() -> None:
    waived = PublishAwardNotice(
        notice="n1", no_standstill_section="s.51(3)(g)", letters=LETTERS, now=AFTER
    )
    assert awarded.when(waived).events()[-1] == StandstillNotRequired(
        tender="t1", section="s.51(3)(g)"
    )
    assert awarded.when_done(waived).when(ConfirmAward(award="a1", now=AFTER)).events()


def test_a_representation_keeps_the_standstill_open_until_it_is_resolved() -> None:
    later = STANDSTILL_ENDS + timedelta(seconds=1)
    challenged = noticed.when_done(
        MakeRepresentation(representation="r1", by="beech", grounds=TEXT, now=AFTER)
    )
    challenged.when(EndStandstill(now=later)).then_refused(RepresentationStands)
    challenged.when(ConfirmAward(award="a1", now=later)).then_refused(RepresentationStands)
    resolved = challenged.when_done(resolving("r1", later))
    assert resolved.when(EndStandstill(now=later)).events()


def test_no_representation_comes_after_the_standstill_unless_another_stands() -> None:
    late = STANDSTILL_ENDS + timedelta(seconds=1)
    another = MakeRepresentation(representation="r2", by="cedar", grounds=TEXT, now=late)
    noticed.when(another).then_refused(NotOpen)
    challenged = noticed.when_done(
        MakeRepresentation(representation="r1", by="beech", grounds=TEXT, now=AFTER)
    )
    assert challenged.when(another).events()


def resolving(key: str, at: datetime, *, upheld: bool = False) -> ResolveRepresentation:
    return ResolveRepresentation(
        representation=key, upheld=upheld, reason=TEXT, resolved_by="pat", now=at
    )


def test_an_upheld_representation_keeps_the_award_from_being_confirmed() -> None:
    later = STANDSTILL_ENDS + timedelta(seconds=1)
    upheld = noticed.when_done(
        MakeRepresentation(representation="r1", by="beech", grounds=TEXT, now=AFTER),
        resolving("r1", AFTER, upheld=True),
    )
    upheld.when(EndStandstill(now=later)).then_refused(RepresentationUpheld)
    upheld.when(ConfirmAward(award="a1", now=later)).then_refused(RepresentationUpheld)
    cancelled = upheld.when(CancelTender(reason=TEXT, now=later)).events()
    assert [type(event).__name__ for event in cancelled] == ["TenderCancelled"]


def test_the_standstill_runs_on_once_the_last_representation_is_resolved() -> None:
    challenged = noticed.when_done(
        MakeRepresentation(representation="r1", by="beech", grounds=TEXT, now=AFTER),
        MakeRepresentation(representation="r2", by="cedar", grounds=TEXT, now=AFTER),
    )
    first, last = (
        challenged.when(resolving("r1", AFTER)),
        challenged.when_done(resolving("r1", AFTER)).when(resolving("r2", AFTER)),
    )
    assert [event.standstill_ends_at for event in first.events()] == [None]  # type: ignore[attr-defined]
    assert [event.standstill_ends_at for event in last.events()] == [STANDSTILL_ENDS]  # type: ignore[attr-defined]


def test_in_health_care_five_working_days_follow_the_further_decision() -> None:
    # Notice on Friday 1 May 2026; Monday 4 May and Monday 25 May are bank holidays.
    decided_at = datetime(2026, 5, 18, 12, tzinfo=UTC)
    health = tender.when_done(
        opening(regime="provider-selection", kind_of_service="health-care"),
        *panel_ready(OPENED_AT),
        bid("b1", "acorn", OPENED_AT),
        opening_of({"b1": 1}, AFTER),
        DeclareInterest(evaluator="eva", interested=False, now=AFTER),
        scored("b1"),
        moderated("b1"),
        ProposeAward(bid="b1", proposed_by="pat", now=AFTER),
        award,
        notice,
        MakeRepresentation(representation="r1", by="beech", grounds=TEXT, now=AFTER),
    )
    ends_at = datetime(2026, 5, 26, 22, 59, 59, tzinfo=UTC)
    resolved = health.when(resolving("r1", decided_at)).events()[0]
    assert resolved.standstill_ends_at == ends_at  # type: ignore[attr-defined]
    running = health.when_done(resolving("r1", decided_at))
    running.when(EndStandstill(now=ends_at)).then_refused(StandstillRunning)
    assert running.when(EndStandstill(now=ends_at + timedelta(seconds=1))).events()
