"""What the pages show in tests: one partnership's fund, and two contracts, one of them wicked.

The agencies are those of the demo persons, so that one can sign in as them.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from shared.published import contracts, needs, procurement
from shared.published.terms import (
    Block,
    Clause,
    ContractTerms,
    MeasureTerms,
    Member,
    Outcome,
    TextRef,
)
from shared.values.quarters import months_of

COUNCIL, ICB, PROVIDER = "alderbrook-council", "alderbrook-icb", "bright-path"
COMMISSIONER, MANAGER, FINANCE = "p-7f3a", "p-1c82", "p-4be1"
HEALTH, LEAD, OPERATOR, OUTSIDER = "p-b29e", "p-3f70", "p-10d7", "p-59b3"
TRUSTEE = "p-b8d5"
DAY = date(2026, 4, 1)
TEXT = TextRef(text=UUID(int=1), digest="d1")
WICKED = "<script>document.title='owned'</script><img src=x onerror=alert(1)>\"'&"
SAFE = Outcome(outcome="o1", title="Children and young people are safe from bullying")
QUARTERS = (
    "2026-27-Q1", "2026-27-Q2", "2026-27-Q3", "2026-27-Q4", "2027-28-Q1", "2027-28-Q2",
)  # fmt: skip
HELPED = (24, 25, 22, 21, 27, 28)
SEEN = (90, 96, 84, 101, 99, 110)

FORMED = needs.PartnershipFormed(
    partnership="p1", name="Alderbrook Children's Partnership", lead=COUNCIL,
    members=(
        Member(agency=COUNCIL, kind="council", name="Alderbrook Council"),
        Member(agency=ICB, kind="nhs-icb", name="Alderbrook Integrated Care Board"),
    ),
    effective_on=DAY,
)  # fmt: skip
ASSESSED = needs.AssessmentPublished(
    assessment="a1", partnership="p1", year="2026/27", outcomes=(SAFE,),
    needs=(needs.Need(need="n1", title="Bullying in and around school", outcome="o1"),),
)  # fmt: skip
STRATEGY = needs.StrategyPublished(
    strategy="st1", partnership="p1", assessment="a1", title="Safe together",
    recommendations=(
        needs.Recommendation(
            recommendation="r1", title="Offer counselling in every school", need="n1",
            outcome="o1", evidence=("e1",), priority=1,
        ),
    ),
)  # fmt: skip
DECIDED = needs.DecisionTaken(
    partnership="p1", meeting="m1", decision="d1", about_kind="strategy", about="st1",
    carried=True, votes_for=5, votes_against=1, abstained=0, took_no_part=1, decided_on=DAY,
)  # fmt: skip
MEASURES = (
    MeasureTerms(
        measure="m-seen", title="Children seen", outcome="o1", quadrant="how-much",
        unit="number", direction="higher", target=Decimal(90),
    ),
    MeasureTerms(
        measure="m-wait", title="Days from referral to first visit", outcome="o1",
        quadrant="how-well", unit="days", direction="lower", target=Decimal(20),
        tolerance=Decimal(1),
    ),
    MeasureTerms(
        measure="m-helped", title="Children who feel safer after twelve weeks of counselling",
        outcome="o1", quadrant="better-off-percent", unit="percent", direction="higher",
        target=Decimal(80), tolerance=Decimal(2),
    ),
)  # fmt: skip
FULLEST = tuple(
    replace(
        MEASURES[0], measure=name, title=title, quadrant=quadrant, unit=unit,
        direction="lower" if unit == "days" else "higher", target=Decimal(target),
        baseline=Decimal(baseline), tolerance=Decimal(1), headline=headline,
    )
    for name, title, quadrant, unit, target, baseline, headline in (
        ("n-seen", "Young people who came to at least one session of a group", "how-much",
         "number", 60, 48, True),
        ("n-groups", "Groups held", "how-much", "number", 12, 10, False),
        ("n-wait", "Working days from a referral to the first visit", "how-well", "days", 15, 22,
         True),
        ("n-stay", "Young people who stay to the end of what was planned with them", "how-well",
         "percent", 70, 62, True),
        ("n-safe", "Young people who say at the end that they are safer", "better-off-number",
         "number", 40, 31, True),
        ("n-part", "Young people who say at the end that they are safer, of those asked",
         "better-off-percent", "percent", 75, 66, True),
    )
)  # fmt: skip
SPECIFIED = needs.SpecificationPublished(
    specification="s1", partnership="p1", strategy="st1", recommendation="r1", need="n1",
    title="Counselling in schools", outcomes=(SAFE,), measures=MEASURES, tier=2,
    annual_value_pence=90_000_00, starts_on=DAY, ends_on=date(2029, 3, 31),
)  # fmt: skip
REGISTERED = procurement.ProviderRegistered(
    provider=PROVIDER, name="Bright Path Counselling", form="third-sector", small=True,
    identifiers={},
)  # fmt: skip
OPENED = procurement.TenderOpened(
    tender="t1", partnership="p1", specification="s1", procuring=COUNCIL,
    title="Counselling in schools", regime="light-touch", criteria=(),
    bids_close_at=datetime(2026, 5, 1, 11, tzinfo=UTC),
)  # fmt: skip
CONFIRMED = procurement.AwardConfirmed(
    award="w1", tender="t1", partnership="p1", specification="s1", procuring=COUNCIL,
    provider=PROVIDER, annual_price_pence=90_000_00,
    confirmed_at=datetime(2026, 3, 1, tzinfo=UTC),
)  # fmt: skip


def terms(title: str, measures: tuple[MeasureTerms, ...] = MEASURES) -> ContractTerms:
    return ContractTerms(
        kind="contract", partnership="p1", commissioner=COUNCIL, provider=PROVIDER, fund="f1",
        specification="s1", award="w1", title=title, starts_on=DAY, ends_on=date(2029, 3, 31),
        commitments={"2026/27": 90_000_00, "2027/28": 90_000_00, "2028/29": 90_000_00},
        payment=Block(annual_pence=90_000_00), outcomes=(SAFE,), measures=measures,
        monitoring_officer=MANAGER, review=Clause(clause="12"), termination=Clause(clause="30"),
        maker_may_sign=True,
    )  # fmt: skip


SIGNED = contracts.ContractSigned(
    contract="c1", terms=terms("Counselling in schools"), signed_by=COMMISSIONER,
    effective_on=DAY,
)  # fmt: skip
WICKEDLY_SIGNED = contracts.ContractSigned(
    contract="c2", terms=terms(WICKED, MEASURES[:1]), signed_by=COMMISSIONER, effective_on=DAY
)
FULLY_SIGNED = contracts.ContractSigned(
    contract="c3", terms=terms("Youth groups after school", FULLEST), signed_by=COMMISSIONER,
    effective_on=DAY,
)  # fmt: skip
FUND = (
    contracts.AgreementSigned(
        fund="f1", partnership="p1", name="Alderbrook emotional health pool", host=COUNCIL,
        pool_manager=FINANCE, legal_basis="section-75", effective_on=DAY,
    ),
    *(
        event
        for year, on in (("2026/27", DAY), ("2027/28", date(2027, 4, 1)))
        for event in (
            contracts.PooledFundOpened(
                fund="f1", year=year, partnership="p1", host=COUNCIL, partners=(COUNCIL, ICB),
                attribution_weights=(2, 1), effective_on=on,
            ),
            contracts.RiskShareAgreed(
                fund="f1", year=year, overspend_weights=(1, 1),
                carry_forward_limit_basis_points=500, effective_on=on,
            ),
            contracts.ContributionAgreed(
                fund="f1", year=year, partner=COUNCIL, annual_pence=100_000_00,
                legal_basis="section-75", effective_on=on,
            ),
            contracts.ContributionAgreed(
                fund="f1", year=year, partner=ICB, annual_pence=50_000_00,
                legal_basis="section-75", effective_on=on,
            ),
        )
    ),
)  # fmt: skip
PAID = (
    contracts.PaymentCertified(
        contract="c1", fund="f1", year="2027/28", certificate="cert-1", element="Block",
        amount_pence=22_500_00, period="2027-28-Q1", return_version=1,
        effective_on=date(2027, 7, 20),
    ),
    contracts.PaymentMade(
        contract="c1", fund="f1", year="2027/28", payment="pay-1", certificates=("cert-1",),
        amount_pence=22_500_00, prepared_by=FINANCE, approved_by="p-a650",
        effective_on=date(2027, 7, 30),
    ),
)  # fmt: skip
NOTICE = contracts.NoticeIssued(
    contract="c1", notice="no1", clause="21", body=TEXT, answer_due_on=date(2027, 11, 20),
    issued_by=MANAGER,
)  # fmt: skip


def figures(period: str, seen: int, helped: int) -> dict[str, Any]:
    """A return as the API takes it: three months and the quarter of every measure."""
    shares = (seen // 3, seen // 3, seen - 2 * (seen // 3), seen)
    readings: list[dict[str, Any]] = []
    for month, value in zip((*months_of(period), period), shares, strict=True):
        share = f"{helped * 100 / 30:.2f}"
        readings += [
            {"measure": "m-seen", "period": month, "value": value},
            {"measure": "m-wait", "period": month, "value": 40 - helped + value % 7},
            {
                "measure": "m-helped", "period": month, "value": share, "numerator": helped,
                "denominator": 30,
            },
        ]  # fmt: skip
    sums = {"budget_pence": 90_000_00, "spent_pence": 40_000_00, "forecast_pence": 89_000_00}
    return {
        "readings": readings,
        "budget": [{"element": "Block", **sums}],
        "complaints": 2,
        "compliments": 14,
        "declaration": "I made these figures myself; they are right.",
        "story": f"More schools joined in {period}.\nWaiting rose, then fell <b>again</b>.",
    }


def _release(number: int, title: str, buyer: str) -> dict[str, Any]:
    return {
        "ocid": f"ocds-h6vhtk-00{number}", "id": f"r{number}", "date": "2026-03-02T09:00:00Z",
        "tag": ["tender"], "buyer": {"id": f"GB-LAE-{number}", "name": buyer},
        "tender": {
            "id": f"t{number}", "title": title, "status": "active",
            "value": {"amount": 1250000, "currency": "GBP"},
            "classification": {"scheme": "CPV", "id": "85312300"},
        },
    }  # fmt: skip


_MENTORING = {
    "ocid": "ocds-h6vhtk-003/x", "buyer": {"id": "GB-LAE-3", "name": "Third District Council"},
}  # fmt: skip
BOUGHT = [
    _MENTORING | {
        "id": "m1", "date": "2026-01-05T09:00:00Z", "tag": ["tender"],
        "relatedProcesses": [{"id": "1", "scheme": "ocid", "identifier": "ocds-h6vhtk-001"}],
        "tender": {
            "id": "t3", "title": "Mentoring", "status": "active",
            "classification": {"scheme": "CPV", "id": "85311300"},
        },
    },
    _MENTORING | {
        "id": "m2", "date": "2026-03-05T09:00:00Z", "tag": ["tenderAmendment", "award"],
        "tender": {"id": "t3", "title": "Mentoring at school"},
        "awards": [{
            "id": "1", "status": "active", "value": {"amount": 30000, "currency": "GBP"},
            "suppliers": [{"id": "GB-COH-01234567", "name": "Kind <Company> Ltd"}],
            "contractPeriod": {"startDate": "2026-04-01T00:00:00Z",
                               "endDate": "2028-03-30T00:00:00Z"},
        }],
    },
]  # fmt: skip
"""One process that was changed and awarded, which names another."""

RELEASES = {
    "uri": "https://example.org/p", "version": "1.1",
    "releases": [
        _release(1, WICKED, "Example County Council"),
        _release(2, "Speech therapy in nurseries", "Other Borough Council"),
        *BOUGHT,
    ],
}  # fmt: skip


LONG_STORY = (
    "More young people came than in any quarter before, since two schools opened their halls. "
    "Waiting rose in May, when a worker left, and fell again in June. "
) * 12


def fullest(period: str, nth: int) -> dict[str, Any]:
    """A return of six measures with more to tell than a page holds."""
    readings: list[dict[str, Any]] = []
    for n, month in enumerate((*months_of(period), period)):
        whole = 3 if n == 3 else 1
        parts = {"n-stay": (18 + nth, 25), "n-part": (17 + nth, 25)}
        readings += [
            {"measure": "n-seen", "period": month, "value": (20 + nth) * whole},
            {"measure": "n-groups", "period": month, "value": 4 * whole},
            {"measure": "n-wait", "period": month, "value": 17 - nth % 3},
            {"measure": "n-safe", "period": month, "value": (13 + nth) * whole},
            *(
                {
                    "measure": name, "period": month, "numerator": part * whole,
                    "denominator": of * whole, "value": f"{part * 100 / of:.2f}",
                }
                for name, (part, of) in parts.items()
            ),
        ]  # fmt: skip
    sums = {"budget_pence": 90_000_00, "spent_pence": 21_000_00, "forecast_pence": 88_000_00}
    return {
        "readings": readings,
        "budget": [{"element": "Block", **sums}],
        "complaints": 3,
        "compliments": 21,
        "declaration": "I made these figures myself; they are right.",
        "story": LONG_STORY,
    }
