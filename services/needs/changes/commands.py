"""What may be asked of a change; only what others and the board say asks it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from shared.eventsourcing.commands import Command
from shared.published.terms import ContractId, PartnershipId


class NoteReview(Command, frozen=True, kw_only=True):
    """A formal review concluded that its service is not to go on as it is."""

    review: str
    contract: ContractId
    partnership: PartnershipId
    conclusion: Literal["redesign", "decommission"]
    concluded_on: date
    now: datetime


class NoteDecision(Command, frozen=True, kw_only=True):
    """The board decided on a review, for or against what it concluded."""

    partnership: PartnershipId
    decision: str
    carried: bool
    decided_on: date
    now: datetime


ChangeCommand = NoteReview | NoteDecision
