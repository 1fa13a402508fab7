"""The rules of waiting evidence: kept once, taken up once. Pure: no clock, no I/O, no chance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

import msgspec
from msgspec.structs import replace

from services.needs.findings.commands import FindingsCommand, KeepEvidence, TakeUpEvidence
from services.needs.findings.events import EvidenceKept, EvidenceTakenUp, FindingsEvent
from shared.eventsourcing.commands import Refused
from shared.eventsourcing.decider import Decider


class EvidenceNotWaiting(Refused):
    """This evidence is not there, or an assessment has taken it up."""

    code = "evidence-not-waiting"


class Findings(msgspec.Struct, frozen=True, kw_only=True):
    """`waiting` is in the order it came; `known` are all ids there ever were."""

    waiting: tuple[EvidenceKept, ...] = ()
    known: frozenset[str] = frozenset()


def decide(command: FindingsCommand, findings: Findings) -> Sequence[FindingsEvent]:
    """What follows from a command. Refuses: EvidenceNotWaiting."""
    match command:
        case KeepEvidence():
            return [] if command.evidence in findings.known else [_kept(command)]
        case TakeUpEvidence():
            waiting = {kept.evidence for kept in findings.waiting}
            if not waiting.issuperset(command.evidence):
                raise EvidenceNotWaiting
            if not command.evidence:
                return []
            return [EvidenceTakenUp(assessment=command.assessment, evidence=command.evidence)]


def _kept(command: KeepEvidence) -> EvidenceKept:
    return EvidenceKept(
        evidence=command.evidence,
        origin=command.origin,
        title=command.title,
        texts=command.texts,
        contract=command.contract,
        conclusion=command.conclusion,
        effective_on=command.effective_on,
        kinds=command.kinds,
        count=command.count,
    )


def evolve(findings: Findings, event: FindingsEvent) -> Findings:
    """The waiting evidence after one more fact."""
    match event:
        case EvidenceKept():
            known = findings.known | {event.evidence}
            return replace(findings, waiting=(*findings.waiting, event), known=known)
        case EvidenceTakenUp():
            left = tuple(kept for kept in findings.waiting if kept.evidence not in event.evidence)
            return replace(findings, waiting=left)


FINDINGS: Decider[FindingsCommand, Findings, FindingsEvent] = Decider(
    category="findings",
    initial=Findings(),
    decide=decide,
    evolve=evolve,
    events=get_args(FindingsEvent),
)
