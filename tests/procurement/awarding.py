"""Awards without a tender as their rules meet them: terms, commands, a framework to call off."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from services.procurement.agreements.decider import Agreement, Standing
from services.procurement.agreements.events import AgreementLot, AgreementRegistered
from services.procurement.authority import Authority
from services.procurement.awards.commands import (
    AnnounceAward,
    DeclareInterest,
    MakeAward,
    ProposeAward,
)
from services.procurement.awards.decider import AWARDS
from services.procurement.awards.events import AwardTerms, Notice, Way
from services.procurement.providers.state import Provider, Registered
from services.procurement.regimes import ServiceKind
from shared.published.procurement import Regime
from shared.published.terms import TextRef
from shared.testing.scenarios import Scenario

NOW = datetime(2026, 4, 1, 9, tzinfo=UTC)
TEXT = TextRef(text=UUID("00000000-0000-4000-8000-000000000001"), digest="d")
GOOD = Registered(provider="acorn")
SUSPENDED = Registered(provider="acorn", suspended=True)
AGREEMENT = AgreementRegistered(
    agreement="f1", title="Therapies", reference="RM-1", keeper="council", partnerships=("p1",),
    lots=(AgreementLot(lot=1, title="Speech", providers=("acorn", "beech")),),
    direct_allowed=True, valid_until=date(2026, 12, 31), registered_by="pat",
)  # fmt: skip
FRAMEWORK = Standing(registered=AGREEMENT)
NO_INTEREST = DeclareInterest(person="chris", interested=False, now=NOW)
nothing = Scenario(AWARDS)


def terms(way: Way, section: str = "s.41", **more: Any) -> AwardTerms:
    said: dict[str, Any] = {"lot": 1, "competition": "direct", "grant_conditions": TEXT}
    return AwardTerms(
        way=way,
        partnership="p1",
        specification="s1",
        procuring="council",
        provider="acorn",
        annual_price_pence=30_000_00,
        section=section,
        framework="Therapies (RM-1)",
        agreement="f1",
        reason=TEXT,
        **(said | more),
    )


def law(regime: Regime, way: Way = "direct-award", ground: str = "") -> AwardTerms:
    """Terms above the threshold of their regime."""
    kinds: dict[Regime, ServiceKind] = {
        "full": "other", "light-touch": "social-care", "provider-selection": "health-care",
        "below-threshold": "other",
    }  # fmt: skip
    value = 100_000_00 if regime == "below-threshold" else 900_000_00
    return terms(
        way, regime=regime, kind_of_service=kinds[regime], whole_term_pence=value, ground=ground
    )


def proposing(
    of: AwardTerms,
    standing: Provider = GOOD,
    limit: int = 50_000_00,
    agreement: Agreement = FRAMEWORK,
) -> ProposeAward:
    return ProposeAward(
        award="a1",
        terms=of,
        specification_published=True,
        provider_is_partner=True,
        standing=standing,
        agreement=agreement,
        delegated_limit_pence=limit,
        proposed_by="pat",
        now=NOW,
    )


def noticing(notice: Notice, *, kept: bool = False) -> AnnounceAward:
    return AnnounceAward(notice=notice, keep_standstill=kept, authority=None, now=NOW)


def making(
    authority: Authority | None = None, standing: Provider = GOOD, now: datetime = NOW
) -> MakeAward:
    return MakeAward(
        specification_published=True,
        standing=standing,
        agreement=FRAMEWORK,
        authority=authority,
        awarded_by="chris",
        now=now,
    )
