"""The facts of what stands beside a contract's figures; monitoring keeps them to itself."""

from __future__ import annotations

from datetime import date
from typing import Literal

from shared.entries.rules import Cost
from shared.eventsourcing.events import Event
from shared.published.terms import AgencyId, ContractId, Period, PersonId, TextRef

Section = Literal["partner", "what-works", "action"]


class CardEntryWritten(Event, frozen=True, kw_only=True, tag="monitoring.card-entry-written.v1"):
    """An entry, new or in other words. An idea has its `cost`, an action owner and day."""

    contract: ContractId
    entry: str
    section: Section
    text: TextRef
    cost: Cost | None = None
    owner: AgencyId = ""
    due_on: date | None = None
    agency: AgencyId
    written_by: PersonId


class CardEntryRemoved(Event, frozen=True, kw_only=True, tag="monitoring.card-entry-removed.v1"):
    contract: ContractId
    entry: str
    removed_by: PersonId


class CardActionDone(Event, frozen=True, kw_only=True, tag="monitoring.card-action-done.v1"):
    contract: ContractId
    entry: str
    done_on: date
    marked_by: PersonId


class CardAgreed(Event, frozen=True, kw_only=True, tag="monitoring.card-agreed.v1"):
    """The entries that the contract manager agreed as the card of a period."""

    contract: ContractId
    period: Period
    entries: tuple[str, ...]
    agreed_by: PersonId


CardEvent = CardEntryWritten | CardEntryRemoved | CardActionDone | CardAgreed
