"""The facts of a framework agreement in the register."""

from __future__ import annotations

from datetime import date

from shared.eventsourcing.events import Event
from shared.published.terms import AgencyId, PartnershipId, PersonId, Term, TextRef


class AgreementLot(Term, frozen=True, kw_only=True):
    """One lot and the providers on it; a framework without lots has one, numbered 1."""

    lot: int
    title: str
    providers: tuple[AgencyId, ...]


class AgreementRegistered(
    Event, frozen=True, kw_only=True, tag="procurement.framework-agreement-registered.v1"
):
    """`keeper` is the agency that keeps the entry; `partnerships` may call off, to the last day.

    `direct_allowed`: a call-off may be made without competition among those on the lot.
    """

    agreement: str
    title: str
    reference: str
    keeper: AgencyId
    partnerships: tuple[PartnershipId, ...]
    lots: tuple[AgreementLot, ...]
    direct_allowed: bool
    valid_until: date
    registered_by: PersonId


class LotChanged(
    Event, frozen=True, kw_only=True, tag="procurement.framework-agreement-lot-changed.v1"
):
    """Who is on a lot from now on; call-offs made stand."""

    lot: int
    providers: tuple[AgencyId, ...]
    reason: TextRef


class AgreementEnded(
    Event, frozen=True, kw_only=True, tag="procurement.framework-agreement-ended.v1"
):
    """Nothing more is called off; call-offs made stand."""

    reason: TextRef


AgreementEvent = AgreementRegistered | LotChanged | AgreementEnded
