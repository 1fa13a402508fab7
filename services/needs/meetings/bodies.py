"""The request bodies of meetings."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from services.needs.meetings.events import Body as OwnBody
from services.needs.meetings.events import Ground, Vote
from services.needs.partnerships.bodies import RulesTermsBody
from shared.http.bodies import Body, Day, Id, Instant, Prose, Title
from shared.published.needs import AboutKind


class ItemBody(Body):
    """`about` is the id of what is to be decided on; for an award, that of its tender.

    `constitution` goes with the rules `proposed`, about this partnership; `election` chooses chair
    and vice chair. `ratified_by` names the partners whose own bodies must confirm the decision.
    """

    title: Title
    about_kind: AboutKind
    about: Id
    exempt: bool = False
    constitution: bool = False
    confidential: bool = False
    ground: Ground = ""
    proposed: RulesTermsBody | None = None
    election: bool = False
    ratified_by: Annotated[list[Id], Field(max_length=50, default_factory=list)]


class CallMeetingBody(Body):
    """`extra`: it is the meeting that members have asked for."""

    held_at: Instant
    agenda: Annotated[list[ItemBody], Field(min_length=1, max_length=100)]
    extra: bool = False


class SubstituteBody(Body):
    """`agreed_by` is the chair or vice chair who agreed."""

    person: Id
    substitute: Id
    agreed_by: Id


class PaperBody(Body):
    """`urgent_reason` is the chair's, for a paper that comes after its time."""

    item: Id
    title: Title
    text: Prose
    exempt: bool = False
    confidential: bool = False
    ground: Ground = ""
    urgent_reason: Prose | None = None


class OpeningBody(Body):
    """`presiding` where both the chair and the vice chair are away."""

    present: Annotated[list[Id], Field(min_length=1, max_length=200)]
    presiding: Id | None = None


class AttendanceBody(Body):
    person: Id
    present: bool


class PersonBody(Body):
    person: Id


class VoteBody(Body):
    vote: Vote
    casting: bool = False


class HandsBody(Body):
    """How each member voted, by person; `casting` is the second vote of whoever presides."""

    votes: Annotated[dict[Id, Vote], Field(max_length=200)]
    casting: Vote | None = None


class AuthorityBody(Body):
    """`call_in_until` is the last day on which the agency's own scrutiny may call it in."""

    authority: OwnBody
    call_in_until: Day | None = None


class CallInBody(Body):
    reason: Prose


class OutcomeBody(Body):
    """`stands`, or it goes back to the agency's own body."""

    stands: bool


class ActionBody(Body):
    """`owner` is the partner agency that does it; `item` is where it was agreed."""

    text: Prose
    owner: Id
    due_on: Day
    item: Id | None = None


class DoneBody(Body):
    done_on: Day


class DraftBody(Body):
    minutes: Prose


class MinutesBody(Body):
    """`exempt_part` is what was said on exempt items. Only partners see it, only the board where
    one of them was confidential, and nobody who had an interest in one.
    """

    minutes: Prose
    approved_in: Id
    exempt_part: Prose | None = None
