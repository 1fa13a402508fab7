"""The rules of what is brought to a board. Pure: no clock, no I/O, no chance.

Source: a board's governance arrangements on its chair, external reviews and the plan.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from services.needs.boards.commands import (
    BoardCommand,
    BringExternalReview,
    NoteBusiness,
    RecordConduct,
    TakeChairsAction,
)
from services.needs.boards.events import (
    BoardEvent,
    BusinessNoted,
    ChairsActionTaken,
    ConductRecorded,
    ExternalReviewBrought,
)
from services.needs.boards.refusals import (
    MeetingNotSitting,
    NotAMember,
    NotedAlready,
    NotOurPartner,
    NotTheChair,
    NotYet,
    ViewsMissing,
)
from services.needs.boards.state import Business, evolve
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.commands import Missing
from shared.eventsourcing.decider import Decider


def decide(command: BoardCommand, business: Business) -> Sequence[BoardEvent]:
    """What follows from a command, or a refusal."""
    match command:
        case TakeChairsAction():
            return [_act(command)]
        case BringExternalReview():
            return [_bring(command)]
        case RecordConduct():
            return [_record(command)]
        case NoteBusiness():
            return [_note(command, business)]


def _act(command: TakeChairsAction) -> ChairsActionTaken:
    """Refuses: NotTheChair, ViewsMissing, NotAMember, NotYet."""
    if not command.officer:
        raise NotTheChair
    heard = [who for who in dict.fromkeys(command.consulted) if who != command.acted_by]
    if not heard:
        raise ViewsMissing
    if not command.members.issuperset(heard):
        raise NotAMember(pointer="/body/consulted")
    if command.acted_on > london_date(command.now):
        raise NotYet(pointer="/body/acted_on")
    return ChairsActionTaken(
        action=command.action,
        title=command.title,
        text=command.text,
        acted_by=command.acted_by,
        consulted=tuple(heard),
        acted_on=command.acted_on,
    )


def _bring(command: BringExternalReview) -> ExternalReviewBrought:
    """Refuses: NotYet."""
    if command.published_on > london_date(command.now):
        raise NotYet(pointer="/body/published_on")
    return ExternalReviewBrought(
        review=command.review,
        body=command.body,
        title=command.title,
        text=command.text,
        published_on=command.published_on,
        exempt=command.exempt,
    )


def _record(command: RecordConduct) -> ConductRecorded:
    """Refuses: NotOurPartner."""
    if not command.partner:
        raise NotOurPartner(pointer="/body/agency")
    return ConductRecorded(
        record=command.record,
        agency=command.agency,
        year=command.year,
        plan=command.plan,
        commitment=command.commitment,
        kept=command.kept,
        text=command.text,
    )


def _note(command: NoteBusiness, business: Business) -> BusinessNoted:
    """Refuses: NotedAlready, Missing, MeetingNotSitting."""
    if command.business in business.noted:
        raise NotedAlready
    if command.business not in business.waiting:
        raise Missing
    if not command.sits:
        raise MeetingNotSitting
    return BusinessNoted(
        business=command.business, meeting=command.meeting, noted_on=london_date(command.now)
    )


BOARD: Decider[BoardCommand, Business, BoardEvent] = Decider(
    category="board",
    initial=Business(),
    decide=decide,
    evolve=evolve,
    events=get_args(BoardEvent),
)
