"""What may be asked about a serious incident; each command states who asks and when."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from shared.eventsourcing.commands import Command
from shared.published.terms import AgencyId, ContractId, PartnershipId, PersonId


class ReportIncident(Command, frozen=True, kw_only=True):
    """`referral_confirmed`: the reporter says that the referral has been made, elsewhere."""

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
    now: datetime


class CloseIncident(Command, frozen=True, kw_only=True):
    closed_by: PersonId
    now: datetime


IncidentCommand = ReportIncident | CloseIncident
