"""Amendments, consortia, low prices, interests and letters of a tender, as sentences."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.procurement.providers.refusals import ProviderNotRegistered
from services.procurement.providers.state import Registered, Unregistered
from services.procurement.tenders.commands import (
    AmendTender,
    AskAboutLowBid,
    AwardTender,
    DeclareInterest,
    ExplainLowBid,
    FormConsortium,
    JoinConsortium,
    JudgeLowBid,
    ProposeAward,
    PublishAwardNotice,
    SendLetters,
)
from services.procurement.tenders.events import (
    AwardLetterSent,
    ConsortiumJoined,
    LowBidAsked,
)
from services.procurement.tenders.letters import Assessed, letter
from services.procurement.tenders.low_bids import abnormally_low
from services.procurement.tenders.refusals import (
    AlreadyBidding,
    BidNotLow,
    BidTimeTooShort,
    ConsortiumNotAgreed,
    DeadlineEarlier,
    DeadlineNotMoved,
    EvaluatorInterested,
    LettersMissing,
    LettersSent,
    LowBidDisregarded,
    LowBidOpen,
    NotAskedAbout,
    NothingAmended,
    NotModerated,
    NotOpen,
    SharesNotWhole,
    TooManyLots,
    UnknownBid,
    UnknownConsortium,
    WeightsNotWhole,
)
from shared.published.procurement import (
    AwardNoticePublished,
    Criterion,
    Lot,
    Party,
    TenderAmended,
    TenderAwarded,
)
from tests.procurement.sealing import opening_of, panel_ready
from tests.procurement.test_tender_rules import (
    AFTER,
    CLOSES_AT,
    LETTERS,
    OPENED_AT,
    PRICE,
    QUALITY,
    TEXT,
    award,
    awarded,
    bid,
    evaluated,
    moderated,
    opened,
    opening,
    scored,
    tender,
    unsealed,
    with_bids,
)

LATER = CLOSES_AT + timedelta(days=7)
ONLY = Criterion(criterion="q", title="Quality", kind="quality", weight_basis_points=10_000)


def amending(
    title: str = "",
    criteria: tuple[Criterion, ...] = (),
    closes_at: datetime | None = None,
    at: datetime = OPENED_AT,
) -> AmendTender:
    return AmendTender(
        amendment="a1", reason=TEXT, title=title, criteria=criteria, bids_close_at=closes_at, now=at
    )


def test_an_amendment_says_what_changed_and_bids_may_come_until_the_new_deadline() -> None:
    changed = opened.when_done(amending("Longer", (ONLY,), LATER))
    assert changed.state.opened.title == "Longer"
    assert changed.state.opened.criteria == (ONLY,)
    in_time = bid("b1", "acorn", CLOSES_AT + timedelta(days=1))
    assert changed.when_done(in_time).state.bids
    opened.when(amending("Longer")).then(
        TenderAmended(tender="t1", amendment="a1", reason=TEXT, title="Longer")
    )


def test_an_amendment_never_takes_time_away() -> None:
    opened.when(amending("Counselling")).then_refused(NothingAmended)
    opened.when(amending(closes_at=CLOSES_AT)).then_refused(NothingAmended)
    opened.when(amending(closes_at=OPENED_AT)).then_refused(DeadlineEarlier, "/body/bids_close_at")
    opened.when(amending(criteria=(ONLY,))).then_refused(DeadlineNotMoved, "/body/bids_close_at")
    opened.when(amending(criteria=(PRICE,), closes_at=LATER)).then_refused(
        WeightsNotWhole, "/body/criteria"
    )
    opened.when(amending("Late", at=AFTER)).then_refused(NotOpen)
    unsealed.when(amending("Late")).then_refused(NotOpen)


def test_the_full_regime_gives_bidders_their_days() -> None:
    full = {"regime": "full", "kind_of_service": "other"}
    soon = OPENED_AT + timedelta(days=24)
    tender.when(opening(**full, bids_close_at=soon)).then_refused(
        BidTimeTooShort, "/body/bids_close_at"
    )
    assert tender.when(opening(**full, bids_close_at=OPENED_AT + timedelta(days=25))).events()
    planned = date(2026, 2, 1)
    assert tender.when(opening(**full, bids_close_at=soon, planned_on=planned)).events()
    assert tender.when(opening(bids_close_at=OPENED_AT + timedelta(days=1))).events()


SHARES = (
    Party(provider="acorn", share_basis_points=6000),
    Party(provider="cedar", share_basis_points=4000),
)


def forming(
    *parties: Party, lead: str = "acorn", unknown: str = "", at: datetime = OPENED_AT
) -> FormConsortium:
    standings = {
        party.provider: Unregistered()
        if party.provider == unknown
        else Registered(provider=party.provider)
        for party in parties
    }
    return FormConsortium(lead=lead, parties=parties, standings=standings, now=at)


joining = JoinConsortium(lead="acorn", provider="cedar", now=OPENED_AT)
together = opened.when_done(forming(*SHARES))


def test_a_consortium_is_whole_once_every_party_has_agreed() -> None:
    together.when(joining).then(ConsortiumJoined(lead="acorn", provider="cedar"))
    agreed = together.when_done(joining)
    agreed.when(joining).then_nothing()
    assert agreed.state.dossier.consortia["acorn"].whole
    together.when(JoinConsortium(lead="acorn", provider="beech", now=OPENED_AT)).then_refused(
        UnknownConsortium
    )
    together.when(JoinConsortium(lead="acorn", provider="cedar", now=AFTER)).then_refused(NotOpen)


def test_shares_are_whole_and_parties_registered_and_in_one_bid_each() -> None:
    short = (SHARES[0], Party(provider="cedar", share_basis_points=3999))
    for wrong in (short, SHARES[:1], (SHARES[0], SHARES[0]), (SHARES[1], SHARES[1])):
        opened.when(forming(*wrong)).then_refused(SharesNotWhole, "/body/parties")
    opened.when(forming(*SHARES, unknown="cedar")).then_refused(ProviderNotRegistered)
    alone = opened.when_done(bid("b1", "cedar"))
    alone.when(forming(*SHARES)).then_refused(AlreadyBidding)
    agreed = together.when_done(joining)
    other = (
        Party(provider="beech", share_basis_points=5000),
        Party(provider="cedar", share_basis_points=5000),
    )
    agreed.when(forming(*other, lead="beech")).then_refused(AlreadyBidding)


def test_an_award_to_a_consortium_waits_for_its_parties_and_names_them() -> None:
    for agreed in (False, True):
        past = together.when_done(joining) if agreed else together
        past = past.when_done(
            bid("b1", "acorn"),
            bid("b2", "beech"),
            opening_of({"b1": 18_000_00, "b2": 19_000_00}, AFTER),
            DeclareInterest(evaluator="eva", interested=False, now=AFTER),
            scored("b1"), scored("b2"), moderated("b1"), moderated("b2"),
        )  # fmt: skip
        proposing = ProposeAward(bid="b1", proposed_by="pat", now=AFTER)
        if not agreed:
            past.when(proposing).then_refused(ConsortiumNotAgreed)
            continue
        [given] = past.when_done(proposing).when(award).events()
        assert isinstance(given, TenderAwarded)
        assert given.parties == SHARES


PRICES: list[tuple[dict[str, int], dict[str, str]]] = [
    ({"a": 100}, {}),
    ({"a": 61, "b": 100}, {"a": "next"}),
    ({"a": 71, "b": 100}, {}),
    ({"a": 70, "b": 100}, {"a": "next"}),
    ({"a": 60, "b": 100}, {"a": "mean"}),
    ({"a": 65, "b": 70, "c": 200}, {"a": "mean", "b": "mean"}),
    ({"a": 100, "b": 100}, {}),
    ({"a": 0, "b": 0}, {}),
]


@pytest.mark.parametrize(("prices", "low"), PRICES)
def test_a_price_is_low_against_the_mean_of_the_others_or_the_next(
    prices: dict[str, int], low: dict[str, str]
) -> None:
    assert abnormally_low(prices, 4000, 3000) == low
    assert abnormally_low(prices, 0, 0) == {}


@given(st.dictionaries(st.text(min_size=1, max_size=2), st.integers(1, 10**9), max_size=6))
def test_the_dearest_bid_is_never_low(prices: dict[str, int]) -> None:
    found = abnormally_low(prices, 4000, 3000)
    assert not [bid for bid in found if prices[bid] == max(prices.values())]


cheap = with_bids.when_done(
    opening_of({"b1": 10_000_00, "b2": 30_000_00}, AFTER),
    DeclareInterest(evaluator="eva", interested=False, now=AFTER),
    scored("b1"), scored("b2"), moderated("b1"), moderated("b2"),
)  # fmt: skip
asking = AskAboutLowBid(bid="b1", asked=TEXT, now=AFTER)
answering = ExplainLowBid(bid="b1", provider="acorn", explanation=TEXT, now=AFTER)


def judging(*, accepted: bool, by: str = "pat") -> JudgeLowBid:
    return JudgeLowBid(bid="b1", accepted=accepted, reason=TEXT, judged_by=by, now=AFTER)


def test_a_low_price_is_asked_about_before_it_can_win() -> None:
    proposing = ProposeAward(bid="b1", proposed_by="pat", now=AFTER)
    cheap.when(proposing).then_refused(LowBidOpen)
    cheap.when(asking).then(LowBidAsked(bid="b1", against="mean", asked=TEXT))
    cheap.when(answering).then_refused(NotAskedAbout)
    cheap.when(AskAboutLowBid(bid="b2", asked=TEXT, now=AFTER)).then_refused(BidNotLow)
    asked = cheap.when_done(asking)
    asked.when(asking).then_refused(NotAskedAbout)
    asked.when(judging(accepted=True)).then_refused(NotAskedAbout)
    asked.when(ExplainLowBid(bid="b1", provider="beech", explanation=TEXT, now=AFTER)).then_refused(
        UnknownBid
    )
    told = asked.when_done(answering)
    told.when(proposing).then_refused(LowBidOpen)
    assert told.when_done(judging(accepted=True)).when(proposing).events()
    told.when_done(judging(accepted=False)).when(proposing).then_refused(LowBidDisregarded)


def test_who_has_an_interest_takes_no_part_also_when_it_is_said_late() -> None:
    said = DeclareInterest(evaluator="eva", interested=True, now=AFTER)
    late = evaluated.when_done(said)
    late.when(moderated("b1")).then_refused(EvaluatorInterested)
    late.when(DeclareInterest(evaluator="eva", interested=False, now=AFTER)).then_refused(
        EvaluatorInterested
    )
    other = DeclareInterest(evaluator="max", interested=False, now=AFTER)
    mine = moderated("b1")
    by_max = type(mine)(bid="b1", scores=mine.scores, reasons=TEXT, moderated_by="max", now=AFTER)
    late.when_done(other).when(by_max).then_refused(NotModerated)
    cheap.when_done(asking, answering, said).when(judging(accepted=True, by="eva")).then_refused(
        EvaluatorInterested
    )


def test_every_bidder_has_its_letter_before_the_notice() -> None:
    bare = PublishAwardNotice(notice="n1", no_standstill_section="", now=AFTER)
    awarded.when(bare).then_refused(LettersMissing)
    sending = SendLetters(letters=LETTERS, now=AFTER)
    awarded.when(sending).then(
        AwardLetterSent(bid="b1", provider="acorn", letter=TEXT),
        AwardLetterSent(bid="b2", provider="beech", letter=TEXT),
    )
    sent = awarded.when_done(sending)
    sent.when(sending).then_refused(LettersSent)
    [only] = sent.when(bare).events()
    assert isinstance(only, AwardNoticePublished)


def test_one_may_win_only_so_many_lots() -> None:
    lot = Lot(procurement="pr", number=1, of=2, title="North", annual_value_pence=1, most_lots=1)
    past = tender.when_done(
        opening(lot=lot), *panel_ready(OPENED_AT), bid("b1", "acorn"),
        opening_of({"b1": 1}, AFTER),
        DeclareInterest(evaluator="eva", interested=False, now=AFTER),
        scored("b1"), moderated("b1"), ProposeAward(bid="b1", proposed_by="pat", now=AFTER),
    )  # fmt: skip
    again = AwardTender(
        bid="b1", authority=None, awarded_by="chris", now=AFTER, lots_won={"acorn": 1}
    )
    past.when(again).then_refused(TooManyLots)
    assert past.when(award).events()


ACORN = Assessed(
    provider="Acorn", scores={"q": 8000, "p": 5050}, reasons="Kind.",
    by_criterion={"q": "It listens.", "p": "Dear."},
)  # fmt: skip
BEECH = Assessed(
    provider="Beech", scores={"q": 4000, "p": 9000}, reasons="Cheap.",
    by_criterion={"q": "Nothing on waiting.", "p": "Low."},
)  # fmt: skip


def test_a_letter_says_what_its_bidder_may_know_and_no_more() -> None:
    criteria = (QUALITY, PRICE)
    on = date(2026, 5, 2)
    lost = letter("Counselling", criteria, BEECH, ACORN, 18_000_00, on)
    assert "To Beech, 2 May 2026" in lost
    assert "was not successful. The contract is to be awarded to Acorn." in lost
    assert "Quality (weight 60 %): 40 of 100.\n  Nothing on waiting." in lost
    assert "Quality (weight 60 %): 80 of 100.\n  It listens." in lost
    assert "Altogether 60 of 100." in lost
    assert "Altogether 68.2 of 100." in lost
    won = letter("Counselling", criteria, ACORN, ACORN, 18_000_00, on)
    assert "Your bid was successful." in won
    assert "Beech" not in won
    assert "Nothing on waiting" not in won
