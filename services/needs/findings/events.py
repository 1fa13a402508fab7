"""The facts of a partnership's waiting evidence, one stream per partnership."""

from __future__ import annotations

from datetime import date
from typing import Literal

from shared.eventsourcing.events import Event
from shared.published.reviewing import FindingKind
from shared.published.terms import ContractId, TextRef

Origin = Literal["review", "complaint", "compliment", "inspection"]


class EvidenceKept(Event, frozen=True, kw_only=True, tag="needs.evidence-kept.v1"):
    """Evidence that came from outside an assessment.

    For a review, `contract` and `conclusion` say of what and how it ended, and the texts are kept
    by monitoring; otherwise they are kept here. `kinds` says of each text whose views it holds or
    where else it comes from. `count` is of complaints or compliments in a return, from eight up.
    """

    evidence: str
    origin: Origin
    title: str
    texts: tuple[TextRef, ...]
    contract: ContractId = ""
    conclusion: str = ""
    effective_on: date
    kinds: tuple[FindingKind, ...] = ()
    count: int | None = None


class EvidenceTakenUp(Event, frozen=True, kw_only=True, tag="needs.evidence-taken-up.v1"):
    """An assessment lists these from now on; the next one begins with what came after."""

    assessment: str
    evidence: tuple[str, ...]


FindingsEvent = EvidenceKept | EvidenceTakenUp
