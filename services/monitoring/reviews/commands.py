"""What may be asked of a formal review; each command states who asks and when."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from shared.eventsourcing.commands import Command
from shared.published.needs import ServiceChange
from shared.published.reviewing import FindingKind
from shared.published.terms import ContractId, FinancialYear, PartnershipId, PersonId, TextRef


class ProposeReview(Command, frozen=True, kw_only=True):
    review: str
    contract: ContractId
    partnership: PartnershipId
    year: FinancialYear
    now: datetime


class OpenReview(Command, frozen=True, kw_only=True):
    review: str
    contract: ContractId
    partnership: PartnershipId
    opened_by: PersonId
    now: datetime


class RecordFinding(Command, frozen=True, kw_only=True):
    finding: TextRef
    kind: FindingKind = "other"
    recorded_by: PersonId
    now: datetime


class ConcludeReview(Command, frozen=True, kw_only=True):
    conclusion: Literal["continue", "redesign", "decommission"]
    concluded_by: PersonId
    now: datetime


class HearDecision(Command, frozen=True, kw_only=True):
    """What the board decided on the conclusion."""

    decision: str
    change: ServiceChange
    decided_on: date
    now: datetime


ReviewCommand = ProposeReview | OpenReview | RecordFinding | ConcludeReview | HearDecision
