"""What may be asked of an individual package."""

from __future__ import annotations

from datetime import date, datetime

from services.needs.packages.events import Kind, Share
from shared.eventsourcing.commands import Command
from shared.published.terms import AgencyId, PartnershipId, PersonId


class OpenPackage(Command, frozen=True, kw_only=True):
    """`partners` are the agencies of the partnership."""

    package: str
    partnership: PartnershipId
    partners: frozenset[AgencyId]
    home: AgencyId
    reference: str
    kind: Kind
    individual_budget: bool
    begins_on: date
    review_on: date
    shares: tuple[Share, ...]
    opened_by: PersonId
    now: datetime


class AgreeShare(Command, frozen=True, kw_only=True):
    """`yearly_pence` is what the agency read: it agrees to that and nothing else."""

    agency: AgencyId
    yearly_pence: int
    agreed_by: PersonId
    now: datetime


class ReviewPackage(Command, frozen=True, kw_only=True):
    partners: frozenset[AgencyId]
    review_on: date
    shares: tuple[Share, ...]
    reviewed_by: PersonId
    now: datetime


class EndPackage(Command, frozen=True, kw_only=True):
    ended_by: PersonId
    now: datetime


PackageCommand = OpenPackage | AgreeShare | ReviewPackage | EndPackage
