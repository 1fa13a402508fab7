"""The rules of a tender once awarded: notice, standstill, representations, confirmation. Pure.

Nothing is ready to sign while a representation stands or the standstill runs.
"""

from __future__ import annotations

from collections.abc import Sequence

from services.procurement.standstills import resumed_until
from services.procurement.tenders.commands import (
    ConfirmAward,
    EndStandstill,
    MakeRepresentation,
    PublishAwardNotice,
    ResolveRepresentation,
)
from services.procurement.tenders.evaluating import letters_for
from services.procurement.tenders.events import TenderEvent
from services.procurement.tenders.refusals import (
    EvaluatorInterested,
    NotAwarded,
    NoticePublished,
    NotOpen,
    RepresentationStands,
    RepresentationUpheld,
    StandstillOwed,
    StandstillRunning,
    UnknownRepresentation,
)
from services.procurement.tenders.state import Awarded, Tender
from shared.eventsourcing.clock import london_date
from shared.law.duties import duty_on
from shared.published.procurement import (
    AwardConfirmed,
    AwardNoticePublished,
    RepresentationMade,
    RepresentationResolved,
    StandstillEnded,
    StandstillNotRequired,
)
from shared.values.working_days import StandstillRule, standstill_ends


def _awarded(tender: Tender) -> Awarded:
    """Refuses: NotAwarded."""
    if not isinstance(tender, Awarded):
        raise NotAwarded
    return tender


def publish_notice(command: PublishAwardNotice, tender: Tender) -> Sequence[TenderEvent]:
    """Starts the standstill, or says by which section there is none.

    Every bidder gets its letter first. Refuses: NotAwarded, NoticePublished, StandstillOwed,
    LettersMissing.
    Source: Procurement Act 2023 s.50(3), s.51; for the Provider Selection Regime, SI 2023/1348
    reg. 12.
    """
    awarded = _awarded(tender)
    if awarded.notice is not None:
        raise NoticePublished
    published_on = london_date(command.now)
    section = command.no_standstill_section
    regime = awarded.dossier.regime or awarded.opened.regime
    if section and duty_on("standstill", regime, published_on).standing == "statutory":
        raise StandstillOwed(pointer="/body/no_standstill_section")
    notice = AwardNoticePublished(
        tender=awarded.opened.tender,
        notice=command.notice,
        published_on=published_on,
        standstill_ends_at=None
        if section
        else standstill_ends(published_on, _standstill_rule(awarded)),
    )
    letters = letters_for(command.letters, awarded)
    if section:
        without = StandstillNotRequired(tender=awarded.opened.tender, section=section)
        return [*letters, notice, without]
    return [*letters, notice]


def _standstill_rule(tender: Awarded) -> StandstillRule:
    health = tender.opened.regime == "provider-selection"
    return "provider-selection" if health else "procurement-act"


def end_standstill(command: EndStandstill, tender: Tender) -> Sequence[TenderEvent]:
    """Refuses: NotAwarded, StandstillRunning, RepresentationStands, RepresentationUpheld."""
    awarded = _awarded(tender)
    ends_at = awarded.standstill_ends_at
    if ends_at is None or command.now <= ends_at:
        raise StandstillRunning
    if awarded.standing:
        raise RepresentationStands
    if awarded.upheld:
        raise RepresentationUpheld
    if awarded.may_confirm:
        return []
    return [StandstillEnded(tender=awarded.opened.tender, ended_at=command.now)]


def represent(command: MakeRepresentation, tender: Tender) -> TenderEvent:
    """Suspends the standstill. Refuses: NotAwarded, and NotOpen once it has ended."""
    awarded = _awarded(tender)
    ends_at = awarded.standstill_ends_at
    if ends_at is None or awarded.may_confirm:
        raise NotOpen
    if command.now > ends_at and not awarded.standing:
        raise NotOpen
    return RepresentationMade(
        tender=awarded.opened.tender,
        representation=command.representation,
        by=command.by,
        grounds=command.grounds,
    )


def resolve(command: ResolveRepresentation, tender: Tender) -> TenderEvent:
    """Lets the standstill run again where it was the last. Refuses: NotAwarded,
    UnknownRepresentation, EvaluatorInterested.
    """
    awarded = _awarded(tender)
    if command.representation not in awarded.standing:
        raise UnknownRepresentation
    if command.resolved_by in awarded.dossier.interested:
        raise EvaluatorInterested
    return RepresentationResolved(
        tender=awarded.opened.tender,
        representation=command.representation,
        upheld=command.upheld,
        reason=command.reason,
        standstill_ends_at=resumed_until(
            awarded.standstill_ends_at, _standstill_rule(awarded), command.now
        )
        if awarded.standing == frozenset({command.representation})
        else None,
    )


def confirm(command: ConfirmAward, tender: Tender) -> AwardConfirmed:
    """Refuses: NotAwarded, RepresentationStands, RepresentationUpheld, StandstillRunning."""
    awarded = _awarded(tender)
    if awarded.standing:
        raise RepresentationStands
    if awarded.upheld:
        raise RepresentationUpheld
    if not awarded.may_confirm:
        raise StandstillRunning
    return AwardConfirmed(
        award=command.award,
        tender=awarded.opened.tender,
        partnership=awarded.opened.partnership,
        specification=awarded.opened.specification,
        procuring=awarded.opened.procuring,
        provider=awarded.awarded.provider,
        annual_price_pence=awarded.awarded.annual_price_pence,
        confirmed_at=command.now,
        parties=awarded.awarded.parties,
    )
