"""The rules of awards without a tender, as sentences."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest
from msgspec.structs import replace

from services.procurement.authority import Authority, AuthorityMissing
from services.procurement.awards.commands import MakeAward, ProposeAward, WithdrawAward
from services.procurement.awards.decider import AWARDS
from services.procurement.awards.events import AwardTerms, Way
from services.procurement.awards.refusals import (
    AlreadyProposed,
    AwardNotOpen,
    FrameworkMissing,
    NotAPartner,
    SectionMissing,
)
from services.procurement.providers.decider import Provider, Registered, Unregistered
from services.procurement.providers.refusals import ProviderIsSuspended, ProviderNotRegistered
from services.procurement.tenders.refusals import SpecificationNotPublished
from shared.published.procurement import DirectAwardMade
from shared.published.terms import TextRef
from shared.testing.scenarios import Scenario

NOW = datetime(2026, 4, 1, 9, tzinfo=UTC)
TEXT = TextRef(text=UUID("00000000-0000-4000-8000-000000000001"), digest="d")
GOOD = Registered(provider="acorn")
SUSPENDED = Registered(provider="acorn", suspended=True)


def terms(way: Way, section: str = "s.41", framework: str = "F1") -> AwardTerms:
    return AwardTerms(
        way=way,
        partnership="p1",
        specification="s1",
        procuring="council",
        provider="acorn",
        annual_price_pence=30_000_00,
        section=section,
        framework=framework,
        reason=TEXT,
    )


def proposing(of: AwardTerms, standing: Provider = GOOD, limit: int = 50_000_00) -> ProposeAward:
    return ProposeAward(
        award="a1",
        terms=of,
        specification_published=True,
        provider_is_partner=True,
        standing=standing,
        delegated_limit_pence=limit,
        proposed_by="pat",
        now=NOW,
    )


def making(authority: Authority | None = None, standing: Provider = GOOD) -> MakeAward:
    return MakeAward(
        specification_published=True,
        standing=standing,
        authority=authority,
        awarded_by="chris",
        now=NOW,
    )


nothing = Scenario(AWARDS)
proposed = nothing.when_done(proposing(terms("direct-award")))
WAYS: list[tuple[Way, str]] = [
    ("direct-award", "DirectAwardMade"),
    ("framework-call-off", "FrameworkCallOffMade"),
    ("in-house-provision", "InHouseProvisionAgreed"),
    ("grant", "GrantOffered"),
]


@pytest.mark.parametrize(("way", "made"), WAYS)
def test_each_way_ends_in_a_fact_of_its_own(way: Way, made: str) -> None:
    facts = nothing.when_done(proposing(terms(way))).when(making()).events()
    assert [type(fact).__name__ for fact in facts] == [made]


def test_a_direct_award_carries_its_section_and_its_reason() -> None:
    proposed.when(making()).then(
        DirectAwardMade(
            award="a1",
            partnership="p1",
            specification="s1",
            procuring="council",
            provider="acorn",
            annual_price_pence=30_000_00,
            section="s.41",
            reason=TEXT,
            awarded_by="chris",
        )
    )


def test_what_allows_it_is_named() -> None:
    unsaid = terms("direct-award", section="")
    nothing.when(proposing(unsaid)).then_refused(SectionMissing, "/body/section")
    unsaid = terms("framework-call-off", framework="")
    nothing.when(proposing(unsaid)).then_refused(FrameworkMissing, "/body/framework")


@pytest.mark.parametrize("way", ["direct-award", "framework-call-off", "grant"])
def test_an_outside_provider_is_registered_and_not_suspended(way: Way) -> None:
    nothing.when(proposing(terms(way), Unregistered())).then_refused(ProviderNotRegistered)
    nothing.when(proposing(terms(way), SUSPENDED)).then_refused(ProviderIsSuspended)


def test_a_provider_suspended_since_the_proposal_gets_no_award() -> None:
    proposed.when(making(standing=SUSPENDED)).then_refused(ProviderIsSuspended)


def test_in_house_provision_is_by_a_partner_who_needs_no_entry_in_the_register() -> None:
    in_house = proposing(terms("in-house-provision"), Unregistered())
    assert nothing.when_done(in_house).when(making(standing=Unregistered())).events()
    stranger = replace(in_house, provider_is_partner=False)
    nothing.when(stranger).then_refused(NotAPartner, "/body/provider")


def test_nothing_is_awarded_on_a_specification_that_is_not_published() -> None:
    unpublished = replace(proposing(terms("grant")), specification_published=False)
    nothing.when(unpublished).then_refused(SpecificationNotPublished)
    withdrawn_since = replace(making(), specification_published=False)
    proposed.when(withdrawn_since).then_refused(SpecificationNotPublished)


def test_above_the_delegated_limit_board_and_home_authority_come_first() -> None:
    dear = nothing.when_done(proposing(terms("direct-award"), limit=29_999_99))
    dear.when(making()).then_refused(AuthorityMissing)
    decided = Authority(decision="d1", home_authority_given=False)
    dear.when(making(decided)).then_refused(AuthorityMissing)
    confirmed = Authority(decision="d1", home_authority_given=True)
    (made,) = dear.when(making(confirmed)).events()
    assert isinstance(made, DirectAwardMade)
    assert made.decision == "d1"
    at_the_limit = nothing.when_done(proposing(terms("direct-award"), limit=30_000_00))
    assert at_the_limit.when(making()).events()


def test_an_award_is_made_or_withdrawn_once() -> None:
    withdraw = WithdrawAward(reason=TEXT, now=NOW)
    proposed.when(proposing(terms("grant"))).then_refused(AlreadyProposed)
    for past in (proposed.when_done(making()), proposed.when_done(withdraw)):
        past.when(making()).then_refused(AwardNotOpen)
        past.when(withdraw).then_refused(AwardNotOpen)
    nothing.when(making()).then_refused(AwardNotOpen)
