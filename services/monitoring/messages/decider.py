"""The rules of messages: the officer of the day is told of each thing once. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import get_args

import msgspec
from msgspec.structs import replace

from services.monitoring.messages.commands import (
    AppointOfficer,
    MessageCommand,
    SeeMessage,
    TellOfficer,
)
from services.monitoring.messages.events import (
    MessageEvent,
    MessageSeen,
    MessageSent,
    News,
    OfficerAppointed,
)
from shared.eventsourcing.commands import Missing, NotPermitted
from shared.eventsourcing.decider import Decider
from shared.published.terms import ContractId, PersonId


class NotAddressee(NotPermitted):
    """Only the officer to whom a message was sent marks it as seen."""

    code = "not-addressee"


class Messages(msgspec.Struct, frozen=True, kw_only=True):
    """Who is told of this contract, and what was sent so far."""

    contract: ContractId = ""
    officer: PersonId = ""
    sent: tuple[MessageSent, ...] = ()
    seen: frozenset[str] = frozenset()


def decide(command: MessageCommand, messages: Messages) -> Sequence[MessageEvent]:
    """What follows from a command, or a refusal."""
    match command:
        case AppointOfficer():
            return _appoint(command, messages)
        case TellOfficer():
            return _tell(command, messages)
        case SeeMessage():
            return _see(command, messages)


def _appoint(command: AppointOfficer, messages: Messages) -> Sequence[MessageEvent]:
    """Whoever was told before is told that it is over."""
    if command.officer == messages.officer:
        return []
    contract, before = command.contract, messages.officer
    appointed = OfficerAppointed(contract=contract, officer=command.officer)
    known = replace(messages, contract=contract)
    told = [before, command.officer] if before else [command.officer]
    sent = [
        _message(known, nth, person, "relieved" if person == before else "appointed", command.now)
        for nth, person in enumerate(told, len(messages.sent) + 1)
    ]
    return [appointed, *sent]


def _tell(command: TellOfficer, messages: Messages) -> Sequence[MessageEvent]:
    """Once of each thing; of a contract that names nobody, nobody is told."""
    told = {(one.officer, one.news, one.about) for one in messages.sent}
    if not messages.officer or (messages.officer, command.news, command.about) in told:
        return []
    nth = len(messages.sent) + 1
    sent = _message(messages, nth, messages.officer, command.news, command.now)
    return [replace(sent, about=command.about, due_at=command.due_at)]


def _message(
    messages: Messages, nth: int, officer: PersonId, news: News, now: datetime
) -> MessageSent:
    return MessageSent(
        message=f"{messages.contract}:{nth}",
        contract=messages.contract,
        officer=officer,
        news=news,
        about=messages.contract,
        sent_at=now,
    )


def _see(command: SeeMessage, messages: Messages) -> Sequence[MessageEvent]:
    """Refuses: Missing, NotAddressee. Seen once, it stays so."""
    sent = next((one for one in messages.sent if one.message == command.message), None)
    if sent is None:
        raise Missing
    if command.seen_by != sent.officer:
        raise NotAddressee
    if command.message in messages.seen:
        return []
    return [MessageSeen(message=command.message, seen_at=command.now)]


def evolve(messages: Messages, event: MessageEvent) -> Messages:
    """The messages after one more fact."""
    match event:
        case OfficerAppointed():
            return replace(messages, contract=event.contract, officer=event.officer)
        case MessageSent():
            return replace(messages, sent=(*messages.sent, event))
        case MessageSeen():
            return replace(messages, seen=messages.seen | {event.message})


MESSAGES: Decider[MessageCommand, Messages, MessageEvent] = Decider(
    category="messages",
    initial=Messages(),
    decide=decide,
    evolve=evolve,
    events=get_args(MessageEvent),
)
