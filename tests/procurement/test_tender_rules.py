"""The rules of a tender, as sentences."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from services.procurement.tenders.commands import (
    Authority,
    AwardTender,
    ConfirmAward,
    DeclareInterest,
    EndStandstill,
    MakeRepresentation,
    ModerateScores,
    OpenBids,
    OpenTender,
    ProposeAward,
    PublishAwardNotice,
    ResolveRepresentation,
    ScoreBid,
    SealBid,
)
from services.procurement.tenders.decider import TENDERS
from services.procurement.tenders.events import AwardRulesSet, BidUnsealed, LateBidTurnedAway
from services.procurement.tenders.refusals import (
    AlreadyAwarded,
    AuthorityMissing,
    BidsStillSealed,
    DeadlinePast,
    EvaluatorInterested,
    InterestNotDeclared,
    NotModerated,
    NotProposed,
    OneBidEach,
    ProviderIsSuspended,
    RepresentationStands,
    ScoresIncomplete,
    SpecificationNotPublished,
    StandstillRunning,
    UnknownBid,
    WeightsNotWhole,
)
from shared.published.procurement import (
    AwardConfirmed,
    BidsOpened,
    Criterion,
    StandstillEnded,
    StandstillNotRequired,
    TenderAwarded,
    TenderOpened,
)
from shared.published.terms import TextRef
from shared.testing.scenarios import Scenario

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
        "criteria": (QUALITY, PRICE),
        "bids_close_at": CLOSES_AT,
        "delegated_limit_pence": 20_000_00,
        "now": OPENED_AT,
    }
    return OpenTender(**(fields | changes))  # type: ignore[arg-type]


def bid(key: str, provider: str, at: datetime = OPENED_AT, *, suspended: bool = False) -> SealBid:
    return SealBid(bid=key, provider=provider, suspended=suspended, offer=TEXT, now=at)


def scored(key: str, person: str = "eva") -> ScoreBid:
    return ScoreBid(
        bid=key, evaluator=person, scores={"q": 8000, "p": 5000}, reasons=TEXT, now=AFTER
    )


def moderated(key: str) -> ModerateScores:
    return ModerateScores(
        bid=key, scores={"q": 7000, "p": 5001}, reasons=TEXT, moderated_by="eva", now=AFTER
    )


tender = Scenario(TENDERS)
opened = tender.when_done(opening())
with_bids = opened.when_done(bid("b1", "acorn"), bid("b2", "beech"))
unsealed = with_bids.when_done(
    OpenBids(prices={"b1": 10_000_00, "b2": 30_000_00}, opened_by="pat", now=AFTER)
)
declared = unsealed.when_done(DeclareInterest(evaluator="eva", interested=False, now=AFTER))
evaluated = declared.when_done(scored("b1"), scored("b2"), moderated("b1"), moderated("b2"))
proposed = evaluated.when_done(ProposeAward(bid="b1", proposed_by="pat", now=AFTER))
award = AwardTender(bid="b1", authority=None, awarded_by="chris", now=AFTER)
awarded = proposed.when_done(award)
notice = PublishAwardNotice(notice="n1", no_standstill_section="", now=AFTER)
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
    )
    tender.when(opening(specification_published=False)).then_refused(SpecificationNotPublished)


def test_the_weights_of_the_criteria_add_up_to_the_whole() -> None:
    tender.when(opening(criteria=(QUALITY,))).then_refused(WeightsNotWhole, "/body/criteria")


def test_the_time_for_bids_lies_ahead() -> None:
    tender.when(opening(bids_close_at=OPENED_AT)).then_refused(DeadlinePast, "/body/bids_close_at")


def test_a_bid_at_the_very_deadline_is_in_time_and_one_a_microsecond_later_is_turned_away() -> None:
    late = CLOSES_AT + timedelta(microseconds=1)
    assert type(opened.when(bid("b1", "acorn", CLOSES_AT)).events()[0]).__name__ == "BidSealed"
    opened.when(bid("b1", "acorn", late)).then(
        LateBidTurnedAway(bid="b1", provider="acorn", came_at=late)
    )


def test_a_provider_has_one_bid_and_none_while_suspended() -> None:
    with_bids.when(bid("b3", "acorn")).then_refused(OneBidEach)
    opened.when(bid("b1", "acorn", suspended=True)).then_refused(ProviderIsSuspended)


def test_bids_are_opened_only_after_the_deadline() -> None:
    early = OpenBids(prices={}, opened_by="pat", now=CLOSES_AT)
    with_bids.when(early).then_refused(BidsStillSealed)
    with_bids.when(OpenBids(prices={"b1": 1, "b2": 2}, opened_by="pat", now=AFTER)).then(
        BidUnsealed(bid="b1", provider="acorn", annual_price_pence=1, offer=TEXT),
        BidUnsealed(bid="b2", provider="beech", annual_price_pence=2, offer=TEXT),
        BidsOpened(tender="t1", opened_by="pat", bids=2, late=0),
    )


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
            annual_price_pence=10_000_00,
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
    published = awarded.when(notice).events()[0]
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
            annual_price_pence=10_000_00,
            confirmed_at=AFTER,
        )
    )


def test_a_standstill_may_be_not_required_with_its_section() -> None:
    waived = PublishAwardNotice(notice="n1", no_standstill_section="s.51(3)(g)", now=AFTER)
    assert awarded.when(waived).events()[1] == StandstillNotRequired(
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
    resolved = challenged.when_done(
        ResolveRepresentation(representation="r1", upheld=False, reason=TEXT, now=later)
    )
    assert resolved.when(EndStandstill(now=later)).events()
