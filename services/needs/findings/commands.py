"""What may be asked of a partnership's waiting evidence."""

from __future__ import annotations

from datetime import date, datetime

from services.needs.findings.events import Origin
from shared.eventsourcing.commands import Command
from shared.published.reviewing import FindingKind
from shared.published.terms import ContractId, TextRef


class KeepEvidence(Command, frozen=True, kw_only=True):
    evidence: str
    origin: Origin
    title: str
    texts: tuple[TextRef, ...]
    contract: ContractId = ""
    conclusion: str = ""
    kinds: tuple[FindingKind, ...] = ()
    count: int | None = None
    effective_on: date
    now: datetime


class TakeUpEvidence(Command, frozen=True, kw_only=True):
    assessment: str
    evidence: tuple[str, ...]
    now: datetime


FindingsCommand = KeepEvidence | TakeUpEvidence
