"""The rules of awards without a tender, as sentences."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from services.procurement.agreements.decider import NoAgreement
from services.procurement.authority import Authority, AuthorityMissing
from services.procurement.awards.commands import WithdrawAward
from services.procurement.awards.events import Way
from services.procurement.awards.refusals import (
    AlreadyProposed,
    AwardNotOpen,
    FrameworkMissing,
    GrantConditionsMissing,
    NotAPartner,
    SectionMissing,
)
from services.procurement.providers.refusals import ProviderIsSuspended, ProviderNotRegistered
from services.procurement.providers.state import Unregistered
from services.procurement.tenders.refusals import SpecificationNotPublished
from shared.published.procurement import DirectAwardMade
from tests.procurement.awarding import (
    NO_INTEREST,
    NOW,
    SUSPENDED,
    TEXT,
    making,
    nothing,
    proposing,
    terms,
)

proposed = nothing.when_done(proposing(terms("direct-award")), NO_INTEREST)
WAYS: list[tuple[Way, str]] = [
    ("direct-award", "DirectAwardMade"),
    ("framework-call-off", "FrameworkCallOffMade"),
    ("in-house-provision", "InHouseProvisionAgreed"),
    ("grant", "GrantOffered"),
]


@pytest.mark.parametrize(("way", "made"), WAYS)
def test_each_way_ends_in_a_fact_of_its_own(way: Way, made: str) -> None:
    facts = nothing.when_done(proposing(terms(way)), NO_INTEREST).when(making()).events()
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
    off = proposing(terms("framework-call-off"), agreement=NoAgreement())
    nothing.when(off).then_refused(FrameworkMissing, "/body/framework")
    grant = proposing(terms("grant", grant_conditions=None))
    nothing.when(grant).then_refused(GrantConditionsMissing, "/body/grant_conditions")


@pytest.mark.parametrize("way", ["direct-award", "framework-call-off", "grant"])
def test_an_outside_provider_is_registered_and_not_suspended(way: Way) -> None:
    nothing.when(proposing(terms(way), Unregistered())).then_refused(ProviderNotRegistered)
    nothing.when(proposing(terms(way), SUSPENDED)).then_refused(ProviderIsSuspended)


def test_a_provider_suspended_since_the_proposal_gets_no_award() -> None:
    proposed.when(making(standing=SUSPENDED)).then_refused(ProviderIsSuspended)


def test_in_house_provision_is_by_a_partner_who_needs_no_entry_in_the_register() -> None:
    in_house = proposing(terms("in-house-provision"), Unregistered())
    done = nothing.when_done(in_house, NO_INTEREST)
    assert done.when(making(standing=Unregistered())).events()
    stranger = replace(in_house, provider_is_partner=False)
    nothing.when(stranger).then_refused(NotAPartner, "/body/provider")


def test_nothing_is_awarded_on_a_specification_that_is_not_published() -> None:
    unpublished = replace(proposing(terms("grant")), specification_published=False)
    nothing.when(unpublished).then_refused(SpecificationNotPublished)
    withdrawn_since = replace(making(), specification_published=False)
    proposed.when(withdrawn_since).then_refused(SpecificationNotPublished)


def test_above_the_delegated_limit_board_and_home_authority_come_first() -> None:
    dear = nothing.when_done(proposing(terms("direct-award"), limit=29_999_99), NO_INTEREST)
    dear.when(making()).then_refused(AuthorityMissing)
    decided = Authority(decision="d1", home_authority_given=False)
    dear.when(making(decided)).then_refused(AuthorityMissing)
    confirmed = Authority(decision="d1", home_authority_given=True)
    (made,) = dear.when(making(confirmed)).events()
    assert isinstance(made, DirectAwardMade)
    assert made.decision == "d1"
    exactly = proposing(terms("direct-award"), limit=30_000_00)
    at_the_limit = nothing.when_done(exactly, NO_INTEREST)
    assert at_the_limit.when(making()).events()


def test_an_award_is_made_or_withdrawn_once() -> None:
    withdraw = WithdrawAward(reason=TEXT, now=NOW)
    proposed.when(proposing(terms("grant"))).then_refused(AlreadyProposed)
    for past in (proposed.when_done(making()), proposed.when_done(withdraw)):
        past.when(making()).then_refused(AwardNotOpen)
        past.when(withdraw).then_refused(AwardNotOpen)
    nothing.when(making()).then_refused(AwardNotOpen)
