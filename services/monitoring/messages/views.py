"""Messages as the officer to whom they were sent sees them."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from services.monitoring.messages.events import MessageSeen, MessageSent
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View
from shared.published.terms import ContractId, PersonId


class MessageRow(Row, frozen=True, kw_only=True):
    """One message; `seen_at` is empty until the officer has seen it."""

    message: str
    contract: ContractId
    officer: PersonId
    news: str
    about: str
    due_at: datetime | None = None
    sent_at: datetime
    seen_at: datetime | None = None


def message_of(recorded: Recorded) -> str | None:
    match recorded.event:
        case MessageSent() | MessageSeen() as event:
            return event.message
        case _:
            return None


def fold(row: MessageRow | None, recorded: Recorded) -> MessageRow | None:
    match recorded.event:
        case MessageSent() as sent:
            return MessageRow(
                message=sent.message,
                contract=sent.contract,
                officer=sent.officer,
                news=sent.news,
                about=sent.about,
                due_at=sent.due_at,
                sent_at=sent.sent_at,
            )
        case MessageSeen() as seen if row:
            return replace(row, seen_at=seen.seen_at)
        case _:
            return row


MESSAGE_ROWS: View[MessageRow] = View(
    name="messages",
    source="monitoring",
    row=MessageRow,
    events=(MessageSent, MessageSeen),
    key=message_of,
    fold=fold,
    indexes=("officer",),
)
