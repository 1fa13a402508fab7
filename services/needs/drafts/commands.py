"""What may be asked about drafts; each command states who asks and when."""

from __future__ import annotations

from datetime import datetime

from services.needs.drafts.events import Said
from shared.eventsourcing.commands import Command
from shared.published.terms import AgencyId, PartnershipId, PersonId, TextRef


class SendDraft(Command, frozen=True, kw_only=True):
    """`is_draft` is whether the strategy may still change."""

    strategic: PartnershipId
    partnership: PartnershipId
    strategy: str
    title: str
    strategy_version: int
    is_draft: bool
    said: Said
    sent_by: PersonId
    now: datetime


class ProposeIssue(Command, frozen=True, kw_only=True):
    issue: str
    taken_forward: TextRef
    owner: AgencyId
    proposed_by: PersonId
    now: datetime


class AgreeIssue(Command, frozen=True, kw_only=True):
    issue: str
    partnership: PartnershipId
    agreed_by: PersonId
    now: datetime


DraftsCommand = SendDraft | ProposeIssue | AgreeIssue
