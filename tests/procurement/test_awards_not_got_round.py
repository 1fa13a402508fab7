"""What would get round the rules of a tender's award, and does not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from services.procurement.authority import Authority, AuthorityMissing
from services.procurement.providers.refusals import ProviderIsExcluded, ProviderIsSuspended
from services.procurement.providers.state import GroundStanding, Registered
from services.procurement.regimes import ServiceKind
from services.procurement.tenders.commands import (
    DeclareInterest,
    FormConsortium,
    JoinConsortium,
    MakeRepresentation,
    ModerateScores,
    ProposeAward,
)
from services.procurement.tenders.refusals import (
    EvaluatorInterested,
    NotModerated,
    NotProposed,
    StandstillOwed,
    TooManyLots,
)
from shared.published.procurement import Lot, Party, Regime, StandstillNotRequired
from shared.testing.scenarios import Scenario
from tests.procurement.sealing import opening_of, panel_ready
from tests.procurement.test_tender_rules import (
    AFTER,
    OPENED_AT,
    TEXT,
    award,
    bid,
    declared,
    evaluated,
    moderated,
    notice,
    opening,
    proposed,
    resolving,
    scored,
    tender,
)

LATER = AFTER + timedelta(days=1)
GOOD = Registered(provider="acorn")
SUSPENDED = Registered(provider="acorn", suspended=True)
FRAUD = GroundStanding(mandatory=True, section="s.57", until=AFTER.date())
EXCLUDED = Registered(provider="cedar", grounds={"theft-fraud-bribery": FRAUD})
HALVES = (
    Party(provider="acorn", share_basis_points=5000),
    Party(provider="cedar", share_basis_points=5000),
)
WAIVED = replace(notice, no_standstill_section="s.51(3)(g)")


def test_a_provider_suspended_or_excluded_since_the_proposal_is_awarded_nothing() -> None:
    proposed.when(replace(award, standings={"acorn": SUSPENDED})).then_refused(ProviderIsSuspended)
    parties = {"acorn": GOOD, "cedar": EXCLUDED}
    proposed.when(replace(award, standings=parties)).then_refused(ProviderIsExcluded)
    assert proposed.when(replace(award, standings={"acorn": GOOD})).events()


def awarded_under(regime: Regime, kind: ServiceKind, whole_term_pence: int) -> Scenario:
    return tender.when_done(
        opening(regime=regime, kind_of_service=kind, whole_term_pence=whole_term_pence),
        *panel_ready(OPENED_AT),
        bid("b1", "acorn"),
        bid("b2", "beech"),
        opening_of({"b1": 18_000_00, "b2": 24_000_00}, AFTER),
        DeclareInterest(evaluator="eva", interested=False, now=AFTER),
        scored("b1"),
        scored("b2"),
        moderated("b1"),
        moderated("b2"),
        ProposeAward(bid="b1", proposed_by="pat", now=AFTER),
        award,
    )


@pytest.mark.parametrize(
    ("regime", "kind"), [("full", "other"), ("provider-selection", "health-care")]
)
def test_no_section_spares_a_standstill_that_the_law_asks_for(
    regime: Regime, kind: ServiceKind
) -> None:
    owed = awarded_under(regime, kind, 900_000_00)
    owed.when(WAIVED).then_refused(StandstillOwed, "/body/no_standstill_section")
    assert owed.when(notice).events()


def test_a_standstill_kept_by_choice_may_be_given_up() -> None:
    """The full regime is kept by choice here; the law itself asks for no standstill."""
    chosen = awarded_under("full", "social-care", 100_000_00)
    assert isinstance(chosen.when(WAIVED).events()[-1], StandstillNotRequired)


def test_the_board_decides_on_the_bid_that_is_awarded_and_not_on_one_proposed_after() -> None:
    dear = replace(award, bid="b2")
    first = replace(_proposing("b1"), now=AFTER)
    decided = Authority(decision="d1", home_authority_given=True, taken_at=AFTER)
    swapped = evaluated.when_done(first, replace(_proposing("b2"), now=LATER))
    swapped.when(replace(dear, authority=decided)).then_refused(AuthorityMissing)
    anew = replace(decided, taken_at=LATER + timedelta(hours=1))
    assert swapped.when(replace(dear, authority=anew)).events()


def test_what_other_lots_were_awarded_without_the_board_counts_towards_the_limit() -> None:
    room = 20_000_00 - 18_000_00
    assert proposed.when(replace(award, awarded_beside_pence=room)).events()
    above = proposed.when(replace(award, awarded_beside_pence=room + 1))
    above.then_refused(AuthorityMissing)


def test_the_same_bid_proposed_again_needs_no_second_decision() -> None:
    again = evaluated.when_done(_proposing("b2"), replace(_proposing("b2"), now=LATER))
    decided = Authority(decision="d1", home_authority_given=True, taken_at=AFTER)
    assert again.when(replace(award, bid="b2", authority=decided)).events()


def _proposing(bid: str) -> ProposeAward:
    return ProposeAward(bid=bid, proposed_by="pat", now=AFTER)


def test_what_someone_moderated_who_turns_out_to_have_an_interest_does_not_count() -> None:
    interested = DeclareInterest(evaluator="eva", interested=True, now=AFTER)
    evaluated.when_done(interested).when(_proposing("b1")).then_refused(NotModerated)
    proposed.when_done(interested).when(award).then_refused(NotModerated)
    fay = DeclareInterest(evaluator="fay", interested=False, now=AFTER)
    others = declared.when_done(fay, scored("b1", "fay"), scored("b2", "fay"))
    clean = others.when_done(interested, _by_fay("b1"), _by_fay("b2"))
    assert clean.when(_proposing("b1")).events()


def _by_fay(bid: str) -> ModerateScores:
    return replace(moderated(bid), moderated_by="fay")


def test_a_proposal_by_someone_who_turns_out_to_have_an_interest_is_made_anew() -> None:
    interested = proposed.when_done(DeclareInterest(evaluator="pat", interested=True, now=AFTER))
    interested.when(award).then_refused(NotProposed)
    anew = ProposeAward(bid="b1", proposed_by="chris", now=AFTER)
    assert interested.when_done(anew).when(award).events()


def test_whoever_leads_a_consortium_no_party_wins_more_lots_than_one_may() -> None:
    lot = Lot(procurement="x", number=2, of=2, title="North", annual_value_pence=1, most_lots=1)
    cedar = Registered(provider="cedar")
    together = FormConsortium(
        lead="acorn", parties=HALVES, standings={"acorn": GOOD, "cedar": cedar}, now=OPENED_AT
    )
    of_two = tender.when_done(
        opening(lot=lot),
        *panel_ready(OPENED_AT),
        together,
        JoinConsortium(lead="acorn", provider="cedar", now=OPENED_AT),
        bid("b1", "acorn"),
        opening_of({"b1": 18_000_00}, AFTER),
        DeclareInterest(evaluator="eva", interested=False, now=AFTER),
        scored("b1"),
        moderated("b1"),
        _proposing("b1"),
    )
    assert of_two.when(award).events()
    of_two.when(replace(award, lots_won={"cedar": 1})).then_refused(TooManyLots)


def test_who_has_an_interest_does_not_decide_on_a_challenge_to_the_award() -> None:
    challenged = proposed.when_done(
        DeclareInterest(evaluator="dee", interested=True, now=AFTER),
        award,
        notice,
        MakeRepresentation(representation="r1", by="beech", grounds=TEXT, now=AFTER),
    )
    challenged.when(replace(resolving("r1", AFTER), resolved_by="dee")).then_refused(
        EvaluatorInterested
    )
    assert challenged.when(resolving("r1", AFTER)).events()
