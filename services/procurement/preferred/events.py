"""The facts of a list of preferred providers."""

from __future__ import annotations

from datetime import date

from shared.eventsourcing.events import Event
from shared.published.terms import AgencyId, PartnershipId, PersonId, TextRef


class ListDrafted(Event, frozen=True, kw_only=True, tag="procurement.preferred-list-drafted.v1"):
    """A list for one need of several partnerships, `partnership` first, to its last day.

    `keeper` is the agency that keeps it.
    """

    list: str
    partnership: PartnershipId
    partnerships: tuple[PartnershipId, ...]
    title: str
    need: str
    keeper: AgencyId
    valid_until: date
    drafted_by: PersonId


class ProviderListed(Event, frozen=True, kw_only=True, tag="procurement.preferred-listed.v1"):
    """A provider is put on the list; what was agreed before has to be agreed again."""

    provider: AgencyId
    reason: TextRef


class ProviderUnlisted(Event, frozen=True, kw_only=True, tag="procurement.preferred-unlisted.v1"):
    """A provider is taken off the list; what was agreed before has to be agreed again."""

    provider: AgencyId
    reason: TextRef


class ListAgreed(Event, frozen=True, kw_only=True, tag="procurement.preferred-list-agreed.v1"):
    """A partnership agrees to the list as it stands, by an officer of one of its partners."""

    partnership: PartnershipId
    agency: AgencyId
    agreed_by: PersonId
    agreed_on: date


class ListEnded(Event, frozen=True, kw_only=True, tag="procurement.preferred-list-ended.v1"):
    reason: TextRef


ListEvent = ListDrafted | ProviderListed | ProviderUnlisted | ListAgreed | ListEnded
