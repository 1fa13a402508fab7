"""What monitoring publishes of formal reviews, serious incidents and provider forums."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from shared.eventsourcing.events import Published
from shared.published.terms import (
    AgencyId,
    ContractId,
    FinancialYear,
    PartnershipId,
    PersonId,
    TextRef,
)

FindingKind = Literal[
    "children", "families", "practitioners", "provider", "inspection", "card", "complaints", "other"
]
"""Whose views a finding holds, or where else it comes from."""


class ReviewDue(Published, frozen=True, kw_only=True, tag="monitoring.review-due.v1"):
    """December of a financial year, and nobody has opened the formal review of a live contract."""

    review: str
    contract: ContractId
    partnership: PartnershipId
    year: FinancialYear
    effective_on: date


class ReviewOpened(Published, frozen=True, kw_only=True, tag="monitoring.review-opened.v1"):
    review: str
    contract: ContractId
    partnership: PartnershipId
    opened_by: PersonId
    effective_on: date


class ReviewConcluded(Published, frozen=True, kw_only=True, tag="monitoring.review-concluded.v1"):
    """The formal review of a service ends, and feeds the next assessment.

    `kinds` says of each of `findings`, in the same order, where it came from; before they were
    told apart it was empty.
    """

    review: str
    contract: ContractId
    partnership: PartnershipId
    conclusion: Literal["continue", "redesign", "decommission"]
    findings: tuple[TextRef, ...]
    concluded_by: PersonId
    effective_on: date
    kinds: tuple[FindingKind, ...] = ()


class SeriousIncidentReported(
    Published, frozen=True, kw_only=True, tag="monitoring.serious-incident-reported.v1"
):
    """By reference only; the referral has been made elsewhere. Exempt until closed."""

    incident: str
    contract: ContractId
    partnership: PartnershipId
    provider: AgencyId
    commissioner: AgencyId
    reference: str
    referred_to: Literal["safeguarding", "lado", "regulator"]
    reported_by: PersonId
    effective_on: date


class OfficerTold(Published, frozen=True, kw_only=True, tag="monitoring.officer-told.v1"):
    """The commissioner's named officer is told of an incident, and answers the same day."""

    incident: str
    contract: ContractId
    partnership: PartnershipId
    officer: PersonId
    told_at: datetime
    acknowledge_by: datetime


class OfficerSilent(Published, frozen=True, kw_only=True, tag="monitoring.officer-silent.v1"):
    """The day ended in London without a word from the named officer."""

    incident: str
    contract: ContractId
    partnership: PartnershipId
    officer: PersonId
    acknowledge_by: datetime


class OfficerAcknowledged(
    Published, frozen=True, kw_only=True, tag="monitoring.officer-acknowledged.v1"
):
    """The named officer has seen it; `late` where the day had ended."""

    incident: str
    contract: ContractId
    partnership: PartnershipId
    officer: PersonId
    acknowledged_at: datetime
    late: bool = False


IncidentOutcome = Literal[
    "", "no-further-action", "learning-shared", "practice-changed", "contract-action"
]


class IncidentClosed(Published, frozen=True, kw_only=True, tag="monitoring.incident-closed.v1"):
    """The commissioner closes an incident; `outcome` is empty where none was asked for yet."""

    incident: str
    contract: ContractId
    partnership: PartnershipId
    closed_by: PersonId
    effective_on: date
    outcome: IncidentOutcome = ""


class ForumReported(Published, frozen=True, kw_only=True, tag="monitoring.forum-reported.v1"):
    """The provider forum reports to the board, on an instruction of the board or by itself."""

    report: str
    partnership: PartnershipId
    instruction: str = ""
    text: TextRef
    reported_by: PersonId
    effective_on: date
