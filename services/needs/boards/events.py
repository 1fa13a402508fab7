"""The facts that are brought to a board: its chair's actions, reviews from outside, conduct."""

from __future__ import annotations

from datetime import date
from typing import Literal

from shared.eventsourcing.events import Event
from shared.published.terms import AgencyId, FinancialYear, PersonId, TextRef

Kept = Literal["kept", "partly", "not-kept"]


class ChairsActionTaken(Event, frozen=True, kw_only=True, tag="needs.chairs-action-taken.v1"):
    """The chair acted for the board where time did not allow a meeting.

    `consulted` are the members whose views were heard first.
    """

    action: str
    title: str
    text: TextRef
    acted_by: PersonId
    consulted: tuple[PersonId, ...]
    acted_on: date


class ExternalReviewBrought(
    Event, frozen=True, kw_only=True, tag="needs.external-review-brought.v1"
):
    """An inspection or review by `body`, which is not of the partnership."""

    review: str
    body: str
    title: str
    text: TextRef
    published_on: date
    exempt: bool = False


class ConductRecorded(Event, frozen=True, kw_only=True, tag="needs.conduct-recorded.v1"):
    """How far a partner did in a year what it undertook in the plan; `text` says what shows it."""

    record: str
    agency: AgencyId
    year: FinancialYear
    plan: str
    commitment: str
    kept: Kept
    text: TextRef


class BusinessNoted(Event, frozen=True, kw_only=True, tag="needs.business-noted.v1"):
    """The board has had it at a meeting; until then it comes before every one."""

    business: str
    meeting: str
    noted_on: date


BoardEvent = ChairsActionTaken | ExternalReviewBrought | ConductRecorded | BusinessNoted
