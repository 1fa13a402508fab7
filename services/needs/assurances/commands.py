"""What may be asked of a partnership's quality assurance."""

from __future__ import annotations

from datetime import date, datetime

from services.needs.assurances.events import ArrangementKind, StandardFinding
from shared.eventsourcing.commands import Command
from shared.published.terms import AgencyId, PartnershipId, PersonId, TextRef


class SetStandard(Command, frozen=True, kw_only=True):
    partnership: PartnershipId
    standard: str
    title: str
    kinds: tuple[ArrangementKind, ...]
    every_months: int
    set_by: PersonId
    now: datetime


class WithdrawStandard(Command, frozen=True, kw_only=True):
    standard: str
    withdrawn_by: PersonId
    now: datetime


class LookAtArrangement(Command, frozen=True, kw_only=True):
    """`kind` is None where the partnership has no such arrangement; `officer` monitors it,
    `made_by` signed or stated it, and `provider` provides it.
    """

    look: str
    arrangement: str
    kind: ArrangementKind | None
    begins_on: date
    ended: bool
    officer: PersonId
    made_by: PersonId = ""
    provider: AgencyId = ""
    looked_on: date
    findings: tuple[StandardFinding, ...]
    agency: AgencyId
    looked_by: PersonId
    now: datetime


class AgreeRemedy(Command, frozen=True, kw_only=True):
    """`partner` is whether `owner` is a partner agency."""

    remedy: str
    arrangement: str
    standard: str
    text: TextRef
    owner: AgencyId
    partner: bool
    due_on: date
    agreed_by: PersonId
    now: datetime


class MarkRemedy(Command, frozen=True, kw_only=True):
    remedy: str
    marked_by: PersonId
    now: datetime


AssuranceCommand = SetStandard | WithdrawStandard | LookAtArrangement | AgreeRemedy | MarkRemedy
