"""The facts of a change; the one that others act on is in `shared.published`."""

from __future__ import annotations

from datetime import date
from typing import Literal

from shared.eventsourcing.events import Event
from shared.published.needs import ServiceChangeDecided
from shared.published.terms import ContractId, PartnershipId


class ReviewNoted(Event, frozen=True, kw_only=True, tag="needs.review-noted.v1"):
    """A review whose conclusion, drawn on `concluded_on`, waits for the board."""

    review: str
    contract: ContractId
    partnership: PartnershipId
    conclusion: Literal["redesign", "decommission"]
    concluded_on: date | None = None


class BoardDecisionNoted(Event, frozen=True, kw_only=True, tag="needs.board-decision-noted.v1"):
    """The board decided on the review."""

    partnership: PartnershipId
    decision: str
    carried: bool
    decided_on: date


ChangeEvent = ReviewNoted | BoardDecisionNoted | ServiceChangeDecided
