"""The facts of a partnership's quality assurance framework and of what it found."""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

from shared.eventsourcing.events import Event
from shared.published.terms import AgencyId, PartnershipId, PersonId, TextRef

ArrangementKind = Literal[
    "contract", "sla", "grant", "pooled-fund", "aligned-fund", "health-act-flexibility"
]
"""A formal arrangement is one of contracts, a fund's agreement, or a flexibility that the
framework in force states."""

Met = Literal["met", "partly", "not-met"]


class StandardFinding(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How an arrangement does by one standard; what is not met is explained."""

    standard: str
    met: Met
    text: TextRef | None = None


class StandardSet(Event, frozen=True, kw_only=True, tag="needs.assurance-standard-set.v1"):
    """What the framework asks of arrangements of some kinds, and how often somebody looks."""

    partnership: PartnershipId
    standard: str
    title: str
    kinds: tuple[ArrangementKind, ...]
    every_months: int
    set_on: date
    set_by: PersonId


class StandardWithdrawn(
    Event, frozen=True, kw_only=True, tag="needs.assurance-standard-withdrawn.v1"
):
    standard: str
    withdrawn_on: date
    withdrawn_by: PersonId


class ArrangementLookedAt(Event, frozen=True, kw_only=True, tag="needs.arrangement-looked-at.v1"):
    """Somebody whose arrangement it is not looked at it, standard by standard."""

    look: str
    arrangement: str
    kind: ArrangementKind
    looked_on: date
    findings: tuple[StandardFinding, ...]
    agency: AgencyId
    looked_by: PersonId


class RemedyAgreed(Event, frozen=True, kw_only=True, tag="needs.assurance-remedy-agreed.v1"):
    """What is done about a standard that is not met, by whom and until when."""

    remedy: str
    arrangement: str
    standard: str
    text: TextRef
    owner: AgencyId
    due_on: date
    agreed_by: PersonId


class RemedyMade(Event, frozen=True, kw_only=True, tag="needs.assurance-remedy-made.v1"):
    """The remedy is done; whether the standard is met now is for the next look to say."""

    remedy: str
    done_on: date
    marked_by: PersonId


AssuranceEvent = StandardSet | StandardWithdrawn | ArrangementLookedAt | RemedyAgreed | RemedyMade
