"""What may be asked of an imported notice."""

from __future__ import annotations

from datetime import datetime

from services.procurement.notices.events import NoticeTerms, ReleaseSeen
from shared.eventsourcing.commands import Command
from shared.published.terms import TextRef


class ImportNotice(Command, frozen=True, kw_only=True):
    """`merged_with` are the digests of what `terms` and `record` were made with from before."""

    ocid: str
    releases: tuple[ReleaseSeen, ...]
    merged_with: frozenset[str]
    terms: NoticeTerms
    source: str
    package: str
    importing: str
    record: TextRef
    now: datetime


NoticeCommand = ImportNotice
