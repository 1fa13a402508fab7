"""How a return is drafted, prepared, signed and restated. Pure: no clock, no I/O, no chance.

Law: figures that came are kept; whoever made them signs them only where the contract allows it,
with a declaration.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from services.monitoring.returns.commands import (
    AttachEvidence,
    RemoveEvidence,
    RestateReturn,
    SaveDraft,
    SignReturn,
    SubmitReturn,
)
from services.monitoring.returns.events import (
    DraftSaved,
    EvidenceAttached,
    EvidenceRemoved,
    FiguresExplained,
    ReturnEvent,
    ReturnPrepared,
)
from services.monitoring.returns.guards import counts_as_accepted_at, over, owed
from services.monitoring.returns.looks import Past
from services.monitoring.returns.offers import Figures, Offer
from services.monitoring.returns.refusals import (
    AlreadySubmitted,
    ConsentNeeded,
    DeclarationMissing,
    EvidenceIsCited,
    ExplanationsMissing,
    MakerMayNotSign,
    MeasureStands,
    NotAccepted,
    NothingPrepared,
    NotTheLatest,
    ReturnHasErrors,
    ReturnIsAccepted,
    TooManyFiles,
    UnknownEvidence,
    WindowClosed,
)
from services.monitoring.returns.rules import Look, problems
from services.monitoring.returns.scheduling import due_at
from services.monitoring.returns.state import Return, Standing
from shared.published.monitoring import ReturnRestated, ReturnSubmitted
from shared.published.terms import ContractTerms, MeasureId, PersonId, Reading, TextRef
from shared.values.quarters import next_period

MOST_FILES = 20


class Handed(NamedTuple):
    """Figures as they come to be signed, with all that they are judged by."""

    offer: Offer
    reason: TextRef | None
    content: TextRef
    terms: ContractTerms
    past: Past
    maker: PersonId
    signatory: PersonId
    declaration: TextRef | None
    now: datetime


def save_draft(command: SaveDraft, state: Return) -> Sequence[ReturnEvent]:
    """Refuses: PeriodNotOver, AlreadySubmitted."""
    standing = owed(state)
    over(standing, command.now)
    if standing.submitted:
        raise AlreadySubmitted
    return [DraftSaved(draft=command.draft, saved_by=command.saved_by)]


def attach(command: AttachEvidence, state: Return) -> Sequence[ReturnEvent]:
    """A file for the next figures, also for a restatement. Refuses: PeriodNotOver, WindowClosed,
    TooManyFiles.
    """
    standing = owed(state)
    over(standing, command.now)
    _window(standing, command.now)
    if len(standing.evidence) >= MOST_FILES:
        raise TooManyFiles
    return [EvidenceAttached(evidence=command.evidence, attached_by=command.attached_by)]


def remove(command: RemoveEvidence, state: Return) -> Sequence[ReturnEvent]:
    """Refuses: UnknownEvidence, EvidenceIsCited."""
    standing = owed(state)
    if all(one.file.text != command.file for one in standing.evidence):
        raise UnknownEvidence
    if command.file in standing.cited:
        raise EvidenceIsCited
    return [EvidenceRemoved(file=command.file, removed_by=command.removed_by)]


def submit(command: SubmitReturn, state: Return) -> Sequence[ReturnEvent]:
    """Refuses, in this order: ReturnIsCancelled, PeriodNotOver, ReturnIsAccepted, WindowClosed,
    MakerMayNotSign, ReturnHasErrors, ExplanationsMissing, MeasureStands.

    Replacing figures is for before the due date, or for when they were rejected or queried.
    """
    return _made(_handed(command, None, command.submitted_by), owed(state))


def restate(command: RestateReturn, state: Return) -> Sequence[ReturnEvent]:
    """Both versions are kept. Refuses: NotAccepted, ConsentNeeded, MakerMayNotSign,
    ReturnHasErrors, ExplanationsMissing.
    """
    return _made(_handed(command, command.reason, command.restated_by), owed(state))


def _handed(
    command: SubmitReturn | RestateReturn, reason: TextRef | None, maker: PersonId
) -> Handed:
    return Handed(
        offer=command.offer,
        reason=reason,
        content=command.content,
        terms=command.terms,
        past=command.past,
        maker=maker,
        signatory=maker,
        declaration=command.declaration,
        now=command.now,
    )


def _made(handed: Handed, standing: Standing) -> Sequence[ReturnEvent]:
    """Signed at once where that is declared and allowed; else prepared, for another to sign."""
    _in_time(handed, standing)
    if handed.declaration is not None:
        _may_sign(handed, standing)
        return _signed(handed, standing)
    _judged(handed, standing)
    return [
        ReturnPrepared(
            offer=handed.offer,
            content=handed.content,
            reason=handed.reason,
            prepared_by=handed.maker,
            prepared_at=handed.now,
        )
    ]


def sign(command: SignReturn, state: Return) -> Sequence[ReturnEvent]:
    """What was prepared is judged again, on the terms of the day it is signed.

    Refuses: NothingPrepared, NotTheLatest, what `submit` or `restate` refuses, DeclarationMissing.
    """
    standing = owed(state)
    prepared = standing.prepared
    if prepared is None:
        raise NothingPrepared
    if prepared.receipt != command.receipt:
        raise NotTheLatest
    handed = Handed(
        offer=prepared.offer,
        reason=prepared.reason,
        content=prepared.content,
        terms=command.terms,
        past=command.past,
        maker=prepared.prepared_by,
        signatory=command.signed_by,
        declaration=command.declaration,
        now=command.now,
    )
    _in_time(handed, standing)
    _may_sign(handed, standing)
    return _signed(handed, standing)


def _in_time(handed: Handed, standing: Standing) -> None:
    """Refuses like `submit` or `restate`, before anything is judged."""
    if handed.reason is not None:
        if not standing.accepted:
            raise NotAccepted
        if not (standing.consented or _routine(handed, standing)):
            raise ConsentNeeded
        return
    over(standing, handed.now)
    if standing.accepted:
        raise ReturnIsAccepted
    _window(standing, handed.now)


def _window(standing: Standing, now: datetime) -> None:
    if standing.status in ("submitted", "answered") and now > standing.due_at:
        raise WindowClosed


def _routine(handed: Handed, standing: Standing) -> bool:
    """The first restatement of a period, until the return of the next one is due."""
    until = due_at(handed.terms, next_period(standing.scheduled.period))
    return standing.restatements == 0 and handed.now <= until


def _may_sign(handed: Handed, standing: Standing) -> None:
    """Refuses: MakerMayNotSign, DeclarationMissing."""
    if handed.signatory != handed.maker and handed.signatory not in standing.makers:
        return
    if not handed.terms.maker_may_sign:
        raise MakerMayNotSign
    if handed.declaration is None:
        raise DeclarationMissing(pointer="/body/declaration")


def _judged(handed: Handed, standing: Standing) -> tuple[Reading, ...]:
    """The readings, once the rules have nothing against them."""
    period, offer = standing.scheduled.period, handed.offer
    found = problems(Look(offer, handed.terms, period, handed.past))
    if any(problem.stage == "hard" for problem in found):
        raise ReturnHasErrors(found)
    missing = [problem for problem in found if not problem.previously_explained]
    if missing:
        raise ExplanationsMissing(missing)
    readings = offer.readings
    if offer.nil:
        readings = tuple(
            Reading(measure=measure.measure, period=period, status="nil")
            for measure in handed.terms.measures
        )
    _keeps_what_stands(offer, readings, standing)
    return readings


def _keeps_what_stands(offer: Offer, readings: tuple[Reading, ...], standing: Standing) -> None:
    """Measures accepted already come as they were accepted. Refuses: MeasureStands."""
    latest = standing.latest
    if latest is None or not standing.accepted_measures:
        return
    after = Figures(readings=readings, breakdowns=offer.breakdowns)
    for measure in standing.accepted_measures:
        if figures_of(measure, latest.figures) != figures_of(measure, after):
            raise MeasureStands


def figures_of(measure: MeasureId, figures: Figures) -> frozenset[object]:
    """All that is said of one measure, in whatever order."""
    return frozenset(
        one for one in (*figures.readings, *figures.breakdowns) if one.measure == measure
    )


def _signed(handed: Handed, standing: Standing) -> Sequence[ReturnEvent]:
    """A version of what was handed in, and what explains it."""
    readings = _judged(handed, standing)
    version = len(standing.versions) + 1
    given = handed.offer.explanations
    stood = (
        _submitted(handed, standing, readings, version)
        if handed.reason is None
        else _restated(handed, standing, readings, version, handed.reason)
    )
    return [stood, *([FiguresExplained(version=version, explanations=given)] if given else [])]


def _submitted(
    handed: Handed, standing: Standing, readings: tuple[Reading, ...], version: int
) -> ReturnSubmitted:
    offer = handed.offer
    return ReturnSubmitted(
        contract=standing.scheduled.contract,
        period=standing.scheduled.period,
        version=version,
        readings=readings,
        breakdowns=offer.breakdowns,
        budget=offer.budget,
        complaints=offer.complaints,
        compliments=offer.compliments,
        story=offer.story,
        nil=offer.nil,
        receipt=handed.content.digest,
        submitted_by=handed.signatory,
        submitted_at=handed.now,
        late=handed.now > standing.due_at,
        counts_as_accepted_at=counts_as_accepted_at(
            handed.now, handed.terms.accepted_after_working_days
        ),
        prepared_by=_another(handed),
        declaration=handed.declaration,
        content=handed.content,
        evidence=standing.evidence,
        risks=offer.risks,
        incidents=offer.incidents,
    )


def _restated(
    handed: Handed,
    standing: Standing,
    readings: tuple[Reading, ...],
    version: int,
    reason: TextRef,
) -> ReturnRestated:
    offer = handed.offer
    return ReturnRestated(
        contract=standing.scheduled.contract,
        period=standing.scheduled.period,
        version=version,
        readings=readings,
        reason=reason,
        restated_by=handed.signatory,
        restated_at=handed.now,
        breakdowns=offer.breakdowns,
        budget=offer.budget,
        complaints=offer.complaints,
        compliments=offer.compliments,
        receipt=handed.content.digest,
        prepared_by=_another(handed),
        declaration=handed.declaration,
        content=handed.content,
        evidence=standing.evidence,
        risks=offer.risks,
        incidents=offer.incidents,
    )


def _another(handed: Handed) -> PersonId:
    """Who made the figures, where that is not who signs them."""
    return handed.maker if handed.maker != handed.signatory else ""
