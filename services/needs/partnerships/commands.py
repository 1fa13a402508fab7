"""What may be asked of a partnership."""

from __future__ import annotations

from datetime import date, datetime

from services.needs.partnerships.events import BoardMember, BoardRules
from shared.eventsourcing.commands import Command
from shared.published.terms import AgencyId, Member, PartnershipId, PersonId, TextRef


class FormPartnership(Command, frozen=True, kw_only=True):
    partnership: PartnershipId
    name: str
    lead: AgencyId
    members: tuple[Member, ...]
    effective_on: date
    now: datetime


class AdmitPartner(Command, frozen=True, kw_only=True):
    partner: Member
    effective_on: date
    now: datetime


class ReleasePartner(Command, frozen=True, kw_only=True):
    agency: AgencyId
    effective_on: date
    now: datetime


class SetBoardRules(Command, frozen=True, kw_only=True):
    """`decision` is empty or one that two thirds of those voting carried about this partnership."""

    rules: BoardRules
    decision: str
    now: datetime


class NameBoardMember(Command, frozen=True, kw_only=True):
    member: BoardMember
    now: datetime


class StandDownBoardMember(Command, frozen=True, kw_only=True):
    person: PersonId
    now: datetime


class ElectOfficers(Command, frozen=True, kw_only=True):
    """`decision` is empty or one that carried an election of this board."""

    chair: PersonId
    vice_chair: PersonId
    decision: str
    elected_on: date
    now: datetime


class AskExtraMeeting(Command, frozen=True, kw_only=True):
    """`received_on` is the day the request came in writing."""

    persons: tuple[PersonId, ...]
    reason: TextRef
    received_on: date
    now: datetime


class AnswerExtraRequest(Command, frozen=True, kw_only=True):
    """The meeting that was asked for is being called."""

    meeting: str
    held_on: date
    now: datetime


PartnershipCommand = (
    FormPartnership
    | AdmitPartner
    | ReleasePartner
    | SetBoardRules
    | NameBoardMember
    | StandDownBoardMember
    | ElectOfficers
    | AskExtraMeeting
    | AnswerExtraRequest
)
