"""Consultations as partners and others see them."""

from __future__ import annotations

from datetime import date

from msgspec.structs import replace

from services.needs.assessments.events import Asked
from services.needs.voices.decider import CONSULTATION
from services.needs.voices.events import (
    About,
    ConsultationHeard,
    ConsultationOpened,
    GroupHeard,
    ResponseGiven,
    ThemeHeard,
    Way,
)
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View, subject_of
from shared.published.terms import FinancialYear, PartnershipId, TextRef


class ConsultationRow(Row, frozen=True, kw_only=True):
    """A consultation; `public` once what was said is on record."""

    consultation: str
    partnership: PartnershipId
    year: FinancialYear
    title: str
    stage: int
    asked: tuple[Asked, ...]
    ways: tuple[Way, ...]
    question: TextRef
    opens_on: date
    closes_on: date
    about_kind: About
    about: str
    public: bool = False
    heard: tuple[GroupHeard, ...] = ()
    themes: tuple[ThemeHeard, ...] = ()
    said: TextRef | None = None
    responses: tuple[ResponseGiven, ...] = ()


def fold(row: ConsultationRow | None, recorded: Recorded) -> ConsultationRow | None:
    """The row after one more event of its consultation."""
    match recorded.event:
        case ConsultationOpened() as opened:
            return ConsultationRow(
                consultation=opened.consultation,
                partnership=opened.partnership,
                year=opened.year,
                title=opened.title,
                stage=opened.stage,
                asked=opened.asked,
                ways=opened.ways,
                question=opened.question,
                opens_on=opened.opens_on,
                closes_on=opened.closes_on,
                about_kind=opened.about_kind,
                about=opened.about,
            )
        case ConsultationHeard() as heard if row:
            return replace(
                row, public=True, heard=heard.groups, themes=heard.themes, said=heard.said
            )
        case ResponseGiven() as given if row:
            return replace(row, responses=(*row.responses, given))
        case _:
            return row


CONSULTATIONS: View[ConsultationRow] = View(
    name="consultations",
    source="needs",
    row=ConsultationRow,
    events=CONSULTATION.events,
    key=subject_of,
    fold=fold,
    indexes=("partnership",),
)
