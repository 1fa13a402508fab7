"""One thread as the four services publish it: from an outcome to a payment in a pooled fund."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

from services.gateway.main import PLAN
from shared.published import contracts, monitoring, needs, procurement
from shared.published.terms import (
    Block,
    BrokenDown,
    Clause,
    ContractTerms,
    MeasureTerms,
    Member,
    Outcome,
    Reading,
    TextRef,
)
from shared.testing.houses import RunningHouse, open_house

DAY = date(2026, 4, 1)
TEXT = TextRef(text=UUID(int=1), digest="d1")
SAFE = Outcome(outcome="o1", title="Children are safe")

FORMED = needs.PartnershipFormed(
    partnership="p1", name="Alder", lead="council",
    members=(
        Member(agency="council", kind="council", name="Council"),
        Member(agency="icb", kind="nhs-icb", name="ICB"),
    ),
    effective_on=DAY,
)  # fmt: skip
OTHERS_FORMED = needs.PartnershipFormed(
    partnership="p2", name="Birch", lead="elsewhere",
    members=(Member(agency="elsewhere", kind="council", name="Elsewhere"),), effective_on=DAY,
)  # fmt: skip
ASSESSED = needs.AssessmentPublished(
    assessment="a1", partnership="p1", year="2026/27", outcomes=(SAFE,),
    needs=(needs.Need(need="n1", title="Bullying", outcome="o1"),),
)  # fmt: skip
STRATEGY = needs.StrategyPublished(
    strategy="st1", partnership="p1", assessment="a1", title="Safe together",
    recommendations=(
        needs.Recommendation(
            recommendation="r1", title="Offer counselling", need="n1", outcome="o1",
            evidence=("e1",), priority=1,
        ),
    ),
)  # fmt: skip
DECIDED = needs.DecisionTaken(
    partnership="p1", meeting="m1", decision="d1", about_kind="strategy", about="st1", carried=True,
    votes_for=5, votes_against=1, abstained=0, took_no_part=1, decided_on=DAY,
)  # fmt: skip
AUTHORITY = needs.HomeAuthorityGiven(
    partnership="p1", decision="d1", agency="icb", authority="committee", given_by="p-1",
    effective_on=date(2026, 4, 9),
)  # fmt: skip
HELPED = MeasureTerms(
    measure="m-helped", title="Children who feel safer", outcome="o1",
    quadrant="better-off-percent", unit="percent", direction="higher", target=Decimal(80),
    tolerance=Decimal(2),
)  # fmt: skip
SEEN = MeasureTerms(
    measure="m-seen", title="Children seen", outcome="o1", quadrant="how-much", unit="number",
    direction="higher", target=Decimal(20),
)  # fmt: skip
SPECIFIED = needs.SpecificationPublished(
    specification="s1", partnership="p1", strategy="st1", recommendation="r1", need="n1",
    title="Counselling in schools", outcomes=(SAFE,), measures=(HELPED, SEEN), tier=2,
    annual_value_pence=100_000_00, starts_on=DAY, ends_on=date(2028, 3, 31),
)  # fmt: skip
REGISTERED = procurement.ProviderRegistered(
    provider="acorn", name="Acorn Counselling", form="third-sector", small=True, identifiers={}
)
OPENED = procurement.TenderOpened(
    tender="t1", partnership="p1", specification="s1", procuring="council", title="Counselling",
    regime="light-touch", criteria=(), bids_close_at=datetime(2026, 5, 1, 11, tzinfo=UTC),
)  # fmt: skip
CONFIRMED = procurement.AwardConfirmed(
    award="w1", tender="t1", partnership="p1", specification="s1", procuring="council",
    provider="acorn", annual_price_pence=90_000_00, confirmed_at=datetime(2026, 6, 1, tzinfo=UTC),
)  # fmt: skip
SECOND_TENDER = procurement.TenderOpened(
    tender="t2", partnership="p1", specification="s1", procuring="council", title="More",
    regime="light-touch", criteria=(), bids_close_at=datetime(2026, 5, 8, 11, tzinfo=UTC),
)  # fmt: skip


def terms(provider: str = "acorn", year_pence: int = 90_000_00, award: str = "w1") -> ContractTerms:
    return ContractTerms(
        kind="contract", partnership="p1", commissioner="council", provider=provider, fund="f1",
        specification="s1", award=award, title="Counselling", starts_on=DAY,
        ends_on=date(2027, 3, 31), commitments={"2026/27": year_pence},
        payment=Block(annual_pence=year_pence), outcomes=(SAFE,), measures=(HELPED, SEEN),
        monitoring_officer="p-2", review=Clause(clause="12"), termination=Clause(clause="30"),
    )  # fmt: skip


FUND_OPENED = contracts.PooledFundOpened(
    fund="f1", year="2026/27", partnership="p1", host="council", partners=("council", "icb"),
    attribution_weights=(2, 1), effective_on=DAY,
)  # fmt: skip
AGREEMENT = contracts.AgreementSigned(
    fund="f1", partnership="p1", name="Alder pool", host="council", pool_manager="p-3",
    legal_basis="section-75", effective_on=DAY,
)  # fmt: skip
RISK_SHARE = contracts.RiskShareAgreed(
    fund="f1", year="2026/27", overspend_weights=(1, 1), carry_forward_limit_basis_points=500,
    effective_on=DAY,
)  # fmt: skip
CONTRIBUTIONS = tuple(
    contracts.ContributionAgreed(
        fund="f1", year="2026/27", partner=partner, annual_pence=pence, legal_basis="section-75",
        effective_on=DAY,
    )
    for partner, pence in (("council", 80_000_00), ("icb", 40_000_00))
)  # fmt: skip
SIGNED = contracts.ContractSigned(contract="c1", terms=terms(), signed_by="p-2", effective_on=DAY)
OTHERS_SIGNED = contracts.ContractSigned(
    contract="c2", terms=terms("beech", 10_000_00, "w2"), signed_by="p-2", effective_on=DAY
)
VARIED = contracts.ContractVaried(
    contract="c1", terms=terms(year_pence=96_000_00), commitment_changes={"2026/27": 6_000_00},
    reason=TEXT, varied_by="p-2", effective_on=date(2026, 7, 1),
)  # fmt: skip
CERTIFIED = contracts.PaymentCertified(
    contract="c1", fund="f1", year="2026/27", certificate="cert-1", element="Block",
    amount_pence=22_500_00, period="2026-27-Q1", return_version=1,
    effective_on=date(2026, 7, 20),
)  # fmt: skip
WITHHELD = contracts.AmountWithheld(
    contract="c1", fund="f1", year="2026/27", withholding="h1", certificate="cert-1",
    amount_pence=500_00, clause="15", flag="fl1", effective_on=date(2026, 7, 21),
)  # fmt: skip
PAID = contracts.PaymentMade(
    contract="c1", fund="f1", year="2026/27", payment="pay-1", certificates=("cert-1",),
    amount_pence=22_000_00, prepared_by="p-4", approved_by="p-5", effective_on=date(2026, 7, 30),
)  # fmt: skip
NOTICE = contracts.NoticeIssued(
    contract="c1", notice="no1", clause="21", flag="fl1", body=TEXT,
    answer_due_on=date(2026, 8, 20), issued_by="p-2",
)  # fmt: skip


def scheduled(contract: str, provider: str, period: str, due: date) -> monitoring.ReturnScheduled:
    return monitoring.ReturnScheduled(
        contract=contract, partnership="p1", provider=provider, commissioner="council",
        period=period, opens_on=due, due_at=datetime(due.year, due.month, due.day, 22, 59, 59,
        tzinfo=UTC),
    )  # fmt: skip


Q1 = scheduled("c1", "acorn", "2026-27-Q1", date(2026, 7, 21))
Q2 = scheduled("c1", "acorn", "2026-27-Q2", date(2026, 10, 21))


def reading(measure: str, value: int, part: int | None = None, whole: int | None = None) -> Reading:
    return Reading(
        measure=measure, period="2026-27-Q1", value=Decimal(value),
        numerator=None if part is None else Decimal(part),
        denominator=None if whole is None else Decimal(whole),
    )  # fmt: skip


def submitted(version: int, *readings: Reading) -> monitoring.ReturnSubmitted:
    return monitoring.ReturnSubmitted(
        contract="c1", period="2026-27-Q1", version=version, readings=readings,
        breakdowns=(BrokenDown(measure="m-seen", breakdown="sex", group="girls", count=14),),
        complaints=1, compliments=12, story=TEXT, receipt="r1", submitted_by="p-9",
        submitted_at=datetime(2026, 7, 10, 9, tzinfo=UTC),
    )  # fmt: skip


def accepted(version: int, *readings: Reading) -> monitoring.ReturnAccepted:
    return monitoring.ReturnAccepted(
        contract="c1", period="2026-27-Q1", version=version, readings=readings, accepted_by="p-2",
        accepted_at=datetime(2026, 7, 15, 9, tzinfo=UTC),
    )  # fmt: skip


def restated(version: int, *readings: Reading) -> monitoring.ReturnRestated:
    return monitoring.ReturnRestated(
        contract="c1", period="2026-27-Q1", version=version, readings=readings, reason=TEXT,
        restated_by="p-9", restated_at=datetime(2026, 8, 15, 9, tzinfo=UTC),
    )  # fmt: skip


READINGS = (reading("m-helped", 70, 21, 30), reading("m-seen", 30))
FLAGGED = monitoring.UnderperformanceFlagged(
    flag="fl1", contract="c1", partnership="p1", provider="acorn", commissioner="council",
    measure="m-helped", rule="threshold",
    misses=(
        monitoring.Miss(
            period="2026-27-Q1", return_version=1, value=Decimal(70), target=Decimal(80)
        ),
    ),
    raised_at=datetime(2026, 7, 15, 10, tzinfo=UTC),
)  # fmt: skip
ASKED = monitoring.ExplanationRequested(
    flag="fl1", contract="c1", due_on=date(2026, 7, 27), requested_by="p-2"
)
INCIDENT = monitoring.SeriousIncidentReported(
    incident="i1", contract="c1", partnership="p1", provider="acorn", commissioner="council",
    reference="REF-1", referred_to="lado", reported_by="p-9", effective_on=date(2026, 7, 2),
)  # fmt: skip


async def told(house: RunningHouse) -> None:
    """Lets the gateway hear the thread up to the day the contract is signed."""
    await house.hear("needs", "partnership/p1", FORMED)
    await house.hear("needs", "partnership/p2", OTHERS_FORMED)
    await house.hear("needs", "assessment/a1", ASSESSED)
    await house.hear("needs", "strategy/st1", STRATEGY)
    await house.hear("needs", "meeting/m1", DECIDED, AUTHORITY)
    await house.hear("needs", "specification/s1", SPECIFIED)
    await house.hear("procurement", "provider/acorn", REGISTERED)
    await house.hear("procurement", "tender/t1", OPENED, CONFIRMED)
    await house.hear("procurement", "tender/t2", SECOND_TENDER)
    await house.hear("contracts", "fund/f1:2026-27", AGREEMENT, FUND_OPENED, RISK_SHARE)
    await house.hear("contracts", "fund/f1:2026-27", *CONTRIBUTIONS)
    await house.hear("contracts", "contract/c1", SIGNED)
    await house.hear("contracts", "contract/c2", OTHERS_SIGNED)


async def reported_and_paid(house: RunningHouse) -> None:
    """The first quarter: reported, flagged, certified, a part withheld, the rest paid."""
    await house.hear("monitoring", "return/c1:2026-27-Q1", Q1, submitted(1, *READINGS))
    await house.hear("monitoring", "return/c1:2026-27-Q1", accepted(1, *READINGS))
    await house.hear("monitoring", "return/c1:2026-27-Q2", Q2)
    await house.hear("monitoring", "flag/fl1", FLAGGED, ASKED)
    await house.hear("contracts", "contract/c1", CERTIFIED, WITHHELD, PAID, NOTICE)


@asynccontextmanager
async def open_gateway(dsn: str) -> AsyncGenerator[RunningHouse]:
    """A gateway that has heard of both contracts, on 1 April 2026."""
    async with open_house(PLAN, dsn) as house:
        await told(house)
        yield house
