"""The facts of a contract's messages; a person is an opaque id, and no address is known here."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from shared.eventsourcing.events import Event
from shared.published.terms import ContractId, PersonId

News = Literal[
    "appointed", "relieved", "return-due", "return-late", "flag", "review-due", "incident"
]


class OfficerAppointed(Event, frozen=True, kw_only=True, tag="monitoring.officer-appointed.v1"):
    """From now on this officer is told."""

    contract: ContractId
    officer: PersonId


class MessageSent(Event, frozen=True, kw_only=True, tag="monitoring.message-sent.v1"):
    """The officer is told of something, by what it is about; the words are the page's."""

    message: str
    contract: ContractId
    officer: PersonId
    news: News
    about: str
    due_at: datetime | None = None
    sent_at: datetime


class MessageSeen(Event, frozen=True, kw_only=True, tag="monitoring.message-seen.v1"):
    message: str
    seen_at: datetime


MessageEvent = OfficerAppointed | MessageSent | MessageSeen
