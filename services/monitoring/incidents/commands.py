"""What may be asked about a serious incident; each command states who asks and when."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from shared.eventsourcing.commands import Command
from shared.published.reviewing import IncidentOutcome
from shared.published.terms import AgencyId, ContractId, PartnershipId, PersonId


class ReportIncident(Command, frozen=True, kw_only=True):
    """`referral_confirmed`: the reporter says that the referral has been made, elsewhere.

    `officer` is the commissioner's named officer, who is told with the same breath.
    """

    incident: str
    contract: ContractId
    partnership: PartnershipId
    provider: AgencyId
    commissioner: AgencyId
    reference: str
    referred_to: Literal["safeguarding", "lado", "regulator"]
    referral_confirmed: bool
    reported_by: PersonId
    happened_on: date
    officer: PersonId
    now: datetime


class AcknowledgeIncident(Command, frozen=True, kw_only=True):
    """`officer` is who the contract names today: another one may have followed."""

    officer: PersonId
    acknowledged_by: PersonId
    now: datetime


class NoteSilence(Command, frozen=True, kw_only=True):
    """A deadline's command: the officer's day is over."""

    now: datetime


class CloseIncident(Command, frozen=True, kw_only=True):
    outcome: IncidentOutcome
    closed_by: PersonId
    now: datetime


IncidentCommand = ReportIncident | AcknowledgeIncident | NoteSilence | CloseIncident
