"""What each notice has to say, and where the record says it. Data.

A path leads into the compiled release of the process (`process`) or of its specification (`plan`);
what the path does not reach is named as missing in the draft.
"""

from __future__ import annotations

from collections.abc import Mapping

from shared.law.duties import NoticeType

Field = tuple[str, str]
"""What a field is called on the notice, and its path."""

_BUYER: tuple[Field, ...] = (
    ("Contracting authority", "process.buyer.name"),
    ("Contact", "process.parties.contactPoint.email"),
    ("Address", "process.parties.address"),
)
_WHAT: tuple[Field, ...] = (
    ("Title", "process.tender.title"),
    ("Classification (CPV)", "process.tender.items.additionalClassifications"),
    ("Place of delivery", "process.tender.items.deliveryAddresses"),
)
_SUPPLIER: tuple[Field, ...] = (
    ("Supplier", "process.awards.suppliers.name"),
    ("Supplier's identifier", "process.parties.identifier"),
)
_CONTRACT: tuple[Field, ...] = (
    ("Title", "process.contracts.title"),
    ("Value", "process.contracts.value"),
    ("Term", "process.contracts.period"),
    ("Signed on", "process.contracts.dateSigned"),
)

FIELDS: Mapping[NoticeType, tuple[Field, ...]] = {
    "UK1": (
        *_BUYER,
        ("Title", "plan.tender.title"),
        ("Estimated value", "plan.planning.budget.amount"),
        ("Contract period", "plan.tender.contractPeriod"),
        ("What the authority spends a year", "process.buyer.annualSpend"),
    ),
    "UK2": (
        *_BUYER,
        ("Title", "plan.tender.title"),
        ("How the market is engaged", "plan.planning.milestones"),
    ),
    "UK3": (
        *_BUYER,
        ("Title", "plan.tender.title"),
        ("Estimated value", "plan.planning.budget.amount"),
        ("Contract period", "plan.tender.contractPeriod"),
        ("When the tender is expected", "plan.tender.communication.futureNoticeDate"),
    ),
    "UK4": (
        *_BUYER,
        *_WHAT,
        ("Estimated value", "plan.planning.budget.amount"),
        ("Contract period", "plan.tender.contractPeriod"),
        ("Bids close", "process.tender.tenderPeriod.endDate"),
        ("Award criteria", "process.tender.lots.awardCriteria.criteria"),
        ("Conditions of participation", "process.tender.selectionCriteria"),
        ("How to bid", "process.tender.submissionMethodDetails"),
    ),
    "UK5": (
        *_BUYER,
        *_WHAT,
        *_SUPPLIER,
        ("Value", "process.awards.value"),
        ("Justification", "process.tender.procurementMethodRationale"),
    ),
    "UK6": (
        *_BUYER,
        *_WHAT,
        *_SUPPLIER,
        ("Value", "process.awards.value"),
        ("Contract period", "plan.tender.contractPeriod"),
        ("Standstill", "process.awards.standstillPeriod"),
        ("When the assessment summaries were sent", "process.awards.assessmentSummariesDateSent"),
        ("Bids received", "process.tender.numberOfTenderers"),
    ),
    "UK7": (
        *_BUYER,
        *_CONTRACT,
        *_SUPPLIER,
        ("Key performance indicators", "process.contracts.agreedMetrics"),
        ("Classification (CPV)", "process.tender.items.additionalClassifications"),
    ),
    "UK8": (
        *_BUYER,
        ("Payments", "process.contracts.implementation.transactions"),
        ("Supplier", "process.awards.suppliers.name"),
        ("Supplier's identifier", "process.parties.identifier"),
    ),
    "UK9": (
        *_BUYER,
        *_CONTRACT,
        ("Key performance indicators", "process.contracts.agreedMetrics"),
        ("Results", "process.contracts.implementation.metrics"),
        ("Failures", "process.contracts.implementation.performanceFailures"),
        (
            "Rating of each indicator",
            "process.contracts.implementation.metrics.observations.measureClassification",
        ),
    ),
    "UK10": (
        *_BUYER,
        *_CONTRACT,
        ("Changes", "process.contracts.amendments"),
        ("Why", "process.contracts.amendments.rationale"),
        ("Ground", "process.contracts.amendments.rationaleClassifications"),
    ),
    "UK11": (
        *_BUYER,
        *_CONTRACT,
        ("Ended on", "process.contracts.implementation.endDate"),
        ("Why", "process.contracts.implementation.endDateDetails"),
        ("Final value", "process.contracts.implementation.finalValue"),
    ),
}
