"""The facts of turning an outcome's curve; needs keeps them to itself."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from shared.entries.rules import Cost
from shared.eventsourcing.events import Event
from shared.published.terms import AgencyId, OutcomeId, PartnershipId, PersonId, TextRef

Section = Literal["story", "partner", "what-works", "action"]


class CurveEntryWritten(Event, frozen=True, kw_only=True, tag="needs.curve-entry-written.v1"):
    """An entry, new or in other words. An idea has its `cost`, an action owner and day."""

    partnership: PartnershipId
    outcome: OutcomeId
    entry: str
    section: Section
    text: TextRef
    cost: Cost | None = None
    owner: AgencyId = ""
    due_on: date | None = None
    agency: AgencyId
    written_by: PersonId


class CurveEntryRemoved(Event, frozen=True, kw_only=True, tag="needs.curve-entry-removed.v1"):
    partnership: PartnershipId
    outcome: OutcomeId
    entry: str
    removed_by: PersonId


class CurveActionDone(Event, frozen=True, kw_only=True, tag="needs.curve-action-done.v1"):
    partnership: PartnershipId
    outcome: OutcomeId
    entry: str
    done_on: date
    marked_by: PersonId


class CurveAimSet(Event, frozen=True, kw_only=True, tag="needs.curve-aim-set.v1"):
    """The value, in its own unit, that an indicator is to have in a period of its series."""

    partnership: PartnershipId
    outcome: OutcomeId
    indicator: str
    target: Decimal
    by_period: str
    set_by: PersonId


CurveEvent = CurveEntryWritten | CurveEntryRemoved | CurveActionDone | CurveAimSet
