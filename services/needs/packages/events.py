"""The facts of one individual package. No word of its own is in them, so no child's particulars."""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

from shared.eventsourcing.events import Event
from shared.published.terms import AgencyId, PartnershipId, PersonId

Kind = Literal["residential", "education", "health", "equipment", "short-breaks", "combined"]


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """What an agency bears a year; agreed once the agency has said so itself."""

    agency: AgencyId
    yearly_pence: int


class PackageOpened(Event, frozen=True, kw_only=True, tag="needs.package-opened.v1"):
    """`reference` is the home agency's own; only the home agency knows whose it is."""

    package: str
    partnership: PartnershipId
    home: AgencyId
    reference: str
    kind: Kind
    individual_budget: bool
    begins_on: date
    review_on: date
    shares: tuple[Share, ...]
    opened_by: PersonId


class ShareAgreed(Event, frozen=True, kw_only=True, tag="needs.package-share-agreed.v1"):
    agency: AgencyId
    agreed_by: PersonId


class PackageReviewed(Event, frozen=True, kw_only=True, tag="needs.package-reviewed.v1"):
    """`shares` are those from now on; what changed waits for the agency's agreement again."""

    reviewed_on: date
    review_on: date
    shares: tuple[Share, ...]
    reviewed_by: PersonId


class PackageEnded(Event, frozen=True, kw_only=True, tag="needs.package-ended.v1"):
    ended_on: date
    ended_by: PersonId


PackageEvent = PackageOpened | ShareAgreed | PackageReviewed | PackageEnded
