"""What an award without a tender is, and how facts move it."""

from __future__ import annotations

from datetime import date, datetime

import msgspec
from msgspec.structs import replace

from services.procurement.awards.events import (
    AwardChallenged,
    AwardChallengeResolved,
    AwardEvent,
    AwardInterestDeclared,
    AwardProposed,
    AwardWithdrawn,
    Notice,
)
from shared.published.procurement import (
    AnnouncedAwardWithdrawn,
    AwardAnnounced,
    DirectAwardMade,
    FrameworkCallOffMade,
    GrantOffered,
    InHouseProvisionAgreed,
)
from shared.published.terms import PersonId


class Unproposed(msgspec.Struct, frozen=True, kw_only=True):
    """Nothing has happened yet."""


class Proposed(msgspec.Struct, frozen=True, kw_only=True):
    """Waiting to be made: for notices and their standstill, and above the delegated limit for the
    board and the home authority. `standing` are representations nobody has decided on.
    """

    proposed: AwardProposed
    interests: dict[PersonId, bool] = {}
    notices: dict[Notice, date] = {}
    standstill_ends_at: datetime | None = None
    standing: frozenset[str] = frozenset()
    upheld: bool = False


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """Awarded, by the board's `decision` where one was needed; contracts drafts the agreement."""

    decision: str = ""


class Withdrawn(msgspec.Struct, frozen=True, kw_only=True):
    """Given up before it was made."""


Award = Unproposed | Proposed | Made | Withdrawn


def evolve(award: Award, event: AwardEvent) -> Award:
    """The award after one more fact."""
    match event:
        case AwardProposed():
            return Proposed(proposed=event)
        case AwardInterestDeclared():
            if not isinstance(award, Proposed):
                return award
            return replace(award, interests={**award.interests, event.person: event.interested})
        case AwardAnnounced():
            if not isinstance(award, Proposed):
                return award
            return replace(
                award,
                notices={**award.notices, event.notice: event.published_on},
                standstill_ends_at=event.standstill_ends_at or award.standstill_ends_at,
            )
        case AwardChallenged():
            if not isinstance(award, Proposed):
                return award
            return replace(award, standing=award.standing | {event.representation})
        case AwardChallengeResolved():
            if not isinstance(award, Proposed):
                return award
            return replace(
                award,
                standing=award.standing - {event.representation},
                upheld=award.upheld or event.upheld,
                standstill_ends_at=event.standstill_ends_at or award.standstill_ends_at,
            )
        case DirectAwardMade() | FrameworkCallOffMade() | InHouseProvisionAgreed():
            return Made(decision=event.decision)
        case GrantOffered():
            return Made(decision=event.decision)
        case AwardWithdrawn() | AnnouncedAwardWithdrawn():
            return Withdrawn() if isinstance(award, Proposed) else award
