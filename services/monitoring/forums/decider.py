"""The rules of a provider forum: issues are answered once, reports answer the board. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

import msgspec
from msgspec.structs import replace

from services.monitoring.forums.commands import (
    AnswerIssue,
    ForumCommand,
    InstructForum,
    RaiseIssue,
    ReportToBoard,
)
from services.monitoring.forums.events import (
    ForumEvent,
    ForumInstructed,
    IssueAnswered,
    IssueRaised,
)
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.commands import Refused
from shared.eventsourcing.decider import Decider
from shared.published.reviewing import ForumReported


class UnknownIssue(Refused):
    """No issue of this forum has this id."""

    code = "unknown-issue"


class IssueIsAnswered(Refused):
    """This issue has been answered; raise another."""

    code = "issue-answered"


class UnknownInstruction(Refused):
    """The board has given this forum no such instruction."""

    code = "unknown-instruction"


class InstructionReported(Refused):
    """The forum has reported on this instruction."""

    code = "instruction-reported"


class Forum(msgspec.Struct, frozen=True, kw_only=True):
    """What the forum was asked and has raised; the value says whether it is dealt with."""

    instructions: dict[str, bool] = {}
    issues: dict[str, bool] = {}


def decide(command: ForumCommand, forum: Forum) -> Sequence[ForumEvent]:
    """What follows from a command, or a refusal."""
    match command:
        case InstructForum():
            return [
                ForumInstructed(
                    instruction=command.instruction,
                    text=command.text,
                    meeting=command.meeting,
                    given_by=command.given_by,
                )
            ]
        case RaiseIssue():
            return [
                IssueRaised(
                    issue=command.issue,
                    text=command.text,
                    provider=command.provider,
                    raised_by=command.raised_by,
                )
            ]
        case AnswerIssue():
            return [_answer(command, forum)]
        case ReportToBoard():
            return [_report(command, forum)]


def _answer(command: AnswerIssue, forum: Forum) -> ForumEvent:
    """Refuses: UnknownIssue, IssueIsAnswered."""
    if command.issue not in forum.issues:
        raise UnknownIssue
    if forum.issues[command.issue]:
        raise IssueIsAnswered
    return IssueAnswered(issue=command.issue, text=command.text, answered_by=command.answered_by)


def _report(command: ReportToBoard, forum: Forum) -> ForumEvent:
    """Refuses: UnknownInstruction, InstructionReported."""
    if command.instruction:
        if command.instruction not in forum.instructions:
            raise UnknownInstruction
        if forum.instructions[command.instruction]:
            raise InstructionReported
    return ForumReported(
        report=command.report,
        partnership=command.partnership,
        instruction=command.instruction,
        text=command.text,
        reported_by=command.reported_by,
        effective_on=london_date(command.now),
    )


def evolve(forum: Forum, event: ForumEvent) -> Forum:
    """The forum after one more fact."""
    match event:
        case ForumInstructed():
            return replace(forum, instructions={**forum.instructions, event.instruction: False})
        case IssueRaised():
            return replace(forum, issues={**forum.issues, event.issue: False})
        case IssueAnswered():
            return replace(forum, issues={**forum.issues, event.issue: True})
        case ForumReported():
            if not event.instruction:
                return forum
            return replace(forum, instructions={**forum.instructions, event.instruction: True})


FORUMS: Decider[ForumCommand, Forum, ForumEvent] = Decider(
    category="forum",
    initial=Forum(),
    decide=decide,
    evolve=evolve,
    events=get_args(ForumEvent),
)
