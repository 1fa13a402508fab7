"""The facts of a partnership's market analysis."""

from __future__ import annotations

from datetime import date
from typing import Literal

from shared.eventsourcing.events import Event
from shared.published.terms import AgencyId, PartnershipId, PersonId, TextRef

Section = Literal["supply", "demand", "skills", "gap", "action"]


class MarketEntryWritten(Event, frozen=True, kw_only=True, tag="needs.market-entry-written.v1"):
    """What is known of the market for a kind of service; an action has an owner and a day."""

    partnership: PartnershipId
    entry: str
    section: Section
    service: str
    text: TextRef
    owner: AgencyId = ""
    due_on: date | None = None
    agency: AgencyId
    written_by: PersonId


class MarketEntryRemoved(Event, frozen=True, kw_only=True, tag="needs.market-entry-removed.v1"):
    entry: str
    removed_by: PersonId


class MarketActionDone(Event, frozen=True, kw_only=True, tag="needs.market-action-done.v1"):
    entry: str
    done_on: date
    marked_by: PersonId


MarketEvent = MarketEntryWritten | MarketEntryRemoved | MarketActionDone
