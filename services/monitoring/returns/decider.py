"""The rules of a return, from its schedule to its restatement. Pure: no clock, no chance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from services.monitoring.returns import handing_in, judging, scheduling
from services.monitoring.returns.commands import (
    AcceptReturn,
    AnswerQuery,
    AttachEvidence,
    CancelReturn,
    CompleteAction,
    ConsentToRestatement,
    CountAsAccepted,
    FallOverdue,
    GrantExtension,
    HoldReviewMeeting,
    OpenReturn,
    RaiseQuery,
    RejectReturn,
    RemindProvider,
    RemoveEvidence,
    RestateReturn,
    ReturnCommand,
    SaveDraft,
    ScheduleReturn,
    SignReturn,
    SubmitReturn,
)
from services.monitoring.returns.events import (
    ReturnEvent,
)
from services.monitoring.returns.state import (
    Return,
    Unscheduled,
    evolve,
)
from shared.eventsourcing.decider import Decider


def decide(command: ReturnCommand, state: Return) -> Sequence[ReturnEvent]:
    """What follows from a command, or a refusal."""
    match command:
        case ScheduleReturn():
            return scheduling.schedule(command, state)
        case OpenReturn():
            return scheduling.open_return(command, state)
        case RemindProvider():
            return scheduling.remind(command, state)
        case SaveDraft():
            return handing_in.save_draft(command, state)
        case AttachEvidence():
            return handing_in.attach(command, state)
        case RemoveEvidence():
            return handing_in.remove(command, state)
        case SubmitReturn():
            return handing_in.submit(command, state)
        case SignReturn():
            return handing_in.sign(command, state)
        case RejectReturn():
            return judging.reject(command, state)
        case RaiseQuery():
            return judging.raise_query(command, state)
        case AnswerQuery():
            return judging.answer_query(command, state)
        case AcceptReturn():
            return judging.accept(command, state)
        case CountAsAccepted():
            return judging.count_as_accepted(command, state)
        case ConsentToRestatement():
            return judging.consent(command, state)
        case RestateReturn():
            return handing_in.restate(command, state)
        case FallOverdue():
            return scheduling.fall_overdue(command, state)
        case GrantExtension():
            return scheduling.extend(command, state)
        case HoldReviewMeeting():
            return judging.hold_meeting(command, state)
        case CompleteAction():
            return judging.complete_action(command, state)
        case CancelReturn():
            return scheduling.cancel(state)


RETURNS: Decider[ReturnCommand, Return, ReturnEvent] = Decider(
    category="return",
    initial=Unscheduled(),
    decide=decide,
    evolve=evolve,
    events=get_args(ReturnEvent),
)
