"""The facts of a specification, from its draft to its end."""

from __future__ import annotations

from datetime import date

from services.needs.strategies.events import Tier
from shared.eventsourcing.events import Event
from shared.published.needs import (
    SpecificationPublished,
    SpecificationSuperseded,
    SpecificationWithdrawn,
)
from shared.published.terms import (
    MeasureTerms,
    Outcome,
    PartnershipId,
    PersonId,
    TextRef,
    Wanted,
)


class SpecificationDrafted(Event, frozen=True, kw_only=True, tag="needs.specification-drafted.v1"):
    specification: str
    partnership: PartnershipId
    strategy: str
    recommendation: str
    need: str
    title: str
    outcomes: tuple[Outcome, ...]
    tier: Tier
    annual_value_pence: int
    starts_on: date
    ends_on: date
    description: TextRef
    drafted_by: PersonId


class MeasureSpecified(Event, frozen=True, kw_only=True, tag="needs.measure-specified.v1"):
    """Specified again, a measure takes the place of the one before."""

    measure: MeasureTerms


class FigureWanted(Event, frozen=True, kw_only=True, tag="needs.figure-wanted.v1"):
    """Nobody can give this figure yet; somebody makes it possible by a day."""

    wanted: Wanted


class SpecificationApproved(
    Event, frozen=True, kw_only=True, tag="needs.specification-approved.v1"
):
    """By someone other than who drafted it."""

    approved_by: PersonId


SpecificationEvent = (
    SpecificationDrafted
    | MeasureSpecified
    | FigureWanted
    | SpecificationApproved
    | SpecificationPublished
    | SpecificationSuperseded
    | SpecificationWithdrawn
)
